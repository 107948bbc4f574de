#!/usr/bin/env bash
# Stops the engine started here and removes what setting up, testing and running made in this folder.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

scripts/engine.sh stop
rm -rf .cache .venv dist ui/node_modules ui/build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
find . -name __pycache__ -type d -prune -exec rm -rf {} +
