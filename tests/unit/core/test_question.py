"""What a model is asked, and how it is worded."""

import json
import math
from dataclasses import replace
from datetime import timedelta

import pytest

from docktor.core.candidates import Candidate, candidates
from docktor.core.decide import decide
from docktor.core.decision import Past
from docktor.core.policy import Condition, Op, Policy, Target
from docktor.core.prompt import LONGEST_REASON, answer_schema, user_text
from docktor.core.question import MOST_RULES, Question, aliases, question
from docktor.core.trend import Glance
from docktor.core.world import Health, Observation, RunState, Snapshot
from tests.unit.core.build import NOW, PAST, POLICY, at, replica, seen, service

TRAIL = tuple(Glance(at(-ago), {"cpu.avg": value}) for ago, value in ((600, 31), (300, 40.04), (60, 64.25)))


def asked(policy: Policy, look: Snapshot, past: Past = PAST, trail: tuple[Glance, ...] = TRAIL) -> Question:
    tick = decide(policy, look, past, look.at)
    return question(policy, look, tick, candidates(policy, look, tick), trail)


def told(policy: Policy, look: Snapshot, past: Past = PAST) -> dict[str, object]:
    found = json.loads(user_text(asked(policy, look, past)))
    assert isinstance(found, dict)
    return found


def test_the_whole_question_as_it_is_sent() -> None:
    past = PAST._replace(last_up=at(-90.4), last_down=at(-7200))
    assert user_text(asked(POLICY, seen(3, 82.449), past)) == (
        '{"replicas":{"now":3,"ready":3,"min":1,"max":10},'
        '"rules":[{"up":"cpu.avg > 75","holds":true,"now":82.4},{"down":"cpu.avg < 20","holds":false,"now":82.4}],'
        '"metrics":[{"metric":"cpu.avg","now":82.4,"1_min_ago":64.2,"5_min_ago":40,"10_min_ago":31}],'
        '"seconds_since_it":{"grew":90,"shrank":7200},'
        '"candidates":[{"id":"A","replicas":3,"change":"stay","expected":{"cpu.avg":82.4}},'
        '{"id":"B","replicas":4,"change":"+1","expected":{"cpu.avg":61.8}},'
        '{"id":"C","replicas":5,"change":"+2","expected":{"cpu.avg":49.5},"rules":true}]}'
    )


def test_fewer_is_told_with_its_sign() -> None:
    found = asked(replace(POLICY, scale_down_by=2), seen(4, 5)).candidates
    text = user_text(asked(replace(POLICY, scale_down_by=2), seen(4, 5)))
    assert [one.replicas for one in found] == [2, 3, 4]
    assert [one["change"] for one in json.loads(text)["candidates"]] == ["-2", "-1", "stay"]


def test_what_is_not_known_is_left_out() -> None:
    found = told(replace(POLICY, up_when=(*POLICY.up_when, Condition("memory.avg", Op.GT, 90))), seen(3, 90))
    assert found["rules"] == [
        {"up": "cpu.avg > 75", "holds": True, "now": 90},
        {"up": "memory.avg > 90", "holds": None},
        {"down": "cpu.avg < 20", "holds": False, "now": 90},
    ]
    assert [one["metric"] for one in json.loads(user_text(asked(POLICY, seen(3, 90))))["metrics"]] == ["cpu.avg"]
    assert "seconds_since_it" not in found


@pytest.mark.parametrize(
    ("up", "down", "since"),
    [
        (-5, None, {"grew": 5}),
        (None, -5, {"shrank": 5}),
        (-5, -9.6, {"grew": 5, "shrank": 10}),
        (50, None, {"grew": 0}),
    ],
)
def test_since_it_grew_and_shrank(up: float | None, down: float | None, since: dict[str, int]) -> None:
    past = Past(PAST.watching_since, last_up=at(up) if up else None, last_down=at(down) if down else None)
    assert told(POLICY, seen(3, 50), past)["seconds_since_it"] == since


def test_ready_are_those_that_serve() -> None:
    state = service(2, replica(3, state=RunState.RESTARTING), replica(4, health=Health.STARTING))
    assert told(POLICY, seen(4, 50, state=state))["replicas"] == {"now": 4, "ready": 2, "min": 1, "max": 10}
    idle = Snapshot(service(1), NOW, {"queue.backlog": Observation.exact(0)})
    queue = replace(POLICY, min_replicas=0, up_when=(Condition("queue.backlog", Op.GT, 9),), down_when=())
    assert asked(queue, idle).fewest == 0


