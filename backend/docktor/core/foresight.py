"""What is learned of one service as it is watched: how long its replicas take to start, and how its load goes."""

from dataclasses import replace
from datetime import datetime

from docktor.core.forecast.forecaster import Forecaster
from docktor.core.load import load_of, worth_of
from docktor.core.policy import Policy, Prefer, Target
from docktor.core.startup import StartUps
from docktor.core.target import floor_of
from docktor.core.world import Snapshot

RARE = {Prefer.CHEAP: 0.06, Prefer.BALANCED: 0.02, Prefer.FAST: 0.005}
"""The share of times that the load may come to be above the forecast's bound."""


class Foresight:
    """Show it every look, in order of time. Deterministic; the same in production, replay and simulation."""

    def __init__(self) -> None:
        self.start_ups = StartUps()
        self._forecaster: Forecaster | None = None
        self._about: tuple[Target, Prefer] | None = None

    def look(self, policy: Policy, seen: Snapshot) -> Snapshot:
        """The snapshot with what is foreseen at it."""
        ready = seen.observations.get("replicas.ready")
        self.start_ups = self.start_ups.look(seen.at, seen.current, int(ready.value) if ready else 0)
        horizon = self.start_ups.usual if policy.horizon is None else policy.horizon
        target = policy.target
        if target is None or not policy.forecast:
            return replace(seen, horizon=horizon)
        forecaster = self._ready(target, policy, horizon + policy.check_interval)
        load = load_of(target, seen)
        if load is not None:
            forecaster.see(seen.at, load.value, load.value * floor_of(policy, target))
        return replace(seen, horizon=horizon, outlook=forecaster.outlook())

    def remember(self, policy: Policy, at: datetime, value: float, ready: float) -> None:
        """Something from the record, before any look: the target's metric, and the replicas that were ready."""
        if policy.target is None or not policy.forecast:
            return
        load = worth_of(policy.target, value, ready)
        ahead = (self.start_ups.usual if policy.horizon is None else policy.horizon) + policy.check_interval
        self._ready(policy.target, policy, ahead).see(at, load, load * floor_of(policy, policy.target))

    def _ready(self, target: Target, policy: Policy, ahead: float) -> Forecaster:
        """The same one as long as it is about the same load."""
        about = (target, policy.prefer)
        if self._forecaster is None or self._about != about:
            self._forecaster, self._about = Forecaster(ahead, RARE[policy.prefer]), about
        self._forecaster.look_ahead(ahead)
        return self._forecaster
