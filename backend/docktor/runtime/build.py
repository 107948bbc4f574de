"""Chooses and makes the engine a daemon works with."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from docktor.config.build import entry_of
from docktor.config.model import Config
from docktor.core.loadmodel import ServiceModel
from docktor.engine.base import Engine
from docktor.engine.docker.engine import DockerEngine
from docktor.engine.simulated.demo import demo_policies, demo_world, web_load
from docktor.engine.simulated.engine import SimulatedEngine
from docktor.engine.simulated.world import SimulatedService, World
from docktor.errors import EngineUnavailableError, PermanentError

ENGINES = ("auto", "docker", "simulated")


async def make_engine(kind: str, config: Config, now: Callable[[], datetime]) -> tuple[Engine, Config, str | None]:
    """The engine, the configuration to run on it, and a sentence when the engine is not the real one.

    `auto` takes Docker when it answers. Without it, a daemon that was given services to keep waits for Docker to
    come back; one that was given none shows the simulated demo.
    """
    if kind not in ENGINES:
        raise PermanentError(f"unknown engine {kind!r}; one of {', '.join(ENGINES)}")
    if kind == "simulated":
        return *simulated(config, now), "simulated engine, as asked: nothing here is real"
    engine = DockerEngine()
    if kind == "docker" or config.entries:
        return engine, config, None
    try:
        await engine.info()
    except EngineUnavailableError as error:
        await engine.close()
        return *simulated(config, now), f"simulated engine, because Docker can't be had: {error}"
    return engine, config, None


def simulated(config: Config, now: Callable[[], datetime]) -> tuple[Engine, Config]:
    """The demo project when nothing is configured; otherwise the configured services under a modelled load.

    A file that names services of the demo, as one that was written while it ran does, is about the demo.
    """
    demo = demo_world()
    if config.entries and {entry.policy.service for entry in config.entries} <= {one.service for one in demo.services}:
        return SimulatedEngine(now, demo), config
    if not config.entries:
        entries = tuple(entry_of(policy) for policy in demo_policies())
        return SimulatedEngine(now, demo), replace(config, entries=entries, project=None)
    services = tuple(
        SimulatedService(
            entry.policy.service,
            web_load,
            ServiceModel(capacity=100, startup=5),
            replicas=max(entry.policy.min_replicas, 1),
        )
        for entry in config.entries
    )
    return SimulatedEngine(now, World(services)), config
