"""http-json against a real server that answers by script."""

import asyncio
import gzip
import logging
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import ValidationError

from docktor.signals.registry import options_of
from tests.signals.asking import around, fault, opened, read, source, until
from tests.signals.scripted_http import HANG, ScriptedHttp, chunked, ok, scripted_http, status

KIND = "http-json"
SECRET = "open-sesame"


@pytest.fixture
async def http() -> AsyncIterator[ScriptedHttp]:
    async with scripted_http() as server:
        yield server


async def test_numbers_by_path(http: ScriptedHttp) -> None:
    http.answers["/stats"] = ok({"data": {"items": [{"depth": 7}]}, "odd.key": 1.5})
    options = {"url": f"{http.url}/stats?all=1", "path": "data.items[0].depth", "paths": {"odd": '["odd.key"]'}}
    async with opened(KIND, **options) as one:
        assert await read(one) == {"value": 7, "odd": 1.5}
        assert one.where == f"{http.url.removeprefix('http://')}/stats data.items[0].depth"
    assert http.asked[0].target == "/stats?all=1"
    assert http.asked[0].headers["host"] == http.url.removeprefix("http://")


@pytest.mark.parametrize(
    "answer",
    [
        ok(b"7"),
        ok(b" 7.0\n"),
        ok(gzip.compress(b"7"), "Content-Encoding: gzip"),
        chunked(b"7"),
        b"HTTP/1.0 200 OK\r\n\r\n7",
        ok(b"7", "Content-Type: text/html"),
        ok("7".encode("utf-16")),
    ],
)
async def test_a_number_however_it_comes(http: ScriptedHttp, answer: bytes) -> None:
    http.answers["/"] = answer
    async with opened(KIND, url=http.url) as one:
        assert await read(one) == {"value": 7}


WRONG = {
    "no JSON": (ok(b"<html>"), "its answer is not JSON"),
    "empty": (ok(b""), "its answer is not JSON"),
    "cut off": (ok(b'{"n": 1'), "its answer is not JSON"),
    "too deep": (ok(b"[" * 100_000), "its answer is not JSON"),
    "no Unicode": (ok(b'"\xff"'), "its answer is not JSON"),
    "endless digits": (ok(b"1" * 5000), "its answer is not JSON"),
    "not there": (ok({"m": 1}), "there is no n: the answer has no 'n', but m"),
    "a list": (ok({"n": [1, 2]}), "n is a list; the path must lead to a number"),
    "an object": (ok({"n": {}}), "n is an object; the path must lead to a number"),
    "large": (ok({"n": 1, "x": "y" * 5_000_000}), "its answer is larger than 4 MiB"),
    "404": (status(404), "answered 404: there is no /"),
    "204": (status(204), "answered 204"),
    "400": (status(400, b'{"error": "no such\\n thing"}'), "answered 400: no such thing"),
    "418": (status(418, b"I am \x1b[31m" + b"a teapot" * 100), "answered 418: I am [31m" + ("a teapot" * 100)[:191]),
    "brotli": (ok(b"7", "Content-Encoding: br"), "its answer is encoded as br, which was not asked for"),
    "false gzip": (ok(b'{"n": 1}', "Content-Encoding: gzip"), "its answer is not gzip, as it says"),
    "half gzip": (ok(gzip.compress(b'{"n": 1}')[:-6], "Content-Encoding: gzip"), "its answer is cut off"),
    "bomb": (ok(gzip.compress(b" " * 50_000_000), "Content-Encoding: gzip"), "its answer is larger than 4 MiB"),
    "bomb of bombs": (
        ok(gzip.compress(gzip.compress(b" " * 50_000_000)), "Content-Encoding: gzip, gzip"),
        "its answer is encoded as gzip, gzip, which was not asked for",
    ),
}
LYING = {
    "text": (ok({"n": "7"}), "n is no number but str"),
    "null": (ok({"n": None}), "n is null"),
    "true": (ok({"n": True}), "n is no number but bool"),
    "negative": (ok({"n": -1}), "n is negative (-1)"),
    "NaN": (ok(b'{"n": NaN}'), "n is not finite"),
    "infinite": (ok(b'{"n": 1e999}'), "n is not finite"),
    "1e300": (ok(b'{"n": 1e300}'), "n is absurdly large (1e+300)"),
    "a long number": (ok(b'{"n": ' + b"1" * 400 + b"}"), "n is absurdly large (1e+300)"),
}
CLOSING = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
DOWN = {
    "500": (status(500, b'{"error": "out of paper"}'), "answered 500: out of paper"),
    "503": (status(503), "answered 503"),
    "429": (status(429), "answered 429"),
    "short": (CLOSING + b"Content-Length: 99\r\n\r\n7", "no answer: "),
    "half a chunk": (
        CLOSING + b"Transfer-Encoding: chunked\r\n\r\nff\r\n7",
        "no answer: ",
    ),
    "garbage": (b"\x00\x01\x02\r\n\r\n", "no answer: "),
    "nothing": (b"", "no answer: "),
}
REFUSED = {
    "401": (status(401), "answered 401: the credentials are not accepted"),
    "403": (status(403), "answered 403: the credentials are not accepted"),
}
FAULTS = [
    pytest.param(state, *case, id=name)
    for state, cases in {"wrong": WRONG, "lying": LYING, "down": DOWN, "refused": REFUSED}.items()
    for name, case in cases.items()
]


