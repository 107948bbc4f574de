"""Where models are served: the address somebody gave, or the first place that answers."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from docktor.advisor.http import check_address, make_client
from docktor.core.addresses import is_this_machine
from docktor.core.advisor import OPENAI_URL, AdvisorPolicy, Provider
from docktor.core.blot import clean
from docktor.errors import AdvisorUnavailableError

SPELLINGS = ("/engines/v1", "/v1")
PROBE_S = 2.0
_DESKTOP_PREFIX = "/exp/vDD4.40"
_HOST_VARIABLE = "MODEL_RUNNER_HOST"
_SPELLING = re.compile(r"(?<!/)(/engines(/[^/]+)?)?(/v1)?\Z")
"""The end of a path; a host may be called `engines` or `v1`, too."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`openai`: base of the chat protocol, without a slash at the end. `native`: base of Docker Model Runner's own API,
    `None` for other endpoints. `socket`: the unix socket both are behind.
    """

    openai: str
    native: str | None = None
    socket: str | None = None

    @property
    def where(self) -> str:
        """As people are told."""
        return clean(f"{self.openai} over {self.socket}" if self.socket else self.openai, ())

    @property
    def is_remote(self) -> bool:
        return self.socket is None and not is_this_machine(self.openai)


@dataclass(frozen=True, slots=True)
class Place:
    """A server that may have a model runner: its root address, and the socket in front of it."""

    root: str
    socket: str | None = None


def places(env: Mapping[str, str]) -> tuple[Place, ...]:
    """Where Docker Model Runner can be, in the order they count.

    From a container on Docker Desktop, from one on Docker Engine, on this host over TCP, Docker Desktop's socket.
    MODEL_RUNNER_HOST is the only place there is, when it is set.
    """
    if given := env.get(_HOST_VARIABLE):
        return (Place(root_of(given if "://" in given else f"http://{given}")),)
    home = env.get("HOME")
    sockets = [str(Path(home) / ".docker/run/docker.sock")] if home else []
    return (
        Place("http://model-runner.docker.internal"),
        Place("http://172.17.0.1:12434"),
        Place("http://model-runner.docker.internal:12434"),
        Place("http://127.0.0.1:12434"),
        *(Place(f"http://localhost{_DESKTOP_PREFIX}", socket) for socket in (*sockets, "/var/run/docker.sock")),
    )


async def find(policy: AdvisorPolicy, env: Mapping[str, str]) -> Endpoint:
    """The endpoint to ask. Raises AdvisorUnavailableError saying where it was looked for."""
    if policy.provider is Provider.OPENAI:
        return _given(policy.base_url or OPENAI_URL)
    if policy.base_url is not None:
        return await _first([Place(root_of(policy.base_url))], (_suffix(policy.base_url), *SPELLINGS))
    return await _first(places(env), SPELLINGS)


def check_allowed(endpoint: Endpoint, policy: AdvisorPolicy) -> None:
    """Raises AdvisorUnavailableError where numbers would leave this machine and nobody allowed that."""
    if endpoint.is_remote and not policy.allow_remote:
        text = f"{endpoint.where} is another machine; it is asked only with llm.allow_remote: true"
        raise AdvisorUnavailableError(text, "refused")


def root_of(base_url: str) -> str:
    """`http://host/engines/llama.cpp/v1` as `http://host`: Docker Model Runner's own API begins there."""
    return _SPELLING.sub("", base_url.rstrip("/"))


def _suffix(base_url: str) -> str:
    return base_url.rstrip("/").removeprefix(root_of(base_url))


def _given(base_url: str) -> Endpoint:
    """An address without a path means the usual one."""
    bare = base_url.rstrip("/")
    try:
        check_address(bare)
    except ValueError as error:
        raise AdvisorUnavailableError(clean(f"{base_url} is not an address: {error}", ()), "wrong") from None
    return Endpoint(bare if urlsplit(bare).path else f"{bare}/v1")


async def _first(found: Sequence[Place], spellings: Sequence[str]) -> Endpoint:
    """All are tried at once; of those that answer the first in order counts."""
    suffixes = [one for one in dict.fromkeys(spellings) if one]
    tried = await asyncio.gather(*(_probe(place, suffixes) for place in found))
    for endpoint in tried:
        if isinstance(endpoint, Endpoint):
            return endpoint
    where = ", ".join(dict.fromkeys(clean(place.socket or place.root, ()) for place in found))
    told = tried[0] if len(tried) == 1 else "no answer"
    raise AdvisorUnavailableError(
        f"no Docker Model Runner at {where} ({told}); is it switched on? `docker model status` tells"
    )


async def _probe(place: Place, suffixes: Sequence[str]) -> Endpoint | str:
    """The endpoint there, or why there is none."""
    if place.socket is not None and not await asyncio.to_thread(_is_socket, place.socket):
        return "no such socket"
    try:
        check_address(place.root)
    except ValueError as error:
        return f"not an address: {clean(str(error), ())}"
    told = "no answer"
    async with make_client(place.root, place.socket) as client:
        for suffix in suffixes:
            try:
                async with asyncio.timeout(PROBE_S):
                    answer = await client.get(f"{place.root}{suffix}/models")
                if answer.is_success and _is_list(answer):
                    return Endpoint(f"{place.root}{suffix}", place.root, place.socket)
                told = f"{suffix}/models answered {answer.status_code}"
            except TimeoutError:
                return f"no answer within {PROBE_S:.0f} s"
            except httpx2.HTTPError as error:
                return f"no answer: {error or type(error).__name__}"
    return told


def _is_socket(path: str) -> bool:
    try:
        return Path(path).is_socket()
    except OSError:  # not ours to look at, or no path that can be
        return False


def _is_list(answer: httpx2.Response) -> bool:
    try:
        found = answer.json()
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and isinstance(found.get("data"), list)
