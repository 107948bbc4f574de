"""The wall clock is set, or the machine slept: nothing is taken away in haste, and nothing waits for ever."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from docktor.core.decision import Action, Past
from docktor.core.gap import after_gap
from docktor.runtime import daemon as daemons
from docktor.runtime.clock import Clock
from tests.runtime.stage import POLICY, stage

HOURS = 3600.0
NOON = datetime.fromisoformat("2026-03-01T12:00:00+00:00")


class SetClock(Clock):
    """The clock of a machine on which somebody sets it; what measures spans goes on."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        super().__init__()

    def now(self) -> datetime:
        return super().now() + self.ahead


def test_a_clock_that_keeps_step_has_not_jumped() -> None:
    clock = SetClock()
    assert clock.jumped() == 0
    clock.ahead += timedelta(seconds=1)
    assert clock.jumped() == 0


@pytest.mark.parametrize("jump", [8 * HOURS, -2 * HOURS, 400 * 24 * HOURS])
def test_a_jump_is_noticed_once(jump: float) -> None:
    clock = SetClock()
    clock.ahead += timedelta(seconds=jump)
    assert clock.jumped() == pytest.approx(jump, abs=5)
    assert clock.jumped() == 0


async def test_a_whole_window_is_seen_anew_before_anything_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SetClock()
    monkeypatch.setattr(daemons, "Clock", lambda: clock)
    async with stage(tmp_path, load=95) as on:
        await on.until(lambda view: view.replicas == 3)
        on.load.value = 1
        clock.ahead += timedelta(hours=8)
        await on.until(lambda view: view.replicas < 3)
        jumped = next(event for event in await on.events() if "the clock jumped" in event.text)
        first = [one for one in await on.daemon.office.decisions() if one.action is Action.SCALE_DOWN][-1]
    assert first.timestamp - jumped.at >= timedelta(seconds=POLICY.metrics_window)


def test_no_time_of_the_past_lies_in_the_future_after_a_clock_was_set_back() -> None:
    policy = replace(POLICY, cooldown=replace(POLICY.cooldown, down=60))
    later = NOON + timedelta(hours=2)
    past = Past(later, expected=3, last_up=later, last_down=later, outside_until=later, failures=2, retry_at=later)
    found = after_gap(past, policy, NOON)
    assert (found.watching_since, found.last_up, found.last_down, found.retry_at) == (NOON, NOON, NOON, None)
    assert found.outside_until == NOON + timedelta(seconds=60)
    assert (found.expected, found.failures) == (None, 2)


def test_cooldowns_go_on_after_a_gap() -> None:
    earlier = NOON - timedelta(seconds=20)
    past = Past(earlier, last_up=earlier, outside_until=NOON + timedelta(seconds=1))
    found = after_gap(past, replace(POLICY, cooldown=replace(POLICY.cooldown, down=60)), NOON)
    assert (found.last_up, found.last_down, found.outside_until) == (earlier, None, past.outside_until)
