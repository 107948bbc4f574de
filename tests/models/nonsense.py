"""What a model may answer in place of what it was asked for: a generator of contents."""

import json
import random
from collections.abc import Callable, Iterator, Sequence

RIGHT = 0.05
"""The part of the answers that are as they should be."""
DEEP = 10_000
LONG = 100_000

Make = Callable[[random.Random, str], str]
"""An answer, from chance and a legal id."""

LOOKALIKES = str.maketrans("ABCEHKMOPTXaceopxyi", "АВСЕНКМОРТХасеорхуі")  # noqa: RUF001
REFUSALS = (
    "I'm sorry, but I can't help with that.",
    "As an AI language model, I cannot make scaling decisions.",
    "I cannot determine the right number of replicas without more information. Could you tell me more?",
    "Es tut mir leid, das kann ich nicht.",
)
# "@" stands for the object
PROSE = (
    "Sure! Here is the answer:\n@\nLet me know if you need more.",
    "I would say @ but it could be something else.",
    "**Answer:** `@`",
    'The schema is {"choice": "..."} and so: @',
    "<answer>@</answer>",
    "@\n\nExplanation: {see above}",
)
FENCES = (
    "```json\n@\n```",
    "```\n@\n```",
    "~~~json\n@\n~~~",
    "```JSON @ ```",
    "```json\n@",
    "```python\nx = @\n```",
)


def answers(seed: int, count: int, ids: Sequence[str]) -> Iterator[str]:
    """So many contents, the same for the same seed: all kinds in turn, and some right answers in between.

    `ids`: what may be chosen; not `Z`, `AA` or `50`, which some answers choose. Whoever reads an answer may find one of
    these ids in it, or nothing, and no third.
    """
    chance = random.Random(seed)
    turn: list[Make] = []
    for _ in range(count):
        legal = chance.choice(ids)
        if chance.random() < RIGHT:
            yield _right(chance, legal)
            continue
        if not turn:
            turn = chance.sample(KINDS, len(KINDS))
        yield turn.pop()(chance, legal)


