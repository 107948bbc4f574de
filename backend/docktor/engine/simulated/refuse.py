"""What stands in the way of scaling a simulated service: the same codes a Docker engine gives."""

from docktor.core.model import RunState
from docktor.engine.simulated.containers import ServiceRun
from docktor.errors import ScaleRefusedError


def check(run: ServiceRun, asked: int) -> None:
    """Raises ScaleRefusedError: zero, paused, stopped, container-name, fixed-port."""
    service, containers = run.spec.service, run.containers
    if asked < 1:
        raise ScaleRefusedError("zero", f"{service} can't be scaled to {asked}: one replica must stay")
    paused = [container.name for container in containers if container.state is RunState.PAUSED]
    if paused:
        raise ScaleRefusedError(
            "paused", f"{', '.join(paused)} is paused, which only a person does: {service} is left as it is"
        )
    if asked <= len(containers):
        return
    if not any(container.state in (RunState.RUNNING, RunState.RESTARTING) for container in containers):
        raise ScaleRefusedError("stopped", f"no replica of {service} runs: start it first")
    if run.spec.obstacles:
        raise ScaleRefusedError(run.spec.obstacles[0][0], run.spec.unscalable or "")
