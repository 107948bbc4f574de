#!/usr/bin/env bash
# page.sh ensure|lint|test|fmt|types: the page, built from ui/ into ui/build when that is older than what it is made of;
# linted, tested, formatted; or the types of the API made anew. Needs Node.js 20.19 or newer, and its packages, as locked, come here.
. "$(dirname "$0")/lib.sh"
cd "$ROOT/ui"
export PYTHONPATH=$ROOT:$ROOT/backend

node_is_here() { have node && have npm && node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)'; }

packages() {
    node_is_here || die "the page is built with Node.js 20.19 or newer, which is not here: https://nodejs.org"
    [ node_modules/.package-lock.json -nt package-lock.json ] || {
        say "fetching the page's packages"
        npm ci --ignore-scripts --no-audit --no-fund --silent
        touch node_modules/.package-lock.json
    }
}

built() {
    [ -f build/index.html ] &&
        [ -z "$(find . ../pyproject.toml -newer build/index.html -type f -not -path './node_modules/*' -not -path './build/*' -print -quit)" ]
}

case ${1:-} in
ensure)
    built || { lock && packages && say "building the page" && npx vite build --logLevel warn; }
    ;;
lint)
    lock && packages
    python -m scripts.page_types --check
    npx biome check --log-level=warn .
    npx tsc --noEmit
    ;;
test)
    lock && packages
    npx vitest run --reporter=dot
    ;;
fmt)
    lock && packages
    npx biome check --write --log-level=warn .
    ;;
types)
    lock && packages
    python -m scripts.page_types
    ;;
*) die "usage: page.sh ensure|lint|test|fmt|types" ;;
esac
