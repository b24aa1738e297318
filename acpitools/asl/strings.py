"""String constants: escapes.  ACPI 6.5, 19.2.5 and 19.3.4."""

from __future__ import annotations

import re

__all__ = ["StringError", "unescape"]

_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{0,2}|[0-7]{1,3}|.)|([^\x01-\x7f])", re.DOTALL)
_LETTERS = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_KNOWN = frozenset("x01234567\\\"'") | frozenset(_LETTERS)
_LAST_ASCII = 0x7F


class StringError(Exception):
    """A character that no string can hold; ``offset`` counts from the opening quote."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def unescape(quoted: str, doubts: list[tuple[int, str]] | None = None) -> bytes:
    """Return the bytes of a string constant with its quotes.

    Without ``doubts`` all escapes give the byte they say.  With it they are read as iasl reads them: what is no ASCII
    character is left out, and each doubtful escape is entered there with its offset from the opening quote.
    Raises StringError for a NUL, which would end the string, and for characters outside ASCII.
    """
    text = quoted[1:-1]
    if "\\" not in text and text.isascii() and "\0" not in text:
        return text.encode("ascii")
    done = bytearray()
    position = 0
    for match in _ESCAPE.finditer(text):
        done += text[position : match.start()].encode("ascii")
        position = match.end()
        offset = match.start() + 1
        if match[2] is not None:
            if match[2] == "\0":
                raise StringError("a string cannot hold a NUL", offset)
            raise StringError(f"{match[2]!r} is not ASCII: a string constant cannot hold it", offset)
        code = _code(match[1])
        if doubts is None:
            if not 0 < code <= 0xFF:
                raise StringError("an escape gives a character of 1 to 255", offset)
        elif not 0 < code <= _LAST_ASCII:
            doubts.append((offset, f"\\{match[1]} is left out: an escape gives a character of 1 to 0x7F"))
            continue
        elif match[1][0] not in _KNOWN:
            doubts.append((offset, f"there is no escape \\{match[1]}: it stands for {match[1]}"))
        done.append(code)
    return bytes(done + text[position:].encode("ascii"))


def _code(escape: str) -> int:
    if escape[0] == "x":
        return int(escape[1:] or "0", 16)
    if escape[0] in "01234567":
        return int(escape, 8) & 0xFF  # as iasl cuts it
    return _LETTERS.get(escape, ord(escape))
