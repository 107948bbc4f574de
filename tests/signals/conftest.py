"""What the tests of signals share: real brokers."""

from tests.brokers.fixtures import *  # noqa: F403
