"""JSON over HTTP: one client per origin, and every way it can go wrong as a state people know."""

import json
import os
import ssl
import zlib
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlencode, urlsplit

import aiohttp
from yarl import URL

from docktor.core.addresses import HOST
from docktor.errors import SignalUnavailableError
from docktor.signals.base import Around, hostport

MAX_BYTES = 4 * 1024 * 1024
MAX_ERROR_BYTES = 16 * 1024
_SAID = 200
_SAFE = "%/?:@!$&'()*+,;=~[]"
_PORTS = {"http": 80, "https": 443}
_OWN_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "docktor"}
_OK = 200
_NOT_LET_IN = (401, 403, 407)
_NOT_THERE = (404, 410)
_REDIRECTS = (301, 302, 303, 307, 308)
_NOT_NOW = (408, 429)
_SERVER_ERROR = 500


class JsonClient:
    """Asks one address again and again. Redirects are not followed: they would carry credentials elsewhere.

    `url` may have a user and a password in it. `verify=False` takes any certificate. ValueError if it is no address.
    """

    def __init__(self, around: Around, url: str, *, verify: bool = True) -> None:
        parts = parsed(url)
        self._around = around
        self._parts = parts
        self._auth = (unquote(parts.username or ""), unquote(parts.password or "")) if "@" in parts.netloc else None
        self._link = around.share(
            ("http", parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], verify),
            lambda: _open(parts.scheme, verify),
            aiohttp.ClientSession.close,
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
        host, port = await self._around.locate(parts.hostname or "", parts.port or _PORTS[parts.scheme])
        target, _, query = quote(path, safe=_SAFE).partition("?")
        query = "&".join(part for part in (query, urlencode(params or {})) if part)
        url = URL.build(scheme=parts.scheme, host=host, port=port, path=target, query_string=query, encoded=True)
        ours = {"Host": hostport(parts.geturl()), **_OWN_HEADERS, **_basic(auth or self._auth)}
        sent = ours | {name.title(): value for name, value in (headers or {}).items()}  # so that one as given counts
        async with self._link.use() as client:
            # Not held while asking: the client itself closes the connection of a request that failed or was cut off,
            # and the requests of other sources must go on.
            pass
        try:
            async with client.get(url, headers=sent, allow_redirects=False, server_hostname=_named(parts)) as response:
                return await _answer(response)
        except (aiohttp.ClientError, OSError) as error:
            raise SignalUnavailableError(f"no answer: {_trouble(error)}") from None  # it holds what was sent

    async def close(self) -> None:
        await self._link.release()


def parsed(url: str) -> SplitResult:
    """An http address. ValueError, whose text does not repeat it, since there may be a password in it."""
    try:
        parts = urlsplit(url)
        fits = parts.port != 0 and HOST.fullmatch(parts.hostname or "") and url.isprintable()
    except ValueError:
        fits = None
    if not fits or parts.scheme not in _PORTS:
        raise ValueError("must be an address such as http://host:port/path")
    return parts


def target(parts: SplitResult) -> str:
    """Path and query of an address, for `JsonClient.get`."""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _basic(auth: tuple[str, str] | None) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()} if auth else {}


def _named(parts: SplitResult) -> str | None:
    """The certificate must be of the host as written, wherever that is located."""
    return parts.hostname if parts.scheme == "https" else None


async def _open(scheme: str, verify: bool) -> aiohttp.ClientSession:
    trust = ssl.create_default_context() if verify and scheme == "https" else False
    return aiohttp.ClientSession(
        # No limit: one answer that doesn't come must not keep the others waiting.
        connector=aiohttp.TCPConnector(ssl=trust, limit=0, use_dns_cache=False),
        cookie_jar=aiohttp.DummyCookieJar(),  # one source's session is not another's
        timeout=aiohttp.ClientTimeout(),
        auto_decompress=False,
    )


async def _answer(response: aiohttp.ClientResponse) -> Any:
    code = response.status
    if code in _NOT_LET_IN:
        raise SignalUnavailableError(f"answered {code}: the credentials are not accepted", "refused")
    if code in _NOT_THERE:
        raise SignalUnavailableError(f"answered {code}: there is no {_few(response.url.path)}", "wrong")
    if code in _REDIRECTS:
        raise SignalUnavailableError(f"answered {code}: redirects are not followed", "wrong")
    if code != _OK:
        state = "down" if code >= _SERVER_ERROR or code in _NOT_NOW else "wrong"
        raise SignalUnavailableError(f"answered {code}{await _complaint(response)}", state)
    body, whole = await _body(response, MAX_BYTES)
    if not whole:
        raise SignalUnavailableError(f"its answer is larger than {MAX_BYTES // 1024**2} MiB", "wrong")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:  # ValueError: also no Unicode, or a number of thousands of digits
        raise SignalUnavailableError("its answer is not JSON", "wrong") from error


async def _complaint(response: aiohttp.ClientResponse) -> str:
    """What an answer that is no success says: its `error`, if it is JSON that has one."""
    body, _ = await _body(response, MAX_ERROR_BYTES)
    text = body.decode(errors="replace")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict) and isinstance(found.get("error"), str):
        text = found["error"]
    return f": {_few(text)}" if _few(text) else ""


async def _body(response: aiohttp.ClientResponse, most: int) -> tuple[bytes, bool]:
    """The body, and whether that is all of it. Unpacked here, where a bomb is noticed before it has grown."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise SignalUnavailableError(f"its answer is encoded as {_few(encoding)}, which was not asked for", "wrong")
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in encoding else None
    body = bytearray()
    try:
        async for chunk in response.content.iter_any():
            body += inflate.decompress(chunk, most + 1 - len(body)) if inflate else chunk
            if len(body) > most:
                return bytes(body[:most]), False
    except zlib.error as error:
        raise SignalUnavailableError("its answer is not gzip, as it says", "wrong") from error
    if inflate and body and not inflate.eof:
        raise SignalUnavailableError("its answer is cut off", "wrong")
    return bytes(body), True


def _trouble(error: Exception) -> str:
    """Without what aiohttp adds: the address, which may have a key in its query."""
    if isinstance(error, aiohttp.ClientResponseError):
        return _few(error.message) or "no HTTP"
    if type(error) is aiohttp.ClientConnectorError and error.errno:
        return os.strerror(error.errno)
    return reason(error)


def reason(error: BaseException) -> str:
    """What a client library's error says, in a few words; its kind where it says nothing."""
    return _few(str(error)) or type(error).__name__


def _few(text: str) -> str:
    """On one line, fit for a terminal."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())[:_SAID]
