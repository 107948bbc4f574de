"""Which model a profile means, and which models are tried in which order."""

import pytest

from docktor.advisor.catalog import chain_of, missing
from docktor.advisor.models import ModelInfo, can_chat, is_named, parameter_count, pick
from docktor.core.advisor import AdvisorPolicy, Profile

LLAMA = ModelInfo("ai/llama3.2:latest", "3.21 B", "1.87 GiB", "IQ2_XXS/Q4_K_M")
QWEN = ModelInfo("ai/qwen3:0.6B-Q4_K_M", "751.63 M")
SMOL = ModelInfo("ai/smollm2:latest", "361.82 M")
GEMMA = ModelInfo("ai/gemma3:4B", "3.88 B")
EMBED = ModelInfo("ai/mxbai-embed-large:latest", "334.09 M")
BIG = ModelInfo("ai/llama3.3:70B-Q4_K_M", "70.55 B")
HERE = (LLAMA, QWEN, SMOL, GEMMA, EMBED, BIG)


@pytest.mark.parametrize(
    ("name", "parameters", "count"),
    [
        ("ai/llama3.2:latest", "3.21 B", 3.21e9),
        ("ai/smollm2", "361.82 M", 361.82e6),
        ("ai/deepseek-r1", "1.2T", 1.2e12),
        ("ai/qwen3:0.6B-Q4_K_M", "751.63 M", 751.63e6),
        ("ai/qwen3:0.6B-Q4_K_M", None, 0.6e9),
        ("ai/gemma3:4B", None, 4e9),
        ("ai/gemma3:270M-F16", None, 270e6),
        ("ai/gemma3n:e4b", None, 4e9),
        ("ai/smollm2:135M-Q4_K_M", "", 135e6),
        ("qwen3:30b-a3b", None, 30e9),
        ("llama3.1:8b-instruct-q4_0", None, 8e9),
        ("meta-llama/Meta-Llama-3-8B-Instruct", None, 8e9),
        ("hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M", None, 1e9),
        ("qwen2.5-7b-instruct-1m", None, 7e9),
        ("gpt-oss:120b", None, 120e9),
        ("70B", None, 70e9),
        ("mixtral:8x7b", None, 56e9),
        ("mistralai/Mixtral-8x22B-Instruct-v0.1", None, 176e9),
        ("ai/llama3.2", None, None),
        ("gpt-5-mini", None, None),
        ("gpt-4.1-mini", None, None),
        ("claude-sonnet-4-20250514", None, None),
        ("o3", None, None),
        ("phi4 mini", None, None),
        ("ai/some-model-4bit", None, None),
        ("ai/some-model:Q4_K_M", "unknown", None),
    ],
)
def test_how_many_parameters(name: str, parameters: str | None, count: float | None) -> None:
    found = parameter_count(ModelInfo(name, parameters))
    assert found == (None if count is None else pytest.approx(count))


@pytest.mark.parametrize(
    ("name", "chats"),
    [
        ("ai/mxbai-embed-large", False),
        ("ai/nomic-embed-text-v1.5", False),
        ("ai/granite-embedding-multilingual", False),
        ("ai/qwen3-embedding:4B", False),
        ("ai/qwen3-reranker:0.6B", False),
        ("ai/all-minilm-l6-v2-vllm", False),
        ("all-minilm:33m", False),
        ("BAAI/bge-m3", False),
        ("intfloat/multilingual-e5-large", False),
        ("text-embedding-3-small", False),
        ("ai/stable-diffusion", False),
        ("whisper-1", False),
        ("tts-1-hd", False),
        ("omni-moderation-latest", False),
        ("ai/llama3.2", True),
        ("ai/qwen3:0.6B-Q4_K_M", True),
        ("gpt-5-mini", True),
        ("ai/smollm2", True),
        ("ai/phi4-mini", True),
    ],
)
def test_what_only_embeds_ranks_or_draws_is_not_asked(name: str, chats: bool) -> None:
    assert can_chat(ModelInfo(name)) is chats


