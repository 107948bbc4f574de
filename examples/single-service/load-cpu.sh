#!/usr/bin/env bash
# Burns CPU inside the replicas themselves, no request needed: for 60 seconds, or as many as given (300 at most).
# Load of this kind can't be shared: new replicas stay idle, and only bring the average down.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-60}
if ! [[ $seconds =~ ^[0-9]+$ ]] || ((seconds < 1 || seconds > 300)); then
    echo "load-cpu: give a number of seconds from 1 to 300" >&2
    exit 2
fi
ids=$(docker compose ps -q web)
[ -n "$ids" ] || { echo "load-cpu: web is not running; docker compose up -d starts it" >&2; exit 1; }
for id in $ids; do
    # timeout runs inside the container: the burning ends there even when this script is killed.
    docker exec "$id" timeout "$seconds" sh -c 'while :; do :; done' &
done
echo "load-cpu: $(wc -w <<<"$ids") replicas busy for $seconds s"
wait || true
