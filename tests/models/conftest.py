"""What the tests of the models' server share: the server."""

from tests.models.fixtures import *  # noqa: F403
