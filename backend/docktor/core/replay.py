"""What would have been decided: a recorded history, judged again by the functions that decide in production. Pure.

Nothing here decides: `decide` does, on snapshots of the replayed replicas, and each change becomes the next snapshot's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from docktor.core.decide import after_scaling, decide
from docktor.core.decision import Action, Past, Verdict
from docktor.core.figures import Change, Replayed, Tally, Yardstick, yardstick
from docktor.core.foresight import Foresight
from docktor.core.gap import after_gap
from docktor.core.history import History, Moment
from docktor.core.metrics import BUILT_IN, QUEUES, RATE_OUT, READY, REPLICAS
from docktor.core.policy import Mode, Policy
from docktor.core.readiness import readiness
from docktor.core.rules import MOST_REPLICAS
from docktor.core.whatif import Load, LoadModel, learn, told
from docktor.core.words import number
from docktor.core.world import Health, Observation, Replica, RunState, ServiceState, Snapshot

_LONG = timedelta(days=1)
_ALMOST = 0.9
"""A check comes when this much of its interval is over: recorded times tremble."""
_ALWAYS = (*QUEUES, MOST_REPLICAS, "health.restarts", READY)
"""What deciding looks at whatever the rules speak of."""


def replay(policy: Policy, history: History, by: Yardstick | None = None, model: LoadModel | None = None) -> Replayed:
    """What `policy` would have decided. Same input, same answer.

    `by`: what `minutes_above` goes by, the policy's own by default. `model`: what `learn` makes of the history.
    """
    measure = by or yardstick(policy)
    tally = Tally(measure)
    acting = replace(policy, mode=Mode.AUTO, mode_up=None, mode_down=None)
    metric = measure.over.metric if measure else None
    names = {*policy.metrics, *_ALWAYS} | ({metric} if metric else set())
    load = Load(model or learn(history), tuple(sorted(names)))
    run = _Run(acting, load, tally, metric, policy.metrics)
    for moment in history.moments:
        run.step(moment)
    return tally.result()


def assumptions(history: History, *policies: Policy) -> tuple[str, ...]:
    """What `replay` takes for granted about these policies, as sentences."""
    metrics = {name for policy in policies for name in policy.metrics}
    found = list(told(history, learn(history), metrics))
    if any(policy.target is not None and policy.forecast for policy in policies):
        found.append("a forecast begins anew with the first record, and counts after two hours at the earliest")
    short = min((policy.check_interval for policy in policies), default=history.step)
    if short < history.step * _ALMOST:
        found.append(f"judged at what is recorded, every {number(history.step)} s, not every {number(short)} s")
    return tuple(found)


def common_yardstick(now: Policy, proposed: Policy) -> Yardstick | None:
    """What both are measured by, so that they can be compared: that of the rules in force, if it fits the proposed."""
    found = yardstick(now)
    return found if found is not None and found.over.metric in proposed.metrics else None


def recorded_names(*policies: Policy) -> tuple[str, ...]:
    """The metrics that a history needs to have for these policies."""
    spoken = {name for policy in policies for name in policy.metrics}
    return tuple(sorted({*spoken, *_ALWAYS, REPLICAS, READY, RATE_OUT}))


@dataclass(slots=True)
class _Run:
    """One walk through time."""

    policy: Policy
    load: Load
    tally: Tally
    metric: str | None
    metrics: frozenset[str]
    crew: tuple[Replica, ...] = ()
    made: int = 0
    served: int = 0
    past: Past | None = None
    foresight: Foresight = field(default_factory=Foresight)
    checked: datetime | None = None
    unknown_since: dict[str, datetime] = field(default_factory=dict)

    def step(self, moment: Moment) -> None:
        past = self._past(moment)
        if any(one.health is Health.STARTING for one in self.crew):
            self.crew = tuple(_grown_up(self.crew, self.load.model.start_up, moment.at))
        groups = readiness(self.crew, self.policy.metrics_window, moment.at)
        served = max(len(groups.ready), 0 if moment.fresh else self.served)
        found = self.load.at(moment, len(groups.ready), len(groups.pending), served)
        if self._due(moment):
            self.checked = moment.at
            self._check(moment, past, found)
        self.served = min(len(groups.ready), len(self.crew))  # the ready ones are the last to go
        value = found[self.metric].value if self.metric in found else None
        blind = any(name not in found for name in self.metrics)
        self.tally.add(moment, len(self.crew), len(groups.ready), value, blind=blind)

    def _past(self, moment: Moment) -> Past:
        """After a gap, and at the beginning, as a daemon that was just started."""
        if self.past is None:
            self.past = Past(watching_since=moment.at)
            ready = min(moment.ready, moment.replicas)
            self._add(ready, moment.at - _LONG)
            self._add(moment.replicas - ready, moment.at)
        elif moment.fresh:
            self.past = after_gap(self.past, self.policy, moment.at)
            self.unknown_since.clear()
        return self.past

    def _due(self, moment: Moment) -> bool:
        if self.checked is None or moment.fresh:
            return True
        return (moment.at - self.checked).total_seconds() >= self.policy.check_interval * _ALMOST

    def _check(self, moment: Moment, past: Past, found: dict[str, Observation]) -> None:
        seen = self.foresight.look(self.policy, self._snapshot(moment, found))
        tick = decide(self.policy, seen, past, moment.at)
        self.past, verdict = tick.past, tick.verdict
        self.tally.judged(verdict.limits)
        if verdict.action is not Action.HOLD:
            self._carry_out(verdict, tick.past, moment.at)

    def _carry_out(self, verdict: Verdict, past: Past, now: datetime) -> None:
        change = Change(now, verdict.current, verdict.target, verdict.reason, verdict.limits)
        self.tally.change(change)
        self.past = after_scaling(past, verdict.action, verdict.target, now)
        if verdict.action is Action.SCALE_UP:
            self._add(verdict.target - verdict.current, now)
        else:
            self.crew = _first_to_stay(self.crew)[: verdict.target]

    def _snapshot(self, moment: Moment, found: dict[str, Observation]) -> Snapshot:
        missing = {name: "not recorded" for name in self.metrics if name not in found}
        for name in self.metrics:
            if name in found:
                self.unknown_since.pop(name, None)
            elif name.startswith("queue.") or name not in BUILT_IN:
                self.unknown_since.setdefault(name, moment.at)
        parked = None if self.crew else Replica("r0", "r0", 1, RunState.EXITED)
        state = ServiceState(self.policy.service, self.crew, parked=parked)
        return Snapshot(state, moment.at, found, missing, dict(self.unknown_since))

    def _add(self, count: int, since: datetime) -> None:
        """Replicas that started then; their health is that of a start until the start-up is over."""
        names = [f"r{self.made + index + 1}" for index in range(count)]
        self.made += count
        fresh = [Replica(name, name, self.made, RunState.RUNNING, Health.STARTING, started_at=since) for name in names]
        self.crew = (*self.crew, *fresh)


def _grown_up(crew: Iterable[Replica], start_up: float, now: datetime) -> Iterable[Replica]:
    for one in crew:
        over = one.started_at is not None and (now - one.started_at).total_seconds() >= start_up
        yield replace(one, health=Health.HEALTHY) if over and one.health is Health.STARTING else one


def _first_to_stay(crew: tuple[Replica, ...]) -> tuple[Replica, ...]:
    """Those that serve before those that don't yet; among equals the older ones."""
    return tuple(sorted(crew, key=lambda one: one.health is Health.STARTING))
