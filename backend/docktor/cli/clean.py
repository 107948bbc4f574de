"""Text from outside, fit for a terminal."""

from docktor.core.words import clean

__all__ = ["clean"]
