"""The models there are, as people are shown them. Needs no daemon."""

from collections.abc import AsyncGenerator, Mapping, Sequence

from docktor.advisor.catalog import chain_of, list_models
from docktor.advisor.endpoint import Endpoint, find
from docktor.advisor.models import ModelInfo, is_named, pick
from docktor.advisor.runner import Progress, Runner
from docktor.core.advisor import AdvisorPolicy, Profile
from docktor.core.model_names import pull_fault
from docktor.errors import AdvisorUnavailableError, PermanentError
from docktor.runtime.views import ModelsView, ModelView, PullView


async def models_view(
    policy: AdvisorPolicy, env: Mapping[str, str], endpoint: Endpoint | None = None, pulls: tuple[PullView, ...] = ()
) -> ModelsView:
    """What the endpoint has; without one in use, the one that would be is looked for. Never raises for its absence."""
    try:
        endpoint = endpoint or await find(policy, env)
        found = await list_models(endpoint, policy.api_key)
    except AdvisorUnavailableError as error:
        where = endpoint.where if endpoint else policy.base_url
        return ModelsView(policy.provider.value, where, policy.model, pulls=pulls, error=str(error))
    chain = chain_of(policy, found)
    return ModelsView(
        provider=policy.provider.value,
        base_url=endpoint.where,
        model=chain[0] if chain else None,
        models=tuple(_view(one, chain, _profiles(found)) for one in found),
        pulls=pulls,
    )


def _profiles(found: Sequence[ModelInfo]) -> Mapping[str, str]:
    """Which model each profile means."""
    picked = {profile.value: pick(profile, found) for profile in Profile}
    return {profile: one.name for profile, one in picked.items() if one is not None}


def _view(one: ModelInfo, chain: Sequence[str], profiles: Mapping[str, str]) -> ModelView:
    place = next((at for at, name in enumerate(chain, start=1) if is_named(one, name)), None)
    return ModelView(
        name=one.name,
        parameters=one.parameters,
        size=one.size,
        quantization=one.quantization,
        context=one.context,
        state=one.state,
        profiles=tuple(profile for profile, name in profiles.items() if name == one.name),
        chain=place,
    )


def fetchable(endpoint: Endpoint, model: str) -> None:
    """Raises PermanentError when that can't be fetched: a name that isn't one, or an endpoint that doesn't fetch."""
    if fault := pull_fault(model):
        raise PermanentError(f"{model!r} is no model that can be fetched: {fault}")
    if endpoint.native is None:
        raise PermanentError(f"{endpoint.where} is not Docker Model Runner; its models are managed there")


async def pull_alone(policy: AdvisorPolicy, env: Mapping[str, str], model: str) -> AsyncGenerator[Progress]:
    """Fetches a model where no daemon runs. Raises DocktorError."""
    endpoint = await find(policy, env)
    fetchable(endpoint, model)
    runner = Runner(endpoint)
    try:
        async for step in runner.pull(model):
            yield step
    finally:
        await runner.close()
