# Every target makes what it needs and is quick the second time. Nothing but Python, make and git is expected.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# As `requires-python` in pyproject.toml says.
PYTHONS := 3.11 3.12 3.13 3.14
# Some machines set it. The tests start hundreds of processes, and each would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo run check test test-all test-pythons lint bench lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo 'There is no $(PYTHON). Next: make PYTHON=python3.12, or another of $(PYTHONS)' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = "%d.%d" % sys.version_info[:2]; sys.exit(None if v in "$(PYTHONS)".split() else \
		"newslake runs on Python $(PYTHONS), and $(PYTHON) is %s. Next: make PYTHON=python3.12, or another of these" % v)'
	$(PYTHON) -m venv --clear $(VENV)
	@# --no-deps: the lock is complete, and older pips lose their way between a pin and the extras of the same package
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@# writes its tables on first import and leaves a file open, which a test on Python 3.13 would be blamed for
	@$(BIN)/python -c 'import luqum.parser' 2>/dev/null
	@touch $@

demo: $(READY)
	$(BIN)/newslake demo

run: $(READY)
	$(BIN)/newslake run

# Two workers whatever the machine has: many tests start processes of their own.
PYTEST := $(BIN)/python -m pytest --numprocesses 2

# Under a minute: lint, and the tests that start no process and open no warehouse.
check: lint
	$(PYTEST) -m pure

# On every change: all but kills, Prefect, waits of real minutes and whole corpora.
test: $(READY)
	$(PYTEST) --dist worksteal -m "not e2e"

# Everything, every test of the warehouse on each catalog, and the fast tests on each promised Python.
test-all: $(READY)
	$(PYTEST) --dist worksteal --every-catalog
	$(MAKE) test-pythons

# The fast tests on each promised Python that this machine has.
test-pythons: $(READY)
	tests/pythons.sh "$(PYTHONS)"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python benchmarks/collect.py --rewrite docs/benchmarks.md
	$(BIN)/python benchmarks/start --rewrite docs/benchmarks.md
	$(BIN)/python benchmarks/start/serve_cost.py --rewrite docs/benchmarks.md
	$(BIN)/python benchmarks/clean.py --metric rouge --rewrite docs/benchmarks.md
	$(BIN)/python benchmarks/backfill.py --rewrite docs/benchmarks.md
	$(BIN)/python benchmarks/dates.py --rewrite docs/benchmarks.md
	$(BIN)/python benchmarks/dedup.py --rewrite docs/benchmarks.md

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--extra pandas --extra polars --extra events --group test --group lint --group build --quiet -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .venv-bench $(PYTHONS:%=.venv-%) .pytest_cache .mypy_cache .ruff_cache
