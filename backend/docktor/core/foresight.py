"""What is learned of one service as it is watched: how long its replicas take to start, and how its load goes."""

import math
from collections.abc import Mapping
from datetime import datetime

from docktor.core.backlog import Speeds, is_queue
from docktor.core.forecast.forecaster import Forecaster
from docktor.core.load import flows, full_of, load_of, worth_of
from docktor.core.metrics import QUEUES, RATE_IN, RATE_OUT, READY
from docktor.core.policy import Policy, Prefer, Target
from docktor.core.startup import StartUps
from docktor.core.target import aim_of, floor_of
from docktor.core.world import Snapshot

RARE, RARE_AT, STEEP = 0.02, 0.65, 12.0
"""Where replicas are to be 65 % full, the load may come to be above the forecast's bound in 2 % of minutes; more where
they may be fuller: rare = 0.02 · exp(12 · (aim - 0.65))."""
RAREST, OFTENEST = 0.002, 0.45
RARE_WAIT = {Prefer.CHEAP: 0.5, Prefer.BALANCED: 0.3, Prefer.FAST: 0.1}
"""The same of a queue, where what comes too early waits."""
FORESEEN = "forecast.replicas"
"""The bound, in replicas' worth of load, as it is put on record."""


class Foresight:
    """Show it every look, in order of time. Deterministic; the same in production, replay and simulation."""

    def __init__(self) -> None:
        self.start_ups = StartUps()
        self._speeds = Speeds()
        self._forecaster: Forecaster | None = None
        self._about: tuple[Target, Prefer] | None = None

    def look(self, policy: Policy, seen: Snapshot) -> Snapshot:
        """The snapshot with what is foreseen at it."""
        ready = seen.observations.get(READY)
        count = int(ready.value) if ready else 0
        self.start_ups = self.start_ups.look(seen.at, seen.current, count)
        horizon, target = self._horizon(policy), policy.target
        if target is None:
            return seen._replace(horizon=horizon)
        if is_queue(target):
            told = {name: seen.observations[name].low for name in (*QUEUES, RATE_OUT) if name in seen.observations}
            self._speeds = self._speeds.look(told, count, policy.check_interval)
        speed = self._speeds.usual
        if not policy.forecast:
            return seen._replace(horizon=horizon, speed=speed)
        forecaster = self._ready(target, policy, horizon + policy.check_interval)
        flowing = flows(target, seen.observations, speed)
        load = load_of(target, seen, speed)
        if load is not None and (flowing or not is_queue(target)):
            forecaster.see(seen.at, load.value, load.value * floor_of(policy, target, flowing=flowing))
        return seen._replace(horizon=horizon, speed=speed, outlook=forecaster.outlook)

    def remember(self, policy: Policy, at: datetime, values: Mapping[str, float], lasts: float) -> None:
        """Something from the record, before any look: what was seen in so many seconds, READY among it."""
        target, ready = policy.target, values.get(READY, 0.0)
        if target is None or not policy.forecast or target.metric not in values:
            return
        if is_queue(target):
            self._speeds = self._speeds.look(values, ready, lasts)
            if self._speeds.usual is None or RATE_IN not in values:
                return
        load = worth_of(target, values, ready, self._speeds.usual)
        ahead = self._horizon(policy) + policy.check_interval
        self._ready(target, policy, ahead).see(at, load, load * floor_of(policy, target, flowing=is_queue(target)))

    def _horizon(self, policy: Policy) -> float:
        return self.start_ups.usual if policy.horizon is None else policy.horizon

    def _ready(self, target: Target, policy: Policy, ahead: float) -> Forecaster:
        """The same one as long as it is about the same load."""
        if self._forecaster is None or self._about != (target, policy.prefer):
            self._forecaster = Forecaster(ahead, rare_of(policy, target))
            self._about = (target, policy.prefer)
        self._forecaster.look_ahead(ahead)
        return self._forecaster


def rare_of(policy: Policy, target: Target) -> float:
    """The share of minutes in which the load may come to be above the forecast's bound."""
    if is_queue(target):
        return RARE_WAIT[policy.prefer]
    aim = min(aim_of(policy, target) / full_of(target), 1.0)
    return min(max(RARE * math.exp(STEEP * (aim - RARE_AT)), RAREST), OFTENEST)


def remembered_names(target: Target) -> tuple[str, ...]:
    """The metrics that `remember` goes by."""
    return (target.metric, READY, *((*QUEUES, RATE_IN, RATE_OUT) if is_queue(target) else ()))
