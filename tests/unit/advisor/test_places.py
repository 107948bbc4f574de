"""How an address of models is spelt, and where Docker Model Runner is looked for."""

import pytest

from docktor.advisor.endpoint import Endpoint, Place, find, places, root_of
from docktor.core.advisor import AdvisorPolicy, Provider


@pytest.mark.parametrize(
    ("base_url", "root"),
    [
        ("http://h", "http://h"),
        ("http://h/", "http://h"),
        ("http://h:12434", "http://h:12434"),
        ("http://h/engines", "http://h"),
        ("http://h/engines/", "http://h"),
        ("http://h/engines/v1", "http://h"),
        ("http://h/engines/v1/", "http://h"),
        ("http://h/engines/llama.cpp", "http://h"),
        ("http://h/engines/llama.cpp/v1", "http://h"),
        ("http://h:12434/engines/llama.cpp/v1/", "http://h:12434"),
        ("http://h/engines/vllm/v1", "http://h"),
        ("http://h/v1", "http://h"),
        ("http://h/v1/", "http://h"),
        ("http://h/exp/vDD4.40", "http://h/exp/vDD4.40"),
        ("http://h/exp/vDD4.40/engines/v1", "http://h/exp/vDD4.40"),
        ("http://h/exp/vDD4.40/v1", "http://h/exp/vDD4.40"),
        ("https://h/models/engines/llama.cpp/v1", "https://h/models"),
        ("http://[::1]:12434/engines/v1", "http://[::1]:12434"),
        ("http://h/engines-of-mine/v1", "http://h/engines-of-mine"),
        ("http://h/my/engines/a/b", "http://h/my/engines/a/b"),
        ("http://h/api/v11", "http://h/api/v11"),
        # hosts may have these names, too
        ("http://engines", "http://engines"),
        ("http://engines:12434", "http://engines:12434"),
        ("http://engines.example.com/v1", "http://engines.example.com"),
        ("http://engines/engines/v1", "http://engines"),
        ("http://v1", "http://v1"),
        ("http://v1/", "http://v1"),
        ("http://v1/v1", "http://v1"),
    ],
)
def test_the_root_of_an_address_however_it_is_spelt(base_url: str, root: str) -> None:
    assert root_of(base_url) == root
    assert root_of(root_of(base_url)) == root


DESKTOP = "http://localhost/exp/vDD4.40"


def test_the_places_in_their_order() -> None:
    assert places({"HOME": "/home/ann"}) == (
        Place("http://model-runner.docker.internal"),
        Place("http://172.17.0.1:12434"),
        Place("http://model-runner.docker.internal:12434"),
        Place("http://127.0.0.1:12434"),
        Place(DESKTOP, "/home/ann/.docker/run/docker.sock"),
        Place(DESKTOP, "/var/run/docker.sock"),
    )


@pytest.mark.parametrize("env", [{}, {"HOME": ""}, {"MODEL_RUNNER_HOST": ""}])
def test_without_a_home_there_is_one_socket(env: dict[str, str]) -> None:
    assert [one.socket for one in places(env) if one.socket] == ["/var/run/docker.sock"]


@pytest.mark.parametrize(
    ("given", "root"),
    [
        ("http://gpu:12434", "http://gpu:12434"),
        ("http://gpu:12434/", "http://gpu:12434"),
        ("https://gpu", "https://gpu"),
        ("gpu:12434", "http://gpu:12434"),
        ("gpu:12434/", "http://gpu:12434"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("http://gpu/models", "http://gpu/models"),
        ("http://gpu:12434/engines/v1", "http://gpu:12434"),
    ],
)
def test_model_runner_host_is_the_only_place(given: str, root: str) -> None:
    assert places({"HOME": "/home/ann", "MODEL_RUNNER_HOST": given}) == (Place(root),)


@pytest.mark.parametrize(
    ("base_url", "openai"),
    [
        (None, "https://api.openai.com/v1"),
        ("http://h:8000", "http://h:8000/v1"),
        ("http://h:8000/", "http://h:8000/v1"),
        ("http://h:8000/v1/", "http://h:8000/v1"),
        ("https://h/api/v3", "https://h/api/v3"),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1"),
    ],
)
async def test_other_endpoints_are_taken_as_given(base_url: str | None, openai: str) -> None:
    found = await find(AdvisorPolicy(provider=Provider.OPENAI, base_url=base_url), {})
    assert found == Endpoint(openai)


@pytest.mark.parametrize(
    ("endpoint", "remote"),
    [
        (Endpoint("http://127.0.0.1:12434/v1"), False),
        (Endpoint("http://[::1]/v1"), False),
        (Endpoint("http://LOCALHOST:1/v1"), False),
        (Endpoint("http://model-runner.docker.internal/engines/v1"), False),
        (Endpoint("http://172.17.0.1:12434/engines/v1"), False),
        (Endpoint("http://far.example.com/v1", socket="/var/run/docker.sock"), False),
        (Endpoint("https://api.openai.com/v1"), True),
        (Endpoint("http://localhost.example.com/v1"), True),
        (Endpoint("http://127.0.0.1.example.com/v1"), True),
        (Endpoint("http://localhost@example.com/v1"), True),
        (Endpoint("http://192.168.0.7/v1"), True),
    ],
)
def test_whether_questions_leave_this_machine(endpoint: Endpoint, remote: bool) -> None:
    assert endpoint.is_remote is remote


def test_how_people_are_told_where_it_is() -> None:
    assert Endpoint("http://h/v1").where == "http://h/v1"
    assert Endpoint(f"{DESKTOP}/v1", DESKTOP, "/run/d.sock").where == f"{DESKTOP}/v1 over /run/d.sock"
