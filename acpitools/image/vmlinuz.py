"""What a kernel image says of itself.  Kernel: Documentation/arch/x86/boot.rst, arch/x86/boot/header.S."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from acpitools.core.errors import InputError

__all__ = ["image_release", "read_image_release"]

_MAGIC_AT: Final = 0x202
_VERSION_AT: Final = 0x20E
_HEAD: Final = 64 << 10
_LONGEST: Final = 256


def image_release(head: bytes) -> str | None:
    """Give the release in the head of a bzImage (64 KiB), or None for anything else: ``6.12.117+deb12-amd64``."""
    if head[_MAGIC_AT : _MAGIC_AT + 4] != b"HdrS":
        return None
    at = int.from_bytes(head[_VERSION_AT : _VERSION_AT + 2], "little") + 0x200
    words = head[at : at + _LONGEST].split(b"\0", 1)[0].decode("ascii", "replace").split()
    return words[0] if words else None


def read_image_release(path: Path) -> str:
    """Give the release of a kernel image.  Raises InputError where it cannot be read or is no x86 bzImage."""
    try:
        with path.open("rb") as stream:
            release = image_release(stream.read(_HEAD))
    except OSError as error:
        raise InputError("cannot read", str(path), error.strerror or str(error)) from error
    if release is None:
        raise InputError("no kernel image", str(path), "expected an x86 bzImage, as /boot/vmlinuz-RELEASE is")
    return release
