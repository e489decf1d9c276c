#!/bin/sh
# The Debian packages that tests need besides Python's: installed where that is allowed, else named. Never fails: the
# tests that lack one are skipped and say so.
set -u
missing=
[ -x /usr/bin/chromium ] || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing the Debian packages$missing"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # one word a package
    get() { apt-get install -qq -y --no-install-recommends $missing >/dev/null 2>&1; }
    get || { apt-get update -qq >/dev/null 2>&1 && get; } && exit 0
fi
echo "some tests will be skipped: they need the Debian packages$missing (apt-get install$missing)" >&2
exit 0
