"""Text in iasl's data-table language as a row of lines: label, value, and where each stands.

``grammars/dsl.lark`` defines the language; here the same is read with regular expressions, several times as fast, and
a test holds the two equal.  Comments and what else iasl passes over are blanked, so that every offset stays right.
"""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from acpitools.core.errors import SourceError

__all__ = ["NOTE", "NOTE_END", "Entry", "Source"]

NOTE = "\x01"
NOTE_END = "\x02"
"""Around a comment of ours; control characters, so that no text has them."""

_RAW_DATA = rb"^Raw Table Data[^\n]*+(?:\n[ \t]*+(?:[0-9A-Fa-f]++: [^\n]*+)?(?=\n|\Z))*+"
"""The dump below a disassembly, which the compiler passes over."""
_REMARK = rb"^[ \t]*+\*\*\*\*[^\n]*+"
"""What a disassembler has to say about a table."""
_STRING = rb'"[^"\n]*+"'
_COMMENT = rb"//[^\n]*+|/\*(?s:.*?)(?:\*/|\Z)"
_CONTINUATION = rb"\\[ \t\r]*+\n"
_PASSED_OVER = {
    rare: re.compile(b"|".join((*rare, _STRING, _COMMENT, _CONTINUATION)), re.MULTILINE)
    for rare in ((), (_RAW_DATA, _REMARK))
}
_OURS = b"/* acpitools: "
_LINE = re.compile(
    r"[ \t\r]*+(?:\[[^\]\n]*+\][ \t\r]*+)*+"
    r'(?P<label>[^:"\[\]\n]*+):[ \t\r]*+'
    r'(?:"(?P<string>[^"\n]*+)(?<!\\)"[ \t\r]*+|(?P<data>[^"\[\n]*+))'
    r"(?:\[[^\]\n]*+\][ \t\r]*+)*+(?:\n|\Z)"
)
"""Possessive throughout: a line is read once, however odd."""
_NOTE = re.compile(rf"{NOTE}([^{NOTE_END}]*){NOTE_END}")
_LONGEST = 300
"""Characters of a message: a text may have labels of any length."""
_BLANK = re.compile(r"\s*")
_NOT_NEWLINE = re.compile(rb"[^\n]")


class Entry(NamedTuple):
    """One line, or one note of ours."""

    label: str
    """NOTE for a note."""
    value: str
    """Without quotes."""
    at: int
    """Offset of the label."""
    value_at: int
    """Offset of the value."""
    end: int
    """Offset behind the line."""


class Source:
    """A text and how far it is read."""

    def __init__(self, data: bytearray, name: str) -> None:
        """Blanks comments in ``data`` itself: a text may be large."""
        self.name = name
        self._removed: list[tuple[int, bytes]] = []
        self._original: str | None = None
        for mark in (NOTE, NOTE_END):
            if mark.encode() in data:
                data[:] = data.replace(mark.encode(), b"?")
        unended = self._blank_comments(data)
        # Latin-1 keeps every byte of a string.
        self.clean = data.decode("latin-1")
        """The text without comments; offsets are those of the text."""
        self.at = 0
        """Offset of the next character."""
        self.has_notes = NOTE in self.clean
        if unended is not None:
            self.fail(unended, "this comment has no end; expected */")

    def _blank_comments(self, data: bytearray) -> int | None:
        # Gives the offset of a comment without an end.
        is_rare = b"Raw Table Data" in data or b"****" in data
        for match in _PASSED_OVER[(_RAW_DATA, _REMARK) if is_rare else ()].finditer(data):
            found = bytes(match[0])
            if found[:1] == b'"':
                continue
            if found[:2] == b"/*" and (len(found) < 4 or not found.endswith(b"*/")):
                return match.start()
            self._removed.append((match.start(), found))
            data[match.start() : match.end()] = _instead(found)
        return None

    def peek(self) -> Entry | None:
        """Give the next line that has a value, or None at the end.  Raises SourceError."""
        while True:
            blank = _BLANK.match(self.clean, self.at)
            start = blank.end() if blank else self.at
            if start == len(self.clean):
                self.at = start
                return None
            if self.clean[start] == NOTE:
                return self._note(start)
            # Back to the line's beginning: blanks belong to it.
            match = _LINE.match(self.clean, start)
            if match is None or not (label := match["label"].rstrip()):
                self._complain(start)
            string, data = match["string"], match["data"]
            if string is None and not (data := data.rstrip()):
                self.at = match.end()
                continue
            value, at = (data, match.start("data")) if string is None else (string, match.start("string"))
            self.at = start
            return Entry(label, value, match.start("label"), at, match.end())

    def is_quoted(self, entry: Entry) -> bool:
        """Tell whether an entry's value stands in quotation marks."""
        return self.clean[entry.value_at - 1 : entry.value_at] == '"'

    def _note(self, start: int) -> Entry:
        match = _NOTE.match(self.clean, start)
        if match is None:
            self.fail(start, "this note has no end")
        return Entry(NOTE, match[1].strip().removeprefix("acpitools:").strip(), start, match.start(1), match.end())

    def labels(self, count: int, *, past_notes: bool = False) -> list[str]:
        """Give the labels of up to ``count`` lines from here on, up to the first note or without notes."""
        start = self.at
        found: list[str] = []
        while len(found) < count and (entry := self.peek()) is not None:
            if entry.label != NOTE:
                found.append(entry.label)
            elif not past_notes:
                break
            self.at = entry.end
        self.at = start
        return found

    def _complain(self, start: int) -> NoReturn:
        line = self.clean[start:].partition("\n")[0]
        at = start + len(line) - len(line.lstrip())
        if ":" not in line:
            self.fail(at, f"expected LABEL : VALUE, not {line.strip()!r}")
        if line.count('"') % 2:
            self.fail(start + line.index('"'), 'this string has no end; expected " on the same line')
        if (place := line.find('\\"')) >= 0:
            self.fail(start + place, "a backslash in front of a quotation mark: to iasl the string goes on")
        if '"' in line:
            self.fail(start + line.rindex('"') + 1, "unexpected text; expected the end of the line behind a string")
        self.fail(at, "expected LABEL : VALUE")

    def fail(self, at: int, message: str) -> NoReturn:
        """Raise the error that stands at an offset."""
        line, column, text = self.place(at)
        short = message if len(message) <= _LONGEST else message[: _LONGEST - 3] + "..."
        raise SourceError(self.name, line, column, short, text)

    def place(self, at: int) -> tuple[int, int, str]:
        """Give line and column of an offset, both from 1, and the line's text."""
        text = self._text()
        at = min(at, len(text))
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at)
        line = text[start : end if end >= 0 else len(text)]
        return text.count("\n", 0, at) + 1, at - start + 1, line.rstrip("\r")

    def _text(self) -> str:
        if self._original is None:
            data = bytearray(self.clean.encode("latin-1"))
            for start, found in self._removed:
                data[start : start + len(found)] = found
            self._original = data.decode("latin-1")
        return self._original


def _instead(found: bytes) -> bytes:
    if found.startswith(_OURS):
        return NOTE.encode() + b" " + found[2:-2] + b" " + NOTE_END.encode()
    if found[:1] == b"R":
        return _NOT_NEWLINE.sub(b" ", found)
    # The lines around a comment are one, as for iasl.
    return b" " * len(found)
