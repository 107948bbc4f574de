#!/usr/bin/env bash
# images.sh [NAME...]: the images that the tests and examples use, or these of them, are in the engine, as
# docktor-local/NAME:latest: pulled (app: built) where a registry answers, else put together from Debian packages
# (kept in .cache/images). Without a NAME all but kafka, which Debian hasn't got.
. "$(dirname "$0")/lib.sh"

PULL_SECONDS=${DOCKTOR_PULL_SECONDS:-20}
SUITE=trixie
IMAGES=$CACHE/images
PACKAGES=$IMAGES/packages
APP=$ROOT/examples/app
PYTHON=3.13 # that of SUITE
MOTO=5.2.5
MADE_OF=app.made-of # a label
WANTED=" $* "

# ensure NAME OFFICIAL-IMAGE-OR-FOLDER CHANGE...: CHANGE is what a Dockerfile would say.
ensure() {
    local name=$1 official=$2 local_name=docktor-local/$1:latest change changes=()
    shift 2
    wanted "$name" || return 0
    ! docker image inspect "$local_name" >/dev/null 2>&1 || return 0
    if registry_answers && from_registry "$official" "$local_name"; then
        say "$local_name is $official"
        return
    fi
    [ -f "$IMAGES/$name.tar" ] || build "$name"
    for change in "$@"; do changes+=(--change "$change"); done
    docker import "${changes[@]}" "$IMAGES/$name.tar" "$local_name" >/dev/null
    say "$local_name is made of Debian's packages: no registry answers"
}

wanted() { case $WANTED in "  " | *" $1 "*) ;; *) false ;; esac }

