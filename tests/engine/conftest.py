"""Fixtures of the tests against a real engine."""

import pytest

from tests.compose_project import EngineNetwork


@pytest.fixture(scope="session")
def engine_network(engine_ready: None) -> EngineNetwork:
    """Where published ports answer: not this machine's loopback when the engine has a network of its own."""
    return EngineNetwork()
