"""What every kind says when there are no numbers, and what it keeps to itself."""

import pytest

from tests.brokers.process import free_ports
from tests.signals.asking import fault, opened
from tests.signals.contract.owed import Hands, hidden, reader, shows
from tests.signals.contract.rigs.base import PASSWORD


async def test_what_is_not_there_is_wrong_and_named(rig: Hands) -> None:
    for name, changes in rig.nowhere().items():
        async with reader(rig, changes) as one:
            error = await fault(one)
            assert error.state == "wrong", error
            assert name in str(error)
            assert hidden(one, error)


async def test_nobody_listens(rig: Hands) -> None:
    async with reader(rig, rig.at(free_ports(1)[0])) as one:
        error = await fault(one)
        assert error.state == "down", error
        assert hidden(one, error)


async def test_a_wrong_password_is_refused(rig: Hands) -> None:
    if rig.wrong_password is None:
        pytest.skip("the server of this kind takes any")
    async with reader(rig, rig.wrong_password) as one:
        error = await fault(one)
        assert error.state == "refused", error
        assert hidden(one, error)


async def test_credentials_may_stand_in_the_address_percent_encoded(rig: Hands) -> None:
    if rig.wrong_password is None:
        pytest.skip("the server of this kind wants none")
    options = rig.options()
    url = str(options["url"]).replace("://", f"://{rig.user}:{PASSWORD.replace('-', '%2D')}@")
    plain = {name: value for name, value in options.items() if name not in ("user", "password")}
    async with opened(rig.kind, **{**plain, "url": url}) as one:
        await shows(rig, one, backlog=0)
        assert not any(part in text for part in ("sesame", "%2D") for text in (one.where, repr(one.options)))
    async with opened(rig.kind, **{**plain, "url": url.replace("sesame@", "other@")}) as one:
        error = await fault(one)
        assert error.state == "refused", error
        assert "other" not in f"{error} {error!r} {one.where} {one.options!r}"
