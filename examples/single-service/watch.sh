#!/usr/bin/env bash
# Replicas and the CPU of each (100 % = one core; a replica of this example may use 20 %), anew every 3 s until Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")"
while :; do
    ids=$(docker compose ps -q web)
    [ ! -t 1 ] || clear
    printf '%(%H:%M:%S)T  web: %s replicas\n' -1 "$(wc -w <<<"$ids")"
    # shellcheck disable=SC2086 # one argument for each id
    [ -z "$ids" ] || docker stats --no-stream --format 'table {{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}' $ids || true
    sleep 3
done
