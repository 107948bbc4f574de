"""Which models an endpoint has, whichever kind of endpoint it is."""

import asyncio
from collections.abc import Sequence

import httpx2

from docktor.advisor.endpoint import Endpoint
from docktor.advisor.http import bearer, make_client
from docktor.advisor.models import ModelInfo, is_named, pick
from docktor.advisor.runner import Runner, state_of
from docktor.core.advisor import RULES, AdvisorPolicy
from docktor.core.blot import clean
from docktor.errors import AdvisorUnavailableError

LIST_WITHIN_S = 10.0
_OK, _NOT_LET_IN = 200, (401, 403)


async def list_models(endpoint: Endpoint, api_key: str | None) -> tuple[ModelInfo, ...]:
    """By name. Raises AdvisorUnavailableError; some endpoints answer although they don't list."""
    try:
        async with asyncio.timeout(LIST_WITHIN_S):
            found = await (_of_runner(endpoint) if endpoint.native else _of_openai(endpoint, api_key))
    except TimeoutError:
        raise AdvisorUnavailableError(f"{endpoint.where} did not list its models in time") from None
    return tuple(sorted(found, key=lambda one: one.name))


async def _of_runner(endpoint: Endpoint) -> tuple[ModelInfo, ...]:
    runner = Runner(endpoint)
    try:
        return await runner.models()
    finally:
        await runner.close()


async def _of_openai(endpoint: Endpoint, api_key: str | None) -> tuple[ModelInfo, ...]:
    headers = {"Authorization": bearer(api_key)} if api_key else {}
    secrets = (api_key,) if api_key else ()
    async with make_client(endpoint.openai, endpoint.socket) as client:
        try:
            answer = await client.get(f"{endpoint.openai}/models", headers=headers)
        except httpx2.HTTPError as error:
            reason = clean(str(error), secrets) or type(error).__name__
            raise AdvisorUnavailableError(f"no answer from {endpoint.where}: {reason}") from None
    if answer.status_code in _NOT_LET_IN:
        raise AdvisorUnavailableError(f"{endpoint.where} does not accept the key", "refused")
    if answer.status_code != _OK:
        raise AdvisorUnavailableError(
            f"{endpoint.where}/models answered {answer.status_code}", state_of(answer.status_code)
        )
    try:
        listed = answer.json()["data"]
        names = {clean(one["id"], ()) for one in listed if isinstance(one["id"], str)} - {""}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise AdvisorUnavailableError(f"{endpoint.where}/models is no list of models", "wrong") from None
    return tuple(ModelInfo(name) for name in names)


def chain_of(policy: AdvisorPolicy, models: Sequence[ModelInfo]) -> tuple[str, ...]:
    """The models to try in order: the named one, else the profile's, then the fallbacks. Perhaps none."""
    first = policy.model
    if first is None and (picked := pick(policy.profile, models)) is not None:
        first = picked.name
    chain: list[str] = [first] if first else []
    for name in policy.fallback:
        if name != RULES and not any(is_named(ModelInfo(known), name) for known in chain):
            chain.append(name)
    return tuple(chain)


def missing(chain: Sequence[str], models: Sequence[ModelInfo]) -> tuple[str, ...]:
    """Those of the chain that are not there."""
    return tuple(name for name in chain if not any(is_named(one, name) for one in models))
