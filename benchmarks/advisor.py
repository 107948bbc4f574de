"""What a model that advises costs: time of ticks and of decisions, size of questions, questions a day.

`python -m benchmarks.advisor`. The models are a local HTTP server that speaks OpenAI's protocol; nothing is inferred.
"""

import asyncio
import json
import math
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.models.answers import pick_rules
from tests.models.failures import hang, late
from tests.models.server import ModelServer

from docktor.config.model import Config, Entry
from docktor.core.advisor import AdvisorMode, AdvisorPolicy, Ask, Budget
from docktor.core.asking import Standing, answered, heed, offered, still_counts, watched
from docktor.core.candidates import Candidate
from docktor.core.decide import after_scaling, decide
from docktor.core.decision import Action, Past
from docktor.core.loadmodel import ServiceModel
from docktor.core.policy import Condition, Op, Pair, Policy
from docktor.core.prompt import SYSTEM, user_text
from docktor.core.scenarios import built_in
from docktor.core.situation import replicas_of
from docktor.core.world import Observation, ServiceId, ServiceState, Snapshot
from docktor.engine.simulated.engine import SimulatedEngine
from docktor.engine.simulated.world import SimulatedService, World
from docktor.memory.home import Home
from docktor.memory.store import Store
from docktor.runtime.clock import Clock
from docktor.runtime.daemon import Daemon, DaemonOptions

SERVICES, ROUNDS = 20, 40
ANSWERS_IN_S = 0.3
INTERVAL_S = 10.0
DAY_S = 86_400
START = datetime(2026, 3, 1, tzinfo=UTC)
UNLIMITED = Budget(100_000, 100_000)

POLICY = Policy(
    service=ServiceId("bench", "web"),
    min_replicas=1,
    max_replicas=10,
    check_interval=INTERVAL_S,
    metrics_window=2,
    up_when=(Condition("cpu.avg", Op.GT, 75),),
    down_when=(Condition("cpu.avg", Op.LT, 20),),
)


def run() -> list[str]:
    """Markdown lines. Needs no engine and no model."""
    ticks, cycles = asyncio.run(_measure())
    return [*_tick_lines(ticks), "", *_cycle_lines(cycles), "", *_size_lines(), "", *_day_lines()]


@dataclass(frozen=True, slots=True)
class Cycle:
    """From a check in which a rule fires to the intent on record, in seconds; bytes of one question."""

    seconds: list[float]
    request_bytes: int = 0


async def _measure() -> tuple[dict[str, list[float]], dict[str, Cycle]]:
    async with ModelServer() as server:
        advise = AdvisorPolicy(base_url=server.openai_url, model="ai/llama3.2", budget=UNLIMITED, timeout=8)
        cases: dict[str, AdvisorPolicy | None] = {
            "no model": None,
            "a model that answers in 0.3 s": advise,
            "a model that hangs": advise,
        }
        ticks, cycles = {}, {}
        for name, llm in cases.items():
            server.behave(hang() if "hangs" in name else late(ANSWERS_IN_S, pick_rules()))
            ticks[name] = await _ticks(replace(llm, ask=Ask.ALWAYS) if llm else None)
            cycles[name] = Cycle([await _cycle(llm) for _ in range(5)], _bytes(server))
        shadow = replace(advise, mode=AdvisorMode.SHADOW)
        server.behave(late(ANSWERS_IN_S, pick_rules()))
        cycles["in the shadows, 0.3 s"] = Cycle([await _cycle(shadow) for _ in range(5)], _bytes(server))
    return ticks, cycles


def _bytes(server: ModelServer) -> int:
    return len(json.dumps(server.requests[-1].body)) if server.requests else 0


@asynccontextmanager
async def _daemon(llm: AdvisorPolicy | None, services: int, load: float) -> AsyncIterator[Daemon]:
    names = [ServiceId("bench", f"s{n}") for n in range(services)]
    model = ServiceModel(capacity=100, startup=1)
    world = World(tuple(SimulatedService(name, lambda _: load, model) for name in names), create_seconds=0.01)
    config = Config(
        None, None, None, tuple(Entry(replace(POLICY, service=name), ()) for name in names), (), watched=(), llm=llm
    )
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.create()
        engine = SimulatedEngine(Clock().now, world)
        store = await Store.open(home, Clock().now())
        daemon = Daemon(DaemonOptions(home=home.path), config, None, store, engine)
        await daemon.begin()
        running = asyncio.create_task(daemon.run())
        try:
            while llm and daemon.advisor.unable():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
            await asyncio.sleep(4)  # a window of samples
            yield daemon
        finally:
            await daemon.office.stop()
            await running
            await daemon.close()
            await engine.close()
            await store.close()


async def _ticks(llm: AdvisorPolicy | None) -> list[float]:
    """Wall time of single ticks; with a model, each service has a question open all the time."""
    times = []
    async with _daemon(llm, SERVICES, load=50) as daemon:
        for _ in range(ROUNDS):
            for keeper in daemon.fleet.keepers.values():
                begun = time.perf_counter()
                await keeper.check()
                times.append(time.perf_counter() - begun)
            await asyncio.sleep(0)
    return times


