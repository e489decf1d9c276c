#!/bin/sh
# Renew the lock files: every package with its hashes, no address of where it comes from.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "the lock files are made with uv; install it and run make lock again" >&2; exit 1; }

lock() {
    output=$1
    shift
    UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links pyproject.toml requirements/build.in "$@" -o "requirements/$output"
}

lock run.txt --extra circuit
lock clinic.txt --extra circuit --extra clinic --extra postgresql -c requirements/run.txt
lock dev.txt --extra dev -c requirements/run.txt -c requirements/clinic.txt
lock docs.txt --extra docs -c requirements/dev.txt
lock bench.txt requirements/bench.in -c requirements/dev.txt
