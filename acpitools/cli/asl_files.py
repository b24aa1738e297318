"""The files of the ASL compiler: sources, and what they include.

An included file has to lie, symbolic links followed, in the folder of the source or below it, or in or below one of the
folders given with -I: a source from elsewhere cannot make the compiler read, and show in a message, any other file.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from acpitools.core.errors import InputError, LimitError

__all__ = ["Folders", "read_source"]

MAX_FILE = 64 << 20
"""Bytes of one source or included file."""
_START = 64
"""Bytes that tell UTF-16 from other text."""


def read_source(name: str) -> str:
    """Return the text of a file, or of stdin for ``-``: UTF-8, or else Latin-1.  Raises InputError."""
    return _text(name, sys.stdin.buffer.read(MAX_FILE + 1) if name == "-" else _read(name))


class Folders:
    """What a source may include: see the module."""

    def __init__(self, source: str, folders: tuple[str, ...]) -> None:
        self.own = "" if source == "-" else os.path.dirname(source)  # noqa: PTH120 - shown as given
        self.folders = folders
        self.roots = [os.path.realpath(folder or ".") for folder in (self.own, *folders)]

    def text(self, name: str, including: str) -> tuple[str, str]:
        """Return the file's name and its text.  Raises InputError."""
        path = self._find(name, including)
        return path, _text(path, _read(path))

    def data(self, name: str, including: str) -> bytes:
        """Return the bytes of a file.  Raises InputError."""
        return _read(self._find(name, including))

    def _find(self, name: str, including: str) -> str:
        near = "" if including == "-" else os.path.dirname(including)  # noqa: PTH120
        outside = False
        for folder in dict.fromkeys((near, self.own, *self.folders)):
            path = os.path.join(folder, name)  # noqa: PTH118
            if "\0" in path or not Path(path).is_file():
                continue
            real = os.path.realpath(path)
            if any(os.path.commonpath((root, real)) == root for root in self.roots):
                return path
            outside = True
        if outside:
            raise InputError(
                "cannot include", name, "it lies outside the folder of the source; give its folder with -I"
            )
        raise InputError("cannot include", name, "there is no such file beside the source or in a folder given with -I")


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - names from the command line stay strings
            return stream.read(MAX_FILE + 1)
    except OSError as error:
        raise InputError("cannot read", path, error.strerror or str(error)) from error


def _text(name: str, data: bytes) -> str:
    if len(data) > MAX_FILE:
        raise LimitError("cannot read", name, f"it is larger than {MAX_FILE >> 20} MiB")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:_START:2].strip(b"\0") == b"" != data[:_START]:
        raise InputError("cannot read", name, "this is UTF-16; save it as UTF-8")
    if data[1:_START:2].strip(b"\0") == b"" != data[1:_START]:
        raise InputError("cannot read", name, "this is UTF-16; save it as UTF-8")
    if data[4:8] == len(data).to_bytes(4, "little"):
        raise InputError("cannot read", name, "this is a table, and no source; aml disassemble makes one of it")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return data.decode("latin-1").replace("\r\n", "\n")
