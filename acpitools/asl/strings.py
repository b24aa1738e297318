"""String constants: escapes.  ACPI 6.5, 19.2.5 and 19.3.4."""

from __future__ import annotations

import re

__all__ = ["StringError", "unescape"]

_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)|([^\x01-\x7f])", re.DOTALL)
_LETTERS = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}


class StringError(Exception):
    """A character that no string can hold; ``offset`` counts from the opening quote."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def unescape(quoted: str) -> bytes:
    """Return the bytes of a string constant with its quotes.

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
        if match[2] is not None:
            if match[2] == "\0":
                raise StringError("a string cannot hold a NUL", match.start() + 1)
            raise StringError(f"{match[2]!r} is not ASCII; write it as \\x and two digits", match.start() + 1)
        done.append(_code(match[1], match.start() + 1))
    return bytes(done + text[position:].encode("ascii"))


def _code(escape: str, offset: int) -> int:
    if escape[0] == "x" and len(escape) > 1:
        code = int(escape[1:], 16)
    elif escape[0] in "01234567":
        code = int(escape, 8)
    elif escape in _LETTERS:
        code = _LETTERS[escape]
    else:
        code = ord(escape)
    if not 0 < code < 256:
        raise StringError("an escape gives a character of 1 to 255", offset)
    return code
