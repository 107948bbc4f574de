"""Each example as a newcomer runs it: its own files, its own images, the daemon beside it."""

import secrets
from collections.abc import Callable, Iterator

import pytest

from tests.compose_project import SESSION_PREFIX, ComposeProject
from tests.conftest import fail_on_leftovers
from tests.e2e.examples import ALL, SETTINGS, WITHOUT_IMAGE, Example
from tests.e2e.shop import Docktor, until

pytestmark = [pytest.mark.engine, pytest.mark.timeout(120)]
Bring = Callable[[Example], ComposeProject]


@pytest.fixture
def bring(engine_ready: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bring]:
    """`bring(example)`: as a project of the test's own, its producer left out; taken down afterwards."""
    made: list[ComposeProject] = []

    def up(example: Example) -> ComposeProject:
        example.require_images()
        for name, value in {**example.environment, **SETTINGS}.items():
            monkeypatch.setenv(name, value)
        made.append(example.project(f"{SESSION_PREFIX}{secrets.token_hex(3)}"))
        others = made[-1].compose("config", "--services").stdout.split()
        made[-1].up(*sorted({*others} - {"producer"}))
        return made[-1]

    yield up
    for one in made:
        one.down()
        fail_on_leftovers(one.name)


@pytest.mark.parametrize("name", sorted(ALL))
def test_its_files_are_valid(name: str, engine_ready: None, docktor: Docktor) -> None:
    example = ALL[name]
    example.project("any").compose("config", "-q")
    told = docktor.ok("config", "validate", "--config", str(example.config))
    assert "no faults" in told
    assert "/worker" in told


@pytest.mark.parametrize("name", sorted(ALL.keys() - WITHOUT_IMAGE))
def test_its_worker_follows_the_work(name: str, bring: Bring, docktor: Docktor) -> None:
    example = ALL[name]
    compose = bring(example)

    def running() -> int:
        return len(compose.ps_ids("worker", every=False))

    docktor.start("--config", str(example.config), "--project", compose.name)
    until(lambda: "queue.backlog" in docktor.metrics("worker"), "the queue is read")
    compose.up("producer")
    until(lambda: running() >= 3, "more workers, as messages wait", 30)
    until(lambda: running() <= 1, "fewer, as they are finished", 45)
