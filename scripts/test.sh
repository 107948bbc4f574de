#!/usr/bin/env bash
# All tests, the real engine's included; arguments go to pytest. An engine started for them is stopped after them.
# What is missing (an engine, brokers, a browser, Node.js for the page) has its tests skipped, save in CI, where that
# is a failure.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

[ -s .cache/engine/dockerd.pid ] || trap 'scripts/engine.sh stop' EXIT
if scripts/engine.sh ensure; then scripts/images.sh; elif in_ci; then exit 1; fi
if ! scripts/brokers.sh ensure && in_ci; then exit 1; fi
if ! scripts/page.sh ensure && in_ci; then exit 1; fi
if ! scripts/browser.sh ensure && in_ci; then exit 1; fi
[ "$#" != 0 ] || [ ! -d ui/node_modules ] || scripts/page.sh test
pytest "$@"