from_registry() { # OFFICIAL LOCAL-NAME
    if [ -d "$1" ]; then
        timeout 600 docker build -q --label "$MADE_OF=$app" -t "$2" "$1" >/dev/null
    else
        timeout 300 docker pull -q "$1" >/dev/null && docker tag "$1" "$2"
    fi
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
    [ ! -d "$tree/usr/lib/python$PYTHON" ] || compile_python "$tree"
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

add_nats() {
    program "$1" nats-server usr/sbin/nats-server
}

# All of Python with its libraries where Debian has them: wheels for manylinux then find what they load.
add_python() {
    local from=$PACKAGES/python3
    [ -d "$from" ] || unpack_with_dependencies "$SUITE" "$from" python3
    merged_usr "$1" "$from"
    rm -f "$1/usr/lib/python$PYTHON/EXTERNALLY-MANAGED"
    cp -a "$from"/usr/bin/python3* "$1/usr/bin/"
    ln -s python3 "$1/usr/bin/python"
    mkdir -p "$1/usr/share"
    cp -a "$from/usr/share/zoneinfo" "$1/usr/share/"
    cp -a "$from/etc/"{mime.types,protocols,services} "$1/etc/"
}

# The same with pip, and with the certificates that this machine trusts: images are built from it as from the official one.
add_python-slim() {
    local from=$PACKAGES/libstdc++6
    add_python "$1"
    [ -d "$from" ] || unpack_with_dependencies "$SUITE" "$from" libstdc++6 # DuckDB loads it; it comes with the official one
    cp -an "$from"/usr/lib/* "$1/usr/lib/"
    wheels "$1" pip
    mkdir -p "$1/usr/local/bin" "$1/etc/ssl/certs"
    printf '%s\n' '#!/bin/sh' 'exec python3 -m pip "$@"' >"$1/usr/local/bin/pip"
    chmod 755 "$1/usr/local/bin/pip"
    cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
}

# The page is built with the Node.js of this machine, npm and certificates included; the image's own holds none of it.
add_node-slim() {
    local from=$PACKAGES/libstdc++6 npm
    have node && have npm || die "no registry answers, and there is no Node.js to make docktor-local/node-slim with"
    [ -d "$from" ] || unpack_with_dependencies "$SUITE" "$from" libstdc++6
    merged_usr "$1" "$from"
    npm=$(npm root -g)/npm
    mkdir -p "$1/usr/local/bin" "$1/usr/local/lib/node_modules" "$1/etc/ssl/certs"
    cp -L "$(command -v node)" "$1/usr/local/bin/node"
    cp -r "$npm" "$1/usr/local/lib/node_modules/"
    ln -s ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/local/bin/npm"
    ln -s ../lib/node_modules/npm/bin/npx-cli.js "$1/usr/local/bin/npx"
    ln -s ../../bin/env "$1/usr/bin/env"
    cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
}

# merged_usr TREE FROM: every library of unpacked packages, where Debian has them.
merged_usr() {
    local folder
    rmdir "$1/lib"
    for folder in "$2"/usr/lib*; do # lib, and on some machines lib64
        folder=$(basename "$folder")
        cp -a "$2/usr/$folder" "$1/usr/"
        ln -s "usr/$folder" "$1/$folder"
    done
    rm -rf "$1"/usr/lib/*/gconv "$1"/usr/lib/{apt,dpkg,locale}
}

add_app() {
    add_python "$1"
    wheels "$1" -r "$APP/requirements.txt"
    mkdir -p "$1/examples/app"
    cp -r "$APP"/*.py "$APP/requirements.txt" "$APP/brokers" "$1/examples/app/"
    rm -rf "$1"/examples/app/{,brokers/}__pycache__
}

add_prometheus() {
    program "$1" prometheus usr/bin/prometheus
    mv "$1/usr/bin/prometheus" "$1/bin/"
    mkdir -p "$1/etc/prometheus" "$1/prometheus"
    chmod 777 "$1/prometheus"
}

# Erlang and what its parts load; RabbitMQ's command line, which takes Python and more, stays out.
add_rabbitmq() {
    local from=$PACKAGES/rabbitmq
    mkdir -p "$from.apt"
    present adduser debconf init-system-helpers logrotate openssl procps python3 socat >"$from.apt/status"
    [ -d "$from" ] || unpack_with_dependencies "$SUITE" "$from" -o "Dir::State::status=$from.apt/status" rabbitmq-server
    merged_usr "$1" "$from"
    user "$1" rabbitmq 999 /var/lib/rabbitmq
    mkdir -p "$1/etc/rabbitmq" "$1/var/log/rabbitmq"
    chmod 777 "$1/var/log/rabbitmq"
    echo '[rabbitmq_management].' >"$1/etc/rabbitmq/enabled_plugins"
    printf '%s\n' 'loopback_users = none' 'log.console = true' >"$1/etc/rabbitmq/rabbitmq.conf"
    entrypoint "$1" 'export PATH=/usr/lib/rabbitmq/bin:/usr/lib/erlang/bin:$PATH HOME=/var/lib/rabbitmq LANG=C.UTF-8'
}

add_kafka() { die "Kafka is not among Debian's packages: its image takes a registry"; }

add_sqs() {
    add_python "$1"
    wheels "$1" "moto==$MOTO" flask flask-cors
    entrypoint "$1" 'set -- python -W ignore -m moto.server -H 0.0.0.0 "$@"'
}

# A program of compiled modules starts in a quarter of the time, and each container is a new start.
compile_python() { # TREE
    local tree=$1 loader libs
    loader=$(find "$tree"/usr/lib* -name 'ld-linux*' -type f | head -1)
    libs=$(find "$tree/usr/lib" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd:)
    PYTHONHOME=$tree/usr "$loader" --library-path "$libs" "$tree/usr/bin/python$PYTHON" \
        -m compileall -q -s "$tree" -p / "$tree" || true # a module that can't be compiled can't be imported either
}

wheels() { # TREE REQUIREMENT...
    local tree=$1 machine
    shift
    machine=$(uname -m)
    have uv || die "no registry answers, and there is no uv to get Python packages with (make setup)"
    uv pip install -q --target "$tree/usr/local/lib/python$PYTHON/dist-packages" --only-binary :all: \
        --python-version "$PYTHON" --python-platform "${machine/arm64/aarch64}-manylinux_2_28" "$@"
}

# What is not made of the folder as it is now is made anew.
forget_old_app() {
    wanted app || return 0
    app=$(find "$APP" -type f -not -name '*.pyc' -print0 | sort -z | xargs -0 cat | cksum | cut -d ' ' -f 1)
    [ "$(docker image inspect -f "{{index .Config.Labels \"$MADE_OF\"}}" docktor-local/app 2>/dev/null)" = "$app" ] ||
        docker image rm -f docktor-local/app >/dev/null 2>&1 || true
    [ -z "$(find "$APP" -not -path '*__pycache__*' -newer "$IMAGES/app.tar" 2>/dev/null)" ] || rm -f "$IMAGES/app.tar"
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
ensure prometheus prom/prometheus:latest 'USER nobody' 'WORKDIR /prometheus' 'EXPOSE 9090' 'ENTRYPOINT ["/bin/prometheus"]' \
    'CMD ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]'
ensure rabbitmq rabbitmq:4-management 'USER rabbitmq' 'ENV RABBITMQ_NODENAME=rabbit@localhost' \
    'EXPOSE 5672 15672' 'ENTRYPOINT ["docker-entrypoint.sh"]' 'CMD ["rabbitmq-server"]'
ensure sqs "motoserver/moto:$MOTO" 'EXPOSE 5000' 'ENTRYPOINT ["docker-entrypoint.sh"]'
ensure nats nats:2 'EXPOSE 4222 8222 6222' 'ENTRYPOINT ["nats-server"]'
ensure python "python:$PYTHON-slim" 'CMD ["python3"]'
ensure python-slim "python:$PYTHON-slim" 'CMD ["python3"]' \
    'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt'
ensure node-slim node:24-slim 'CMD ["node"]' 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt'
[ "$#" = 0 ] || ensure kafka apache/kafka:latest
forget_old_app
ensure app "$APP" 'WORKDIR /examples' 'CMD ["python3"]' "LABEL $MADE_OF=${app:-}"
rm -rf "$PACKAGES"
