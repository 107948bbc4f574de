"""Fetching a model: what is told while it comes, and everything that can go wrong on the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from docktor.advisor.runner import Progress, Runner
from docktor.errors import AdvisorUnavailableError, DocktorError, PermanentError
from tests.advisor.asking import MIB, Stopwatch, endpoint, memory
from tests.models.fixtures import Serve
from tests.models.pulls import (
    Pull,
    line,
    pull_cut,
    pull_fails,
    pull_garbage,
    pull_huge_line,
    pull_refused,
    pull_stalls,
    pulled,
)
from tests.models.server import ModelServer

NEW = "ai/smollm2:latest"
DONE = line("success", "Model pulled successfully")


@asynccontextmanager
async def runner(server: ModelServer, stalled: float = 5) -> AsyncIterator[Runner]:
    one = Runner(endpoint(server), stalled)
    try:
        yield one
    finally:
        await one.close()


async def pull(server: ModelServer, script: Pull, stalled: float = 5) -> list[Progress]:
    server.runner.pull = script
    async with runner(server, stalled) as one, asyncio.timeout(20):
        return [progress async for progress in one.pull(NEW)]


async def test_progress_grows_until_all_is_here(model_server: ModelServer) -> None:
    told = await pull(model_server, pulled(layers=3, steps=4))
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert {one.total for one in told} == {6 * MIB}
    assert (told[0].done, told[-1].done) == (MIB // 4, 6 * MIB)
    assert (told[0].message, told[-1].message) == ("Downloaded: 0.25 MB", "Model pulled successfully")
    assert model_server.runner.asked_for == [NEW]
    assert NEW in model_server.models


async def test_progress_is_told_as_it_comes(model_server: ModelServer) -> None:
    model_server.runner.pull = pulled(layers=1, steps=4, every=0.1)
    async with runner(model_server) as one:
        watch = Stopwatch()
        times = [watch.seconds async for _ in one.pull(NEW)]
    assert len(times) == 5
    assert times[0] < 0.35 < times[-1]


@pytest.mark.parametrize(
    ("script", "kind", "words"),
    [
        (
            pull_fails("no space left\non \x1b[31mdevice"),
            AdvisorUnavailableError,
            r"fetched: no space left on \[31mdev",
        ),
        (pull_fails(""), AdvisorUnavailableError, "no reason was given"),
        (pull_refused(404, "Model not found"), PermanentError, f"there is no model {NEW}: Model not found"),
        (pull_refused(401, "Unauthorized"), AdvisorUnavailableError, "not for everybody .*docker login"),
        (pull_refused(400, "Invalid model reference"), AdvisorUnavailableError, "Invalid model reference"),
        (pull_refused(500, ""), AdvisorUnavailableError, "answered 500"),
        (pull_refused(500, "x" * MIB), AdvisorUnavailableError, "xxx…"),
        (pull_cut(), AdvisorUnavailableError, "ended before it was all here"),
        (Pull(), AdvisorUnavailableError, "ended before it was all here"),
        (Pull((b"<html>" * 100, b"\n")), AdvisorUnavailableError, "ended before it was all here"),
    ],
)
async def test_a_pull_that_fails_says_why(
    model_server: ModelServer, script: Pull, kind: type[DocktorError], words: str
) -> None:
    with pytest.raises(kind, match=words) as raised:
        await pull(model_server, script)
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 500


async def test_what_came_before_an_error_was_told(model_server: ModelServer) -> None:
    model_server.runner.pull = pull_fails("unexpected EOF")
    told = []
    async with runner(model_server) as one:
        with pytest.raises(AdvisorUnavailableError, match="unexpected EOF") as raised:
            async for progress in one.pull(NEW):
                told.append(progress.done)
    assert told == [MIB // 2, MIB, 2 * MIB, 3 * MIB]
    assert raised.value.state == "wrong"


async def test_a_pull_that_brings_nothing_more_is_given_up(model_server: ModelServer) -> None:
    watch = Stopwatch()
    with pytest.raises(AdvisorUnavailableError, match=f"nothing of {NEW} came for 1 s"):
        await pull(model_server, pull_stalls(), stalled=0.6)
    assert 0.5 < watch.seconds < 5


async def test_a_slow_pull_is_not_stalled(model_server: ModelServer) -> None:
    told = await pull(model_server, pulled(layers=2, steps=3, every=0.15), stalled=0.6)
    assert told[-1].done == 3 * MIB


async def test_lines_that_make_no_sense_are_passed_over(model_server: ModelServer) -> None:
    told = await pull(model_server, pull_garbage())
    assert told[-1].message == "Model pulled successfully"
    assert max(one.done for one in told) == MIB
    assert {one.total for one in told} <= {0, MIB}
    assert all(one.message.isprintable() for one in told)


@pytest.mark.parametrize("script", [pull_huge_line(64 * MIB), Pull((b"x" * (64 * MIB), b"\n", DONE))])
async def test_a_line_without_end_takes_little_memory(model_server: ModelServer, script: Pull) -> None:
    await pull(model_server, pulled())
    server_takes = 2 * 64 * MIB  # it has the line, and writes it
    with memory() as taken:
        told = await pull(model_server, script)
    assert told[-1].message == "Model pulled successfully"
    assert taken.most < server_takes


async def test_many_lines_take_little_memory(model_server: ModelServer) -> None:
    layer = {"id": "sha256:1", "size": 9 * MIB, "current": 1}
    script = Pull((*[line("progress", "x" * 4000, total=9 * MIB, layer=layer)] * 5_000, DONE))
    await pull(model_server, pulled())
    model_server.runner.pull = script
    async with runner(model_server) as one:
        with memory() as taken:
            count = 0
            async for _ in one.pull(NEW):
                count += 1
    assert count == 5_001
    assert taken.most < 8 * MIB


async def test_a_pull_that_nobody_wants_any_more_ends(model_server: ModelServer) -> None:
    model_server.runner.pull = pulled(layers=2, steps=100, every=0.05)
    came = asyncio.Event()

    async def fetch(one: Runner) -> None:
        async for _ in one.pull(NEW):
            came.set()

    async with runner(model_server) as one:
        task = asyncio.create_task(fetch(one))
        await asyncio.wait_for(came.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 2)
        model_server.runner.pull = pulled()
        assert [progress async for progress in one.pull(NEW)][-1].done == 6 * MIB
    assert model_server.runner.asked_for == [NEW, NEW]


async def test_a_runner_that_is_gone_is_told_of(serve: Serve) -> None:
    server = await serve(ModelServer())
    await server.stop()
    with pytest.raises(AdvisorUnavailableError, match=f"fetching {NEW} was cut off: .*connect"):
        await pull(server, pulled())


@pytest.mark.parametrize("total", [10**30, -1, True, "9", 1.5, None])
async def test_sizes_that_can_not_be_are_none(model_server: ModelServer, total: object) -> None:
    layer = {"id": "a", "size": total, "current": total}
    told = await pull(model_server, Pull((line("progress", "m", total=total, layer=layer), DONE)))
    assert [(one.done, one.total) for one in told] == [(0, 0), (0, 0)]


async def test_a_layer_that_begins_anew_takes_no_progress_back(model_server: ModelServer) -> None:
    currents = (5, 9, 0, 4, 10)
    layers = [{"id": "a", "size": 10, "current": current} for current in currents]
    told = await pull(model_server, Pull((*(line("progress", "m", total=10, layer=one) for one in layers), DONE)))
    assert [one.done for one in told] == [5, 9, 9, 9, 10, 10]