@pytest.mark.parametrize(("state", "answer", "text"), FAULTS)
async def test_every_other_answer_is_a_fault_and_the_next_one_counts(
    http: ScriptedHttp, state: str, answer: bytes, text: str
) -> None:
    async with opened(KIND, url=http.url, path="n") as one:
        http.answers["/"] = answer
        error = await fault(one)
        assert (error.state, str(error)[: len(text)]) == (state, text)
        assert text.endswith(": ") or str(error) == text
        http.answers["/"] = ok({"n": 3})
        assert await read(one) == {"value": 3}


@pytest.mark.parametrize("code", [301, 302, 307, 308])
async def test_redirects_are_not_followed(http: ScriptedHttp, code: int) -> None:
    http.answers["/"] = status(code, b"", f"Location: {http.url}/there")
    http.answers["/there"] = ok(7)
    async with opened(KIND, url=http.url, token=SECRET) as one:
        error = await fault(one)
        assert (error.state, str(error)) == ("wrong", f"answered {code}: redirects are not followed")
    assert [asked.target for asked in http.asked] == ["/"]


BASIC = "Basic " + b64encode(b"a@b:" + SECRET.encode()).decode()


@pytest.mark.parametrize(
    ("options", "name", "sent"),
    [
        ({"user": "a@b", "password": SECRET}, "authorization", BASIC),
        ({"token": SECRET}, "authorization", f"Bearer {SECRET}"),
        ({"headers": {"X-Api-Key": SECRET}}, "x-api-key", SECRET),
        ({"headers": {"host": "else.where"}}, "host", "else.where"),
        ({}, "authorization", None),
    ],
)
async def test_credentials_are_sent(
    http: ScriptedHttp, options: dict[str, object], name: str, sent: str | None
) -> None:
    http.answers["/"] = ok(7)
    async with opened(KIND, url=http.url, **options) as one:
        await read(one)
    assert http.asked[0].headers.get(name) == sent


async def test_user_and_password_may_stand_in_the_address(http: ScriptedHttp) -> None:
    http.answers["/"] = ok(7)
    async with opened(KIND, url=http.url.replace("//", f"//a%40b:{SECRET}@")) as one:
        await read(one)
        assert SECRET not in one.where + repr(one.options)
    assert http.asked[0].headers["authorization"] == BASIC
    assert SECRET not in http.asked[0].headers["host"]


