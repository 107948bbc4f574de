"""Numbers and spans of time as a person reads them."""

import math
import unicodedata

NO_DECIMALS_FROM = 100
CENT = 0.01
MINUTES_FROM, HOURS_FROM = 100, 2 * 3600


def number(value: float | None) -> str:
    """At most three digits after which nobody looks: 82.3, 1250, 0.04; `?` for unknown."""
    if value is None:
        return "?"
    if math.isinf(value):
        return "any amount"
    if abs(value) >= NO_DECIMALS_FROM or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}"


def seconds(value: float) -> str:
    """42 s, 3 min, 2 h."""
    if value < MINUTES_FROM:
        return f"{math.ceil(value)} s"
    return f"{value / 60:.0f} min" if value < HOURS_FROM else f"{value / 3600:.1f} h"


def money(value: float) -> str:
    """1250.00, 3.83; 0.0042 where two decimals would say nothing."""
    return f"{value:.2f}" if value == 0 or abs(value) >= CENT else f"{value:.2g}"


def count(amount: int, noun: str) -> str:
    """1 replica, 2 replicas."""
    return f"{amount} {noun}{'' if amount == 1 else 's'}"


def clean(text: str) -> str:
    """Names and reasons may hold anything, terminal commands too: what does not print becomes `?`."""
    return "".join("?" if unicodedata.category(char)[0] == "C" else char for char in text)
