#!/usr/bin/env bash
# browser.sh ensure: a Chromium is here for the tests that need a browser: the one that $DOCKTOR_CHROMIUM names, one on
#                    PATH, or (Debian, as root) a new one. Exit code 1, and one line that says why, when there is none.
. "$(dirname "$0")/lib.sh"

LOG=$CACHE/browser.log
NAMES=(chromium chromium-browser google-chrome) # as tests/browser/chromium.py looks for them

ensure() {
    ! present || return 0
    [ -z "${DOCKTOR_CHROMIUM:-}" ] || no_browser "DOCKTOR_CHROMIUM ($DOCKTOR_CHROMIUM) is not a program"
    lock
    present || install_one # another script may have, meanwhile
}

present() {
    local name names=("${NAMES[@]}")
    [ -z "${DOCKTOR_CHROMIUM:-}" ] || names=("$DOCKTOR_CHROMIUM")
    for name in "${names[@]}"; do ! have "$name" || return 0; done
    return 1
}

install_one() {
    have apt-get || no_browser "install one, or say where it is by DOCKTOR_CHROMIUM"
    is_root || no_browser "installing one takes root: apt-get install chromium"
    say "installing Chromium from Debian's packages"
    local apt=(apt-get -qq -y -o DPkg::Lock::Timeout=120)
    { "${apt[@]}" update && DEBIAN_FRONTEND=noninteractive "${apt[@]}" install --no-install-recommends chromium; } \
        >"$LOG" 2>&1 </dev/null || no_browser "apt-get could not install it, see $LOG"
    present || no_browser "apt-get installed none of ${NAMES[*]}, see $LOG" # Ubuntu's package is for snap only
}

no_browser() { die "no Chromium: $*"; }

case ${1:-} in
ensure) ensure ;;
*) die "usage: browser.sh ensure" ;;
esac
