"""Asking a server of models, with OpenAI's own client, and waiting for what it comes to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import openai
from openai.types.chat import ChatCompletion, ChatCompletionUserMessageParam

from tests.models.server import MODEL

PATIENCE_S = 5.0
POLL_S = 0.01
KEY = "sk-test-0123456789abcdef"
CANDIDATES = [{"id": "A", "replicas": 2}, {"id": "B", "replicas": 4, "rules": True}, {"id": "C", "replicas": 6}]
SCHEMA: Any = {
    "type": "json_schema",
    "json_schema": {
        "name": "choice",
        "strict": True,
        "schema": {"type": "object", "properties": {"choice": {"type": "string", "enum": ["A", "B", "C"]}}},
    },
}


@asynccontextmanager
async def client(base: str, uds: Path | None = None, key: str = KEY) -> AsyncIterator[openai.AsyncOpenAI]:
    transport = httpx2.AsyncHTTPTransport(uds=str(uds) if uds else None)
    http = httpx2.AsyncClient(transport=transport, trust_env=False)
    async with openai.AsyncOpenAI(base_url=base, api_key=key, http_client=http, max_retries=0, timeout=5) as one:
        yield one


async def ask(
    one: openai.AsyncOpenAI, text: str = "", *, model: str = MODEL, schema: bool = True, seconds: float = 5
) -> ChatCompletion:
    message: ChatCompletionUserMessageParam = {
        "role": "user",
        "content": text + json.dumps({"candidates": CANDIDATES}),
    }
    wanted = SCHEMA if schema else openai.omit
    return await one.chat.completions.create(model=model, messages=[message], response_format=wanted, timeout=seconds)


async def until(true: Callable[[], bool]) -> None:
    """Fails the test when it is never so."""
    for _ in range(int(PATIENCE_S / POLL_S)):
        if true():
            return
        await asyncio.sleep(POLL_S)
    raise AssertionError("it never came to be")
