"""The tables of one machine, in the order of their sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import field

from acpitools.core.errors import InputError
from acpitools.core.findings import Finding
from acpitools.core.value import value
from acpitools.tables.header import Table
from acpitools.tables.registry import decode_table, signature_of

__all__ = ["LoadedTable", "TableSet"]


@value
class LoadedTable:
    """One table as it was found."""

    data: bytes
    """All its bytes."""
    source: str
    """Name of the file, and of the archive member inside it."""
    address: int | None = None
    """Physical address, where the source tells it."""
    findings: tuple[Finding, ...] = ()
    """What the reader of the source had to say."""
    _record: list[Table] = field(default_factory=list, repr=False, compare=False)

    @property
    def signature(self) -> str:
        """Give the signature: ``RSD PTR `` for the RSDP, else four characters."""
        return signature_of(self.data)

    @property
    def record(self) -> Table:
        """Give the decoded table; decoded on the first use."""
        if not self._record:
            self._record.append(decode_table(self.data))
        return self._record[0]


@value
class TableSet:
    """All tables of one machine; there may be several of a signature."""

    tables: tuple[LoadedTable, ...] = ()
    findings: tuple[Finding, ...] = ()
    """What the readers had to say that belongs to no table."""

    def __len__(self) -> int:
        return len(self.tables)

    def __iter__(self) -> Iterator[LoadedTable]:
        return iter(self.tables)

    def all(self, signature: str) -> tuple[LoadedTable, ...]:
        """Give the tables of a signature, in the order of the sources."""
        return tuple(table for table in self.tables if table.signature == signature)

    def first(self, signature: str) -> LoadedTable | None:
        """Give the first table of a signature, or None."""
        return next((table for table in self.tables if table.signature == signature), None)

    def select(self, selectors: Iterable[str]) -> TableSet:
        """Give the tables that ``SRAT`` or ``SSDT[2]`` (counted from 0) name, still in the order of the sources.

        Raises InputError for a selector that is none, or that names no table of this machine.
        """
        chosen: set[int] = set()
        for selector in selectors:
            match = re.fullmatch(r"\s*(RSD PTR|RSDP|[\x21-\x7e][\x20-\x7e]{3}?)\s*(?:\[(\d+)\])?\s*", selector)
            if match is None:
                raise InputError("not a table", repr(selector), "expected a signature such as SRAT or SSDT[2]")
            name, number = match.groups()
            signature = "RSD PTR " if name in ("RSDP", "RSD PTR") else name
            indices = [index for index, table in enumerate(self.tables) if table.signature == signature]
            if number is not None:
                if int(number) >= len(indices):
                    have = f"{len(indices)} of that signature" if indices else "none of that signature"
                    raise InputError("no such table", selector, have)
                indices = [indices[int(number)]]
            if not indices:
                names = ", ".join(dict.fromkeys(table.signature.strip() for table in self.tables))
                raise InputError("no such table", selector, f"there are {names}" if names else "there are no tables")
            chosen.update(indices)
        return TableSet(tables=tuple(self.tables[index] for index in sorted(chosen)), findings=self.findings)
