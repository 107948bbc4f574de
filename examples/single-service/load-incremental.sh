#!/usr/bin/env bash
# Load that grows step by step (6 to 30 requests per second, 30 s each) and ends: watch replicas come, then go.
exec python3 "$(dirname "$0")/load.py" "http://127.0.0.1:${PORT:-8080}/" --rate 6,12,18,24,30 --step 30 --seconds 150
