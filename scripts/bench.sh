#!/usr/bin/env bash
# The benchmarks, on a real engine; arguments go to them.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

[ -s .cache/engine/dockerd.pid ] || trap 'scripts/engine.sh stop' EXIT
scripts/engine.sh ensure
scripts/brokers.sh ensure
scripts/page.sh ensure
scripts/browser.sh ensure
scripts/images.sh busybox haproxy redis nats app
python -m benchmarks "$@"
