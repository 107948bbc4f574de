"""Names of models, and which of them Docker Model Runner is told to fetch."""

import pytest

from docktor.core.model_names import MOST_CHARACTERS, model_fault, pull_fault

DIGEST = "@sha256:" + "0f" * 32
LETTERS = "must be a model's name: letters, digits and . _ - : / @ +, beginning with a letter or digit"
DOTS = "must be a model's name, without '..' or '//' and not ending with '/'"
FORM = "must be like ai/qwen3 or ai/qwen3:4b, in lower case up to the tag"


@pytest.mark.parametrize(
    "name",
    ["gpt-4o-mini", "ai/qwen3:4B-Q4_K_M", "hf.co/a/B-GGUF", "org/model@v1+x", "4", "localhost:5000/a/b", "a" * 200],
)
def test_names(name: str) -> None:
    assert model_fault(name) is None


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "must not be empty"),
        ("a" * 201, f"must have at most {MOST_CHARACTERS} characters"),
        *((name, LETTERS) for name in ("a b", "a\n", "-rf", "/a", ".a", "ai/é", "a\x00", "a;b", "$(a)", "a\\b")),
        *((name, DOTS) for name in ("a/../b", "a//b", "a/")),
    ],
)
def test_what_is_no_name(name: str, told: str) -> None:
    assert model_fault(name) == told
    assert pull_fault(name) == told


@pytest.mark.parametrize(
    "name",
    [
        *("ai/qwen3", "ai/qwen3:4B-Q4_K_M", f"ai/qwen3{DIGEST}", f"ai/qwen3:4b{DIGEST}", "docker.io/ai/llama3.2"),
        *("index.docker.io/ai/a__b", "hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M", "huggingface.co/a/B"),
    ],
)
def test_what_may_be_fetched(name: str) -> None:
    assert pull_fault(name) is None


@pytest.mark.parametrize(
    "name",
    ["ghcr.io/a/b", "localhost/a/b", "localhost:5000/a/b", "registry:80/a/b", "docker.io:443/a/b", "10.0.0.1/a/b"],
)
def test_other_registries_are_for_people(name: str) -> None:
    host = name.partition("/")[0]
    told = f"{host} is not a registry models are fetched from; fetch it by hand: docker model pull {name}"
    assert pull_fault(name) == told


@pytest.mark.parametrize(
    "name",
    [
        *("qwen3", "ai/Qwen3", "AI/qwen3", "a/b/c", "ai/qwen3:", "ai/qwen3:-a", "ai/qwen3@sha256:0f", "ai/q:a:b"),
        *("docker.io/qwen3", "docker.io/a/b/c", "ai/-a", "ai/a-", "ai/a+b", "ai/a.-b"),
    ],
)
def test_what_is_no_reference(name: str) -> None:
    assert pull_fault(name) == FORM


def test_hugging_face_has_owners() -> None:
    assert pull_fault("hf.co/a") == "must be hf.co/owner/name, with :tag or @sha256:… at most behind it"
