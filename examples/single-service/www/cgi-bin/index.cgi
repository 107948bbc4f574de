#!/bin/sh
# One request: a fixed piece of work, one more hit in redis, and who did it.
awk -v turns="${WORK:-40000}" 'BEGIN { for (i = 0; i < turns; i++) x = (x * 31 + i) % 65521 }'
hits=$(printf 'INCR hits\r\nQUIT\r\n' | nc -w 1 redis 6379 | { IFS=: read -r _ hits; printf '%d' "${hits%?}"; })
read -r name </etc/hostname
printf 'Content-Type: text/plain\r\n\r\n%s served hit %s\n' "$name" "${hits:-unknown}"
