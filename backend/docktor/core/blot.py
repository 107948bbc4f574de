"""Text from outside without secrets, on one line, fit to be shown and kept. Pure."""

import re
from collections.abc import Iterable

BLOT = "***"
LONGEST_TEXT = 300
USERINFO = re.compile(r"(?<=://)[^/@\s]+(?=@)")


def blot_userinfo(text: str) -> str:
    """Without user and password of any address."""
    return USERINFO.sub(BLOT, text)


def clean(text: str, secrets: Iterable[str]) -> str:
    """One printable line without secrets, and without user and password of any address."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, BLOT)
    line = one_line(blot_userinfo(text))
    return line if len(line) <= LONGEST_TEXT else line[: LONGEST_TEXT - 1] + "…"


def one_line(text: str) -> str:
    """Printable, and any run of blanks and line ends one blank."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
