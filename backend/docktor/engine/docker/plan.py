"""Which replicas to start, create and remove for a scale. Pure: the same containers give the same plan."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from docktor.compose import labels as names
from docktor.core.world import Health, RunState
from docktor.engine.docker.wire import Inspect, health_of, labels_of, number_of, state_of

_CORPSES = (RunState.EXITED, RunState.DEAD, RunState.CREATED, RunState.REMOVING)


@dataclass(frozen=True, slots=True)
class Plan:
    """`source` is what new replicas are copied from. `create` holds container numbers, the others containers."""

    source: Inspect
    start: tuple[Inspect, ...] = ()
    create: tuple[int, ...] = ()
    remove: tuple[Inspect, ...] = ()


def half_made(inspect: Inspect) -> bool:
    """Created by an operation of ours that never came to starting it."""
    return names.OP in labels_of(inspect) and state_of(inspect) is RunState.CREATED


def make_plan(inspects: Sequence[Inspect], asked: int, taken: Collection[int] = ()) -> Plan:
    """`inspects`: all containers of the service, at least one. `taken`: numbers whose names others hold."""
    source = choose_source(inspects)
    excess = len(inspects) - asked
    if excess > 0:
        order = removal_order(inspects)
        return Plan(source, remove=tuple(order[:excess]))
    current = _current_hash(inspects)
    start = tuple(
        inspect
        for inspect in inspects
        if state_of(inspect) in (RunState.EXITED, RunState.CREATED) and _hash(inspect) == current
    )
    first = max([*map(number_of, inspects), *taken]) + 1
    return Plan(source, start, tuple(range(first, first - excess)))


def choose_source(inspects: Sequence[Inspect]) -> Inspect:
    """An up-to-date replica that works, made by Compose itself if there is one, the newest of those."""
    current = _current_hash(inspects)

    def worth(inspect: Inspect) -> tuple[bool, bool, bool, bool, int]:
        return (
            _hash(inspect) == current,
            state_of(inspect) is RunState.RUNNING,
            health_of(inspect) in (Health.NONE, Health.HEALTHY),
            names.OP not in labels_of(inspect),
            number_of(inspect),
        )

    return max(inspects, key=worth)


def removal_order(inspects: Sequence[Inspect]) -> list[Inspect]:
    """First to go first: corpses, restarting, unhealthy, starting, obsolete; among equals the highest number."""
    current = _current_hash(inspects)
    images = Counter(str(inspect.get("Image")) for inspect in inspects if _hash(inspect) == current)
    usual = images.most_common(1)[0][0]

    def rank(inspect: Inspect) -> tuple[int, int]:
        state, health = state_of(inspect), health_of(inspect)
        ranks = (
            state in _CORPSES,
            state is RunState.RESTARTING,
            health is Health.UNHEALTHY,
            health is Health.STARTING,
            _hash(inspect) != current or inspect.get("Image") != usual,
            True,
        )
        return ranks.index(True), -number_of(inspect)

    return sorted(inspects, key=rank)


def _hash(inspect: Inspect) -> str:
    return labels_of(inspect).get(names.CONFIG_HASH, "")


def _current_hash(inspects: Sequence[Inspect]) -> str:
    """That of the newest container Compose made: a copy of ours only repeats one, however new it is."""
    made = [inspect for inspect in inspects if names.OP not in labels_of(inspect)] or inspects
    return _hash(max(made, key=lambda inspect: str(inspect.get("Created", ""))))
