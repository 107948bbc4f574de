# Docktor, as a Docker Desktop extension and as a container of its own. Plain instructions only: engines from 20.10 on
# build it, with and without BuildKit. For a release, give the base by digest: --build-arg PYTHON_IMAGE=python:3.13-slim@sha256:...
ARG PYTHON_IMAGE=python:3.13-slim
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS page
WORKDIR /src/ui
COPY ui/package.json ui/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY pyproject.toml /src/
COPY ui ./
RUN npx vite build --logLevel warn

FROM ${PYTHON_IMAGE} AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY docker/uv.txt docker/
RUN pip install --quiet --only-binary=:all: --require-hashes --root-user-action=ignore --target /opt/uv -r docker/uv.txt
# Every package comes as a wheel and by its hash in uv.lock; nothing is resolved and no setup script runs.
COPY pyproject.toml uv.lock ./
RUN UV_PROJECT_ENVIRONMENT=/opt/venv /opt/uv/bin/uv sync --locked --no-dev --extra all --no-build --no-install-project \
 && UV_PROJECT_ENVIRONMENT=/opt/build /opt/uv/bin/uv sync --locked --only-group build --no-build
COPY README.md LICENSE ./
COPY backend backend
RUN /opt/uv/bin/uv build --quiet --wheel --no-build-isolation --python /opt/build/bin/python --out-dir /opt/dist \
 && /opt/uv/bin/uv pip install --quiet --python /opt/venv/bin/python --no-deps --no-index /opt/dist/*.whl

FROM ${PYTHON_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=
# Where the project is at home. example.org until it is published: `make validate-extension RELEASE=yes` refuses that.
ARG HOMEPAGE=https://example.org/docktor
LABEL org.opencontainers.image.title="Docktor" \
      org.opencontainers.image.description="Keeps the services of Docker Compose projects at the right number of replicas, and says why." \
      org.opencontainers.image.vendor="The Docktor authors" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.url="${HOMEPAGE}" \
      com.docker.desktop.extension.api.version=">= 0.3.4" \
      com.docker.desktop.extension.icon="${HOMEPAGE}/docktor.svg" \
      com.docker.extension.screenshots="[{\"alt\":\"What Docktor keeps, and why\",\"url\":\"${HOMEPAGE}/screenshot.png\"}]" \
      com.docker.extension.detailed-description="<p>Docktor scales the services of your Docker Compose projects by CPU, memory, network, queues or any number you name, within hard limits, and writes down why.</p><p>It mounts the engine's socket, which is as much as root on the engine: its replicas are copies of your own containers.</p>" \
      com.docker.extension.publisher-url="${HOMEPAGE}" \
      com.docker.extension.additional-urls="[{\"title\":\"Documentation\",\"url\":\"${HOMEPAGE}\"}]" \
      com.docker.extension.changelog="<p>The first version: rules, targets, queues, scale to zero, and a model that may advise.</p>" \
      com.docker.extension.categories="container-orchestration,utility-tools"
RUN echo 'docktor:x:65532:65532:docktor:/data:/bin/false' >>/etc/passwd \
 && echo 'docktor:x:65532:' >>/etc/group \
 && mkdir -p /data /run/guest-services \
 && chown 65532:65532 /data
COPY --from=build /opt/venv /opt/venv
COPY metadata.json docktor.svg docker-compose.yaml LICENSE /
COPY --from=page /src/ui/build /ui
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DOCKTOR_HOME=/data DOCKTOR_PAGE=/ui HOME=/tmp
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/opt/venv/bin/python", "-m", "docktor.cli.container", "healthy"]
# Starts as root to open Docker Desktop's socket and to find the group of the engine's, then becomes 65532 (docktor).
ENTRYPOINT ["/opt/venv/bin/python", "-m", "docktor.cli.container"]
CMD ["daemon", "start", "--foreground", "--engine", "docker", "--listen", "off"]
