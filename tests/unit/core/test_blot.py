"""Text from outside as it may be shown and kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.core.advisor import AdvisorPolicy
from docktor.core.blot import BLOT, LONGEST_TEXT, blot_userinfo, clean, one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no answer", "no answer"),
        ("  a\r\n\tb\x00c ", "a b c"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("a\u2028b\u202ec\ud800d", "a b c d"),
        ("", ""),
    ],
)
def test_one_printable_line(text: str, shown: str) -> None:
    assert one_line(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://ann:pass@h/v1", "http://***@h/v1"),
        ("at amqp://ann@h and nats://t0ken@n", "at amqp://***@h and nats://***@n"),
        ("http://h/v1?mail=a@b", "http://h/v1?mail=a@b"),
        ("mail ann@example.com", "mail ann@example.com"),
    ],
)
def test_user_and_password_of_an_address(text: str, shown: str) -> None:
    assert blot_userinfo(text) == shown


def test_secrets_go_wherever_they_stand_the_longest_first() -> None:
    assert clean("key sk-abc-def, sk-abc", ("sk-abc", "sk-abc-def")) == f"key {BLOT}, {BLOT}"


def test_a_long_text_is_cut() -> None:
    assert clean("x" * LONGEST_TEXT, ()) == "x" * LONGEST_TEXT
    assert clean("x" * 5000, ()) == "x" * (LONGEST_TEXT - 1) + "…"


@given(st.text(st.characters()), st.text(st.characters(exclude_characters="*"), min_size=4).filter(str.isalnum))
def test_no_secret_is_left_in_any_text(text: str, secret: str) -> None:
    shown = clean(f"{text}{secret}{text}", (secret,))
    assert secret not in shown
    assert shown.isprintable() and len(shown) <= LONGEST_TEXT


def test_a_key_is_not_in_what_is_printed_of_the_settings() -> None:
    assert "sk-secret" not in repr(AdvisorPolicy(api_key="sk-secret"))
