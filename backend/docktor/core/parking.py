"""Telling a service that we scaled to zero from one that a person stopped."""

from dataclasses import replace

from docktor.core.model import Parked, RunState, ServiceState


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
