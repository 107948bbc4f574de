"""Text from outside, fit for a terminal."""

import unicodedata


def clean(text: str) -> str:
    """Names and reasons may hold anything, terminal commands too: what does not print becomes `?`."""
    return "".join("?" if unicodedata.category(char)[0] == "C" else char for char in text)
