"""The hostile strings and answers are what they promise to be."""

import json
import re
from collections import Counter

from tests.models import answers
from tests.models.asking import ask, client
from tests.models.hostile import HOSTILE, canary
from tests.models.hostile import answers as contents
from tests.models.server import MODEL, ModelServer

IDS = ("A", "B", "C")


def test_each_hostile_string_has_a_word_of_its_own() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) >= 100
    for number, text in enumerate(HOSTILE):
        assert re.findall(r"CANARY\d{3}", text) == [canary(number)], text[:80]


def test_a_variable_could_hold_them() -> None:
    assert all(text.encode() and "\0" not in text for text in HOSTILE)
    assert max(map(len, HOSTILE)) > 10_000


def test_the_same_seed_says_the_same() -> None:
    assert list(contents(1, 200, IDS)) == list(contents(1, 200, IDS)) != list(contents(2, 200, IDS))


def chosen(content: str) -> object:
    """Strictly read: the choice of an object with those two keys, anything else is nothing."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found["choice"] if isinstance(found, dict) and found.keys() == {"reason", "choice"} else None


def test_few_are_right_and_all_ids_come() -> None:
    found = [chosen(content) for content in contents(3, 2000, IDS)]
    right = Counter(one for one in found if isinstance(one, str) and one in IDS)
    assert right.keys() == set(IDS)
    assert 0.01 < right.total() / len(found) < 0.2


async def test_all_of_them_go_over_the_wire(model_server: ModelServer) -> None:
    sent = list(contents(4, 200, IDS))
    model_server.script(answers.says(content) for content in sent)
    async with client(model_server.openai_url) as one:
        for content in sent:
            answer = await one.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "?"}])
            assert answer.choices[0].message.content == content


async def test_all_names_reach_the_server_as_they_are(model_server: ModelServer) -> None:
    async with client(model_server.openai_url) as one:
        for text in HOSTILE:
            await one.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": text}])
    assert [asked.prompt for asked in model_server.requests] == list(HOSTILE)


async def test_an_obedient_model_falls_for_many(model_server: ModelServer) -> None:
    """Without them it does as the rules say."""
    model_server.behave(answers.obedient())
    async with client(model_server.openai_url) as one:
        found = [(await ask(one, text)).choices[0].message.content for text in HOSTILE]
        honest = (await ask(one)).choices[0].message.content
    assert honest is not None and chosen(honest) == "B"
    fallen = sum(content is not None and chosen(content) not in IDS for content in found)
    assert fallen > len(HOSTILE) / 3
