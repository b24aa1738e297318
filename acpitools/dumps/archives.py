"""Members of tar and zip archives, read one after another; nothing is written, no link is followed.

The standard tarfile reads a long-name record of any size into memory and zipfile a directory of any size, so the
tar reader is our own (POSIX.1-1988 ustar, GNU long names, pax) and a zip's directory is measured first.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from acpitools.core.errors import DecodeError, LimitError
from acpitools.dumps.limits import Budget
from acpitools.dumps.streams import Peekable

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

__all__ = ["is_tar", "is_zip", "tar_members", "zip_members"]

_BLOCK = 512
_MAX_NAME = 64 * 1024
"""Bytes of a long-name or pax record; path names end at 4096."""
_MAX_ZIP_DIRECTORY = 4 << 20
_ZIP_METHODS = {0: "stored", 8: "deflate", 12: "bzip2"}

Skip = Callable[[str, str], None]
"""Told (member name, reason) for what is not read."""


def is_tar(head: bytes) -> bool:
    """Tell whether bytes begin a tar archive: its first header has a right checksum."""
    block = head[:_BLOCK]
    if len(block) < _BLOCK or not block.strip(b"\0"):
        return False
    try:
        return _octal(block[148:156]) == sum(block[:148]) + 8 * 32 + sum(block[156:])
    except ValueError:
        return False


def is_zip(head: bytes) -> bool:
    """Tell whether bytes begin a zip archive, an empty one included."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _octal(field: bytes) -> int:
    if field[:1] in (b"\x80", b"\xff"):  # base-256, GNU and star
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0").decode("ascii")
    return int(digits, 8) if digits else 0


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "replace")


class _Member:
    # The bytes of one member; reads on from the archive's stream.
    def __init__(self, archive: Peekable, size: int) -> None:
        self._archive = archive
        self.left = size

    def read(self, size: int) -> bytes:
        data = self._archive.read(min(size, self.left))
        self.left -= len(data)
        return data

    def skip(self) -> None:
        while self.left and self.read(_BLOCK * 128):
            pass


def tar_members(archive: Peekable, skip: Skip) -> Iterator[tuple[str, Peekable]]:
    """Give name and stream of each regular file; a stream is good until the next is asked for.

    Raises DecodeError for a damaged header.  An archive cut off ends with what there is.
    """
    long_name: str | None = None
    long_size: int | None = None
    while True:
        block = archive.read_exactly(_BLOCK)
        if len(block) < _BLOCK or not block.strip(b"\0"):
            return
        if not is_tar(block):
            raise DecodeError("cannot read archive", archive.name, "damaged tar header")
        kind = block[156:157]
        try:
            size = _octal(block[124:136])
        except ValueError as exc:
            raise DecodeError("cannot read archive", archive.name, "damaged tar header") from exc
        if kind in (b"L", b"K", b"x", b"g"):
            if size > _MAX_NAME:
                raise LimitError("cannot read archive", archive.name, f"a name record of {size} bytes")
            record = archive.read_exactly(size)
            archive.read_exactly(-size % _BLOCK)
            if kind == b"L":
                long_name = _text(record)
            elif kind == b"x":
                long_name, long_size = _pax(record, archive.name)
            continue
        prefix = _text(block[345:500]) if block[257:262] == b"ustar" and block[262:263] == b"\0" else ""
        name = long_name or (f"{prefix}/" if prefix else "") + _text(block[:100])
        size = long_size if long_size is not None else size
        long_name = long_size = None
        # Links and devices have no content, whatever their size field says.
        member = _Member(archive, size if kind in (b"0", b"\0", b"7", b"S") else 0)
        padding = -member.left % _BLOCK
        if kind in (b"0", b"\0", b"7") and not name.endswith("/"):
            yield name, Peekable(member, f"{archive.name}/{name}")
        elif kind not in (b"5", b"0", b"\0"):
            skip(name, "a link, device or other special member")
        member.skip()
        archive.read_exactly(padding)


def _pax(record: bytes, where: str) -> tuple[str | None, int | None]:
    # "LENGTH KEY=VALUE\n" records; LENGTH counts itself.
    name, size, position = None, None, 0
    try:
        while position < len(record):
            digits = record[position : record.index(b" ", position)]
            length = int(digits)
            if length <= len(digits) + 1 or position + length > len(record):
                raise ValueError("length")
            key, _, value = record[position + len(digits) + 1 : position + length - 1].partition(b"=")
            if key == b"path":
                name = value.decode("utf-8", "replace")
            elif key == b"size":
                size = int(value)
                if size < 0:
                    raise ValueError("size")
            position += length
    except ValueError as exc:
        raise DecodeError("cannot read archive", where, "damaged pax record") from exc
    return name, size


def zip_members(archive: BinaryIO, name: str, skip: Skip, budget: Budget) -> Iterator[tuple[str, Peekable]]:
    """Give name and stream of each file.  Raises DecodeError for a damaged archive, LimitError for a huge directory."""
    import zipfile

    _measure_zip(archive, name)
    try:
        opened = zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as exc:
        raise DecodeError("cannot read archive", name, str(exc)) from exc
    with opened:
        for entry in opened.infolist():
            if entry.is_dir():
                continue
            # The upper half holds Unix modes: S_IFMT, where a maker wrote them.
            mode = entry.external_attr >> 28
            if mode not in (0, 0o10):
                skip(entry.filename, "a link, device or other special member")
            elif entry.flag_bits & 1:
                skip(entry.filename, "encrypted")
            elif entry.compress_type not in _ZIP_METHODS:
                skip(entry.filename, f"compression method {entry.compress_type} is not supported")
            else:
                yield entry.filename, Peekable(_ZipMember(opened, entry, name), f"{name}/{entry.filename}", budget)


class _ZipMember:
    # Opened at the first read: many members are never read.
    def __init__(self, archive: ZipFile, entry: ZipInfo, name: str) -> None:
        self._archive = archive
        self._entry = entry
        self._where = f"{name}/{entry.filename}"
        self._stream: io.BufferedIOBase | None = None

    def read(self, size: int) -> bytes:
        import zipfile
        import zlib

        try:
            if self._stream is None:
                self._stream = self._archive.open(self._entry)  # type: ignore[assignment]
            return self._stream.read(size)  # type: ignore[union-attr]
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            ValueError,
            OSError,
            EOFError,
            RuntimeError,
        ) as exc:
            raise DecodeError("cannot read archive", self._where, str(exc) or "damaged") from exc


def _measure_zip(archive: BinaryIO, name: str) -> None:
    end = archive.seek(0, io.SEEK_END)
    archive.seek(max(0, end - (1 << 16) - 22))
    tail = archive.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        raise DecodeError("cannot read archive", name, "no zip directory; cut off?")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > _MAX_ZIP_DIRECTORY:
        raise LimitError("cannot read archive", name, f"a directory of more than {_MAX_ZIP_DIRECTORY >> 20} MiB")
    archive.seek(0)
