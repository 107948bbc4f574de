"""JSON over HTTP: one client per origin, and every way it can go wrong as a state people know."""

from collections.abc import Mapping
from json import JSONDecodeError
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from docktor.errors import SignalUnavailableError
from docktor.signals.base import Around

MAX_BYTES = 4 * 1024 * 1024
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NOT_LET_IN = (401, 403, 407)
_NOT_THERE = (404, 410)


class JsonClient:
    """Asks one address again and again. Redirects are not followed: they would carry credentials elsewhere.

    `url` may have a user and a password in it. `verify=False` takes any certificate.
    """

    def __init__(self, around: Around, url: str, *, verify: bool = True) -> None:
        parts = urlsplit(url)
        self._around = around
        self._parts = parts
        self._auth = (parts.username, parts.password or "") if parts.username else None
        self._link = around.share(
            ("http", parts.scheme, parts.hostname, parts.port, verify),
            lambda: _open(verify),
            httpx.AsyncClient.aclose,
        )

    async def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Any:
        """The JSON of `GET path`, which begins with `/` and is as it stands in the address (percent-encoded).

        Raises SignalUnavailableError: down, refused (401, 403), wrong (404, other answers that are no JSON).
        """
        parts = self._parts
        host, port = await self._around.locate(parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme, 80))
        name = f"[{host}]" if ":" in host else host
        url = httpx.URL(urlunsplit((parts.scheme, f"{name}:{port}", "", "", "")), raw_path=path.encode("ascii"))
        sent = {"Host": parts.netloc.rpartition("@")[2], "Accept": "application/json", **(headers or {})}
        async with self._link.use() as client:
            try:
                request = client.build_request("GET", url, params=params, headers=sent)
                response = await client.send(request, auth=auth or self._auth, stream=True)
                try:
                    return await _answer(response)
                finally:
                    await response.aclose()
            except (httpx.HTTPError, OSError) as error:
                raise SignalUnavailableError(f"no answer: {reason(error)}") from error

    async def close(self) -> None:
        await self._link.release()


async def _open(verify: bool) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=4, max_keepalive_connections=4)
    return httpx.AsyncClient(verify=verify, timeout=None, limits=limits, trust_env=False)


async def _answer(response: httpx.Response) -> Any:
    if response.status_code in _NOT_LET_IN:
        raise SignalUnavailableError(f"answered {response.status_code}: the credentials are not accepted", "refused")
    if response.status_code in _NOT_THERE:
        raise SignalUnavailableError(f"answered {response.status_code}: there is no such thing at that path", "wrong")
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_BYTES:
            raise SignalUnavailableError(f"its answer is larger than {MAX_BYTES // 1024**2} MiB", "wrong")
    content = httpx.Response(response.status_code, content=bytes(body))
    if response.status_code != httpx.codes.OK:
        said = content.text.strip()[:200]
        state = "down" if response.is_server_error else "wrong"
        raise SignalUnavailableError(f"answered {response.status_code}{f': {said}' if said else ''}", state)
    try:
        return content.json()
    except (JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SignalUnavailableError("its answer is not JSON", "wrong") from error


def reason(error: BaseException) -> str:
    """What a client library's error says, in a few words; its kind where it says nothing."""
    text = " ".join(str(error).split())
    return text[:200] if text else type(error).__name__
