"""Makes `day.csv`: a shop's day, generated. Quiet nights, two peaks, a sale at eight in the evening, half an hour lost.

`python make_trace.py > day.csv`; same numbers each time.
"""

import math
import random
import sys

STEP_S = 60
LOST = range(3 * 60, 3 * 60 + 30)
"""Minutes without a row."""
SALE_AT, SALE_LASTS = 20 * 60, 45


def main() -> None:
    noise = random.Random(1)
    sys.stdout.write("time_s,load\n")
    for minute in range(24 * 60):
        load = shape(minute) * noise.uniform(0.93, 1.07)
        if minute not in LOST:
            sys.stdout.write(f"{minute * STEP_S},{load:.1f}\n")


def shape(minute: int) -> float:
    """Requests a second."""
    load = 60 + 380 * bump(minute, 11 * 60, 150) + 460 * bump(minute, 18 * 60, 120)
    since = minute - SALE_AT
    return load + 500 * math.exp(-since / SALE_LASTS) * min(since / 3, 1) if since > 0 else load


def bump(minute: int, middle: int, width: float) -> float:
    return math.exp(-(((minute - middle) / width) ** 2))


if __name__ == "__main__":
    main()
