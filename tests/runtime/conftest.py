"""Brokers for the tests of sources."""

from tests.brokers.fixtures import *  # noqa: F403
