#!/usr/bin/env bash
# All tests, the real engine's included; arguments go to pytest. An engine started for them is stopped after them.
# What is missing (an engine, brokers, a browser, Node.js for the page) has its tests skipped, save in CI, where that
# is a failure.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

# What has containers or a browser goes one after the other: each container that comes or goes is a change of the
# network, at which a browser drops what it is loading. All else runs meanwhile, with the processor time that is left.
browsers=(tests/browser tests/desktop tests/page)
side_by_side() {
    local printed others failed=0
    printed=$(mktemp)
    set -m # or the ones in the background would not hear of Ctrl-C
    nice pytest -m "not engine" "${browsers[@]/#/--ignore=}" >"$printed" 2>&1 &
    others=$!
    pytest "${browsers[@]}" || failed=$?
    [ "$failed" = 2 ] || pytest -m engine || failed=$?
    [ "$failed" != 2 ] || kill -INT "$others" # it was interrupted
    wait "$others" || failed=$?
    cat "$printed"
    rm "$printed"
    return "$failed"
}

[ -s .cache/engine/dockerd.pid ] || trap 'scripts/engine.sh stop' EXIT
if scripts/engine.sh ensure; then scripts/images.sh; elif in_ci; then exit 1; fi
if ! scripts/brokers.sh ensure && in_ci; then exit 1; fi
if ! scripts/page.sh ensure && in_ci; then exit 1; fi
if ! scripts/browser.sh ensure && in_ci; then exit 1; fi
[ "$#" != 0 ] || [ ! -d ui/node_modules ] || scripts/page.sh test
if [ "$#" != 0 ]; then pytest "$@"; else side_by_side; fi
