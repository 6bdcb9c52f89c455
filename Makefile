# Every target makes what it needs and is quick the second time. Nothing but Python, make and git is expected.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup demo run check test test-all lint bench lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newslake needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv --clear $(VENV)
	@# --no-deps: the lock is complete, and older pips lose their way between a pin and the extras of the same package
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
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

# Everything, and every test of the warehouse on each catalog.
test-all: $(READY)
	$(PYTEST) --dist worksteal --every-catalog

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python benchmarks/collect.py --rewrite docs/benchmarks.md
	$(BIN)/python benchmarks/serve_cost.py --rewrite docs/benchmarks.md
	$(BIN)/python benchmarks/clean.py --rewrite docs/benchmarks.md
	$(BIN)/python benchmarks/backfill.py --rewrite docs/benchmarks.md
	$(BIN)/python benchmarks/dedup.py --rewrite docs/benchmarks.md

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group test --group lint --group build --quiet -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .venv-bench .pytest_cache .mypy_cache .ruff_cache
