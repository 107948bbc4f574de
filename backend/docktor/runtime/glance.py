"""A small picture of every managed service: its driving metric over the last while."""

from collections.abc import Mapping
from datetime import timedelta

from docktor.core.policy import Policy
from docktor.core.world import ServiceId
from docktor.memory.store import Store
from docktor.runtime.clock import Clock
from docktor.runtime.keeper import Keeper
from docktor.runtime.look import driving
from docktor.runtime.views import Glance

MOST_POINTS = 60


async def glances(
    keepers: Mapping[ServiceId, Keeper], store: Store, clock: Clock, minutes: float
) -> tuple[Glance, ...]:
    """One of each, by name. One question to the index for all."""
    driven = {service: driving(keeper.policy, keeper) for service, keeper in sorted(keepers.items())}
    wanted = [(service, metric) for service, metric in driven.items() if metric is not None]
    now = clock.now()
    found = await store.glance(wanted, now - timedelta(minutes=minutes), now, MOST_POINTS)
    return tuple(
        Glance(
            service.project,
            service.name,
            metric,
            threshold(keepers[service].policy, metric),
            found.get((service, metric), ()) if metric is not None else (),
        )
        for service, metric in driven.items()
    )


def threshold(policy: Policy, metric: str | None) -> float | None:
    """Where more replicas come: of the first rule for it, else the target, else where replicas go."""
    for one in policy.up_when:
        if one.metric == metric:
            return one.value
    if policy.target is not None and policy.target.metric == metric:
        return policy.target.value
    return next((one.value for one in policy.down_when if one.metric == metric), None)
