import pytest
import typer

from docktor.cli.durations import minutes


@pytest.mark.parametrize(
    ("text", "expected"), [("30s", 0.5), ("10m", 10), ("2h", 120), ("1h30m", 90), ("1d", 1440), ("1.5h", 90)]
)
def test_durations(text: str, expected: float) -> None:
    assert minutes(text) == expected


@pytest.mark.parametrize(
    "text", ["", "10", "m", "ten minutes", "10 m x", "-5m", "0m", "1e9m", "nan", "9999999d", "\uff15m"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match=r"not a duration|out of range"):
        minutes(text)
