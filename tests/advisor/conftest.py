"""Servers of models for the tests of the advisor."""

from tests.models.fixtures import *  # noqa: F403
