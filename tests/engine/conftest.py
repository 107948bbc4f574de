"""Fixtures of the tests against a real engine."""

import sys

import pytest

from tests.compose_project import EngineNetwork


@pytest.fixture(scope="session")
def engine_network(engine_ready: None) -> EngineNetwork:
    """Where published ports answer: not this machine's loopback when the engine has a network of its own."""
    return EngineNetwork()


@pytest.fixture
def port(engine_network: EngineNetwork) -> int:
    """A port nobody listens on where the engine publishes."""
    program = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
    return int(engine_network.run(sys.executable, "-c", program).stdout)
