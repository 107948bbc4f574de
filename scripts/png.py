"""A picture of a page made small: at most 256 colours, each dot one byte. Chromium writes PNG quickly, not tightly."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
OFTEN = 64
BYTE = 8  # bits
UP = 2  # the filter that tells a dot by the one above it
SIZES = {2: 3, 6: 4}  # bytes of a dot by PNG's colour type: RGB, and RGB with alpha
Colour = bytes


def small(png: bytes) -> bytes:
    """The same picture; a colour that is seldom had becomes the one most like it that is often had."""
    chunks = dict(_chunks(png))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if (depth, interlaced) != (BYTE, 0) or kind not in SIZES:
        raise ValueError(f"a PNG of another kind: depth {depth}, type {kind}, interlaced {interlaced}")
    rows = list(_rows(zlib.decompress(chunks[b"IDAT"]), width, SIZES[kind]))
    counts = Counter(dot for row in rows for dot in _dots(row, SIZES[kind]))
    palette = _palette(counts)
    place = {colour: _nearest(colour, palette) for colour in counts}
    body = b"".join(b"\0" + bytes(place[dot] for dot in _dots(row, SIZES[kind])) for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(body, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in parts)


def _palette(counts: Counter[Colour]) -> list[Colour]:
    """Those most often had, then one after the other the one that would lose most: a small red sign stays red."""
    palette = [colour for colour, _ in counts.most_common(OFTEN)]
    loss = {colour: min(_apart(colour, one) for one in palette) for colour in counts}
    while len(palette) < COLOURS and any(loss.values()):
        chosen = max(loss, key=lambda colour: loss[colour] * counts[colour] ** 0.5)
        palette.append(chosen)
        loss = {colour: min(least, _apart(colour, chosen)) for colour, least in loss.items()}
    return palette


def _apart(one: Colour, other: Colour) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each kind once: the parts of the picture itself are joined."""
    at, picture = len(SIGNATURE), b""
    while at < len(png):
        size, name = struct.unpack_from(">I4s", png, at)
        data = png[at + 8 : at + 8 + size]
        if name == b"IDAT":
            picture += data
        else:
            yield name, data
        at += 12 + size
    yield b"IDAT", picture


def _rows(data: bytes, width: int, size: int) -> Iterator[bytes]:
    """Without the filters, which tell a row by its neighbours."""
    length = width * size
    above = bytearray(length)
    for start in range(0, len(data), length + 1):
        row = bytearray(data[start + 1 : start + 1 + length])
        _unfilter(data[start], row, above, size)
        yield bytes(row)
        above = row


def _unfilter(kind: int, row: bytearray, above: bytearray, size: int) -> None:
    if kind == UP:
        row[:] = bytes((one + up) & 255 for one, up in zip(row, above, strict=True))
        return
    for at in range(len(row)) if kind else ():
        left = row[at - size] if at >= size else 0
        corner = above[at - size] if at >= size else 0
        guess = {1: left, 3: (left + above[at]) // 2, 4: _paeth(left, above[at], corner)}[kind]
        row[at] = (row[at] + guess) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))


def _dots(row: bytes, size: int) -> Iterator[Colour]:
    return (row[at : at + 3] for at in range(0, len(row), size))


def _nearest(colour: Colour, palette: Sequence[Colour]) -> int:
    return min(range(len(palette)), key=lambda at: _apart(colour, palette[at]))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
