"""References to the environment inside text."""

import pytest

from docktor.compose.expand import expand, expand_as_compose

ENV = {"A": "1", "EMPTY": "", "LONG_NAME2": "x"}


@pytest.mark.parametrize(
    ("text", "result", "used"),
    [
        ("plain $A $$A $", "plain $A $$A $", False),
        ("${A}", "1", True),
        ("<${A}|${LONG_NAME2}>", "<1|x>", True),
        ("${EMPTY}", "", False),
        ("${B:-b}", "b", False),
        ("${EMPTY:-b}", "b", False),
        ("${EMPTY-b}", "", False),
        ("${A:+set}${B:+set}", "set", True),
        ("${B:-}", "", False),
        ("${B:-a: b\nc}", "a: b\nc", False),
        ("$${A}", "${A}", False),
    ],
)
def test_expand(text: str, result: str, used: bool) -> None:
    assert expand(text, ENV) == (result, used)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${B}", "the environment variable B is not set; set it, or write ${B:-default}"),
        ("${B:?say which}", "the environment variable B is not set: say which"),
        ("${", "a ${ is never closed; write $${ for a plain ${"),
        ("${}", "a reference is written ${NAME} or ${NAME:-default}; write $${ for a plain ${"),
        ("${A.b}", "a reference is written ${NAME} or ${NAME:-default}; write $${ for a plain ${"),
        ("${B:-${A}}", "a reference can't stand inside another one"),
    ],
)
def test_expand_refuses(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        expand(text, ENV)
    assert str(caught.value) == message


def test_a_value_is_not_expanded_again() -> None:
    assert expand("${A}", {"A": "${B}"}) == ("${B}", True)


def test_compose_takes_bare_names_and_leaves_unset_empty() -> None:
    assert expand_as_compose("$A-${B}-$$A-${B:-b}-$LONG_NAME2.x", ENV) == "1--$A-b-x.x"
