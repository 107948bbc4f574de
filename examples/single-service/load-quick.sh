#!/usr/bin/env bash
# High load at once, for 90 seconds.
exec python3 "$(dirname "$0")/load.py" "http://127.0.0.1:${PORT:-8080}/" --rate 25 --step 90 --seconds 90
