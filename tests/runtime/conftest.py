"""Brokers for the tests of sources, a server of models for those of advice."""

from tests.brokers.fixtures import *  # noqa: F403
from tests.models.fixtures import *  # noqa: F403
