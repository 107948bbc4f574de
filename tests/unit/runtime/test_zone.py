"""The zone in which days begin: TZ, the system's, or UTC."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from docktor.runtime.clock import local_zone

NOWHERE = Path("/nowhere/localtime")
SUMMER = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Asia/Tokyo", ":Asia/Tokyo"])
def test_the_environment_names_it(name: str) -> None:
    assert local_zone({"TZ": name}, NOWHERE) == ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize("environment", [{}, {"TZ": ""}])
def test_without_any_it_is_utc(environment: dict[str, str]) -> None:
    assert local_zone(environment, NOWHERE) is UTC


def test_the_systems_with_its_summer_time() -> None:
    file = Path("/usr/share/zoneinfo/Europe/Berlin")
    if not file.exists():
        pytest.skip("this machine has no zones in files")
    assert SUMMER.astimezone(local_zone({}, file)).utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("name", ["CET-1CEST", "No/Such", "/etc/passwd", "..", "\0"])
def test_what_is_no_name_of_a_zone_is_no_fault(name: str) -> None:
    assert SUMMER.astimezone(local_zone({"TZ": name}, NOWHERE)) == SUMMER


def test_a_file_that_is_none_of_a_zone(tmp_path: Path) -> None:
    (tmp_path / "localtime").write_bytes(b"CET")
    assert local_zone({}, tmp_path / "localtime") is UTC