def wide(text: str) -> str:
    """The same in full-width letters."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def _good(chosen: object, **more: object) -> str:
    return json.dumps({"reason": "as the numbers say", "choice": chosen, **more})


def _right(chance: random.Random, legal: str) -> str:
    form = chance.choice(("@", "```json\n@\n```", "<think>\nCPU is high, so up.\n</think>\n\n@", "  @\n"))
    return form.replace("@", _good(legal))


def _wrong_type(chance: random.Random, legal: str) -> str:
    wrong: list[object] = [0, 50, -1, 2.5, None, True, False, [legal], [], {}, {"id": legal}, [[legal]]]
    return _good(chance.choice(wrong))


def _no_id(chance: random.Random, legal: str) -> str:
    return _good(
        chance.choice(["Z", "AA", "", "50", "-1", "scale_up", "hold!", "null", "undefined", legal * 2, "rules"])
    )


def _nearly(chance: random.Random, legal: str) -> str:
    changes = (
        legal.swapcase(),
        f" {legal}",
        f"{legal}\n",
        f"{legal}\u200b",
        f"\u202e{legal}",
        f"'{legal}'",
        f"{legal}.",
        f"id {legal}",
        legal.translate(LOOKALIKES),
        wide(legal),
        f"{legal}\u0301",
        f"{legal}\0",
    )
    return _good(chance.choice(changes))


def _number(chance: random.Random, legal: str) -> str:
    literals = (
        "1e999",
        "-1e999",
        "NaN",
        "Infinity",
        "-Infinity",
        "9" * 400,
        "9" * 5_000,
        "0x32",
        "05",
        "+5",
        "1_000",
        '"50"',
    )
    return f'{{"reason": "r", "choice": {chance.choice(literals)}}}'


def _deep(chance: random.Random, legal: str) -> str:
    opened, closed = chance.choice((("[", "]"), ('{"choice":', "}")))
    end = closed * DEEP if chance.random() < 0.5 else ""
    return chance.choice(
        (opened * DEEP + f'"{legal}"' + end, f'{{"reason": {opened * DEEP}"x"{end}, "choice": "{legal}"}}')
    )


def _twice(chance: random.Random, legal: str) -> str:
    """One name with a legal and an illegal value: parsers differ in which they take."""
    values = [json.dumps(legal), chance.choice(('"Z"', "50", "null"))]
    chance.shuffle(values)
    return f'{{"choice": {values[0]}, "reason": "r", "choice": {values[1]}}}'


def _two(chance: random.Random, legal: str) -> str:
    objects = [_good(legal), _good("Z"), _good(legal, replicas=50)]
    return chance.choice(("", "\n", ",", " or ", "\n---\n")).join(chance.sample(objects, 2))


def _in_prose(chance: random.Random, legal: str) -> str:
    return chance.choice(PROSE).replace("@", _good(chance.choice([legal, "Z"])))


def _bare_words(chance: random.Random, legal: str) -> str:
    return chance.choice(
        (legal, f'"{legal}"', f"choice: {legal}", f"choice={legal}", f"I choose {legal}.", f"{legal} or Z")
    )


def _half(chance: random.Random, legal: str) -> str:
    whole = _good(legal)
    return whole[: chance.randrange(1, len(whole))]


def _fenced(chance: random.Random, legal: str) -> str:
    around = chance.choice(("@", "ok\n@\nok", '@\n```json\n{"choice": "Z"}\n```', "``````\n@"))
    fence = chance.choice(FENCES)
    return around.replace("@", fence).replace("@", _good(chance.choice([legal, "Z"])))


def _thinking(chance: random.Random, legal: str) -> str:
    forms = (
        "<think>",
        "<think>@",
        "<think>hm @ </think>",
        "<think><think>x</think>@",
        "</think>@",
        "@<think>no, not that</think>",
        "<think>" + "wait, " * 5_000 + "@",
        "<THINK>@</THINK>" + _good("Z"),
    )
    return chance.choice(forms).replace("@", _good(legal))


def _refused(chance: random.Random, legal: str) -> str:
    return chance.choice(REFUSALS)


def _empty(chance: random.Random, legal: str) -> str:
    return chance.choice(("", " ", "\n\n\t", "\u200b", "\ufeff", "null", "{}", "[]", '""', "0", "true", " " * LONG))


def _long(chance: random.Random, legal: str) -> str:
    size = LONG
    forms = (
        "x" * size,
        _good("x" * size),
        _good(legal, reason="y" * size),
        _good(legal) + " " * size,
        "{" * size,
        '"' * size,
    )
    return chance.choice(forms)


def _extra(chance: random.Random, legal: str) -> str:
    more: list[dict[str, object]] = [
        {"replicas": 50},
        {"approved": True, "max_replicas": 500},
        {"__proto__": {"choice": "Z"}},
        {"Choice": "Z", "choice ": "Z"},
        {"actions": [{"scale": 50}]},
        {"confidence": 1e308},
    ]
    return _good(legal, **chance.choice(more))


def _control(chance: random.Random, legal: str) -> str:
    forms = (
        "\ufeff" + _good(legal),
        _good(legal).encode("utf-16-le").decode("latin-1"),
        f'{{"reason": "a\x00b\x1b[31m\x07", "choice": "{legal}"}}',
        f'{{"reason": "a\nb", "choice": "{legal}"}}',
        _good(legal) + "\x00",
        f'{{"reason": "{chr(0x202E)}{chr(0x2028)}{chr(0x85)}", "choice": "{legal}"}}',
    )
    return chance.choice(forms)


def _surrogate(chance: random.Random, legal: str) -> str:
    bad = chance.choice((r"\ud800", r"\udc00\ud800", r"\ud83d", r"\u12", r"\x41", "\\", "\ud800"))
    return chance.choice(
        (f'{{"reason": "{bad}", "choice": "{legal}"}}', f'{{"reason": "r", "choice": "{legal}{bad}"}}')
    )


def _listed(chance: random.Random, legal: str) -> str:
    one = json.loads(_good(legal))
    forms: list[object] = [
        [one],
        [one, json.loads(_good("Z"))],
        [[one]],
        {"answer": one},
        {"choices": [one]},
        _good(legal),
    ]
    return json.dumps(chance.choice(forms))


def _other_form(chance: random.Random, legal: str) -> str:
    forms = (
        f"{{'reason': 'r', 'choice': '{legal}'}}",
        f"{{reason: 'r', choice: {legal}}}",
        f'{{"choice": "{legal}",}}',
        f'{{"choice": "{legal}" /* best */}}',
        f"reason: r\nchoice: {legal}\n",
        f"<choice>{legal}</choice>",
        f'{{"choise": "{legal}"}}',
        f'{{"CHOICE": "{legal}"}}',
        '{"name": "scale", "arguments": "{\\"replicas\\": 50}"}',
    )
    return chance.choice(forms)


def _mutated(chance: random.Random, legal: str) -> str:
    """A right answer with a few bytes taken away, put in or replaced."""
    content = bytearray(_good(legal).encode())
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(content))
        match chance.randrange(3):
            case 0:
                del content[at]
            case 1:
                content.insert(at, chance.randrange(256))
            case _:
                content[at] = chance.randrange(256)
    return content.decode(errors="replace")


KINDS: tuple[Make, ...] = (
    _wrong_type, _no_id, _nearly, _number, _deep, _twice, _two, _in_prose, _bare_words, _half, _fenced, _thinking,
    _refused, _empty, _long, _extra, _control, _surrogate, _listed, _other_form, _mutated, _mutated,
)  # fmt: skip
