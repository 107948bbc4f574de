"""Fixtures of every test: no task left behind, and real Compose projects that are gone afterwards."""

import asyncio
import inspect
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.compose_project import (
    BUSYBOX,
    SESSION_PREFIX,
    ComposeProject,
    docker,
    new_project,
    remove_leftovers,
)
from tests.real_parts import CI, require

LOOP_TURNS = 5  # what a cancelled task may need to end


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """A busy CI machine gets a second try at a test, told as RERUN in the summary; what is wrong fails twice."""
    for item in items if CI else ():
        item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def no_leftover_tasks(request: pytest.FixtureRequest) -> None:
    """Set up first, hence torn down last: after the test's own fixtures have closed what they opened."""
    function = getattr(request, "function", None)
    if inspect.iscoroutinefunction(function):
        request.getfixturevalue("_task_guard")


@pytest.fixture
async def _task_guard() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    for _ in range(LOOP_TURNS):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:
        names = "\n".join(sorted(repr(task) for task in left))
        pytest.fail(f"the test left {len(left)} asyncio task(s):\n{names}", pytrace=False)


@pytest.fixture(scope="session")
def engine_ready() -> Iterator[None]:
    """A real engine with Compose and the local image; at the end nothing of this run may be left on it."""
    require(shutil.which("docker"), "the docker command (scripts/engine.sh ensure)")
    require(docker("info", check=False).returncode == 0, "a Docker engine that answers (scripts/engine.sh ensure)")
    require(docker("compose", "version", check=False).returncode == 0, "Compose v2 (scripts/engine.sh ensure)")
    require(docker("image", "inspect", BUSYBOX, check=False).returncode == 0, f"{BUSYBOX} (scripts/images.sh)")
    yield
    fail_on_leftovers(SESSION_PREFIX)


def fail_on_leftovers(prefix: str) -> None:
    left = remove_leftovers(prefix)
    if left:
        pytest.fail("left on the engine (removed now):\n" + "\n".join(left), pytrace=False)


MakeProject = Callable[[Mapping[str, object] | str], ComposeProject]


@pytest.fixture
def project(engine_ready: None, tmp_path: Path) -> Iterator[MakeProject]:
    """`project({"services": ...})` writes a Compose project, which is taken down after the test."""
    made: list[ComposeProject] = []

    def make(content: Mapping[str, object] | str) -> ComposeProject:
        folder = tmp_path / f"project-{len(made)}"
        folder.mkdir()
        made.append(new_project(folder, content))
        return made[-1]

    yield make
    for one in made:
        one.down()
        fail_on_leftovers(one.name)
