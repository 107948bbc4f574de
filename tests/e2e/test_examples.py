"""Each example as a newcomer runs it: its own files, its own images, the daemon beside it."""

import pytest

from tests.e2e.examples import ALL, WITHOUT_IMAGE, Bring
from tests.e2e.shop import Docktor, until

pytestmark = pytest.mark.engine
BURST = {"BURST": "400", "RATE": "400", "REST_SECONDS": "600", "WORK_MS": "100"}


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
    compose = bring(example, **BURST)

    def running() -> int:
        return len(compose.ps_ids("worker", every=False))

    docktor.start("--config", str(example.config), "--project", compose.name)
    until(lambda: "queue.backlog" in docktor.metrics("worker"), "the queue is read")
    compose.up("producer")
    until(lambda: running() >= 3, "more workers, as messages wait")
    until(lambda: running() <= 1, "fewer, as they are finished")
