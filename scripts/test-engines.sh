#!/usr/bin/env bash
# test-engines.sh [20.10] [26] [28]: the engine tests on each of these Docker engines, taken from Debian's suites.
# test-engines.sh with ENGINE COMMAND...: any command, with that engine as the one that docker commands speak to.
# Each runs in network and mount namespaces of its own: in the machine's, a second dockerd would take away the
# first one's bridge. What it publishes is reached through nsenter (tests/compose_project.py).
. "$(dirname "$0")/lib.sh"

DEBS=$CACHE/engines
IMAGES=(docktor-local/busybox:latest docktor-local/haproxy:latest docktor-local/redis:latest)
START_SECONDS=60

every() {
    local engine failed=0
    if ! is_root || ! have unshare || ! have apt-get; then die "needs root on Debian"; fi
    "$ROOT/scripts/engine.sh" ensure # containerd, runc and iptables are this one's
    "$ROOT/scripts/images.sh" busybox haproxy redis
    rm -rf "$DEBS/results"
    [ $# -gt 0 ] || set -- 20.10 26 28
    for engine; do
        "$0" on "$engine" || failed=1
    done
    printf '\n%-16s %-8s %-12s %s\n' engine API Compose result
    cat "$DEBS/results"
    exit "$failed"
}

fetch() { # SUITE: engine, client and Compose plugin of that suite; the first Compose v2 is trixie's
    [ ! -d "$DEBS/$1" ] || return 0
    say "fetching Docker of Debian $1"
    mkdir -p "$DEBS"
    if [ "$1" = bookworm ]; then
        unpack trixie "$DEBS/compose" docker-compose
        unpack bookworm "$DEBS/next" docker.io
        cp -r "$DEBS/compose/usr/libexec" "$DEBS/next/usr/"
        rm -rf "$DEBS/compose"
    else
        unpack "$1" "$DEBS/next" docker.io docker-cli docker-compose
    fi
    mv "$DEBS/next" "$DEBS/$1"
}

begin() { # ENGINE: it runs, has the local images, and is the one that docker commands speak to
    local suite
    case $1 in
    20.10) suite=bookworm ;;
    26) suite=trixie ;;
    28) suite=sid ;;
    *) die "no such engine: $1 (20.10, 26 and 28 are known)" ;;
    esac
    fetch "$suite"
    RUN=$(mktemp -d /tmp/docktor-engine.XXXXXX) # short: it holds sockets
    trap finish EXIT
    docker save "${IMAGES[@]}" >"$RUN/images.tar"
    launch "$DEBS/$suite"
    docker load -q -i "$RUN/images.tar" >&2
    cd "$ROOT" || exit
}

on() { # ENGINE: adds a line to the results
    local out
    begin "$1"
    say "the engine tests on Docker $(docker version --format '{{.Server.Version}}')"
    CI=true DOCKTOR_TEST_ENGINE_NETNS=$(cat "$RUN/pid") pytest -m engine tests/engine tests/contract 2>&1 | tee "$RUN/out" || out=$?
    # shellcheck disable=SC2046,SC2183
    printf '%-16s %-8s %-12s %s\n' $(docker version --format '{{.Server.Version}} {{.Server.APIVersion}}') \
        "$(docker compose version --short)" "$(tail -n 1 "$RUN/out" | tr -d =)" >>"$DEBS/results"
    return "${out:-0}"
}

launch() { # DIR: starts the engine unpacked there, and makes it the one that docker commands speak to
    mkdir -p "$RUN/config/cli-plugins"
    cp "$1/usr/libexec/docker/cli-plugins/docker-compose" "$RUN/config/cli-plugins/"
    export DOCKER_HOST=unix://$RUN/sock DOCKER_CONFIG=$RUN/config PATH=$1/usr/bin:$PATH
    setsid nohup unshare --net --mount --propagation slave sh -c 'ip link set lo up; exec "$@"' sh \
        "$1/usr/sbin/dockerd" -H "$DOCKER_HOST" --data-root "$RUN/data" --exec-root "$RUN/exec" \
        --pidfile "$RUN/pid" --default-address-pool base=10.211.0.0/16,size=24 \
        --userland-proxy-path "$1/usr/sbin/docker-proxy" --log-level warn >"$RUN/log" 2>&1 </dev/null &
    wait_for "$START_SECONDS" docker version || die "dockerd does not come up: $(tail -n 3 "$RUN/log")"
}

finish() {
    if alive "$RUN/pid" dockerd; then
        kill "$(cat "$RUN/pid")"
        wait_for 60 finished || die "dockerd (pid $(cat "$RUN/pid")) does not stop; its data is in $RUN"
    fi
    rm -rf "$RUN"
}

finished() { ! alive "$RUN/pid" dockerd; }

case "${1:-}" in
on) on "$2" ;;
with)
    begin "$2"
    "${@:3}"
    ;;
*) every "$@" ;;
esac
