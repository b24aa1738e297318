"""The "newc" cpio archive of an initramfs: writer, and a reader that sees what the kernel's early scan sees.

Format: kernel Documentation/driver-api/early-userspace/buffer-format.rst.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from enum import Enum
from typing import Final, NamedTuple

from acpitools.core.errors import EncodeError
from acpitools.core.value import value

__all__ = [
    "BLOCK",
    "HEADER",
    "CpioFile",
    "CpioMember",
    "EarlyArchive",
    "Image",
    "Stop",
    "directory",
    "member_at",
    "read_newc",
    "regular",
    "write_newc",
]

Image = bytes | mmap.mmap
"""The bytes of an initrd, in memory or mapped from a file."""

HEADER: Final = 110
"""Bytes of a member's header, before its name."""

BLOCK: Final = 512
"""Archives are padded with zeros to this many bytes."""

_FIELDS: Final = 13  # after the magic number, 8 hexadecimal digits each
_MAGICS: Final = (b"070701", b"070702")  # without and with checksum, which nobody checks here
_HEX: Final = frozenset(b"0123456789abcdefABCDEF")
_TRAILER: Final = "TRAILER!!!"
_FORMAT_BITS: Final = 0o170000
_REGULAR: Final = 0o100000
_DIRECTORY: Final = 0o040000
_MOST_MEMBERS: Final = 100_000
_U32_MAX: Final = 0xFFFFFFFF
_STRIDE: Final = 1 << 20
_LONGEST_NAME: Final = 4096  # bytes; the kernel compares the start of a name only


@value
class CpioFile:
    """A file or directory to write; owner root, date 0, so that equal content makes equal bytes."""

    name: str
    """Path without a leading slash; surrogates stand for bytes that are no UTF-8."""
    mode: int
    """Type and permission bits, as in ``st_mode``."""
    data: bytes = b""


def regular(name: str, data: bytes, *, executable: bool = False) -> CpioFile:
    """Give a regular file that all may read."""
    return CpioFile(name=name, mode=_REGULAR | (0o755 if executable else 0o644), data=data)


def directory(name: str) -> CpioFile:
    """Give a directory that all may enter."""
    return CpioFile(name=name, mode=_DIRECTORY | 0o755)


def write_newc(files: Iterable[CpioFile]) -> bytes:
    """Give an uncompressed archive with its trailer, padded to `BLOCK`.

    Raises EncodeError for a name that cannot be stored, a file of 4 GiB or more and a mode beyond 32 bits.
    """
    out = bytearray()
    for number, file in enumerate(files, start=1):
        _check(file)
        _append(out, number, file)
    _append(out, 0, CpioFile(name=_TRAILER, mode=0))
    out += bytes(-len(out) % BLOCK)
    return bytes(out)


def _check(file: CpioFile) -> None:
    if not file.name or "\0" in file.name or file.name == _TRAILER:
        raise EncodeError("cannot archive", repr(file.name), "not a name that a cpio archive can hold")
    if not 0 <= file.mode <= _U32_MAX:
        raise EncodeError("cannot archive", file.name, f"mode {file.mode:#o} is beyond 32 bits")
    if len(file.data) > _U32_MAX:
        raise EncodeError("cannot archive", file.name, "4 GiB or more do not fit the length field")


def _append(out: bytearray, number: int, file: CpioFile) -> None:
    name = file.name.encode("utf-8", "surrogateescape") + b"\0"
    links = 2 if file.mode & _FORMAT_BITS == _DIRECTORY else 1
    fields = (number, file.mode, 0, 0, links, 0, len(file.data), 0, 0, 0, 0, len(name), 0)
    out += _MAGICS[0] + b"".join(b"%08X" % field for field in fields) + name
    out += bytes(-len(out) % 4)
    out += file.data
    out += bytes(-len(out) % 4)


class CpioMember(NamedTuple):
    """One member where it lies; offsets are bytes from the start of the image."""

    name: str
    mode: int
    header_offset: int
    offset: int
    """First byte of the content."""
    size: int

    @property
    def is_file(self) -> bool:
        """Tell whether it is a regular file."""
        return self.mode & _FORMAT_BITS == _REGULAR

    def content(self, data: Image) -> bytes:
        """Give the content, cut out of the image."""
        return bytes(data[self.offset : self.offset + self.size])


class Stop(Enum):
    """Why the scan went no further; the value says it to people."""

    END = "the end of the image"
    NO_HEADER = "what follows is no uncompressed cpio header"
    OVERRUN = "a member runs past the end of the image"
    TOO_MANY = f"more than {_MOST_MEMBERS} members"


class EarlyArchive(NamedTuple):
    """The uncompressed members at the start of an image, of all archives in a row, trailers left out."""

    members: tuple[CpioMember, ...]
    end: int
    """Bytes from the start of the image to where the scan stopped."""
    stop: Stop


def read_newc(data: Image) -> EarlyArchive:
    """Walk the members from the start of an image as far as the kernel does before anything is unpacked.

    Zeros between members and archives are skipped, four at a time.  Nothing is copied, no length is believed beyond
    the end of the image.  Kernel: lib/earlycpio.c:find_cpio_data.
    """
    members: list[CpioMember] = []
    position, length = 0, len(data)
    while length - position > HEADER:
        if data[position] == 0:
            position += _zeros(data, position)
            continue
        found = member_at(data, position)
        if isinstance(found, Stop):
            return EarlyArchive(tuple(members), position, found)
        member, position = found
        if member.name != _TRAILER:
            if len(members) == _MOST_MEMBERS:
                return EarlyArchive(tuple(members), member.header_offset, Stop.TOO_MANY)
            members.append(member)
    return EarlyArchive(tuple(members), min(position, length), Stop.END)


def member_at(data: Image, position: int) -> tuple[CpioMember, int] | Stop:
    """Give the member whose header begins at a position, and where the next would; or why there is none."""
    fields = _fields(data, position)
    if fields is None:
        return Stop.NO_HEADER
    mode, size, name_size = fields[1], fields[6], fields[11]
    name_at = position + HEADER
    offset = position + _aligned(HEADER + name_size)
    following = offset + _aligned(size)
    if following > len(data):
        return Stop.OVERRUN
    raw = bytes(data[name_at : name_at + min(name_size, _LONGEST_NAME)])
    name = raw.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
    return CpioMember(name, mode, position, offset, size), following


def _zeros(data: Image, position: int) -> int:
    # The scan looks at every fourth byte only.
    looked_at = bytes(data[position : position + _STRIDE : 4])
    return 4 * (len(looked_at) - len(looked_at.lstrip(b"\0")))


def _fields(data: Image, position: int) -> tuple[int, ...] | None:
    head = bytes(data[position : position + HEADER])
    if head[:6] not in _MAGICS or not _HEX.issuperset(head):
        return None
    return tuple(int(head[at : at + 8], 16) for at in range(6, 6 + 8 * _FIELDS, 8))


def _aligned(position: int) -> int:
    return position + 3 & ~3