def test_at_most_twelve_rules_and_those_that_hold_first() -> None:
    many = tuple(Condition("cpu.avg", Op.GT, threshold) for threshold in (95, 94, 93, 92, 91, *range(80, 60, -1)))
    rules = asked(replace(POLICY, up_when=many), seen(3, 70.5)).rules
    assert len(rules) == MOST_RULES
    assert [rule.held for rule in rules] == [True] * 10 + [False] * 2
    assert [rule.threshold for rule in rules][-2:] == [95, 94]


def test_a_target_is_told_among_the_rules() -> None:
    found = told(replace(POLICY, up_when=(), down_when=(), target=Target("cpu.avg", 60)), seen(3, 62))
    assert found["rules"] == [{"target": "cpu.avg ~ 60", "holds": True, "now": 62}]


def test_names_that_others_gave_are_numbered() -> None:
    assert aliases(["orders", "cpu.avg", "carts", "orders", "queue.lag"]) == {"carts": "metric_1", "orders": "metric_2"}
    assert aliases(["metric_2", "a"]) == {"a": "metric_1", "metric_2": "metric_2"}
    found = told(
        replace(POLICY, up_when=(Condition("orders", Op.GT, 5),), down_when=()),
        seen(3, 50, more={"orders": Observation.exact(9)}),
    )
    assert found["rules"] == [{"up": "metric_1 > 5", "holds": True, "now": 9}]
    assert {"metric": "metric_1", "now": 9} in list(found["metrics"])  # type: ignore[call-overload]  # of JSON


def test_a_choice_stands_for_its_number() -> None:
    found = asked(POLICY, seen(3, 90))
    assert [found.replicas(one) for one in ("A", "B", "C", "D", "a", "", None)] == [3, 4, 5, None, None, None, None]
    assert found.by_rules == 5


def test_the_schema_has_these_ids_and_no_others() -> None:
    schema = answer_schema(asked(POLICY, seen(3, 90)))
    assert schema == {
        "type": "object",
        "properties": {
            "reason": {"type": "string", "maxLength": LONGEST_REASON},
            "choice": {"type": "string", "enum": ["A", "B", "C"]},
        },
        "required": ["reason", "choice"],
        "additionalProperties": False,
    }
    assert list(schema["properties"]) == ["reason", "choice"]  # type: ignore[call-overload]  # a model thinks first
    assert answer_schema(asked(POLICY, seen(9, 90)))["properties"]["choice"]["enum"] == ["A", "B"]  # type: ignore[index]


@pytest.mark.parametrize("odd", [math.inf, -math.inf, math.nan])
def test_what_is_no_number_is_not_told(odd: float) -> None:
    found = asked(POLICY, seen(3, 90))
    odder = replace(
        found,
        rules=tuple(replace(rule, value=odd) for rule in found.rules),
        trends=tuple(replace(trend, now=odd, ago=((60, odd), (300, 5.0))) for trend in found.trends),
        candidates=tuple(Candidate(one.id, one.replicas, one.by_rules, {"cpu.avg": odd}) for one in found.candidates),
    )
    text = user_text(odder)
    assert "nan" not in text.lower() and "inf" not in text.lower()
    assert json.loads(text)["metrics"] == [{"metric": "cpu.avg", "5_min_ago": 5}]
    assert "expected" not in text


@pytest.mark.parametrize(
    ("value", "worded"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (75.0, "75"),
        (0.123456, "0.123"),
        (1234.5, "1230"),
        (99.95, "100"),
        (123456789.0, "123000000"),
        (1e15, "1000000000000000"),
        (1e16, "1e+16"),
        (1.234e300, "1.23e+300"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (5e-324, "5e-324"),
        (-82.449, "-82.4"),
    ],
)
def test_three_digits_are_enough(value: float, worded: str) -> None:
    assert f'{{"metric":"cpu.avg","now":{worded}}}' in user_text(asked(POLICY, seen(3, value), trail=()))


def test_the_same_question_is_the_same_text_whatever_order_things_came_in() -> None:
    more = {name: Observation.exact(n) for n, name in enumerate(("queue.lag", "orders", "memory.avg", "carts"))}
    policy = replace(POLICY, up_when=tuple(Condition(name, Op.GT, 50) for name in (*more, "cpu.avg")))
    turned = seen(3, 90, more=dict(reversed(more.items())))
    assert user_text(asked(policy, seen(3, 90, more=more))) == user_text(asked(policy, turned))
    later = seen(3, 90, more=more)._replace(at=NOW + timedelta(0))
    assert user_text(asked(policy, later)) == user_text(asked(policy, turned))
