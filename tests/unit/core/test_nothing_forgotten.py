"""A check hands on the past and the snapshot with what it changes: all else in them stays."""

from dataclasses import replace

from docktor.core.decide import decide
from docktor.core.decision import Hold, Past, Recommendation
from docktor.core.foresight import Foresight
from docktor.core.pulse import Pulse
from docktor.core.world import Snapshot
from tests.unit.core.build import NOW, POLICY, at, seen

PAST = Past(
    watching_since=at(-999),
    iteration=7,
    expected=3,
    last_up=at(-50),
    last_down=at(-60),
    outside_until=at(30),
    hold=Hold(at(60), "testing"),
    failures=2,
    retry_at=at(20),
    recommendations=(Recommendation(at(-20), 3),),
    idle_since=at(-5),
    pulse=Pulse(at(-15).timestamp(), 1.0, 1.0),
    calm=200,
)


def different(one: object, other: object, names: set[str]) -> set[str]:
    return {name for name in names if getattr(one, name) != getattr(other, name)}


def test_a_tick_keeps_what_it_has_no_word_on() -> None:
    names = set(Past._fields)
    assert different(PAST, Past(NOW), names) == names  # a field that is new belongs into PAST above
    after = decide(POLICY, seen(3, 50), PAST, NOW).past
    assert different(after, PAST, names) == {"iteration", "recommendations", "idle_since"}


def test_a_look_keeps_all_that_was_seen() -> None:
    names = set(Snapshot._fields)
    look = seen(3, None)._replace(unknown_since={"cpu.avg": at(-30)}, speed=20.0)
    after = Foresight().look(replace(POLICY, horizon=99.0), look)
    assert different(after, look, names) == {"horizon"}
    assert names == {"state", "at", "observations", "missing", "unknown_since", "horizon", "speed", "outlook"}
