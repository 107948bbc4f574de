"""Telling a service that we scaled to zero from one that a person stopped."""

from dataclasses import replace
from datetime import datetime

from docktor.core.world import Parked, RunState, ServiceState


def set_aside(state: ServiceState, parked: Parked | None) -> ServiceState:
    """The state with its only replica in `parked`, if that lies as we left it; else unchanged.

    Beside other replicas it is one that ended, like any: somebody has brought the service back.
    """
    if parked is None or len(state.replicas) != 1:
        return state
    (only,) = state.replicas
    if only.state is not RunState.EXITED or (only.id, only.finished_at) != (parked.container, parked.finished_at):
        return state
    return replace(state, replicas=(), parked=only)


def left_at_zero(state: ServiceState, begun: datetime) -> Parked | None:
    """The parked replica of a scale to zero that began then and of whose end nothing is known, if it came so far."""
    if len(state.replicas) != 1:
        return None
    (only,) = state.replicas
    if only.state is not RunState.EXITED or only.finished_at is None or only.finished_at < begun:
        return None
    return Parked(only.id, only.finished_at)
