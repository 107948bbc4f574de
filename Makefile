.DEFAULT_GOAL := help
.PHONY: help setup run example example-nats test test-engines lint fmt bench clean \
	page api screenshots image image-multiarch extension install-extension validate-extension

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Python packages, as locked
	@scripts/setup.sh

run: setup ## A project under load and Docktor at work on it, on this machine; Ctrl-C ends it all
	@scripts/run.sh

example-nats: setup ## Workers that follow bursts in NATS JetStream, likewise; needs Docker
	@scripts/run.sh nats

example: setup ## The same with NAME=redis-streams, rabbitmq, kafka, sqs, prometheus or http-json
	@scripts/run.sh "$(or $(NAME),nats)"

test: setup ## All tests, on a real Docker engine (ARGS="..." go to pytest)
	@scripts/test.sh $(ARGS)

test-engines: setup ## The engine tests on Docker 20.10, 26 and 28 (root on Debian; ONLY="26 28" for some)
	@scripts/test-engines.sh $(ONLY)

lint: setup ## Style, types and who may import whom
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	@scripts/page.sh lint

fmt: setup ## Format, and repair what the linter can
	.venv/bin/ruff check --fix
	.venv/bin/ruff format
	@scripts/page.sh fmt

page: ## The page, into ui/build; needs Node.js 20.19 or newer
	@scripts/page.sh ensure

api: setup ## The page's types of the API, as it is now
	@scripts/page.sh types

screenshots: setup page ## Pictures of every screen, into docs/screenshots; needs Chromium
	@scripts/browser.sh ensure
	@PYTHONPATH=. .venv/bin/python -m scripts.screenshots

bench: setup ## Measure beside Compose and docker stats, into benchmarks/RESULTS.md
	@scripts/bench.sh $(ARGS)

image: ## The image docktor:VERSION (also :dev), for a server and for Docker Desktop
	@scripts/image.sh build

image-multiarch: ## The same for amd64 and arm64, pushed: IMAGE=registry/name HOMEPAGE=https://...
	@scripts/image.sh multiarch

extension: image validate-extension ## The image, checked as a Docker Desktop extension

install-extension: extension ## Into Docker Desktop, in place of an older one
	@scripts/image.sh install

validate-extension: setup ## The built image (RELEASE=yes: strictly) by our rules and, with Docker Desktop, by its own
	@scripts/image.sh validate

clean: ## Remove caches and packages, stop the engine that was started here
	@scripts/clean.sh
