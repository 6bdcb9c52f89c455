#!/usr/bin/env bash
# Runs the fast tests on each promised Python that this machine has:  tests/pythons.sh "3.11 3.12" [PYTEST ARGUMENTS]
# The Python of .venv is left out: `make test` runs there. Each other one gets .venv-3.12 or the like.
set -euo pipefail
cd "$(dirname "$0")/.."
versions=$1
shift
[ $# -gt 0 ] || set -- -m pure

# Print a Python of version $1, on the PATH or installed by pyenv. A shim of pyenv may be there for a version that is not.
find_python() {
    local python
    for python in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python; do
        if [ "$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$1" ]; then
            command -v "$python"
            return
        fi
    done
    return 1
}

# Make .venv-$1 with Python $2 and what the lock names.
install() {
    local folder=.venv-$1
    [ "$folder/.ready" -nt requirements.lock ] && return
    if command -v uv >/dev/null; then
        # copies: luqum rewrites a file of its own for each Python, which hard links would change in every environment
        uv venv --quiet --clear --python "$2" "$folder"
        uv pip install --quiet --link-mode copy --python "$folder/bin/python" --no-deps --require-hashes -r requirements.lock
    else
        "$2" -m venv --clear "$folder"
        "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
    fi
    "$folder/bin/python" -c 'import luqum.parser' 2>/dev/null # writes its tables on first import, and leaves a file open
    touch "$folder/.ready"
}

failed=
for version in $versions; do
    if [ -x .venv/bin/python ] && .venv/bin/python -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')"; then
        echo "Python $version: the Python of .venv, tested by make test"
    elif ! python=$(find_python "$version"); then
        echo "Python $version: not on this machine, not tested"
    elif install "$version" "$python" && ".venv-$version/bin/python" -m pytest --quiet -p no:cacheprovider --numprocesses 2 "$@"; then
        echo "Python $version: passed"
    else
        echo "Python $version: FAILED"
        failed="$failed $version"
    fi
done
[ -z "$failed" ]
