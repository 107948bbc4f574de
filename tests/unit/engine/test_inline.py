"""Which files of a container Compose wrote into it, told from those the program itself made."""

from datetime import UTC, datetime

import pytest

from docktor.engine.docker.inline import written_by_compose

CREATED = datetime(2026, 11, 23, 10, 0, 0, 700000, UTC)
DIRECTORY, LINK = 1 << 31, 1 << 27  # Go's mode bits


def stat(mode: int, mtime: str) -> dict[str, object]:
    return {"name": "x", "size": 3, "mode": mode, "mtime": mtime, "linkTarget": ""}


@pytest.mark.parametrize(
    ("path", "mode", "mtime", "compose"),
    [
        ("/run/secrets/token", 0o444, "2026-11-23T10:00:00Z", True),
        ("/run/secrets/token", 0o400, "2026-11-23T10:00:01Z", True),
        ("/etc/app.conf", 0o444, "2026-11-23T10:00:00Z", True),
        ("/etc/app.conf", 0o644, "2026-11-23T10:00:00Z", False),
        ("/etc/app.conf", 0o444, "2026-11-23T10:00:00.25Z", False),
        ("/etc/app.conf", 0o444, "2026-11-23T10:05:00Z", False),
        ("/run/secrets", DIRECTORY | 0o755, "2026-11-23T10:00:00Z", False),
        ("/run/secrets/link", LINK | 0o777, "2026-11-23T10:00:00Z", False),
    ],
)
def test_files(path: str, mode: int, mtime: str, compose: bool) -> None:
    assert written_by_compose(path, stat(mode, mtime), CREATED) is compose


def test_one_that_is_gone_again() -> None:
    assert not written_by_compose("/run/secrets/token", None, CREATED)
