"""HTTP towards a model's endpoint: bounded answers, no redirects, nothing of this machine in the headers."""

import ssl
import urllib.request
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx2

from docktor.core.addresses import is_this_machine
from docktor.errors import AdvisorUnavailableError

MAX_BYTES = 1024 * 1024
CONNECT_S = 2.0
_WANTED = ("host", "connection", "accept", "content-type", "content-length", "authorization", "x-preload-only")
"""All other headers stay here: the client library tells what machine this is, and adds what it finds in OPENAI_ORG_ID,
OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS.
"""


class TooLargeError(httpx2.TransportError):
    """An answer that doesn't end."""


class Transport(httpx2.AsyncBaseTransport):
    """An answer is cut off after `most` bytes, and refused when packed: what it unpacks to can't be bounded here."""

    def __init__(self, base_url: str, socket: str | None, most: int | None = MAX_BYTES) -> None:
        self._most = most
        self._inner = httpx2.AsyncHTTPTransport(
            verify=ssl.create_default_context() if base_url.startswith("https:") else False,
            uds=socket,
            proxy=None if socket else _proxy(base_url),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        for name in [name for name in request.headers if name not in _WANTED]:
            del request.headers[name]
        request.headers["Accept-Encoding"] = "identity"
        request.headers["User-Agent"] = "docktor"
        response = await self._inner.handle_async_request(request)
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            await response.aclose()
            raise httpx2.DecodingError("its answer is packed, which was not asked for", request=request)
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        if self._most is not None:
            response.stream = _Bounded(response.stream, self._most)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, most: int) -> None:
        self._inner = inner
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._inner:
            size += len(chunk)
            if size > self._most:
                raise TooLargeError(f"its answer is larger than {self._most // 1024} kB")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


def make_client(base_url: str, socket: str | None = None, *, most: int | None = MAX_BYTES) -> httpx2.AsyncClient:
    """A client for one endpoint; deadlines are set by whoever asks. `socket`: a unix socket to go through.

    `most`: the largest answer it takes, in bytes; `None` for a stream that the caller bounds.
    """
    return httpx2.AsyncClient(
        base_url=base_url,
        transport=Transport(base_url, socket, most),
        timeout=httpx2.Timeout(None, connect=CONNECT_S),
        trust_env=False,
    )


def bearer(api_key: str) -> str:
    """A key as it is sent. Raises AdvisorUnavailableError for one that no request can carry.

    In force there is none: docktor.yaml would be at fault. But with `mode: off` nobody looks at it before it is used.
    """
    if not api_key.isascii() or not api_key.isprintable() or " " in api_key:
        raise AdvisorUnavailableError("its key can't be one: it has spaces or characters beyond ASCII", "refused")
    return f"Bearer {api_key}"


def check_address(base_url: str) -> None:
    """Raises ValueError for what nobody can connect to, which is otherwise found out with all kinds of errors."""
    try:
        httpx2.URL(base_url)
    except httpx2.InvalidURL as error:
        raise ValueError(str(error)) from None
    _ = urlsplit(base_url).port


def _proxy(base_url: str) -> str | None:
    """What the environment says of the way to other machines; to this one there is no proxy."""
    parts = urlsplit(base_url)
    if is_this_machine(base_url) or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    return urllib.request.getproxies().get(parts.scheme)
