"""Text that people have: bounded reading, decompression and decoding of logs and maps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from acpitools.core.errors import BootInputError

if TYPE_CHECKING:
    from bz2 import BZ2Decompressor
    from lzma import LZMADecompressor

__all__ = ["MAX_LINES", "MAX_TEXT_BYTES", "decode_text", "numbered_lines", "read_text"]

MAX_TEXT_BYTES: Final = 64 << 20
"""Bytes of text (after decompression) that a log or map may have."""
MAX_LINES: Final = 1 << 21
"""Lines that it may have: more than 64 MiB of log lines of ordinary length."""
_XZ_MEMORY: Final = 128 << 20  # bytes; what xz's highest preset needs, with room


def read_text(path: Path, *, what: str = "file") -> str:
    """Read a text file, plain or compressed (gzip, xz, bzip2), bounded as by `decode_text`.

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
    decompressor: LZMADecompressor | BZ2Decompressor
    if data[:2] == b"\x1f\x8b":
        return _gunzip(data, what, where)
    if data[:6] == b"\xfd7zXZ\x00":
        import lzma

        decompressor = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
        errors: tuple[type[Exception], ...] = (lzma.LZMAError, EOFError)
    elif data[:3] == b"BZh":
        import bz2

        decompressor = bz2.BZ2Decompressor()
        errors = (OSError, EOFError, ValueError)
    else:
        return data
    try:
        plain = decompressor.decompress(data, MAX_TEXT_BYTES + 1)
    except errors as error:
        raise BootInputError(what, where, f"damaged compressed data: {error}") from error
    return _whole(plain, decompressor.eof, what, where)


def _gunzip(data: bytes, what: str, where: str) -> bytes:
    import zlib

    decompressor = zlib.decompressobj(wbits=31)
    try:
        plain = decompressor.decompress(data, MAX_TEXT_BYTES + 1)
    except zlib.error as error:
        raise BootInputError(what, where, f"damaged compressed data: {error}") from error
    return _whole(plain, decompressor.eof, what, where)


def _whole(plain: bytes, complete: bool, what: str, where: str) -> bytes:
    if len(plain) > MAX_TEXT_BYTES:
        raise BootInputError(what, where, f"expands to more than {MAX_TEXT_BYTES >> 20} MiB")
    if not complete:
        raise BootInputError(what, where, "compressed data ends early")
    return plain
