# Shared by the scripts here: where things are, how they speak, packages without installing them.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=$ROOT/.cache
export PATH="$ROOT/.venv/bin:$CACHE/uv/bin:$PATH"

say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; }
die() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" = 0 ]; }
in_ci() { case ${CI:-} in 1 | true | yes) ;; *) false ;; esac }
have timeout || timeout() { shift && "$@"; } # macOS has none

# alive PIDFILE NAME: the file names a living process of that name (a pid may have been given to another).
alive() {
    [ -s "$1" ] && [ "$(cat "/proc/$(cat "$1")/comm" 2>/dev/null)" = "$2" ]
}

# lock: one script at a time sets things up here. Daemons must not inherit it (9>&-).
lock() {
    mkdir -p "$CACHE"
    ! have flock || { exec 9>"$CACHE/lock" && flock 9; }
}

# wait_for SECONDS COMMAND...: true as soon as the command is.
wait_for() {
    local left=$(($1 * 5))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $((left -= 1)) -gt 0 ] || return 1
        sleep 0.2
    done
}

# private_apt SUITE apt-command...: apt on one suite of this machine's own mirror, with state of its own, so
# that neither root nor any change to the machine is needed. An empty package list makes apt fetch whole closures.
private_apt() {
    local suite=$1 dir=$CACHE/apt/$1
    shift
    if [ -z "$(find "$dir/ready" -mmin -720 2>/dev/null)" ]; then # mirrors drop what they replaced
        mkdir -p "$dir"/lists/partial "$dir"/archives/partial
        : >"$dir/status"
        apt_source "$suite" >"$dir/suite.sources"
        apt_in "$dir" apt-get -qq update && touch "$dir/ready"
    fi
    apt_in "$dir" "$@"
}

apt_in() {
    local dir=$1 command=$2
    shift 2
    DEBIAN_FRONTEND=noninteractive "$command" -o APT::Sandbox::User= -o Acquire::Languages=none -o Dir::State="$dir" \
        -o Dir::State::Lists="$dir/lists" -o Dir::State::status="$dir/status" -o Dir::Cache="$dir" \
        -o Dir::Cache::archives="$dir/archives" -o Dir::Etc::sourcelist="$dir/suite.sources" \
        -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null "$@"
}

# The machine's own Debian mirror and keyring, pointed at another suite.
apt_source() {
    local own uri keyring
    own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    uri=$(apt-get --print-uris update 2>/dev/null | sed -n "s|^'\(.*\)/dists/$own/InRelease'.*|\1|p" | head -1)
    [ -n "$uri" ] || die "apt knows no Debian mirror here: install what is missing yourself"
    keyring=$(grep -rlF "$uri" /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null |
        xargs -r grep -hoiE 'signed-by[:=] *[^] ]+' | head -1 | sed 's/^[^:=]*[:=] *//') || true
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n' "$uri" "$1"
    [ ! -f "$keyring" ] || printf 'Signed-By: %s\n' "$keyring"
}

# present PACKAGE...: a status file of apt's that has these as installed.
present() {
    local package
    for package; do
        printf '%s\n' "Package: $package" 'Status: install ok installed' 'Multi-Arch: allowed' 'Version: 99:0' \
            "Architecture: $(dpkg --print-architecture)" ''
    done
}

# unpack SUITE DIR PACKAGE...: these packages alone, unpacked into DIR.
unpack() {
    local suite=$1 dir=$2
    shift 2
    rm -rf "$dir.debs" && mkdir -p "$dir.debs"
    private_apt "$suite" true
    (cd "$dir.debs" && private_apt "$suite" apt-get -qq download "$@" >&2)
    extract "$dir.debs" "$dir"
}

# unpack_with_dependencies SUITE DIR PACKAGE...: likewise, with all they depend on.
unpack_with_dependencies() {
    local suite=$1 dir=$2 archives=$CACHE/apt/$1/archives
    shift 2
    private_apt "$suite" apt-get -qq -y --no-install-recommends --download-only install "$@" >&2
    extract "$archives" "$dir"
    mkdir -p "$archives/partial"
}

extract() { # DEBS DIR: DEBS is used up; DIR appears when it is whole
    local deb
    rm -rf "$2.part" "$2" && mkdir -p "$2.part"
    for deb in "$1"/*.deb; do dpkg -x "$deb" "$2.part"; done
    mv "$2.part" "$2"
    rm -rf "$1"
}
