"""Durations as people type them."""

import math
import re

import typer

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhd])", re.ASCII)


def minutes(text: str) -> float:
    """`30s`, `10m`, `1h30m`, `2h` or `1d` in minutes. Raises typer.BadParameter for anything else."""
    plain = text.strip().lower()
    parts = _PART.findall(plain)
    if not parts or "".join(number + unit for number, unit in parts) != plain:
        raise typer.BadParameter(f"'{text}' is not a duration: write 30s, 10m, 2h or 1h30m")
    total = sum(float(number) * _SECONDS[unit] for number, unit in parts) / 60
    if not 0 < total <= 60 * 24 * 365 or not math.isfinite(total):
        raise typer.BadParameter(f"'{text}' is out of range: more than nothing, at most 365d")
    return total
