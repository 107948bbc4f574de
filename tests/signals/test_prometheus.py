"""prometheus against the real one; and answers it would never give, by script."""

from collections.abc import AsyncIterator

import pytest
from pydantic import ValidationError

from docktor.signals.registry import options_of
from tests.brokers.prometheus import Prometheus
from tests.signals.asking import fault, opened, read
from tests.signals.scripted_http import ScriptedHttp, ok, scripted_http, status

KIND = "prometheus"
SECRET = "open-sesame"


@pytest.fixture
async def http() -> AsyncIterator[ScriptedHttp]:
    async with scripted_http() as server:
        yield server


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("scalar(vector(7))", 7),
        ("1.5", 1.5),
        ("vector(0)", 0),
        ('up{job="self"}', 1),
        ('sum(up) + count(up{job=~"s.lf"})', 2),
        (' max(up{job!="ö"})\n', 1),
    ],
)
async def test_what_a_query_gives(prometheus: Prometheus, query: str, value: float) -> None:
    async with opened(KIND, url=prometheus.url, query=query) as one:
        assert await read(one) == {"value": value}


async def test_further_numbers_by_name_without_those_that_have_no_result(prometheus: Prometheus) -> None:
    queries = {"lag": "vector(3)", "rate_in": "rate(nothing_of_that_name[1m])", "rate_out": "0.5"}
    async with opened(KIND, url=f"{prometheus.url}/", query="vector(1)", queries=queries) as one:
        assert await read(one) == {"value": 1, "lag": 3, "rate_out": 0.5}
        assert one.where == f"127.0.0.1:{prometheus.port}"


@pytest.mark.parametrize(
    ("query", "state", "text"),
    [
        ("nothing_of_that_name", "wrong", "the query has no result now"),
        ("vector(1) == 2", "wrong", "the query has no result now"),
        (
            "label_replace(up, 'a', 'b', '', '') or up",
            "wrong",
            "query gives 2 samples: make them one with sum() or max()",
        ),
        ("up[1m]", "wrong", "query gives a matrix, which is no number"),
        ("'seven'", "wrong", "query gives a string, which is no number"),
        ("sum(", "wrong", 'answered 400: invalid parameter "query": 1:5: parse error: '),
        ("rate(up)", "wrong", 'answered 400: invalid parameter "query": '),
        ("1 / (1 - 1) * 0", "lying", "query gives NaN: nothing to divide by, or nothing observed"),
        ("1 / 0", "lying", "query is not finite"),
        ("-1 / 0", "lying", "query is not finite"),
        ("-7", "lying", "query is negative (-7)"),
        ("1e300", "lying", "query is absurdly large (1e+300)"),
    ],
)
async def test_what_is_no_number(prometheus: Prometheus, query: str, state: str, text: str) -> None:
    async with opened(KIND, url=prometheus.url, query=query) as one:
        error = await fault(one)
        assert (error.state, str(error)[: len(text)]) == (state, text)
        assert len(str(error)) < 230
    async with opened(KIND, url=prometheus.url, query="1", queries={"lag": query}) as one:
        if "no result" in text:
            assert await read(one) == {"value": 1}
        else:
            assert (await fault(one)).state == state


async def test_a_base_address_that_is_not_its_own(prometheus: Prometheus) -> None:
    async with opened(KIND, url=f"{prometheus.url}/prom", query="up") as one:
        error = await fault(one)
        assert (error.state, str(error)) == ("wrong", "answered 404: there is no /prom/api/v1/query")


def vector(*samples: object) -> dict[str, object]:
    return {"status": "success", "data": {"resultType": "vector", "result": list(samples)}}


def sample(value: object) -> dict[str, object]:
    return {"metric": {}, "value": [1, value]}


async def test_the_path_of_the_address_is_kept_and_credentials_are_sent(http: ScriptedHttp) -> None:
    http.answers["/a%20b/api/v1/query"] = ok(vector(sample("7")))
    options = {"url": f"{http.url}/a%20b/", "query": "x", "token": SECRET, "headers": {"X-Scope-OrgID": "shop"}}
    async with opened(KIND, **options) as one:
        assert await read(one) == {"value": 7}
    assert http.asked[0].target == "/a%20b/api/v1/query?query=x"
    assert http.asked[0].headers["authorization"] == f"Bearer {SECRET}"
    assert http.asked[0].headers["x-scope-orgid"] == "shop"


@pytest.mark.parametrize(
    ("answer", "state", "text"),
    [
        (ok(vector(sample(7))), "wrong", "its answer is not one of Prometheus"),
        (ok(vector(sample("seven"))), "lying", "query is no number but str"),
        (ok(vector({"metric": {}, "histogram": [1, {}]})), "wrong", "query is a histogram: "),
        (ok({"status": "success", "data": None}), "wrong", "its answer is not one of Prometheus"),
        (ok([]), "wrong", "its answer is not one of Prometheus"),
        (ok({"status": "error", "error": "not\nwell " + "x" * 900}), "wrong", "query fails: not well xxx"),
        (status(422, b'{"status": "error", "error": "too many samples"}'), "wrong", "answered 422: too many samples"),
        (status(503, b'{"status": "error", "error": "timed out"}'), "down", "answered 503: timed out"),
        (status(401), "refused", "answered 401: the credentials are not accepted"),
    ],
)
async def test_answers_that_are_no_number(http: ScriptedHttp, answer: bytes, state: str, text: str) -> None:
    http.answers["/api/v1/query"] = answer
    async with opened(KIND, url=http.url, query="x") as one:
        error = await fault(one)
        assert (error.state, str(error)[: len(text)]) == (state, text)
        assert len(str(error)) < 230


OPTION_FAULTS = {
    "no query": ({}, "query"),
    "an empty query": ({"query": " "}, "query"),
    "an address with a query": ({"url": "http://h/?x=1", "query": "up"}, "url: is the base address, without ?"),
    "a name that is taken": ({"query": "up", "queries": {"value": "up"}}, "value is what the main number is called"),
    "a name of two words": ({"query": "up", "queries": {"rate-in": "up"}}, "pattern"),
    "two ways in": ({"query": "up", "user": "u", "token": SECRET}, "user and token exclude each other"),
}


@pytest.mark.parametrize(("options", "text"), OPTION_FAULTS.values(), ids=OPTION_FAULTS)
def test_options_that_are_refused(options: dict[str, object], text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        options_of(KIND).model_validate({"url": "http://h"} | options)
    assert text in str(caught.value)
    assert SECRET not in str(caught.value)
