"""A real daemon on the simulated engine for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.serving import Served, serving

__all__ = ["Served", "served"]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path) as one:
        yield one
