"""Values as they may be shown: references as written, what looks like a secret blotted out."""

import re

from docktor.compose.document import Document, Place, Value
from docktor.core.blot import BLOT, USERINFO

_SECRET_KEY = re.compile(
    r"pass(word|wd|phrase)?$|secret|token(?!s_per_)|api_?key|access_?key|routing_?key|credential|authorization|webhook_?url",
    re.IGNORECASE,
)
_DEFAULT = re.compile(r"(\$\{\w+:?[-+])[^}]*\}")


def is_secret(key: str) -> bool:
    """Whether a setting of that name holds a secret."""
    return _SECRET_KEY.search(key) is not None


def shown(doc: Document, place: Place, value: Value) -> Value:
    """`value`, which stands at `place`, without secrets: `${NAME}` stays text, literal secrets become `***`."""
    if isinstance(value, dict):
        return {key: shown(doc, (*place, key), item) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(doc, (*place, index), item) for index, item in enumerate(value)]
    key = next((part for part in reversed(place) if isinstance(part, str)), "")
    secret = value is not None and is_secret(key)
    if place in doc.written:
        text = doc.written[place]
        return _DEFAULT.sub(rf"\1{BLOT}}}", text) if secret else without_userinfo(text)
    if secret:
        return BLOT
    return without_userinfo(value) if isinstance(value, str) else value


def without_userinfo(text: str) -> str:
    """`text` with what stands for user and password in addresses blotted out."""
    return USERINFO.sub(lambda found: found[0] if found[0].startswith("${") else BLOT, text)
