"""Spans of time as people write them: 10, 10s, 5m, 1h30m."""

import re

from pydantic_core import PydanticCustomError

_LONGEST_DURATION = 40
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h|d))+")
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")


def fault(message: str) -> PydanticCustomError:
    """A fault in a field, in our own words; `{value}` stands for what was given."""
    return PydanticCustomError("docktor", "{message}", {"message": message})


def seconds(value: object) -> object:
    """A duration as seconds: a number stays, `10s`, `5m`, `1h30m` become one."""
    if not isinstance(value, str):
        return value
    text = value.strip().lower()
    if len(text) > _LONGEST_DURATION or _DURATION.fullmatch(text) is None:
        raise fault("must be seconds (10), or a duration like 10s, 5m or 1h30m, not {value}")
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
