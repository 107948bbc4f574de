"""A real daemon on the simulated engine for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.serving import Served, serving
from tests.unit.api.served import Door


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as it:
        yield it


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    """The same over TCP too, with a clock that a test can move."""
    async with serving(tmp_path, ("127.0.0.1", 0), ["docktor.example.com"]) as it:
        yield Door(it)
