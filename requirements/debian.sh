#!/bin/sh
# The Debian packages that tests need besides Python's: installed where that is allowed, else named. Never fails: the
# tests that lack one are skipped and say so.
set -u
[ -x /usr/bin/chromium ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing the Debian package chromium"
    export DEBIAN_FRONTEND=noninteractive
    get() { apt-get install -qq -y --no-install-recommends chromium >/dev/null 2>&1; }
    get || { apt-get update -qq >/dev/null 2>&1 && get; } && exit 0
fi
echo "the tests in a browser will be skipped: they need the Debian package chromium (apt-get install chromium)" >&2
exit 0
