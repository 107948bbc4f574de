"""The baselines that a policy is put beside, each with the replicas it begins with."""

from dataclasses import dataclass

from docktor.core.baselines.bounds import Bounds
from docktor.core.baselines.hpa import Hpa
from docktor.core.baselines.keda import LAG_THRESHOLD, Keda
from docktor.core.baselines.optimum import Optimum
from docktor.core.baselines.plain import Ancestor, Static, at_mean, at_peak
from docktor.core.loadmodel import ServiceModel
from docktor.core.modelled import Scaler
from docktor.core.policy import Policy
from docktor.core.score import threshold_of
from docktor.core.simulate import first_replicas
from docktor.core.trace import Trace
from docktor.core.words import number

HPA_TARGET = 70.0
"""Percent of CPU, where the policy has no target for it."""


@dataclass(frozen=True, slots=True)
class Rival:
    """`first`: replicas at the beginning, all ready."""

    name: str
    scaler: Scaler
    first: int


def beside(policy: Policy, trace: Trace, model: ServiceModel) -> tuple[Rival, ...]:
    """Those that watch begin as the policy does; those that know the trace with what they know to be needed."""
    bounds, first = Bounds.of(policy), first_replicas(policy, trace, model)
    target = policy.target.value if policy.target and policy.target.metric.startswith("cpu.") else HPA_TARGET
    found = [Rival(f"HPA {number(target)} %", Hpa(target, bounds), first)]
    if model.queue:
        threshold = threshold_of(policy)
        lag = threshold.value if threshold else LAG_THRESHOLD
        found.append(Rival(f"KEDA {number(lag)}", Keda(lag, bounds, policy.activation), first))
    found.append(Rival("ancestor", Ancestor(policy.check_interval, bounds), first))
    peak = at_peak(trace, model, bounds)
    return (*found, Rival(f"static {peak}", Static(peak, policy.check_interval), peak), optimum(policy, trace, model))


def optimum(policy: Policy, trace: Trace, model: ServiceModel) -> Rival:
    scaler = Optimum(trace, model, policy.check_interval, Bounds.of(policy))
    return Rival("optimum", scaler, scaler.first)


def fixed(policy: Policy, trace: Trace, model: ServiceModel) -> Rival:
    """The fixed number for the mean load: what the elastic speedup is over."""
    replicas = at_mean(trace, model, Bounds.of(policy))
    return Rival(f"fixed {replicas}", Static(replicas, policy.check_interval), replicas)
