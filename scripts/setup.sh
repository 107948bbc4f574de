#!/usr/bin/env bash
# Puts the locked Python packages into .venv, with the uv that is here or one of its own under .cache.
. "$(dirname "$0")/lib.sh"

own_uv() {
    local venv=$CACHE/uv
    have python3 || die "needs Python 3.11 or newer (or uv)"
    say "fetching uv into $venv"
    # Debian keeps what venv needs in a package of its own.
    python3 -m venv --clear "$venv" >/dev/null 2>&1 || {
        if ! is_root || ! have apt-get; then die "python3 -m venv does not work here; install python3-venv, or uv"; fi
        { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends python3-venv; } \
            >"$CACHE/setup.log" 2>&1 </dev/null || die "could not install python3-venv, see $CACHE/setup.log"
        python3 -m venv --clear "$venv" >/dev/null
    }
    "$venv/bin/python" -m pip install -q --disable-pip-version-check uv
}

lock
uv --version >/dev/null 2>&1 || own_uv
cd "$ROOT"
uv sync --locked --all-extras --quiet
