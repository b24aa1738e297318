"""Small tables for tests, as bytes with right lengths and checksums."""

from __future__ import annotations

from acpitools.codec.checksum import seal
from acpitools.codec.record import encode
from acpitools.tables.header import Table
from acpitools.tables.srat import (
    GenericInitiatorAffinity,
    MemoryAffinity,
    MemoryAffinityFlags,
    ProcessorLocalApicAffinity,
    ProcessorLocalX2apicAffinity,
    Srat,
)
from acpitools.tables.table_set import LoadedTable

SRAT = seal(
    Srat(
        structures=(
            ProcessorLocalApicAffinity(proximity_domain_low=0, apic_id=0),
            ProcessorLocalX2apicAffinity(proximity_domain=1, x2apic_id=256),
            MemoryAffinity(proximity_domain=0, base_address=0, range_length=2 << 30),
            MemoryAffinity(
                proximity_domain=1,
                base_address=4 << 30,
                range_length=1536 << 20,
                flags=MemoryAffinityFlags.ENABLED | MemoryAffinityFlags.HOT_PLUGGABLE,
            ),
            GenericInitiatorAffinity(
                proximity_domain=2, device_handle_type=1, device_handle=bytes.fromhex("0000 4120") + bytes(12)
            ),
        )
    )
)
SRAT_BYTES = encode(SRAT)
"""Structures at 48, 64, 88, 128 and 168; 200 bytes."""


def loaded(data: bytes | Table, source: str = "made") -> LoadedTable:
    """Give a table as a reader does."""
    return LoadedTable(data=data if isinstance(data, bytes) else encode(data), source=source)


def patched(data: bytes, offset: int, replacement: bytes) -> bytes:
    """Give bytes with some of them replaced; a wrong checksum stays wrong."""
    return data[:offset] + replacement + data[offset + len(replacement) :]


def resealed(data: bytes) -> bytes:
    """Give a table's bytes with the checksum at 9 right."""
    summed = sum(data) - data[9]
    return patched(data, 9, bytes([-summed & 0xFF]))
