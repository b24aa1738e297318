"""Notes: comments that carry what iasl's data-table language cannot hold; iasl passes over them.

    /* acpitools: structure is: FF 06 01 02 03 04 */             a whole structure, here
    /* acpitools: structure then: 01 02 */                       bytes behind the structure above, part of it
    /* acpitools: structure at 0C: 09 00, not 01 00 */           in the structure above, counted from its start
    /* acpitools: table at 0009: 5A, not 3C */                   in the table, when it is complete

The first word tells whose bytes they are: the table's, a structure's, a part's of a structure, and so on inwards.  What
stands after ``not`` is what the language makes of the text: where that has been changed, the note does not apply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Note", "note_text", "parse_note", "replaced", "word_of"]

_WORDS = ("table", "structure", "part", "detail", "item", "piece")
_NOTE = re.compile(r"(\w+) (?:(is|then)|at ([0-9A-F]{2,8})): ([0-9A-F \n]*)(?:, not ([0-9A-F \n]*))?\Z")
_ROW = 24


class Note(NamedTuple):
    """What one note says."""

    word: str
    kind: str
    """``is``, ``then`` or ``at``."""
    offset: int
    data: bytes
    instead: bytes
    """What the data is put in place of."""
    at: int
    """Offset of the note in its text."""


def word_of(depth: int) -> str:
    """Give the word for a record: 0, a table; 1, a structure in it; and so on."""
    return _WORDS[min(depth, len(_WORDS) - 1)]


def parse_note(text: str, at: int) -> Note | None:
    """Give what a note says, or None where it is damaged; ``text`` is what follows ``acpitools:``."""
    match = _NOTE.match(text)
    if match is None:
        return None
    word, kind, offset, data, instead = match.groups()
    try:
        new, old = bytes.fromhex(data), bytes.fromhex(instead or "")
    except ValueError:
        return None
    if (offset is None) != (instead is None) or (offset is not None and len(new) != len(old)):
        return None
    return Note(word, kind or "at", int(offset or "0", 16), new, old, at)


def note_text(depth: int, kind: str, data: bytes, offset: int | None = None, instead: bytes = b"") -> str:
    """Give a note as lines of text."""
    place = f"at {offset:02X}" if offset is not None else kind
    end = f", not {_hexed(instead)}" if offset is not None else ""
    return f"/* acpitools: {word_of(depth)} {place}: {_hexed(data)}{end} */\n"


def replaced(depth: int, actual: bytes, language: bytes) -> Iterator[str]:
    """Give the notes that make the actual bytes of those that the language has; both are equally long."""
    start = None
    for offset in range(len(actual) + 1):
        differs = offset < len(actual) and actual[offset] != language[offset]
        if differs and start is None:
            start = offset
        elif not differs and start is not None:
            yield note_text(depth, "at", actual[start:offset], start, language[start:offset])
            start = None


def _hexed(data: bytes) -> str:
    rows = (data[start : start + _ROW].hex(" ").upper() for start in range(0, len(data), _ROW))
    return "\n   ".join(rows)
