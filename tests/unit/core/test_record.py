import json
import math
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.decision import Approval, Decision, Metadata, Outcome
from docktor.core.record import from_dict, to_dict
from tests.unit.memory.making import DECISIONS, NOON, make

KEYS = [
    *("id", "timestamp", "iteration", "project", "service", "action", "current_replicas", "target_replicas"),
    *("reason", "avg_cpu", "observations", "rules", "limits", "source", "metadata", "approval", "phase"),
    *("took_ms", "error", "outcome"),
]


@given(DECISIONS)
def test_any_decision_survives_being_written_as_json(decision: Decision) -> None:
    text = json.dumps(to_dict(decision), allow_nan=False)
    assert from_dict(json.loads(text)) == decision


@given(DECISIONS)
def test_every_key_is_there_in_the_order_of_the_contract(decision: Decision) -> None:
    assert list(to_dict(decision)) == KEYS


def test_unknown_is_null_and_inner_keys_are_all_there() -> None:
    written = to_dict(
        replace(
            make(7),
            took_ms=None,
            approval=Approval("waiting"),
            outcome=Outcome("helped", NOON, {"cpu.avg": 40.0}),
        )
    )
    assert written["took_ms"] is None
    assert written["error"] is None
    assert written["observations"] == {"cpu.avg": 92.5, "queue.backlog": None}
    assert written["metadata"] == dict.fromkeys(
        ["provider", "model", "latency_ms", "tokens", "advice", "chosen", "changed", "failure"]
    )
    assert written["approval"] == {"state": "waiting", "by": None, "at": None}
    assert written["outcome"] == {
        "verdict": "helped",
        "at": "2026-03-01T12:00:00Z",
        "observations": {"cpu.avg": 40.0},
    }


def test_times_are_written_in_utc_with_a_z() -> None:
    elsewhere = datetime(2026, 3, 1, 14, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert to_dict(make(1, timestamp=elsewhere))["timestamp"] == "2026-03-01T09:00:00Z"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        to_dict(make(1, timestamp=datetime(2026, 3, 1)))  # noqa: DTZ001 - such a time is the case tested


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_written_as_unknown(number: float) -> None:
    rule = replace(make(1).rules[0], value=number, threshold=number)
    decision = replace(
        make(1, avg_cpu=number, observations={"cpu.avg": number}, rules=(rule,)),
        took_ms=number,
        metadata=Metadata(latency_ms=number),
    )
    written = to_dict(decision)
    text = json.dumps(written, allow_nan=False)
    assert (written["avg_cpu"], written["took_ms"]) == (None, None)
    read = from_dict(json.loads(text))
    assert read.observations == {"cpu.avg": None}
    assert read.rules[0].value is None
    assert math.isnan(read.rules[0].threshold)


def test_keys_of_a_newer_version_are_passed_over_and_optional_ones_may_be_absent() -> None:
    data = to_dict(make(3))
    data["vectors"] = [1, 2]
    for key in ("rules", "limits", "metadata", "approval", "took_ms", "error", "outcome", "avg_cpu"):
        del data[key]
    read = from_dict(data)
    assert (read.id, read.rules, read.metadata, read.took_ms) == (3, (), Metadata(), None)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "7"),
        ("id", True),
        ("id", -1),
        ("id", 2**63),
        ("timestamp", "yesterday"),
        ("timestamp", "2026-03-01T12:00:00"),
        ("timestamp", "0001-01-01T00:00:00+14:00"),
        ("timestamp", None),
        ("project", 5),
        ("action", "explode"),
        ("target_replicas", 2.5),
        ("avg_cpu", "92"),
        ("observations", [1]),
        ("observations", {"cpu.avg": "high"}),
        ("rules", "none"),
        ("rules", [None]),
        ("limits", {"code": "max"}),
        ("source", "moon"),
        ("metadata", []),
        ("approval", {"state": 1}),
        ("phase", None),
        ("error", False),
        ("outcome", {"verdict": "helped"}),
    ],
)
def test_nonsense_is_refused_with_the_key_that_is_wrong(key: str, value: object) -> None:
    data = to_dict(make(3))
    data[key] = value
    with pytest.raises(ValueError, match=r"must be") as caught:
        from_dict(data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [None, 3, "decision", [], {}])
def test_what_is_no_decision_at_all_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        from_dict(data)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=10,
)


@given(st.sampled_from(KEYS), ANY_JSON)
def test_any_value_under_any_key_is_read_or_refused_never_worse(key: str, value: object) -> None:
    data = to_dict(make(3))
    data[key] = value
    try:
        read = from_dict(data)
    except ValueError:
        return
    assert from_dict(to_dict(read)) == read or math.isnan(read.rules[0].threshold)
