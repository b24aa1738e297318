"""Findings: what is wrong or surprising in well-formed input, as values."""

from __future__ import annotations

from enum import Enum

from acpitools.core.value import value

__all__ = ["Finding", "Location", "Severity"]


class Severity(Enum):
    """How much a finding matters; the value is its name in JSON."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@value
class Location:
    """Where a finding is: any part may be unknown."""

    source: str | None = None
    """The input's name, for instance a file path."""
    signature: str | None = None
    """Table signature, for instance ``SRAT``."""
    index: int | None = None
    """Number of the structure in its table, from 0."""
    offset: int | None = None
    """Bytes from the start of the table."""

    def __str__(self) -> str:
        table = self.signature or ""
        if self.index is not None:
            table += f"[{self.index}]"
        if self.offset is not None:
            table += f" at offset {self.offset:#x}"
        return ": ".join(part for part in (self.source or "", table) if part)


@value
class Finding:
    """One fact worth a reader's attention, with a stable code."""

    code: str
    severity: Severity
    message: str
    location: Location = Location()
