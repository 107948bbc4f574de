"""How a pull of a model goes. Each function makes what `Runner.pull` and `Runner.pulls` take."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tests.models.chat import Json

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Pull:
    """`code` other than 200: that status with `text`. Otherwise the lines, `every` seconds one.

    `adds`: the model is there before the last line is. `stalls`: after the last line nothing comes, and no end.
    """

    lines: Sequence[bytes] = ()
    every: float = 0.0
    adds: bool = False
    stalls: bool = False
    code: int = 200
    text: str = ""


def pulled(layers: int = 3, steps: int = 4, every: float = 0.0) -> Pull:
    """All goes well: so many layers of growing size, each in so many steps, then success."""
    return Pull((*_progress(layers, steps), line("success", "Model pulled successfully")), every, adds=True)


def pull_fails(message: str = "error while pulling model: unexpected EOF", every: float = 0.0) -> Pull:
    """An error after some progress: the status was 200 by then."""
    return Pull((*_progress(2, 2), line("error", message)), every)


def pull_refused(code: int, text: str) -> Pull:
    """No stream at all: 400 `Invalid model reference`, 401 `Unauthorized`, 404 `Model not found`."""
    return Pull(code=code, text=text)


def pull_cut() -> Pull:
    """A stream that ends in the middle, with neither success nor error."""
    return Pull(_progress(2, 3)[:-1])


def pull_stalls() -> Pull:
    return Pull(_progress(2, 2)[:-1], stalls=True)


def pull_garbage() -> Pull:
    """Lines of all kinds but progress among some; success comes, as the last of them."""
    lines = (
        b"\n",
        b"not JSON\n",
        b"\xff\xfe\x00\n",
        b"[1, 2]\n",
        b"null\n",
        b'{"type": 7}\n',
        b'{"type": "progress"\n',
    )
    strange = (
        b'{"type": "progress", "total": "many", "layer": []}\n',
        b'{"type": "progress", "total": -1, "layer": {"id": null, "size": 0, "current": 1e999}}\n',
        line("warning", "\x1b[31mthis format is not supported here"),
        line("shrug", "?"),
    )
    return Pull((*lines, *_progress(1, 1), *strange, line("success", "Model pulled successfully")), adds=True)


def pull_huge_line(size: int = 16 * MIB) -> Pull:
    """A line of that many bytes, then success."""
    return Pull((line("progress", "x" * size), line("success", "Model pulled successfully")), adds=True)


def line(kind: str, message: str, **more: object) -> bytes:
    """One line of the stream."""
    empty: Json = {"id": "", "size": 0, "current": 0}
    said = {"type": kind, "message": message, "total": 0, "layer": empty, "mode": "pull"}
    return json.dumps({**said, **more}).encode() + b"\n"


def _progress(layers: int, steps: int) -> tuple[bytes, ...]:
    """Sizes are bytes: 1 MiB of the first layer, 2 of the second, and so on."""
    total = sum(range(1, layers + 1)) * MIB
    found = []
    for layer in range(1, layers + 1):
        for step in range(1, steps + 1):
            size, current = layer * MIB, layer * MIB * step // steps
            at = {"id": f"sha256:{layer:064x}", "size": size, "current": current}
            found.append(line("progress", f"Downloaded: {current / MIB:.2f} MB", total=total, layer=at))
    return tuple(found)
