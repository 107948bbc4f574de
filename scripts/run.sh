#!/usr/bin/env bash
# run.sh:         a project under load in waves and Docktor at work on it, in this terminal; Ctrl-C ends it all and leaves
#                 nothing. Without a Docker engine it is the simulated one, whose load moves by itself.
# run.sh EXAMPLE: one of those with a queue, likewise: nats, or a folder of examples/queues. It makes its work itself.
# The daemon prints where its page is (built first, where Node.js is) and which file has the token for it.
# DOCKTOR_RUN_SECONDS: ends by itself after that time. PORT: where the example answers (8080, or any free one).
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

KIND=${1:-}
case $KIND in
'') EXAMPLE=examples/single-service IMAGES=(busybox haproxy redis) ;;
nats) EXAMPLE=examples/multi-service IMAGES=(nats app) ;;
redis-streams) EXAMPLE=examples/queues/$KIND IMAGES=(redis app) ;;
http-json) EXAMPLE=examples/queues/$KIND IMAGES=(app) ;;
rabbitmq | kafka | sqs | prometheus) EXAMPLE=examples/queues/$KIND IMAGES=("$KIND" app) ;;
*) die "no such example: $KIND; there are nats $(cd examples/queues && printf '%s ' */ | tr -d /)" ;;
esac
PIDFILE=$CACHE/run.pid
LOG=$CACHE/run.log
PYTHON=$ROOT/.venv/bin/python
RATE=25 WAVE_SECONDS=50 REST_SECONDS=50 LOAD_SECONDS=1800
export DOCKTOR_HOME=$CACHE/demo COMPOSE_PROJECT_NAME=docktor-demo
[ -z "$KIND" ] || export DOCKTOR_WITHOUT_ENGINE="This example needs one; make run shows a simulated project without it."
children=() ours='' composed=''

main() {
    claim
    trap leave EXIT
    trap 'exit 0' INT # the ordinary way to end it
    trap 'exit 143' TERM
    trap 'exit 129' HUP
    trap 'exit 0' USR1
    : >"$LOG"
    tidy_up
    rm -rf "$DOCKTOR_HOME"
    mkdir -p "$DOCKTOR_HOME"
    timer
    scripts/page.sh ensure >>"$LOG" 2>&1 || say "without the page: $(tail -n 1 "$LOG")"
    if have_engine; then
        bring_up
        [ -n "$KIND" ] || load
        start docktor daemon start --foreground --engine docker --config "$EXAMPLE/docktor.yaml" --project "$COMPOSE_PROJECT_NAME"
    elif [ -n "$KIND" ]; then
        exit 1 # why: the line above
    else
        say "no Docker engine here (why: the line above): this is a simulation, its load moves by itself. Ctrl-C ends it."
        start docktor daemon start --foreground --engine simulated
    fi
    wait "${children[${#children[@]} - 1]}"
}

# claim: one demonstration at a time.
claim() {
    local other
    mkdir -p "$CACHE"
    until (set -C && echo $$ >"$PIDFILE") 2>/dev/null; do
        other=$(cat "$PIDFILE" 2>/dev/null || true)
        if [ -n "$other" ] && ps -o args= -p "$other" 2>/dev/null | grep -q 'run\.sh'; then
            die "already at work in this folder (pid $other): end that one first, with Ctrl-C where it runs"
        fi
        rm -f "$PIDFILE"
    done
}

have_engine() {
    # Only an engine that is started here and now is stopped at the end.
    alive "$CACHE/engine/dockerd.pid" dockerd || ours=yes
    background scripts/engine.sh ensure && background scripts/images.sh "${IMAGES[@]}"
}

# background COMMAND: as a child that `leave` knows of, so that a signal is answered at once and not after it.
background() {
    local child
    "$@" &
    child=$!
    children+=("$child")
    wait "$child"
}

start() {
    "$@" <&0 &
    children+=("$!")
}

timer() {
    [ -n "${DOCKTOR_RUN_SECONDS:-}" ] || return 0
    start "$PYTHON" -c 'import os, signal, sys, time; time.sleep(float(sys.argv[1])); os.kill(int(sys.argv[2]), signal.SIGUSR1)' \
        "$DOCKTOR_RUN_SECONDS" $$
}

bring_up() {
    export_images
    PORT=$("$PYTHON" -c "$FREE_PORT" "${PORT:-8080}")
    export PORT
    composed=yes
    say "bringing up $EXAMPLE"
    background compose up -d --quiet-pull >>"$LOG" 2>&1 || die "the example does not come up: $(tail -n 1 "$LOG")"
    if [ -z "$KIND" ]; then
        background wait_for 30 answers || die "the example does not answer at $(url), see docker compose -p $COMPOSE_PROJECT_NAME logs"
    else
        say "the producer makes bursts of messages, a minute apart; worker follows. Ctrl-C ends it all."
    fi
}

# export_images: the variables by which the Compose files take other images than those of a registry.
export_images() {
    export LB_IMAGE=docktor-local/haproxy WEB_IMAGE=docktor-local/busybox REDIS_IMAGE=docktor-local/redis
    export NATS_IMAGE=docktor-local/nats RABBITMQ_IMAGE=docktor-local/rabbitmq SQS_IMAGE=docktor-local/sqs
    export PROMETHEUS_IMAGE=docktor-local/prometheus KAFKA_IMAGE=docktor-local/kafka
}

compose() { docker compose -f "$EXAMPLE/docker-compose.yaml" "$@"; }
url() { echo "http://127.0.0.1:$PORT/"; }
answers() { "$PYTHON" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' "$(url)"; }

FREE_PORT='
import socket, sys
for port in (int(sys.argv[1]), 0):
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(server.getsockname()[1])
        break
'

load() {
    say "web answers at $(url); load comes in waves: $RATE requests/s for $WAVE_SECONDS s, $REST_SECONDS s of rest. Ctrl-C ends it all."
    local command=("$PYTHON" "$EXAMPLE/load.py" "$(url)" --leash --rate "$RATE" --step "$WAVE_SECONDS" --off "$REST_SECONDS"
        --seconds "$LOAD_SECONDS")
    # A live view has the terminal to itself.
    if [ -t 1 ]; then start "${command[@]}" >>"$LOG"; else start "${command[@]}"; fi
}

leave() {
    local code=$? child
    trap '' INT TERM HUP USR1 # a second Ctrl-C must not stop the tidying up
    set +e
    [ -z "$composed" ] || say "ending: load, daemon, example"
    exec >>"$LOG" 2>&1 # the terminal may be gone
    for child in ${children[@]+"${children[@]}"}; do kill "$child" 2>/dev/null; done
    wait
    tidy_up
    [ -z "$ours" ] || scripts/engine.sh stop
    rm -f "$PIDFILE"
    exit "$code"
}

# tidy_up: the daemon of the demonstration and its project are gone afterwards, also those of one that was killed.
tidy_up() {
    [ ! -S "$DOCKTOR_HOME/docktor.sock" ] || docktor daemon stop >>"$LOG" 2>&1 || true
    have docker && docker version >/dev/null 2>&1 || return 0
    compose down -v --remove-orphans --timeout 3 >>"$LOG" 2>&1 || true
}

main
