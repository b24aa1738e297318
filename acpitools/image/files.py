"""Files of a boot: an initrd mapped into memory, or read in blocks."""

from __future__ import annotations

import mmap
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from acpitools.core.errors import InputError, LimitError
from acpitools.image.cpio import Image

__all__ = ["opened_image", "read_blocks", "read_image", "with_base"]

_BLOCK: Final = 1 << 20
_MOST: Final = 4 << 30
"""Bytes of an initrd; boot loaders and the kernel keep its size in 32 bits or little more."""
_MOST_OF_A_PIPE: Final = 512 << 20


@contextmanager
def opened_image(path: Path) -> Iterator[Image]:
    """Give an initrd's bytes; of a regular file nothing is read that is not looked at.

    Raises InputError where it cannot be read or is empty, LimitError past 4 GiB (512 MiB of a pipe).
    """
    try:
        with path.open("rb") as stream:
            size = path.stat().st_size
            if not stat.S_ISREG(path.stat().st_mode):
                yield read_image(stream, str(path))
                return
            if size == 0:
                raise InputError("cannot read", str(path), "it is empty")
            if size > _MOST:
                raise LimitError("input too large", str(path), f"more than {_MOST >> 30} GiB")
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as image:
                yield image
    except OSError as error:
        raise InputError("cannot read", str(path), error.strerror or str(error)) from error


def read_image(stream: BinaryIO, name: str) -> bytes:
    """Give an initrd's bytes from a stream.  Raises InputError for nothing, LimitError past 512 MiB."""
    data = stream.read(_MOST_OF_A_PIPE + 1)
    if not data:
        raise InputError("cannot read", name, "it is empty")
    if len(data) > _MOST_OF_A_PIPE:
        raise LimitError("input too large", name, f"more than {_MOST_OF_A_PIPE >> 20} MiB")
    return data


def with_base(archive: bytes, base: Path | None) -> Iterator[bytes]:
    """Give an archive and behind it, block by block, the initrd where there is one; raises as `read_blocks` does."""
    blocks = read_blocks(base) if base is not None else iter(())
    first = next(blocks, b"")  # a base that cannot be read leaves nothing behind
    yield archive
    yield first
    yield from blocks


def read_blocks(path: Path) -> Iterator[bytes]:
    """Give a file's bytes block by block.  Raises InputError where it cannot be read or is too large."""
    left = _MOST
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise LimitError("input too large", str(path), f"more than {_MOST >> 30} GiB")
                yield block
    except OSError as error:
        raise InputError("cannot read", str(path), error.strerror or str(error)) from error
