"""A policy as an entry of docktor.yaml: read again, it is the same policy."""

from pathlib import Path

import pytest

from docktor.compose.document import Value, parse
from docktor.config.edit_service import set_service
from docktor.config.entry import entry_of_policy, first_entry
from docktor.config.model import Config, Flags
from docktor.config.resolve import resolve
from docktor.core.policy import Condition, Mode, Op, Pair, Policy, Prefer, Target
from docktor.core.world import ServiceId
from docktor.signals import registry
from tests.unit.config.places import load, shop

WEB = ServiceId("shop", "web")
UP, DOWN = (Condition("cpu.avg", Op.GT, 75),), (Condition("cpu.avg", Op.LE, 20.5),)
QUEUE: Value = {"kind": "nats", "url": "nats://nats:4222", "stream": "S", "consumer": "C"}
POLICIES = {
    "by default": Policy(WEB, up_when=UP, down_when=DOWN),
    "one side": Policy(WEB, up_when=UP),
    "a target": Policy(WEB, target=Target("memory.avg", 62.5, 0.2), max_replicas=3),
    "everything": Policy(
        WEB,
        Mode.REVIEW,
        min_replicas=3,
        max_replicas=30,
        scale_up_by=5,
        scale_down_by=4,
        check_interval=0.5,
        metrics_window=15,
        cooldown=Pair(1, 2.5),
        stabilization=Pair(3, 4),
        up_when=UP,
        down_when=DOWN,
        target=Target("cpu.max", 80),
        max_step_up=6,
        max_step_down=2,
    ),
    "half a step": Policy(WEB, up_when=UP, max_step_down=2),
    "to zero": Policy(
        WEB, min_replicas=0, target=Target("queue.lag", 9), activation=4, cooldown_zero=30, fallback_replicas=2
    ),
    "another project": Policy(ServiceId("blog", "web"), up_when=UP),
    "a target alone": Policy(WEB, target=Target("cpu.avg", 65), learns_patience=True),
    "a target and a patience of its own": Policy(WEB, target=Target("cpu.avg", 65)),
    "a preference": Policy(WEB, target=Target("cpu.avg", 65), learns_patience=True, prefer=Prefer.CHEAP, price=0.05),
    "no forecast": Policy(WEB, target=Target("cpu.avg", 65), learns_patience=True, forecast=False, horizon=90),
}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_it_comes_to_the_same_policy(tmp_path: Path, policy: Policy) -> None:
    path = shop(tmp_path, None) / "docktor.yaml"

    def read(candidate: Path) -> Config:
        return resolve(Flags(config=candidate), {}, candidate.parent, registry)

    entry = entry_of_policy(policy, "shop")
    extra: dict[str, Value] = {"queue": QUEUE} if policy.min_replicas == 0 else {}
    set_service(path, policy.service, {**entry, **extra}, project="shop", check=read)
    (found,) = read(path).entries
    assert found.policy == policy
    assert found.written == {**entry, **extra}


def test_what_is_so_by_default_is_left_out() -> None:
    assert entry_of_policy(Policy(WEB, target=Target("cpu.avg", 60), learns_patience=True), "shop") == {
        "name": "web",
        "mode": "auto",
        "min_replicas": 2,
        "max_replicas": 10,
        "target": {"metric": "cpu.avg", "value": 60, "tolerance": 0.1},
    }


@pytest.mark.parametrize(("replicas", "sizes"), [(0, (1, 10)), (3, (3, 10)), (12, (12, 12))])
def test_a_beginning_leaves_the_service_as_it_is(replicas: int, sizes: tuple[int, int]) -> None:
    entry = first_entry(WEB, replicas, "shop")
    assert (entry["min_replicas"], entry["max_replicas"]) == sizes
    assert "project" not in entry and first_entry(WEB, 1, None)["project"] == "shop"


def test_an_entry_is_shown_as_it_is_written(tmp_path: Path) -> None:
    text = """\
services:
  - name: consumer
    max_replicas: ${MOST:-7}
    check_interval: 5s
    rules:
    target: {metric: queue.backlog, value: 10}
    queue: {kind: nats, url: "nats://${NATS_KEY}@nats:4222", stream: S, consumer: C}
"""
    (entry,) = load(tmp_path, text, env={"NATS_KEY": "geheim"}).entries
    value = parse(text).value
    assert isinstance(value, dict) and isinstance(value["services"], list)
    item = value["services"][0]
    assert isinstance(item, dict)
    assert entry.written == {key: part for key, part in item.items() if part is not None}
    assert "geheim" not in str(entry.written)


def test_the_form_for_one_service_is_shown_as_an_entry(tmp_path: Path) -> None:
    flags = Flags(manual=True)
    (entry,) = load(tmp_path, "service: api\nscaling: {cpu_high: 90, max_replicas: 4}\n", flags=flags).entries
    assert entry.written == {
        "name": "api",
        "mode": "auto",  # a flag makes it review, not the file
        "min_replicas": 2,
        "max_replicas": 4,
        "rules": {
            "scale_up_when": [{"metric": "cpu.avg", "op": ">=", "value": 90}],
            "scale_down_when": [{"metric": "cpu.avg", "op": "<=", "value": 20}],
        },
    }
