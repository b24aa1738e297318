"""File names of tables, as acpixtract gives them: ``srat.dat``, ``ssdt.dat``, ``ssdt2.dat``."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["file_names"]


def file_names(signatures: Iterable[str]) -> list[str]:
    """Give a file name for each table, in their order; no two are the same.

    ACPICA, source/tools/acpixtract: lower case, and from the second table of a signature on its number.
    """
    names: list[str] = []
    counts: dict[str, int] = {}
    for signature in signatures:
        stem = "rsdp" if signature == "RSD PTR " else "".join(_safe(char) for char in signature.lower())
        stem = stem or "table"
        counts[stem] = counts.get(stem, 0) + 1
        names.append(f"{stem}{counts[stem] if counts[stem] > 1 else ''}.dat")
    return names


def _safe(char: str) -> str:
    # A signature may be any four bytes, a slash and dots included.
    return char if char.isascii() and (char.isalnum() or char in "!_-") else "_"
