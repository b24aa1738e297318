"""What the compiler has to say about a source, and how it says it: place, message, line, caret."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from acpitools.core.findings import Severity

__all__ = ["Diagnostic", "failed", "rendered"]

TAB = "\t"
LONGEST = 200
"""Characters of a source line that are shown."""


class Diagnostic(NamedTuple):
    """One error or warning, with the line it is about."""

    file: str
    line: int
    """From 1; 0 where the whole file is meant."""
    column: int
    """From 1, in characters."""
    severity: Severity
    message: str
    text: str = ""
    """The source line, without its end."""
    name: str = ""
    """Of a warning or remark: see acpitools/asl/warning_names.py."""

    def __str__(self) -> str:
        """Return ``FILE:LINE:COLUMN: error: MESSAGE [NAME]``, then the line and a caret under the column."""
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: "
        head = f"{place}{self.severity.value}: {self.message}{f' [{self.name}]' if self.name else ''}"
        if not self.text.strip():
            return head
        line, column = self.text.rstrip(), self.column - 1
        if len(line) > LONGEST:
            cut = max(0, min(column - LONGEST // 2, len(line) - LONGEST))
            line, column = line[cut : cut + LONGEST], column - cut
        pointer = "".join(TAB if character == TAB else " " for character in line[:column])
        return f"{head}\n  {line}\n  {pointer}^"


def failed(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether there is an error among them."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def rendered(diagnostics: Iterable[Diagnostic]) -> str:
    """Return all of them as text, one after another, each ending its line."""
    return "".join(f"{diagnostic}\n" for diagnostic in diagnostics)
