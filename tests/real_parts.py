"""What every test may need to know of the machine it runs on."""

import os

import pytest

CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def require(condition: object, reason: str) -> None:
    """Skip at home when a real part is absent; in CI an absent part is a failure."""
    if condition:
        return
    if CI:
        pytest.fail(f"missing on this CI machine: {reason}", pytrace=False)
    pytest.skip(reason)
