"""What counts as a number. Brokers and endpoints answer all sorts of things."""

from docktor.core.signals import fault_of
from docktor.errors import SignalUnavailableError


def number(value: object, what: str) -> float:
    """`value` as it is, if it can be a count or a measure.

    Raises SignalUnavailableError (lying) for text, null, true, NaN, infinity, negatives and absurdly large ones.
    """
    if fault := fault_of(value):
        raise SignalUnavailableError(f"{what} is {fault}", "lying")
    assert isinstance(value, int | float)
    return float(value)
