#!/usr/bin/env bash
# Makes sure the images that the tests and examples use are in the engine, as docktor-local/NAME:latest:
# pulled where a registry answers, else put together from Debian packages (kept in .cache/images).
. "$(dirname "$0")/lib.sh"

PULL_SECONDS=${DOCKTOR_PULL_SECONDS:-20}
SUITE=trixie
IMAGES=$CACHE/images
PACKAGES=$IMAGES/packages

# ensure NAME OFFICIAL-IMAGE CHANGE...: CHANGE is what a Dockerfile would say.
ensure() {
    local name=$1 official=$2 local_name=docktor-local/$1:latest change changes=()
    shift 2
    ! docker image inspect "$local_name" >/dev/null 2>&1 || return 0
    if registry_answers && timeout 300 docker pull -q "$official" >/dev/null; then
        docker tag "$official" "$local_name"
        say "$local_name is $official"
        return
    fi
    [ -f "$IMAGES/$name.tar" ] || build "$name"
    for change in "$@"; do changes+=(--change "$change"); done
    docker import "${changes[@]}" "$IMAGES/$name.tar" "$local_name" >/dev/null
    say "$local_name is made of Debian's packages: no registry answers"
}

registry_answers() {
    if [ -z "${registry:-}" ]; then
        registry=no
        ! timeout "$PULL_SECONDS" docker pull -q busybox:latest >/dev/null 2>&1 || registry=yes
    fi
    [ "$registry" = yes ]
}

build() {
    have apt-get || die "no registry answers, and there is no apt to make docktor-local/$1 with"
    local tree=$IMAGES/$1.tree
    rm -rf "$tree"
    base "$tree"
    [ "$1" = busybox ] || "add_$1" "$tree"
    tar -C "$tree" --sort=name --owner=0 --group=0 --numeric-owner -cf "$tree.tar" .
    mv "$tree.tar" "$IMAGES/$1.tar"
    rm -rf "$tree"
}

# base TREE: a root file system of busybox and its applets.
base() {
    local applet
    [ -d "$PACKAGES/busybox" ] || unpack "$SUITE" "$PACKAGES/busybox" busybox-static
    mkdir -p "$1"/{bin,etc,home,lib,root,run,tmp,usr/bin,usr/sbin,usr/local,var/lib,var/run}
    chmod 1777 "$1/tmp"
    cp "$PACKAGES/busybox/usr/bin/busybox" "$1/bin/busybox"
    for applet in $("$1/bin/busybox" --list); do
        [ "$applet" = busybox ] || ln -s busybox "$1/bin/$applet"
    done
    printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534:nobody:/home:/bin/false >"$1/etc/passwd"
    printf '%s\n' root:x:0: nogroup:x:65534: >"$1/etc/group"
}

# shellcheck disable=SC2016 # the entrypoint expands it
add_haproxy() {
    program "$1" haproxy usr/sbin/haproxy
    user "$1" haproxy 99 /var/lib/haproxy
    mkdir -p "$1/usr/local/etc/haproxy"
    entrypoint "$1" 'case $1 in -*) set -- haproxy "$@" ;; esac' \
        'if [ "$1" = haproxy ]; then shift; set -- haproxy -W -db "$@"; fi'
}

# shellcheck disable=SC2016
add_redis() {
    program "$1" redis-server usr/bin/redis-server usr/bin/redis-cli
    user "$1" redis 999 /data
    entrypoint "$1" 'case $1 in -*) set -- redis-server "$@" ;; esac' \
        'if [ "$1" = redis-server ]; then set -- "$@" --protected-mode no; fi'
}

# program TREE PACKAGE FILE...: programs of a package, with every library they load.
program() {
    local tree=$1 package=$2 from=$PACKAGES/$2 loader libs file lib interpreter
    shift 2
    [ -d "$from" ] || unpack_with_dependencies "$SUITE" "$from" "$package"
    loader=$(find "$from" -name 'ld-linux*' -type f | head -1)
    libs=$(find "$from/usr/lib" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd:)
    for file in "$@"; do
        cp -L "$from/$file" "$tree/$file"
        for lib in $("$loader" --library-path "$libs" --list "$from/$file" | awk '$3 ~ /^\// { print $3 }'); do
            cp -L "$lib" "$tree/lib/"
        done
        interpreter=$(LC_ALL=C grep -aom1 '/lib[[:alnum:]/]*/ld-linux[[:alnum:]._-]*' "$from/$file")
        mkdir -p "$tree$(dirname "$interpreter")"
        cp "$loader" "$tree$interpreter"
    done
}

user() { # TREE NAME ID HOME
    echo "$2:x:$3:$3:$2:$4:/bin/false" >>"$1/etc/passwd"
    echo "$2:x:$3:" >>"$1/etc/group"
    mkdir -p "$1$4"
    chmod 777 "$1$4"
}

# The official images' way to start: options alone mean the program with these options.
entrypoint() { # TREE LINE...
    local file=$1/usr/local/bin/docker-entrypoint.sh
    shift
    mkdir -p "$(dirname "$file")"
    printf '%s\n' '#!/bin/sh' 'set -e' "$@" 'exec "$@"' >"$file"
    chmod 755 "$file"
}

lock
mkdir -p "$PACKAGES"
ensure busybox busybox:latest 'CMD ["sh"]'
ensure haproxy haproxy:lts 'USER haproxy' 'WORKDIR /var/lib/haproxy' 'ENTRYPOINT ["docker-entrypoint.sh"]' \
    'CMD ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]'
ensure redis redis:latest 'USER redis' 'WORKDIR /data' 'VOLUME /data' 'EXPOSE 6379' \
    'ENTRYPOINT ["docker-entrypoint.sh"]' 'CMD ["redis-server"]'
rm -rf "$PACKAGES"
