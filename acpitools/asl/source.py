"""A source as the parser sees it, and the way back from an offset in it to file, line and column."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from acpitools.asl.diagnostics import Diagnostic
from acpitools.core.findings import Severity

__all__ = ["Origin", "Source", "plain_source"]


class Origin(NamedTuple):
    """Where a piece of the text comes from."""

    start: int
    """Offset of the piece in the text."""
    file: str
    line: int
    """Line of its first character, from 1."""
    column: int
    """Column of its first character, from 1."""
    exact: bool = True
    """False for what a macro became: all of it stands at one place."""


class Source:
    """Preprocessed text with its origins.

    The lines of the files are kept for messages; places are computed when they are asked for.
    """

    def __init__(
        self,
        text: str,
        origins: list[Origin],
        files: dict[str, str],
        numbering: dict[str, list[tuple[int, int]]] | None = None,
    ) -> None:
        self.text = text
        self.origins = origins
        self.files = files
        self.numbering = numbering or {}
        """File -> lines from which on lines have other numbers, and these, as #line says."""
        self._starts = [origin.start for origin in origins]
        self._lines: dict[str, list[str]] = {}

    def place(self, offset: int) -> tuple[str, int, int]:
        """Return file, line and column, from 1, of an offset into the text."""
        origin = self.origins[max(0, bisect_right(self._starts, offset) - 1)]
        if not origin.exact:
            return origin.file, origin.line, origin.column
        newlines = self.text.count("\n", origin.start, offset)
        if not newlines:
            return origin.file, origin.line, origin.column + offset - origin.start
        return origin.file, origin.line + newlines, offset - self.text.rfind("\n", origin.start, offset)

    def number(self, offset: int) -> int:
        """Return what __LINE__ is at an offset: the line, or what #line says of it."""
        file, line, _column = self.place(offset)
        said = [item for item in self.numbering.get(file, ()) if item[0] <= line]
        return line - said[-1][0] + said[-1][1] if said else line

    def diagnostic(self, offset: int, severity: Severity, message: str, name: str = "") -> Diagnostic:
        """Return a diagnostic about the character at an offset."""
        file, line, column = self.place(offset)
        return Diagnostic(file, line, column, severity, message, self.line(file, line), name)

    def line(self, file: str, line: int) -> str:
        """Return a line of one of the files, without its end."""
        lines = self._lines.get(file)
        if lines is None:
            lines = self._lines[file] = self.files.get(file, "").split("\n")
        return lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""


def plain_source(text: str, file: str) -> Source:
    """Return a text that needs no preprocessing."""
    return Source(text, [Origin(0, file, 1, 1)], {file: text})
