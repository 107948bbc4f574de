# Runs in the web container.
# First, how much of the loop in cgi-bin/index.cgi costs WORK_MS milliseconds of this machine's CPU time?
TURNS=400000
awk -v turns=$TURNS 'BEGIN { for (i = 0; i < turns; i++) x = (x * 31 + i) % 65521 }'
times >/tmp/times # (in a pipe it would tell the times of the pipe)
WORK=$(awk -v turns=$TURNS -v ms="${WORK_MS:-20}" \
    'NR == 2 { sub(/.*m/, "", $1); print int(turns * ms / 1000 / ($1 > 0.01 ? $1 : 0.01)) }' /tmp/times)
export WORK

httpd -f -p 8080 -h /www &
# Told to stop: takes no new requests, finishes those it has, ends.
trap 'kill $!; sleep 1; exit 0' TERM INT
wait
