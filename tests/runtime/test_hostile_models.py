"""Whatever stands in names and labels, and whatever a model answers: nothing outside the candidates is ever done."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from docktor.advisor.budget import Spent
from docktor.advisor.counsel import Counsel, ModelState
from docktor.advisor.endpoint import Endpoint
from docktor.config.model import Config
from docktor.core.advisor import AdvisorPolicy, Ask, Budget
from docktor.core.asking import heed
from docktor.core.decision import Phase, Source, State, Verdict
from docktor.core.loadmodel import ServiceModel
from docktor.core.policy import Pair
from docktor.core.scenarios import built_in
from docktor.core.situation import Situation
from docktor.core.world import Parked, ServiceId
from docktor.engine.base import ScaleOutcome
from docktor.engine.simulated.engine import SimulatedEngine
from docktor.engine.simulated.world import SimulatedService, World
from docktor.memory.home import Home
from docktor.memory.store import Store
from docktor.runtime.clock import Clock
from docktor.runtime.daemon import Daemon, DaemonOptions
from tests.models.answers import obedient, says
from tests.models.hostile import HOSTILE, answers, canary
from tests.models.server import ModelServer
from tests.runtime.stage import daemon_on, made, policy

MODEL = "ai/llama3.2"
SECRET = "sk-canary-9d1f7c"
PLENTY = Budget(calls_per_minute=100_000, calls_per_day=100_000)


class CountingEngine(SimulatedEngine):
    """Remembers what it was told to do."""

    def __init__(self, world: World) -> None:
        super().__init__(Clock().now, world)
        self.scaled: list[tuple[ServiceId, int]] = []

    async def scale(self, service: ServiceId, replicas: int, op_id: str, wake: Parked | None = None) -> ScaleOutcome:
        self.scaled.append((service, replicas))
        return await super().scale(service, replicas, op_id, wake)


@dataclass
class Wave:
    """Load that keeps rules busy: high and low by turns, seconds of each."""

    high: float = 95.0
    low: float = 4.0
    half: float = 6.0

    def __call__(self, at: float) -> float:
        return self.high if at % (2 * self.half) < self.half else self.low


def world_of(names: Sequence[ServiceId], labels: Sequence[dict[str, str]]) -> World:
    model = ServiceModel(capacity=100, startup=0.2)
    services = tuple(
        SimulatedService(name, Wave(), model, labels=label) for name, label in zip(names, labels, strict=True)
    )
    return World(services, create_seconds=0.05, stop_seconds=0.05)


def offered(server: ModelServer) -> Iterator[list[int]]:
    """The numbers of each question that was asked."""
    for request in server.requests:
        facts = json.loads(request.text_of("user"))
        yield [one["replicas"] for one in facts["candidates"]]


async def test_names_and_labels_never_reach_the_model(tmp_path: Path, model_server: ModelServer) -> None:
    """Every string a container can bring, and a model that does what any text tells it."""
    model_server.behave(obedient())
    names = [ServiceId(f"p{n}-{text}", f"s{n}-{text}") for n, text in enumerate(HOSTILE)]
    good = {"docktor.enable": "true", "docktor.min": "1", "docktor.max": "4", "docktor.scale-up": "cpu.avg>75"}
    # one in four also has a label that Docktor reads, and then heeds none of that service's
    labels = [
        good | {f"evil.{text}": text} | ({} if n % 4 else {"docktor.mode": text}) for n, text in enumerate(HOSTILE)
    ]
    engine = CountingEngine(world_of(names, labels))
    llm = AdvisorPolicy(base_url=model_server.openai_url, api_key=SECRET, budget=PLENTY, ask=Ask.ALWAYS, timeout=60)
    store = await Store.open(made(Home(tmp_path)), Clock().now())
    environment = {"OPENAI_API_KEY": SECRET, "SOME_TOKEN": SECRET, "HOME": str(tmp_path)}
    config = Config(None, None, None, (), general=(), watched=(), llm=llm)
    daemon = Daemon(DaemonOptions(home=tmp_path, environment=environment), config, None, store, engine)
    try:
        await daemon.begin()
        running = asyncio.create_task(daemon.run())
        await _until_asked(model_server, 30)
        await daemon.office.stop()
        await running
        decisions = await store.decisions(limit=500)
    finally:
        await daemon.close()
        await engine.close()
        await store.close()
    assert daemon.fleet.managed.keys() <= set(names) and len(daemon.fleet.managed) > 50
    sent = [json.dumps(request.body) for request in model_server.requests]
    assert len(sent) >= 30
    for text in sent:
        assert not any(canary(n) in text for n in range(len(HOSTILE)))
        assert SECRET not in text
    assert all(1 <= replicas <= 4 for _, replicas in engine.scaled)
    intended = [one for one in decisions if one.phase is not Phase.BLOCKED]
    assert len(engine.scaled) <= len(intended)


async def _until_asked(server: ModelServer, times: int) -> None:
    for _ in range(600):
        if len(server.requests) >= times:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"asked {len(server.requests)} times only")


async def test_ten_thousand_answers_stay_within_the_candidates(model_server: ModelServer) -> None:
    """Over HTTP, through the whole reading of answers, onto the verdicts of every built-in situation."""
    situations = list(built_in())
    ids = ("A", "B", "C")
    model_server.script(says(text) for text in answers(11, 10_000, ids))
    endpoint = Endpoint(model_server.openai_url)
    llm = AdvisorPolicy(budget=PLENTY, api_key=SECRET)
    chosen = broken = 0
    counsel = Counsel(llm, endpoint, (MODEL,), asyncio.get_running_loop().time)
    for n in range(10_000):
        counsel.states[MODEL], counsel.spent = ModelState(), Spent()  # what is tried here is reading, not resting
        one = situations[n % len(situations)]
        advice = await counsel.ask(one.question, 5)
        verdict = heed(_by_rules(one), one.question.candidates, advice.replicas, "model")
        allowed = {candidate.replicas for candidate in one.question.candidates}
        assert verdict.target in allowed
        if advice.replicas is None:
            broken += 1
            assert advice.failure and verdict == _by_rules(one)
        else:
            chosen += 1
            assert advice.replicas in allowed
        for told in (advice.said, advice.failure):
            assert told is None or (told.isprintable() and len(told) <= 300)
    await counsel.close()
    assert len(model_server.requests) == 10_000
    assert chosen > 300 and broken > 7000
    assert not any(SECRET in json.dumps(request.body) for request in model_server.requests)


def _by_rules(one: Situation) -> Verdict:
    question = one.question
    return Verdict(question.current, question.by_rules, question.by_rules, Source.RULES, State.SCALING, "rules")


async def test_a_daemon_with_a_mad_model_does_only_what_was_allowed(tmp_path: Path, model_server: ModelServer) -> None:
    names = [ServiceId("shop", f"s{n}") for n in range(30)]
    engine = CountingEngine(world_of(names, [{} for _ in names]))
    usual = policy(
        max_replicas=5, scale_up_by=2, cooldown=Pair(0, 0), stabilization=Pair(0, 0), check_interval=1, metrics_window=1
    )
    kept = [replace(usual, service=name) for name in names]
    llm = AdvisorPolicy(base_url=model_server.openai_url, model=MODEL, budget=PLENTY, api_key=SECRET)
    model_server.script(says(text) for text in answers(5, 5000, ("A", "B", "C")))
    async with daemon_on(engine, tmp_path, *kept, keep_engine=True, llm=llm) as daemon:
        await _until_asked(model_server, 3)
        for _ in range(20):
            await asyncio.sleep(1)
            await daemon.fleet.reload(
                replace(daemon.fleet.config, llm=replace(llm, timeout=8 + _ % 2))
            )  # and its breaker is closed again
        await daemon.fleet.stop(10)  # what is under way ends, and is on record
        decisions = list(await daemon.office.decisions(limit=1000))
    intents = [one for one in decisions if one.phase in (Phase.DONE, Phase.FAILED, Phase.INTENDED)]
    assert len(engine.scaled) == len([one for one in intents if one.source is not Source.PERSON])
    assert len(model_server.requests) > 10
    legal = {number for numbers in offered(model_server) for number in numbers}
    assert legal <= set(range(1, 6))
    for one in decisions:
        assert 1 <= one.target_replicas <= 5
        assert abs(one.target_replicas - one.current_replicas) <= 2
        if one.source is Source.ADVISOR:
            assert one.metadata.chosen == one.target_replicas and one.metadata.changed
        else:
            assert not one.metadata.changed
    assert not any(SECRET in json.dumps(request.body) for request in model_server.requests)
    await engine.close()
