"""A single value as YAML 1.2 and 1.1 both read it."""

import math
import re

Plain = str | int | float | bool | None
_MAX = 10**300
_SAFE = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./@+-]|:(?=[A-Za-z0-9_./@+-]))*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(value: Plain, quote: str = "") -> str:
    """`value` as it is written; text stands in that kind of quotes, or in any where it must. Raises ValueError."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        if abs(value) >= _MAX:
            raise ValueError("the number is too large")
        return str(value)
    if isinstance(value, float):
        return _number(value)
    return "null" if value is None else _text(value, quote)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    digits, e, power = repr(value).partition("e")
    return (
        f"{digits}.0{e}{power}" if e and "." not in digits else repr(value)
    )  # without the dot YAML 1.1 has it as text


def _text(value: str, quote: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("the value is not text that UTF-8 can hold") from None
    if not quote and _SAFE.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_ESCAPES.get(char) or _printable(char) for char in value) + '"'


def _printable(char: str) -> str:
    return char if char.isprintable() else f"\\U{ord(char):08X}"