async def test_credentials_stay_out_of_texts_and_logs(http: ScriptedHttp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    url = f"{http.url}/x?key={SECRET}"
    options = {"url": url, "user": "u", "password": SECRET, "headers": {"X-Key": SECRET}}
    async with opened(KIND, **options) as one:
        said = [str(await fault(one)), one.where, repr(one.options), str(one.options)]
    assert SECRET not in " ".join(said) + caplog.text


async def test_a_cookie_of_one_source_is_not_sent_by_another(http: ScriptedHttp) -> None:
    http.answers["/"] = ok(7, "Set-Cookie: session=1; Path=/")
    surroundings = around()
    async with opened(KIND, surroundings, url=http.url) as one, opened(KIND, surroundings, url=http.url) as other:
        await read(one)
        await read(other)
    assert "cookie" not in http.asked[1].headers


async def test_one_path_that_hangs_disturbs_no_other_of_its_server(http: ScriptedHttp) -> None:
    http.answers |= {"/fine": ok(7), "/slow": HANG}
    surroundings = around()
    async with opened(KIND, surroundings, url=f"{http.url}/fine") as fine:
        slow = [source(KIND, surroundings, url=f"{http.url}/slow") for _ in range(6)]
        waiting = [asyncio.create_task(one.read()) for one in slow]
        try:
            await until(lambda: len(http.asked) == len(slow))
            assert await read(fine) == {"value": 7}
            waiting[0].cancel()
            await asyncio.wait(waiting[:1])
            assert not any(task.done() for task in waiting[1:])
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting)
            for one in slow:
                await one.close()
        assert await read(fine) == {"value": 7}
    await until(lambda: not http.open)


async def test_it_asks_where_the_name_is_located_under_the_name_as_written(http: ScriptedHttp) -> None:
    async def locate(host: str, port: int) -> tuple[str, int]:
        assert (host, port) == ("worker", 80)
        return "127.0.0.1", http.port

    http.answers["/depth"] = ok(7)
    async with opened(KIND, replace(around(), locate=locate), url="http://worker/depth") as one:
        assert await read(one) == {"value": 7}
    assert http.asked[0].headers["host"] == "worker"


async def test_letters_beyond_ascii_are_sent_as_utf8(http: ScriptedHttp) -> None:
    http.answers["/gr%C3%B6%C3%9Fe%2F"] = ok(7)
    async with opened(KIND, url=f"{http.url}/größe%2F?q=ä b&k=%20") as one:
        assert await read(one) == {"value": 7}
    assert http.asked[0].target == "/gr%C3%B6%C3%9Fe%2F?q=%C3%A4%20b&k=%20"


async def test_nobody_listens() -> None:
    async with opened(KIND, url="http://127.0.0.1:1/") as one:
        error = await fault(one)
        assert error.state == "down"
        assert str(error).startswith("no answer: ")


OPTION_FAULTS = {
    "no url": ({}, "url"),
    "no scheme": ({"url": "localhost:80"}, "must be an address"),
    "another scheme": ({"url": "ftp://h"}, "must be an address"),
    "no port": ({"url": f"http://u:{SECRET}/x@h"}, "must be an address"),
    "two ways in": ({"token": SECRET, "user": "u"}, "user and token exclude each other"),
    "two users": ({"url": f"http://a:{SECRET}@h", "user": "b"}, "user and the user in url exclude each other"),
    "own header": ({"headers": {"authorization": SECRET}, "token": "t"}, "token and the Authorization header exclude"),
    "password alone": ({"password": SECRET}, "password: needs a user"),
    "a header twice": ({"headers": {"a": "1", "A": "2"}}, "names the same header twice"),
    "a header's name": ({"headers": {"a b": "1"}}, "pattern"),
    "a line break": ({"headers": {"a": f"{SECRET}\n"}}, "must be plain text"),
    "a line break in the token": ({"token": f"{SECRET}\r\nX: y"}, "must be plain text"),
    "a bad path": ({"path": "a[*]"}, "character 2: there are no wildcards"),
    "a path that is no text": ({"path": 1}, "must be text"),
    "a name that is taken": ({"paths": {"value": "a"}}, "value is what the main number is called"),
    "backlog": ({"paths": {"backlog": "a"}}, "backlog is what the main number is called"),
    "a name with dots": ({"paths": {"a.b": "a"}}, "pattern"),
    "an unknown word": ({"pass": SECRET}, "Extra inputs"),
    "a yes": ({"insecure_skip_verify": "yes"}, "bool"),
}


@pytest.mark.parametrize(("options", "text"), OPTION_FAULTS.values(), ids=OPTION_FAULTS)
def test_options_that_are_refused(options: dict[str, object], text: str) -> None:
    base = {} if text == "url" else {"url": "http://h"}
    with pytest.raises(ValidationError) as caught:
        options_of(KIND).model_validate(base | options)
    assert text in str(caught.value)
    assert SECRET not in str(caught.value)
