"""How a model's server fails. Each of these makes a behaviour for `ModelServer.behave` and `script`."""

import asyncio
import gzip
import io
import json
import socket
import struct
from collections.abc import Collection, Mapping
from functools import cache

from aiohttp import web

from tests.models.chat import Behaviour, ChatRequest, Json, completion

MIB = 1 << 20
CHUNK = 64 * 1024
AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset, and nothing more


def status(code: int, body: str | Json = "", headers: Mapping[str, str] | None = None) -> Behaviour:
    """An object as JSON, a string as plain text."""

    async def behave(request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        if isinstance(body, str):
            return web.Response(status=code, text=body, headers=headers)
        return web.json_response(body, status=code, headers=headers)

    return behave


def error(code: int, message: str, kind: str, name: str | int | None = None, **more: object) -> Behaviour:
    """OpenAI's form of an error."""
    return status(code, error_body(message, kind, name, **more))


def error_body(message: str, kind: str, name: str | int | None = None, **more: object) -> Json:
    return {"error": {"message": message, "type": kind, "param": None, "code": name, **more}}


def no_runner(why: str = "not enough GPU memory") -> Behaviour:
    """Docker Model Runner can't start the model."""
    return status(500, f"unable to load runner: error waiting for runner to be ready: {why}\n")


def loading() -> Behaviour:
    """llama.cpp is not ready yet."""
    return error(503, "Loading model", "unavailable_error", 503)


def too_many(retry_after: str | None = "1") -> Behaviour:
    """`retry_after`: seconds, a date, or nonsense."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    body = error_body("Rate limit reached for requests", "requests", "rate_limit_exceeded")
    return status(429, body, headers)


def no_money() -> Behaviour:
    """429 as well, but waiting doesn't help."""
    return error(429, "You exceeded your current quota", "insufficient_quota", "insufficient_quota")


def too_long(tokens: int = 5000, context: int = 4096) -> Behaviour:
    """The prompt doesn't fit."""
    message = f"request ({tokens} tokens) exceeds the available context size ({context} tokens), try increasing it"
    return error(400, message, "exceed_context_size_error", 400, n_prompt_tokens=tokens, n_ctx=context)


def unsupported(formats: Collection[str], otherwise: Behaviour) -> Behaviour:
    """400 when the type of the request's `response_format` is one of these, such as `json_schema`."""

    async def behave(request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        wanted = asked.body.get("response_format")
        if not isinstance(wanted, dict) or wanted.get("type") not in formats:
            return await otherwise(request, asked)
        message = f"response_format.type {wanted['type']!r} is not supported by this model"
        return web.json_response(error_body(message, "invalid_request_error"), status=400)

    return behave


def wrong_key(*, whole: bool = False) -> Behaviour:
    """401 that repeats the key it was given: the most of it starred, as OpenAI does, or the whole."""

    async def behave(request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        return refuse_key(asked.headers, whole=whole)

    return behave


def refuse_key(headers: Mapping[str, str], *, whole: bool = False) -> web.Response:
    key = headers.get("Authorization", "").removeprefix("Bearer ")
    shown = key if whole else f"{key[:4]}{'*' * (len(key) - 8)}{key[-4:]}" if len(key) > 8 else "*" * len(key)
    body = error_body(f"Incorrect API key provided: {shown}.", "invalid_request_error", "invalid_api_key")
    return web.json_response(body, status=401)


def redirect(location: str, code: int = 302) -> Behaviour:
    return status(code, "", {"Location": location})


def not_json(body: str = "<html><body>It works!</body></html>", content_type: str = "application/json") -> Behaviour:
    return status(200, body, {"Content-Type": content_type})


def late(seconds: float, then: Behaviour) -> Behaviour:
    async def behave(request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await then(request, asked)

    return behave


def hang() -> Behaviour:
    """No answer, until the client goes or the server closes."""

    async def behave(request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError("never set")

    return behave


def drip(content: str, delay: float) -> Behaviour:
    """A right answer with that content, byte by byte, so many seconds between two."""

    async def behave(request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        response = await _begin(request)
        for byte in json.dumps(completion(asked, content)).encode():
            await response.write(bytes([byte]))
            await asyncio.sleep(delay)
        return response

    return behave


def endless(delay: float = 0.0) -> Behaviour:
    """The beginning of an answer and white space for ever, 64 KiB every `delay` seconds."""

    async def behave(request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        response = await _begin(request)
        while True:
            await response.write(b" " * CHUNK)
            await asyncio.sleep(delay)

    return behave


def huge(size: int = 64 * MIB) -> Behaviour:
    """A well-formed completion whose content has that many bytes, streamed without a length."""

    async def behave(request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        before, _, after = json.dumps(completion(asked, "§")).encode().partition(rb"\u00a7")
        response = await _begin(request)
        await response.write(before)
        for at in range(0, size, CHUNK):
            await response.write(b"x" * min(CHUNK, size - at))
        await response.write(after)
        return response

    return behave


def gzip_bomb(size: int = 64 * MIB) -> Behaviour:
    """White space of that many bytes, a thousandth of it on the wire."""

    async def behave(request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        return web.Response(body=_spaces(size), headers=headers)

    return behave


@cache
def _spaces(size: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0) as file:
        for at in range(0, size, MIB):
            file.write(b" " * min(MIB, size - at))
    return packed.getvalue()


def half(content: str = '{"reason": "') -> Behaviour:
    """A connection that ends before the length that was promised."""

    async def behave(request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        body = json.dumps(completion(asked, content)).encode()
        response = await _begin(request, {"Content-Length": str(len(body))})
        await response.write(body[: len(body) // 2])
        _close(request)
        return response

    return behave


def reset() -> Behaviour:
    """The connection is reset without an answer; on a unix socket it ends."""

    async def behave(request: web.Request, asked: ChatRequest) -> web.StreamResponse:
        if request.transport is not None:
            tcp: socket.socket = request.transport.get_extra_info("socket")
            if tcp.family == socket.AF_INET:
                tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            request.transport.abort()
        return web.Response()

    return behave


async def _begin(request: web.Request, headers: Mapping[str, str] | None = None) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", **(headers or {})})
    await response.prepare(request)
    return response


def _close(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()