async def _cycle(llm: AdvisorPolicy | None) -> float:
    async with _daemon(llm, 1, load=95) as daemon:
        (keeper,) = daemon.fleet.keepers.values()
        begun = datetime.now(UTC)  # noqa: TID251 - compared with times on record
        await keeper.check()
        while not (decisions := await daemon.office.decisions()):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
        return max((decisions[-1].timestamp - begun).total_seconds(), 0.0)


def _tick_lines(ticks: dict[str, list[float]]) -> list[str]:
    lines = [
        f"{SERVICES} simulated services, {ROUNDS} ticks each, side by side; a model is asked at every check.",
        "",
        "| one tick | median | 99 % | longest |",
        "|---|---:|---:|---:|",
    ]
    for name, times in ticks.items():
        figures = (statistics.median(times), statistics.quantiles(times, n=100)[-1], max(times))
        lines.append(f"| {name} | " + " | ".join(f"{1000 * figure:.2f} ms" for figure in figures) + " |")
    return lines


def _cycle_lines(cycles: dict[str, Cycle]) -> list[str]:
    lines = [
        f"From a check in which a rule fires to the intent on record, every {INTERVAL_S:g} s, timeout 8 s; five each.",
        "",
        "| a full cycle | median | longest | size of the request |",
        "|---|---:|---:|---:|",
    ]
    for name, one in cycles.items():
        size = f"{one.request_bytes} bytes" if one.request_bytes and name != "no model" else "-"
        lines.append(f"| {name} | {statistics.median(one.seconds):.2f} s | {max(one.seconds):.2f} s | {size} |")
    return lines


def _size_lines() -> list[str]:
    texts = [SYSTEM + user_text(one.question) for one in built_in()]
    sizes = [len(text) for text in texts]
    return [
        f"Question and instructions, over {len(sizes)} built-in situations. Tokens at 3 characters each, which is more",
        "than any common tokenizer needs for such text.",
        "",
        "| | characters | tokens, about |",
        "|---|---:|---:|",
        f"| usual | {statistics.median(sizes):.0f} | {statistics.median(sizes) / 3:.0f} |",
        f"| largest | {max(sizes)} | {max(sizes) / 3:.0f} |",
    ]


@dataclass
class Day:
    ticks: int = 0
    changes: int = 0
    asked: int = 0


def _day_lines() -> list[str]:
    lines = [
        "A day of a quiet service, checked every 10 s: load of 0.5 to 2 replicas over the day, with noise.",
        "",
        "| | ticks | changes | questions | ticks for each question |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, ask, stays in (
        ("asked about changes, agrees", Ask.CHANGES, False),
        ("asked about changes, always says stay", Ask.CHANGES, True),
        ("asked before shrinking only, agrees", Ask.DOWN, False),
        ("asked always, agrees", Ask.ALWAYS, False),
    ):
        day = _day(AdvisorPolicy(ask=ask), stays=stays)
        per = f"{day.ticks / day.asked:.0f}" if day.asked else "-"
        lines.append(f"| {name} | {day.ticks} | {day.changes} | {day.asked} | {per} |")
    return lines


def _day(settings: AdvisorPolicy, *, stays: bool) -> Day:
    """The same pure functions as in the daemon, folded over a day."""
    policy = replace(POLICY, cooldown=Pair(0, 60), stabilization=Pair(0, 300))
    past, standing, replicas, day = Past(watching_since=START), Standing(), 1, Day()
    for second in range(0, DAY_S, int(INTERVAL_S)):
        seen = _seen(second, replicas)
        tick = decide(policy, seen, past, seen.at)
        past = tick.past
        standing = watched(standing, policy, seen, tick)
        choice = offered(settings, policy, seen, tick, standing)
        verdict = tick.verdict
        if choice:
            chosen = seen.current if stays else _by_rules(choice)
            earlier = still_counts(policy, tick, choice, standing, seen.at)
            day.asked += earlier is None
            verdict = heed(verdict, choice, chosen, "model")
            standing = answered(standing, tick.verdict, verdict, chosen, seen.at, anew=earlier is None)
        day.ticks += 1
        if verdict.action is not Action.HOLD:
            day.changes += 1
            replicas = verdict.target
            past = after_scaling(past, verdict.action, replicas, seen.at)
    return day


def _by_rules(choice: tuple[Candidate, ...]) -> int:
    return next(one.replicas for one in choice if one.by_rules)


def _seen(second: int, replicas: int) -> Snapshot:
    load = 125 - 75 * math.cos(2 * math.pi * second / DAY_S) + 12 * math.sin(second * 0.37) * math.cos(second * 0.11)
    cpu = min(load / replicas, 100.0)
    at = START + timedelta(seconds=second)
    state = ServiceState(POLICY.service, replicas_of(replicas, START - timedelta(days=1)))
    return Snapshot(state, at, {"cpu.avg": Observation.exact(cpu)}, {})


if __name__ == "__main__":
    print("\n".join(run()))
