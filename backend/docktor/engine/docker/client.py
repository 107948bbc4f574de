"""The connection to one Docker engine: JSON calls with a deadline each, failures told with their remedy."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiodocker import Docker
from aiodocker.exceptions import DockerError
from yarl import URL

from docktor.engine.docker import remedies
from docktor.errors import EngineUnavailableError, TemporaryError

QUICK = 5.0  # list, inspect
SLOW = 60.0  # create, start, remove: the engine works on disk, and many may be asked for at once

_BAD_REQUEST = 400

Params = Mapping[str, str]


class EngineApiError(TemporaryError):
    """The engine answered, and said no. `status`: HTTP's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class EngineClient:
    """Opens at the first call. `host` beats DOCKER_HOST, which beats Docker contexts and the usual sockets."""

    def __init__(self, host: str | None = None) -> None:
        self._host = host or os.environ.get("DOCKER_HOST") or None
        self._docker: Docker | None = None
        self._connector: aiohttp.BaseConnector | None = None
        self._opening = asyncio.Lock()
        self.endpoint = self._host or "the default Docker endpoint"

    @property
    def api_version(self) -> tuple[int, int]:
        """The negotiated version; the oldest supported one before the first call."""
        if self._docker is None or self._docker.api_version == "auto":
            return remedies.OLDEST_API
        return _version(self._docker.api_version)

    @property
    def socket_path(self) -> str | None:
        """Of the unix socket it is connected to, `None` with any other connection."""
        return self._connector.path if isinstance(self._connector, aiohttp.UnixConnector) else None

    async def get(self, path: str, params: Params | None = None, *, deadline: float = QUICK) -> Any:
        return self._parsed(await self.call("GET", path, params, deadline=deadline))

    async def post(
        self, path: str, body: object = None, params: Params | None = None, *, deadline: float = SLOW
    ) -> Any:
        """The answer's JSON, `None` when it has no body."""
        answer = await self.call("POST", path, params, body=body, deadline=deadline)
        return self._parsed(answer) if answer.strip() else None

    async def delete(self, path: str, params: Params | None = None, *, deadline: float = SLOW) -> None:
        await self.call("DELETE", path, params, deadline=deadline)

    async def head(self, path: str, params: Params | None = None, *, deadline: float = QUICK) -> Mapping[str, str]:
        """The answer's headers."""
        async with self._within(f"HEAD {path}", deadline):
            response = await self._send("HEAD", path, params)
            async with response:
                if not response.ok:
                    raise EngineApiError(response.status, response.reason or "")
                return response.headers

    async def call(
        self,
        method: str,
        path: str,
        params: Params | None = None,
        *,
        body: object = None,
        data: bytes | None = None,
        deadline: float = QUICK,
    ) -> bytes:
        """One request; answers its body. Raises EngineApiError, EngineUnavailableError."""
        async with self._within(f"{method} {path.partition('?')[0]}", deadline):
            response = await self._send(method, path, params, body=body, data=data)
            async with response:
                content = await response.read()
                if not response.ok:
                    self._refused(response.status, content)
                return content

    @asynccontextmanager
    async def stream(self, path: str, params: Params | None = None) -> AsyncIterator[AsyncIterator[bytes]]:
        """Lines of an answer without end, as they come. Only the connecting has a deadline."""
        async with self._within(f"GET {path}", QUICK):
            response = await self._send("GET", path, params)
            if not response.ok:
                self._refused(response.status, await response.read())
        try:
            yield self._lines(response)
        finally:
            response.close()

    async def _lines(self, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        try:
            async for line in response.content:
                yield line
        except (aiohttp.ClientError, OSError) as error:
            raise EngineUnavailableError(remedies.for_connection(error, self.endpoint)) from error

    async def close(self) -> None:
        docker, self._docker = self._docker, None
        connector, self._connector = self._connector, None
        if docker is not None:
            await docker.close()
        if connector is not None:
            await connector.close()

    async def _send(
        self,
        method: str,
        path: str,
        params: Params | None,
        *,
        body: object = None,
        data: bytes | None = None,
    ) -> aiohttp.ClientResponse:
        docker = await self._open()
        headers = {"Content-Type": "application/x-tar" if data is not None else "application/json"}
        if body is not None:
            data = json.dumps(body).encode()
        url = URL(f"{docker.docker_host}/{docker.api_version}/{path}")
        return await docker.session.request(method, url, params=params, data=data, headers=headers)

    async def _open(self) -> Docker:
        """Connected, and the API version agreed upon."""
        async with self._opening:
            if self._docker is None:
                self._docker = await self._discover()
            if self._docker.api_version == "auto":
                try:
                    await self._docker.version()
                except (TypeError, KeyError, ValueError) as error:  # of what is no engine's JSON
                    raise EngineUnavailableError(remedies.for_nonsense(self.endpoint)) from error
                if _version(self._docker.api_version) < remedies.OLDEST_API:
                    version, self._docker.api_version = self._docker.api_version, "auto"
                    raise EngineUnavailableError(remedies.for_old_api(version.lstrip("v"), self.endpoint))
            return self._docker

    async def _discover(self) -> Docker:
        timeout = aiohttp.ClientTimeout(total=None)
        try:
            docker = Docker(url=self._host, timeout=timeout)
        except (AssertionError, TypeError):  # aiodocker's way of saying that none of the usual sockets is there
            self._host = "unix:///var/run/docker.sock"
            docker = Docker(url=self._host, timeout=timeout)
        except (ValueError, DockerError, OSError) as error:
            raise EngineUnavailableError(remedies.for_discovery(error, self._host)) from error
        found = docker.connector
        if not isinstance(found, aiohttp.UnixConnector):
            self.endpoint = docker.docker_host
            return docker
        # aiohttp opens at most 100 connections unless told otherwise, and engines before 25 answer each
        # sample only after a second: a bound would turn 150 samples into two rounds.
        self.endpoint = f"unix://{found.path}"
        url = docker.docker_host
        await docker.close()
        self._connector = aiohttp.UnixConnector(found.path, limit=0)
        docker = Docker(url=url, connector=self._connector, timeout=timeout)
        docker.docker_host = url
        return docker

    @asynccontextmanager
    async def _within(self, what: str, deadline: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(deadline):
                yield
        except TimeoutError as error:
            raise EngineUnavailableError(remedies.for_timeout(what, deadline, self.endpoint)) from error
        except DockerError as error:
            # Only the negotiation goes through aiodocker's own calls; it hides the connection's error as the cause.
            raise self._away(error.__context__ if isinstance(error.__context__, Exception) else error) from error
        except (aiohttp.ClientError, OSError) as error:
            raise self._away(error) from error

    def _away(self, error: Exception) -> EngineUnavailableError:
        """After a lost connection another engine may answer: agree upon the version anew."""
        if self._docker is not None:
            self._docker.api_version = "auto"
        return EngineUnavailableError(remedies.for_connection(error, self.endpoint))

    def _parsed(self, answer: bytes) -> Any:
        try:
            return json.loads(answer)
        except ValueError as error:
            raise EngineUnavailableError(remedies.for_nonsense(self.endpoint)) from error

    def _refused(self, status: int, content: bytes) -> None:
        try:
            message = str(json.loads(content)["message"])
        except (ValueError, KeyError, TypeError):
            message = content.decode(errors="replace")[:300]
        if status == _BAD_REQUEST and "client version" in message and self._docker is not None:
            self._docker.api_version = "auto"
        raise EngineApiError(status, message.strip() or f"HTTP {status}")


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.lstrip("v").partition(".")
    return int(major), int(minor)
