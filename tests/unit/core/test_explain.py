"""A decision that a model was asked about, in words."""

from dataclasses import replace

import pytest

from docktor.core.advice import Advice, metadata
from docktor.core.decision import Action, Decision, Limit, Metadata, Phase, Source
from docktor.core.explain import brief, news, paragraph, sentence, shadow_news
from tests.unit.memory.making import make

HEARD = metadata(Advice("dmr", "ai/llama3.2", 3, "CPU is high and rising.", latency_ms=412.3, tokens=312), changed=True)
ADVISED = replace(
    make(7, reason="cpu.avg 92 > 75; ai/llama3.2 chose 3 instead of 4"),
    target_replicas=3,
    source=Source.ADVISOR,
    limits=(Limit("advisor", "ai/llama3.2 chose 3 instead of 4", 4, 3),),
    metadata=HEARD,
)


def line(decision: Decision, label: str) -> str:
    found = [text for text in paragraph(decision) if text.startswith(f"  {label:<8}")]
    assert len(found) == 1
    return found[0].removeprefix(f"  {label:<8}")


def advice(**changes: object) -> str:
    return line(replace(ADVISED, metadata=replace(HEARD, **changes)), "advice")  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("phase", Phase)
def test_beside_the_services_name_it_is_left_out(phase: Phase) -> None:
    one = make(7, phase=phase)
    assert "shop/web" not in brief(one)
    assert sentence(one) == brief(one).replace("▲ ", "▲ shop/web ")


def test_the_whole_of_it() -> None:
    assert paragraph(ADVISED) == [
        "#7  2026-03-01 12:00:07 UTC  ▲ shop/web 2 → 3: cpu.avg 92 > 75; ai/llama3.2 chose 3 instead of 4",
        "  saw     cpu.avg 92.5",
        "  rules   yes up: cpu.avg 92.5 > 75",
        "  limits  ai/llama3.2 chose 3 instead of 4 (4 → 3)",
        "  asked   the model, ai/llama3.2",
        '  advice  ai/llama3.2 chose 3 in 0.4 s, 312 tokens (changed what was done): "CPU is high and rising."',
        "  result  done in 0.8 s",
    ]


def test_a_model_that_agrees_changes_nothing_and_the_rules_asked() -> None:
    agreed = replace(make(7), metadata=replace(HEARD, chosen=4, changed=False))
    assert line(agreed, "asked") == "rules"
    assert line(agreed, "advice") == 'ai/llama3.2 chose 4 in 0.4 s, 312 tokens: "CPU is high and rising."'


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tokens": None}, 'ai/llama3.2 chose 3 in 0.4 s (changed what was done): "CPU is high and rising."'),
        ({"latency_ms": None, "tokens": None, "advice": None}, "ai/llama3.2 chose 3 (changed what was done)"),
        ({"advice": "", "changed": None}, "ai/llama3.2 chose 3 in 0.4 s, 312 tokens"),
        ({"latency_ms": 7999.0, "advice": None}, "ai/llama3.2 chose 3 in 8.0 s, 312 tokens (changed what was done)"),
        ({"chosen": 0, "advice": None, "changed": False}, "ai/llama3.2 chose 0 in 0.4 s, 312 tokens"),
    ],
)
def test_what_is_not_known_of_an_answer_is_left_out(changes: dict[str, object], said: str) -> None:
    assert advice(**changes) == said


FAILED = metadata(
    Advice("dmr", "ai/smollm2", None, "I think B", "ai/smollm2: the answer is not one JSON object", 8012.5, 90),
    changed=False,
)


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        (FAILED, "none in 8.0 s, 90 tokens: ai/smollm2: the answer is not one JSON object"),
        (replace(FAILED, tokens=None), "none in 8.0 s: ai/smollm2: the answer is not one JSON object"),
        (Metadata("dmr", failure="no answer"), "none: no answer"),
        (Metadata("openai", "gpt-5-mini"), "none from gpt-5-mini"),
        (Metadata("openai"), "none from openai"),
    ],
)
def test_why_there_is_no_advice(meta: Metadata, said: str) -> None:
    decision = replace(make(7), metadata=meta)
    assert line(decision, "advice") == said
    assert line(decision, "asked") == "rules"


def test_where_nobody_was_asked_there_is_no_line_of_it() -> None:
    assert not any("advice" in text for text in paragraph(make(7)))


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        (ADVISED, "▲ shop/web 2 → 3: cpu.avg 92 > 75; ai/llama3.2 chose 3 instead of 4"),
        (
            replace(ADVISED, phase=Phase.PROPOSED),
            "▲ shop/web 2 → 3: cpu.avg 92 > 75; ai/llama3.2 chose 3 instead of 4 (proposed)",
        ),
        (
            replace(ADVISED, action=Action.HOLD, target_replicas=2, reason="cpu.avg 92 > 75; m chose 2 instead of 4"),
            "· shop/web stays at 2: cpu.avg 92 > 75; m chose 2 instead of 4",
        ),
    ],
)
def test_one_sentence(decision: Decision, told: str) -> None:
    assert sentence(decision) == told


def test_staying_by_advice_is_news_with_its_reason() -> None:
    stays = replace(ADVISED, action=Action.HOLD, target_replicas=2)
    assert news(stays) == sentence(stays)
    assert news(ADVISED) == "✓ shop/web has 3 after 0.8 s"


@pytest.mark.parametrize(
    ("meta", "told"),
    [
        (replace(HEARD, chosen=4), "shop/web: ai/llama3.2 agrees with 4"),
        (HEARD, "shop/web: ai/llama3.2 would choose 3 instead of 4"),
        (replace(HEARD, chosen=0), "shop/web: ai/llama3.2 would choose 0 instead of 4"),
        (FAILED, "shop/web: no advice: ai/smollm2: the answer is not one JSON object"),
        (Metadata("dmr", failure="there is no model to ask"), "shop/web: no advice: there is no model to ask"),
    ],
)
def test_what_a_shadow_says(meta: Metadata, told: str) -> None:
    assert shadow_news(replace(make(7), metadata=meta)) == told


def test_a_shadow_without_a_reason_makes_no_reason_up() -> None:
    assert shadow_news(replace(make(7), metadata=Metadata("dmr", "m"))) == "shop/web: no advice from m"


def test_metadata_is_the_advice_as_it_came() -> None:
    assert Metadata("dmr", "ai/llama3.2", 412.3, 312, "CPU is high and rising.", 3, True, None) == HEARD
    assert (FAILED.chosen, FAILED.changed, FAILED.advice) == (None, False, "I think B")