@pytest.mark.parametrize(
    ("profile", "models", "picked"),
    [
        (Profile.FAST, HERE, QWEN),
        (Profile.BALANCED, HERE, GEMMA),
        (Profile.SMART, HERE, BIG),
        (Profile.FAST, (SMOL, EMBED), SMOL),
        (Profile.BALANCED, (SMOL, BIG), SMOL),
        (Profile.BALANCED, (QWEN, LLAMA), LLAMA),
        (Profile.SMART, (SMOL, EMBED), SMOL),
        (Profile.FAST, (LLAMA, BIG), LLAMA),
        (Profile.BALANCED, (SMOL, ModelInfo("mixtral:8x7b")), SMOL),
        (Profile.SMART, (BIG, ModelInfo("mixtral:8x22b")), ModelInfo("mixtral:8x22b")),
        (Profile.FAST, (ModelInfo("gpt-5-mini"), ModelInfo("qwen3:30b-a3b")), ModelInfo("qwen3:30b-a3b")),
    ],
)
def test_profiles(profile: Profile, models: tuple[ModelInfo, ...], picked: ModelInfo) -> None:
    assert pick(profile, models) == picked
    assert pick(profile, models[::-1]) == picked


@pytest.mark.parametrize("profile", list(Profile))
def test_no_profile_picks_what_can_not_chat_or_has_no_known_size(profile: Profile) -> None:
    assert pick(profile, ()) is None
    assert pick(profile, (EMBED, ModelInfo("gpt-5-mini"), ModelInfo("ai/llama3.2"))) is None


@pytest.mark.parametrize("profile", list(Profile))
def test_of_equals_it_is_the_same_one_in_any_order(profile: Profile) -> None:
    twins = (ModelInfo("b:4b"), ModelInfo("a:4b"), ModelInfo("c:4b"))
    assert pick(profile, twins) == pick(profile, twins[::-1]) == pick(profile, (twins[1], twins[2], twins[0]))


@pytest.mark.parametrize(
    ("name", "called", "same"),
    [
        ("ai/llama3.2:latest", "ai/llama3.2", True),
        ("ai/llama3.2", "ai/llama3.2:latest", True),
        ("ai/llama3.2", "ai/llama3.2", True),
        ("ai/llama3.2:1B", "ai/llama3.2", False),
        ("ai/llama3.2:1B", "ai/llama3.2:latest", False),
        ("ai/llama3.2", "llama3.2", False),
    ],
)
def test_latest_goes_without_saying(name: str, called: str, same: bool) -> None:
    assert is_named(ModelInfo(name), called) is same


@pytest.mark.parametrize(
    ("policy", "models", "chain"),
    [
        (AdvisorPolicy(), HERE, ("ai/gemma3:4B",)),
        (AdvisorPolicy(profile=Profile.FAST), HERE, ("ai/qwen3:0.6B-Q4_K_M",)),
        (AdvisorPolicy(model="ai/own"), HERE, ("ai/own",)),
        (AdvisorPolicy(model="ai/own"), (), ("ai/own",)),
        (AdvisorPolicy(model="a", fallback=("b", "a", "c", "b", "rules")), (), ("a", "b", "c")),
        (AdvisorPolicy(fallback=("ai/smollm2", "rules")), HERE, ("ai/gemma3:4B", "ai/smollm2")),
        (AdvisorPolicy(fallback=("ai/gemma3:4B",)), HERE, ("ai/gemma3:4B",)),
        (AdvisorPolicy(fallback=("b", "rules")), (), ("b",)),
        (AdvisorPolicy(fallback=("rules",)), (), ()),
        (AdvisorPolicy(), (EMBED,), ()),
    ],
)
def test_the_named_one_or_the_profiles_then_the_fallbacks(
    policy: AdvisorPolicy, models: tuple[ModelInfo, ...], chain: tuple[str, ...]
) -> None:
    assert chain_of(policy, models) == chain


def test_what_of_a_chain_is_not_there() -> None:
    assert missing(("ai/llama3.2", "ai/own", "ai/smollm2:latest", "ai/gemma3"), HERE) == ("ai/own", "ai/gemma3")
    assert missing(("ai/llama3.2",), ()) == ("ai/llama3.2",)
    assert missing((), HERE) == ()
