"""Text that people have: bounded reading, decompression and decoding of logs and maps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from acpitools.core.errors import BootInputError

__all__ = ["MAX_LINES", "MAX_TEXT_BYTES", "decode_text", "numbered_lines", "read_text"]

MAX_TEXT_BYTES: Final = 64 << 20
"""Bytes of text (after decompression) that a log or map may have."""
MAX_LINES: Final = 1 << 21
"""Lines that it may have: more than 64 MiB of log lines of ordinary length."""


def read_text(path: Path, *, what: str = "file") -> str:
    """Read a text file, plain or compressed (gzip, xz, bzip2, zstd), bounded as by `decode_text`.

    Raises BootInputError where the file cannot be read, is too large, or is damaged.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_TEXT_BYTES + 1)
    except OSError as error:
        raise BootInputError(what, str(path), error.strerror or str(error)) from error
    return decode_text(data, what=what, where=str(path))


def decode_text(data: bytes | str, *, what: str = "text", where: str = "") -> str:
    """Decode bytes (UTF-8, or UTF-16 with a byte-order mark), compressed or not; wrong bytes become U+FFFD.

    Raises BootInputError past ``MAX_TEXT_BYTES`` or ``MAX_LINES``, and for damaged compressed data.
    """
    if len(data) > MAX_TEXT_BYTES:
        raise BootInputError(what, where, f"larger than {MAX_TEXT_BYTES >> 20} MiB")
    if isinstance(data, str):
        text = data.removeprefix("\ufeff")
    else:
        data = _decompress(data, what, where)
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        text = data.decode(encoding, errors="replace")
    if text.count("\n") > MAX_LINES:
        raise BootInputError(what, where, f"more than {MAX_LINES} lines")
    return text


def numbered_lines(text: str, start: int = 0) -> Iterator[tuple[int, str]]:
    """Give (number from 1, line) from an offset on, which begins a line; lines end at line feeds.

    Lines are cut off one by one: a list of them could cost many times the memory of the text.
    """
    number = text.count("\n", 0, start)
    while start <= len(text):
        end = text.find("\n", start)
        if end < 0:
            end = len(text)
        number += 1
        yield number, text[start:end]
        start = end + 1


def _decompress(data: bytes, what: str, where: str) -> bytes:
    if data[:1] not in (b"\x1f", b"\xfd", b"\x28", b"B"):
        return data  # no compressed format begins so: what expands them need not be loaded

    from acpitools.core.errors import DecodeError, LimitError
    from acpitools.dumps.limits import Budget, Limits
    from acpitools.dumps.streams import COMPRESSIONS, Peekable, decompressed

    kind = next((kind for kind, magic in COMPRESSIONS.items() if data.startswith(magic)), None)
    if kind is None:
        return data

    def cut() -> None:
        raise BootInputError(what, where, "compressed data ends early")

    from io import BytesIO

    budget = Budget(Limits(total_bytes=2 * MAX_TEXT_BYTES))
    try:
        return decompressed(Peekable(BytesIO(data), where), kind, budget, cut).read_all(MAX_TEXT_BYTES)
    except LimitError as error:
        raise BootInputError(what, where, f"expands too far: {error.why}") from error
    except DecodeError as error:
        raise BootInputError(what, where, f"damaged compressed data: {error.why}") from error
