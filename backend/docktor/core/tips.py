"""What is advised about the size of a service."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Tip:
    """`code`: stable, for programs. `evidence`: the numbers it is drawn from, and those it comes to."""

    code: str
    text: str
    evidence: Mapping[str, Figure]
