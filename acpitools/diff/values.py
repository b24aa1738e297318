"""What a comparison gives."""

from __future__ import annotations

from enum import Enum
from typing import Any

from acpitools.core.value import value

__all__ = ["Change", "Kind", "MachineDifference", "Status", "TableDifference", "TableId", "listed"]

_MOST_LISTED = 8


class Kind(Enum):
    """What happened to a thing; the value is its name in JSON."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Status(Enum):
    """What happened to a table; the value is its name in JSON."""

    SAME = "same"
    """No difference that counts; its volatile parts may differ."""
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@value
class Change:
    """One difference in meaning."""

    kind: Kind
    subject: str
    """What it is about: ``processor APIC id 0x10``, ``[mem 0x...-0x...]``, a field's name."""
    text: str
    """A sentence about the subject, without it."""
    before: Any = None
    """As a JSON value; None where it was not there."""
    after: Any = None

    def __str__(self) -> str:
        return f"{self.subject}: {self.text}" if self.text else self.subject


@value
class TableId:
    """Which table of a machine."""

    signature: str
    index: int
    """Among the tables of that signature, from 0."""
    of: int
    """Number of tables of that signature."""
    oem_id: str
    oem_table_id: str
    size: int
    """Bytes."""
    address: int | None
    source: str

    @property
    def name(self) -> str:
        """Give the signature; with a number and the OEM's name for it where there are several."""
        name = self.signature.strip()
        if self.of > 1 or name in ("SSDT", "PSDT", "OEMx"):
            name += f"[{self.index}] {self.oem_table_id.strip(' ' + chr(0))!r}"
        return name


@value
class TableDifference:
    """A table of one machine, or one of each that belong together."""

    status: Status
    title: str
    before: TableId | None
    after: TableId | None
    changes: tuple[Change, ...] = ()
    more: int = 0
    """Further changes that are counted, not listed."""
    volatile: tuple[Change, ...] = ()
    """What differs between any two boots or builds: addresses, creators, checksums that follow from the rest."""

    @property
    def id(self) -> TableId:
        """Give the table's id: the second machine's where it is there."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a difference without a table")
        return found


@value
class MachineDifference:
    """Two machines."""

    before: str
    after: str
    tables: tuple[TableDifference, ...]

    @property
    def same(self) -> bool:
        """Tell whether nothing differs that counts."""
        return all(table.status is Status.SAME for table in self.tables)


def listed(items: list[str] | tuple[str, ...]) -> str:
    """Write some of the items, and how many more there are."""
    shown = ", ".join(items[:_MOST_LISTED])
    return f"{shown} and {len(items) - _MOST_LISTED} more" if len(items) > _MOST_LISTED else shown
