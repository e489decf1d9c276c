#!/bin/sh
# Install the benchmark's peer, numbalsoda, into the environment of the Python given as first argument. It is built from
# source with a Fortran compiler, which is fetched where this user may. Never fails: the benchmark says what is missing.
python=$1
"$python" -c 'import numbalsoda' 2>/dev/null && exit 0
if ! command -v gfortran >/dev/null && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "installing gfortran to build numbalsoda"
    { apt-get -q update && apt-get install -q -y --no-install-recommends gfortran; } >/dev/null 2>&1
fi
if command -v gfortran >/dev/null; then
    echo "building numbalsoda"
    "$python" -m pip install -qq --disable-pip-version-check --no-deps --require-hashes \
        -r "$(dirname "$0")/../requirements/peer.txt" || true
fi
exit 0
