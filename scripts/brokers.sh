#!/usr/bin/env bash
# brokers.sh ensure: the servers that the tests speak to can be run: those on PATH as they are, the others unpacked from
#                    Debian's packages into .cache/brokers, each with a command in .cache/brokers/bin. Nothing is
#                    installed or started, so it takes no root. Exit code 1, and one line that says why, if it can't be.
. "$(dirname "$0")/lib.sh"

BROKERS=$CACHE/brokers
BIN=$BROKERS/bin
SERVERS=(nats-server redis-server rabbitmq-server prometheus) # each comes in a package of the same name
# Every Debian has it, or a server runs without it: apt takes it for installed.
PRESENT=(adduser debconf fonts-glyphicons-halflings init-system-helpers libc6 libjs-bootstrap4
    libjs-eonasdan-bootstrap-datetimepicker libjs-jquery libjs-jquery-hotkeys libjs-moment libjs-moment-timezone
    libjs-mustache libjs-popper.js libjs-rickshaw logrotate lsb-base openssl procps promtool python3 socat)
export PATH=/usr/lib/rabbitmq/bin:$PATH:/usr/sbin:$BIN # as tests/brokers/process.py looks for them

ensure() {
    ! complete || return 0
    lock
    mkdir -p "$BIN"
    local server
    for server in "${SERVERS[@]}"; do
        have "$server" || fetch "$(suite)" "$server" "$server"
    done
    # Before version 7 Redis doesn't tell a group's lag, and other code counts it. Mirrors will drop bullseye one day.
    complete || (fetch bullseye redis-server redis-server-6) || touch "$BROKERS/no-redis-6"
}

complete() {
    local server
    for server in "${SERVERS[@]}"; do have "$server" || return 1; done
    have redis-server-6 || [ -e "$BROKERS/no-redis-6" ] || ! is_debian
}

is_debian() { have apt-get && [ "$(. /etc/os-release && echo "${ID:-}")" = debian ]; }
suite() { . /etc/os-release && echo "${VERSION_CODENAME:-}"; } # whose libraries go with the machine's

fetch() { # SUITE PACKAGE NAME: as command NAME; in a shell of its own, where any failure ends it
    local log=$BROKERS/$3.log
    is_debian || die "no $3 on PATH, and it can be unpacked on Debian only: install it yourself"
    say "unpacking $3 from Debian's packages"
    "$0" unpacked "$@" >"$log" 2>&1 || die "could not unpack $3: $(grep -v '^$' "$log" | tail -n 1)"
}

unpacked() { # SUITE PACKAGE NAME
    local tree=$BROKERS/$3 state=$BROKERS/apt
    mkdir -p "$state"
    present "${PRESENT[@]}" >"$state/status"
    unpack_with_dependencies "$1" "$tree" -o "Dir::State::status=$state/status" "$2"
    rm -rf "$tree"/usr/share/{doc,gdb,man} "$tree/usr/bin/promtool"
    case $2 in
    nats-server) command_for "$tree" "$3" usr/sbin/nats-server ;;
    rabbitmq-server)
        sed -i "s|^\( *ROOTDIR=\)/usr/lib/erlang$|\1$tree/usr/lib/erlang|" "$tree/usr/lib/erlang/bin/erl"
        command_for "$tree" epmd usr/lib/erlang/bin/epmd
        command_for "$tree" "$3" usr/lib/rabbitmq/bin/rabbitmq-server
        ;;
    *) command_for "$tree" "$3" "usr/bin/$2" ;;
    esac
}

command_for() { # TREE NAME FILE: NAME in .cache/brokers/bin runs FILE with the libraries of TREE
    local libs
    libs=$(find "$1" -name 'lib*.so.*' -printf '%h\n' | sort -u | paste -sd:)
    printf '%s\n' '#!/bin/sh' "export LD_LIBRARY_PATH=$libs PATH=$1/usr/lib/erlang/bin:\$PATH" "exec $1/$3 \"\$@\"" >"$BIN/$2.new"
    chmod 755 "$BIN/$2.new"
    mv "$BIN/$2.new" "$BIN/$2"
}

case ${1:-} in
ensure) ensure ;;
unpacked) unpacked "${@:2}" ;;
*) die "usage: brokers.sh ensure" ;;
esac
