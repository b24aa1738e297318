"""FADTs, FACSs and root tables compared: what an address is does not matter.  Spec: ACPI 6.5, 5.2.5-5.2.10."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acpitools.diff.fields import compare_fields
from acpitools.diff.values import Change, Kind

__all__ = ["VOLATILE_FIELDS", "compare_entries"]

VOLATILE_FIELDS: dict[str, frozenset[str]] = {
    "FACP": frozenset({"firmware_ctrl", "dsdt", "x_firmware_ctrl", "x_dsdt"}),
    "FACS": frozenset({"hardware_signature", "waking_vector", "x_waking_vector", "global_lock"}),
    "RSD PTR ": frozenset({"rsdt_address", "xsdt_address", "checksum", "extended_checksum"}),
}
"""Fields that each boot or build may set anew."""


def compare_entries(before: Any, after: Any) -> Iterator[Change]:
    """Compare RSDTs or XSDTs: the number of entries; which tables came or went is told of these."""
    yield from compare_fields(before, after, without=("entries", *_HEADER))
    old, new = len(before.entries), len(after.entries)
    if old != new:
        yield Change(kind=Kind.CHANGED, subject="entries", text=f"{old} -> {new}", before=old, after=new)


_HEADER = (
    "signature",
    "length",
    "revision",
    "checksum",
    "oem_id",
    "oem_table_id",
    "oem_revision",
    "creator_id",
    "creator_revision",
)
