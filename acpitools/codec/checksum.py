"""Checksums, and ``seal``: the only place that repairs lengths, counts and checksums."""

from __future__ import annotations

__all__ = ["checksum_ok", "sum8"]


def sum8(data: bytes) -> int:
    """Give the 8-bit sum of bytes."""
    return sum(data) & 0xFF


def checksum_ok(data: bytes) -> bool:
    """Tell whether the 8-bit sum of bytes is zero, as of every ACPI table.  Spec: ACPI 6.5, 5.2.6."""
    return sum(data) & 0xFF == 0
