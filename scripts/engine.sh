#!/usr/bin/env bash
# engine.sh ensure: a Docker engine with Compose v2 answers, the one here or (bare Debian, as root) a new one.
#                   Exit code 1, and one line that says why, when there is none: the simulated engine it is then.
# engine.sh stop:   stops the engine that `ensure` started in this clone, and no other.
. "$(dirname "$0")/lib.sh"

STATE=$CACHE/engine
PID=$STATE/dockerd.pid
LOG=$STATE/dockerd.log
SUITE=trixie # the first Debian that has Compose v2
START_SECONDS=30

answers() { timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }
composes() { timeout 10 docker compose version >/dev/null 2>&1; }
systemd() { [ -d /run/systemd/system ]; }
no_engine() { die "no Docker engine: $*. ${DOCKTOR_WITHOUT_ENGINE:-The simulated engine is used instead.}"; }

ensure() {
    ! { answers && composes; } || return 0
    lock
    answers || start
    composes || add_compose
}

start() {
    local host=${DOCKER_HOST:-} socket=/var/run/docker.sock
    [ -z "$host" ] || [ "$host" = "unix://$socket" ] || no_engine "the one at DOCKER_HOST ($host) doesn't answer"
    if have docker && [ -S "$socket" ] && [ ! -w "$socket" ]; then
        no_engine "no permission for $socket, join its group ($(stat -c %G "$socket")) and log in again"
    fi
    is_root || no_engine "none answers, and starting one takes root"
    if ! have dockerd || ! have docker; then install_engine; fi
    if systemd; then
        systemctl start docker >&2 || no_engine "systemctl could not start docker"
    elif ! alive /var/run/docker.pid dockerd; then
        launch
    fi
    wait_for "$START_SECONDS" answers || no_engine "dockerd does not come up: $(tail -n 1 "$LOG" 2>/dev/null)"
}

install_engine() {
    have apt-get || no_engine "docker is not installed, and there is no apt to install it with"
    say "installing Docker from Debian's packages"
    mkdir -p "$STATE"
    local apt=(apt-get -qq -y -o DPkg::Lock::Timeout=120)
    # At runlevel 1 a package starts no service: outside systemd, `launch` does, so that `stop` can stop it.
    systemd || export RUNLEVEL=1
    { "${apt[@]}" update && DEBIAN_FRONTEND=noninteractive \
        "${apt[@]}" install --no-install-recommends docker.io iptables; } >"$STATE/install.log" 2>&1 </dev/null ||
        no_engine "apt-get could not install docker.io, see $STATE/install.log"
}

launch() {
    mkdir -p "$STATE"
    alive /var/run/docker/containerd/containerd.pid containerd || rm -f /var/run/docker/containerd/containerd.pid
    alive "$PID" dockerd || rm -f "$PID" /var/run/docker.pid
    setsid nohup dockerd --pidfile "$PID" >"$LOG" 2>&1 </dev/null 9>&- &
    say "starting dockerd, log in $LOG"
}

add_compose() {
    local plugins=${DOCKER_CONFIG:-$HOME/.docker}/cli-plugins unpacked=$CACHE/compose
    have apt-get || no_engine "docker has no compose command, and there is no apt to get Compose v2 with"
    say "adding Compose v2 to $plugins"
    unpack "$SUITE" "$unpacked" docker-compose
    mkdir -p "$plugins"
    cp "$unpacked/usr/libexec/docker/cli-plugins/docker-compose" "$plugins/docker-compose"
    rm -rf "$unpacked"
    composes || no_engine "Compose v2 does not run: $(docker compose version 2>&1 | head -1)"
}

stop() {
    if alive "$PID" dockerd; then
        kill "$(cat "$PID")"
        wait_for 60 stopped || die "dockerd (pid $(cat "$PID")) does not stop"
    fi
    rm -f "$PID"
}

stopped() { ! alive "$PID" dockerd; }

case ${1:-} in
ensure | stop) "$1" ;;
*) die "usage: engine.sh ensure|stop" ;;
esac
