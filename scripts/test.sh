#!/usr/bin/env bash
# All tests, the real engine's included; arguments go to pytest. An engine started for them is stopped after them.
# What is missing (an engine, brokers, a browser, Node.js for the page) has its tests skipped, save in CI, where that
# is a failure.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

# Tests on the engine mostly wait for it: the others run meanwhile, with the processor time that these leave.
side_by_side() {
    local printed engine failed=0
    printed=$(mktemp)
    set -m # or the one in the background would not hear of Ctrl-C
    pytest -m engine >"$printed" 2>&1 &
    engine=$!
    nice pytest -m "not engine" || failed=$?
    [ "$failed" != 2 ] || kill -INT "$engine" # this one was interrupted
    wait "$engine" || failed=$?
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
