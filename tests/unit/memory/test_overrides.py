import json
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docktor.core.decision import Hold
from docktor.core.policy import Mode, Modes
from docktor.core.world import ServiceId
from docktor.errors import StorageError
from docktor.memory.overrides import Overrides
from tests.unit.memory.making import NOON

CAREFUL = Modes(Mode.AUTO, Mode.REVIEW)
REVIEWED, OFF = Modes.both(Mode.REVIEW), Modes.both(Mode.OFF)
API, WEB, WORKER = (ServiceId("shop", name) for name in ("api", "web", "worker"))
HOLD = Hold(NOON + timedelta(minutes=10), "release é", "alice")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "overrides.json"


def opened(path: Path) -> Overrides:
    overrides = Overrides(path)
    assert overrides.open() is None
    return overrides


def test_nothing_is_set_at_first(path: Path) -> None:
    overrides = opened(path)
    assert (dict(overrides.holds), dict(overrides.modes)) == ({}, {})
    assert not path.exists()


def test_holds_and_modes_are_there_after_reopening(path: Path) -> None:
    overrides = opened(path)
    overrides.set_hold(WEB, HOLD)
    overrides.set_mode(WORKER, REVIEWED)
    overrides.set_mode(API, CAREFUL)
    overrides.set_mode(WEB, OFF)
    overrides.set_mode(WEB, None)
    again = opened(path)
    assert dict(again.holds) == {WEB: HOLD}
    assert dict(again.modes) == {API: CAREFUL, WORKER: REVIEWED}
    assert json.loads(path.read_bytes())["modes"] == {
        "shop/api": {"up": "auto", "down": "review"},
        "shop/worker": "review",
    }
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_hold_can_be_taken_away(path: Path) -> None:
    overrides = opened(path)
    overrides.set_hold(WEB, HOLD)
    overrides.set_hold(WEB, None)
    overrides.set_hold(WORKER, None)
    assert dict(opened(path).holds) == {}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_a_file_that_makes_no_sense_is_kept_beside_and_told(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    overrides = Overrides(path)
    told = overrides.open()
    assert told is not None
    assert str(path) in told
    assert "\n" not in told
    assert path.with_name("overrides.json.bad").read_bytes() == content
    overrides.set_hold(WEB, HOLD)
    assert dict(opened(path).holds) == {WEB: HOLD}


def test_what_can_be_understood_is_in_force(path: Path) -> None:
    good = {"until": "2026-03-01T12:10:00Z", "reason": "release é", "by": "alice", "newer": 1}
    holds = {
        "shop/web": good,
        "shop": good,
        "shop/a": 5,
        "shop/b": {**good, "until": "soon"},
        "shop/c": {**good, "by": 7},
    }
    modes = {
        "shop/api": {"down": "review", "up": "auto"},
        "shop/web": "review",
        "shop/worker": "sleepy",
        "shop/a": None,
        "shop/b": {"up": "auto"},
        "shop/c": {"up": "auto", "down": ["off"]},
        "shop/d": {"up": "auto", "down": "review", "left": "off"},
    }
    path.write_text(json.dumps({"version": 2, "holds": holds, "modes": modes, "future": True}))
    overrides = Overrides(path)
    told = overrides.open()
    assert dict(overrides.holds) == {WEB: HOLD}
    assert dict(overrides.modes) == {API: CAREFUL, WEB: REVIEWED}
    assert told is not None
    for wrong in (
        "holds.shop:",
        "holds.shop/a:",
        "holds.shop/b:",
        "holds.shop/c:",
        "modes.shop/worker:",
        "modes.shop/a:",
        "modes.shop/b:",
        "modes.shop/c:",
        "modes.shop/d:",
    ):
        assert wrong in told


WHOLE = json.dumps({"version": 1, "holds": {}, "modes": {"shop/api": CAREFUL.plain, "shop/web": "review"}}).encode()


@settings(deadline=None)  # a busy disk
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_one_damaged_byte_never_prevents_opening(place: int, flip: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[place] ^= flip
    with TemporaryDirectory() as folder:
        path = Path(folder) / "overrides.json"
        path.write_bytes(damaged)
        overrides = Overrides(path)
        overrides.open()
        overrides.set_mode(WEB, OFF)
        assert opened(path).modes[WEB] == OFF


def test_where_it_cannot_be_written_nothing_changes(path: Path) -> None:
    overrides = Overrides(path.parent / "gone" / "overrides.json")
    overrides.open()
    with pytest.raises(StorageError, match="cannot use"):
        overrides.set_hold(WEB, HOLD)
    assert dict(overrides.holds) == {}
