#!/usr/bin/env bash
# image.sh build|multiarch|install|validate: the image, which is also the Docker Desktop extension.
# IMAGE (docktor), VERSION (the package's), HOMEPAGE: what it is called and where it is at home.
# PYTHON_IMAGE, NODE_IMAGE: its bases; else python:3.13-slim and node:24-slim, or where no registry answers what is
# made here of Debian's packages and this machine's Node.js.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

IMAGE=${IMAGE:-docktor}
VERSION=${VERSION:-$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)}
arguments=(--build-arg "VERSION=$VERSION" --build-arg "REVISION=$(git rev-parse HEAD 2>/dev/null || true)")
[ -z "${HOMEPAGE:-}" ] || arguments+=(--build-arg "HOMEPAGE=$HOMEPAGE")

build() {
    local base=${PYTHON_IMAGE:-docktor-local/python-slim} node=${NODE_IMAGE:-docktor-local/node-slim}
    [ -n "${PYTHON_IMAGE:-}" ] || scripts/images.sh python-slim
    [ -n "${NODE_IMAGE:-}" ] || scripts/images.sh node-slim
    # One that was made here can be reached from here only.
    [ "$(docker image inspect -f '{{len .RepoDigests}}' "$base" 2>/dev/null)" != 0 ] || arguments+=(--network host)
    docker build "${arguments[@]}" --build-arg "PYTHON_IMAGE=$base" --build-arg "NODE_IMAGE=$node" -t "$IMAGE:$VERSION" -t "$IMAGE:dev" .
    docker image inspect -f "{{.Size}}" "$IMAGE:$VERSION" | awk -v name="$IMAGE:$VERSION" '{ printf "%s: %.0f MB\n", name, $1 / 1e6 }'
}

multiarch() {
    docker buildx build "${arguments[@]}" ${PYTHON_IMAGE:+--build-arg "PYTHON_IMAGE=$PYTHON_IMAGE"} \
        ${NODE_IMAGE:+--build-arg "NODE_IMAGE=$NODE_IMAGE"} \
        --platform linux/amd64,linux/arm64 --provenance=mode=max --sbom=true -t "$IMAGE:$VERSION" --push .
}

desktop() { docker extension version >/dev/null 2>&1; }

install() {
    desktop || die "docker extension is not here: it comes with Docker Desktop"
    if docker extension ls 2>/dev/null | grep -q "^$IMAGE:\?"; then
        docker extension update -f "$IMAGE:$VERSION"
    else
        docker extension install -f "$IMAGE:$VERSION"
    fi
}

validate() {
    python -m scripts.extension_lint ${RELEASE:+--release} "$IMAGE:$VERSION"
    if desktop; then
        docker extension validate --sdk-compatibility "$IMAGE:$VERSION"
    else
        say "docker extension validate was not run: it comes with Docker Desktop"
    fi
}

case ${1:-} in
build | multiarch | install | validate) "$1" ;;
*) die "usage: image.sh build|multiarch|install|validate" ;;
esac
