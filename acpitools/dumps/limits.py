"""Bounds on what a source may expand to, and the running count against them."""

from __future__ import annotations

from acpitools.core.errors import LimitError
from acpitools.core.units import MIB
from acpitools.core.value import value

__all__ = ["DEFAULT_LIMITS", "Budget", "Limits"]


@value
class Limits:
    """How much a load may read; the largest known firmware dump is 4 MiB of text."""

    total_bytes: int = 256 * MIB
    """All sources together, decompressed."""
    file_bytes: int = 64 * MIB
    """One file or archive member, decompressed: also the largest table."""
    files: int = 16_384
    """Files and archive members looked at."""
    tables: int = 16_384
    depth: int = 4
    """Containers in each other: a gzip in a zip in an xz-compressed tar is three."""
    window_bytes: int = 96 * MIB
    """Memory that a decompressor may ask for."""


DEFAULT_LIMITS = Limits()


class Budget:
    """What one load has used so far."""

    __slots__ = ("_bytes", "_files", "_tables", "limits")

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self._bytes = self._files = self._tables = 0

    def take_bytes(self, count: int, where: str) -> None:
        """Count bytes read or expanded.  Raises LimitError."""
        self._bytes += count
        if self._bytes > self.limits.total_bytes:
            raise LimitError("input too large", where, f"more than {self.limits.total_bytes // MIB} MiB in all")

    def take_file(self, where: str) -> None:
        """Count a file or archive member.  Raises LimitError."""
        self._files += 1
        if self._files > self.limits.files:
            raise LimitError("input too large", where, f"more than {self.limits.files} files")

    def take_table(self, where: str) -> None:
        """Count a table.  Raises LimitError."""
        self._tables += 1
        if self._tables > self.limits.tables:
            raise LimitError("input too large", where, f"more than {self.limits.tables} tables")
