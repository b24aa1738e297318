"""Notes: comments ``/*=key rest*/`` by which a text carries the exact bytes it stands for (grammars/README.md).

They count only where ``/*=exact*/`` stands before the DefinitionBlock; what a disassembler writes has it, what people
write has not.
"""

from __future__ import annotations

import re
from typing import TypeAlias

__all__ = ["NoteError", "Notes", "hex_bytes", "parse_note"]

Notes: TypeAlias = "dict[int, dict[str, str]]"
"""Offset of a token -> key -> what follows the key, for the notes before that token."""

KEYS = frozenset(
    {"exact", "creator", "header", "pkg", "pkglength", "name", "flags", "var", "aml", "bare", "raw", "trailing"}
)
_NOTE = re.compile(r"/\*=\s*([a-z]+)\s*(.*?)\s*\*/", re.DOTALL)


class NoteError(Exception):
    """A note that says nothing we know."""


def parse_note(comment: str) -> tuple[str, str]:
    """Return key and rest of a note.  Raises NoteError."""
    match = _NOTE.fullmatch(comment)
    if match is None or match[1] not in KEYS:
        raise NoteError(f"{comment if len(comment) < 40 else comment[:37] + '...'} is no note")
    return match[1], match[2]


def hex_bytes(text: str) -> bytes:
    """Return the bytes of hexadecimal digits.  Raises NoteError."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise NoteError(f"{text[:40]!r} are no hexadecimal digits") from None
