"""Loads to learn from, in replicas' worth, minute by minute."""

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from docktor.core.forecast.forecaster import Forecaster

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
DAY = 1440
Loads = Callable[[int], float]


def noon(minute: int) -> float:
    """A hill each day, and at noon a step to twice as much for half an hour."""
    place = minute % DAY
    hill = 4 + 3 * math.sin(2 * math.pi * (place / DAY - 0.25))
    return hill * (2 if 720 <= place < 750 else 1)


def noisy(minute: int) -> float:
    return 5 + random.Random(minute).gauss(0, 0.5)


def spikes(minute: int) -> float:
    """A rare one out of nowhere."""
    return 12.0 if random.Random(minute).random() < 0.002 else 3.0


def learn(forecaster: Forecaster, loads: Loads, since: int, until: int, floor: float = 1.4) -> None:
    for minute in range(since, until):
        load = loads(minute)
        forecaster.see(MONDAY + timedelta(minutes=minute), load, load * floor)
