"""What stands in the way of scaling a simulated service: the same codes a Docker engine gives."""

from docktor.core.world import RunState
from docktor.engine.simulated.containers import ServiceRun
from docktor.errors import ScaleRefusedError

LIVE = (RunState.RUNNING, RunState.RESTARTING)


def check(run: ServiceRun, asked: int, *, parked: bool) -> None:
    """Raises ScaleRefusedError: negative, paused, stopped, container-name, fixed-port.

    `parked`: the only container waits at zero, and may be started.
    """
    service, containers = run.spec.service, run.containers
    if asked < 0:
        raise ScaleRefusedError("negative", f"{service} can't have {asked} replicas")
    paused = [container.name for container in containers if container.state is RunState.PAUSED]
    if paused:
        raise ScaleRefusedError(
            "paused", f"{', '.join(paused)} is paused, which only a person does: {service} is left as it is"
        )
    if 0 < asked < len(containers):
        return
    if not parked and not any(container.state in LIVE for container in containers):
        raise ScaleRefusedError("stopped", f"no replica of {service} runs: start it first")
    if asked > len(containers) and run.spec.obstacles:
        raise ScaleRefusedError(run.spec.obstacles[0][0], run.spec.unscalable or "")
