"""The project to look at without Docker: its load rises and falls every three minutes, for ever."""

from docktor.core.loadmodel import ServiceModel
from docktor.core.policy import Condition, Op, Pair, Policy
from docktor.core.world import ServiceId
from docktor.engine.simulated.world import MIB, SimulatedService, World, hill, step

PROJECT = "demo"
CYCLE = 180.0


def web_load(at: float) -> float:
    """Requests per second: quiet, a hill with a sudden step on its far side, quiet again."""
    at %= CYCLE
    return 25 + hill(at, 15, 105, 380) + step(at, 70, 90, 120)


def worker_load(at: float) -> float:
    """Messages per second: a trickle, one large burst and one small."""
    at %= CYCLE
    return 3 + step(at, 25, 45, 130) + step(at, 110, 120, 60)


def db_load(at: float) -> float:
    """Queries per second: follows the web service."""
    return 5 + web_load(at) / 10


def demo_world() -> World:
    """Project `demo`: a web service, a queue worker, and a database that can't be scaled."""
    return World(
        (
            SimulatedService(
                ServiceId(PROJECT, "db"),
                db_load,
                ServiceModel(capacity=200, startup=3),
                memory_bytes=180 * MIB,
                container_name="demo-db",
                host_port=5432,
            ),
            SimulatedService(
                ServiceId(PROJECT, "web"), web_load, ServiceModel(capacity=100, startup=5), replicas=2, cpu_limit=0.5
            ),
            SimulatedService(
                ServiceId(PROJECT, "worker"),
                worker_load,
                ServiceModel(capacity=20, startup=3, queue=True),
                memory_bytes=96 * MIB,
                healthcheck=False,
            ),
        )
    )


def demo_policies() -> tuple[Policy, ...]:
    """Rules quick enough that three minutes show both services grow and shrink."""
    return (
        _policy("web", scale_up_by=2, scale_down_by=2, max_replicas=8),
        _policy("worker", scale_up_by=2, scale_down_by=2, max_replicas=6),
    )


def _policy(name: str, *, scale_up_by: int, scale_down_by: int, max_replicas: int) -> Policy:
    return Policy(
        ServiceId(PROJECT, name),
        min_replicas=1,
        max_replicas=max_replicas,
        scale_up_by=scale_up_by,
        scale_down_by=scale_down_by,
        check_interval=5,
        metrics_window=10,
        cooldown=Pair(up=0, down=15),
        stabilization=Pair(up=0, down=20),
        up_when=(Condition("cpu.avg", Op.GT, 75),),
        down_when=(Condition("cpu.avg", Op.LT, 20),),
    )
