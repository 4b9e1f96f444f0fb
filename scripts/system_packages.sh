#!/bin/sh
# What the tests need of the machine. Installs it where it may (root, apt-get); otherwise names it, a line each.
# Called with the Python of the venv.
set -eu
python=${1:?the Python to ask}

has_redis() { "$python" -m app.supervising.redis_server > /dev/null 2>&1; }

has_postgres() {
    command -v initdb > /dev/null && command -v postgres > /dev/null && return
    for binary in /usr/lib/postgresql/*/bin/initdb "$(pg_config --bindir 2> /dev/null || true)/initdb"; do
        [ -x "$binary" ] && return
    done
    return 1
}

has_chromium() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" > /dev/null && return
    done
    for folder in "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium*; do
        [ -d "$folder" ] && return
    done
    return 1
}

missing() {
    has_redis || printf 'redis-server '
    has_postgres || printf 'postgresql '
    has_chromium || printf 'chromium '
}

wanted=$(missing)
if [ -n "$wanted" ] && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "Installing $wanted"
    export DEBIAN_FRONTEND=noninteractive
    # Judged by what is there afterwards, below.
    # shellcheck disable=SC2086 # one word a package
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends $wanted; } > /dev/null || true
    wanted=$(missing)
fi
for package in $wanted; do
    echo "The tests need $package: install it (on Debian: apt-get install $package)" >&2
done
[ -z "$wanted" ]
