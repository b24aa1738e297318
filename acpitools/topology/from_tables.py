"""A machine's tables to its description.

What a description has a word for becomes that word.  Structures that are not exactly what the word would make (a
disabled one, one of unknown type, a second one for the same processor) stay as bytes; a table that cannot be described
is kept whole, and a note says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from acpitools.codec.record import encode
from acpitools.core.errors import TopologyError
from acpitools.core.firmware_map import E820Entry, E820Type
from acpitools.tables.cedt import Cedt
from acpitools.tables.header import SdtHeader, Table
from acpitools.tables.hmat import Hmat
from acpitools.tables.madt import Madt
from acpitools.tables.msct import Msct as MsctTable
from acpitools.tables.slit import Slit
from acpitools.tables.srat import Srat
from acpitools.tables.table_set import LoadedTable, TableSet
from acpitools.topology.from_hmat import performance_of
from acpitools.topology.from_structures import CxlParts, cedt_parts, framed, madt_parts, srat_parts
from acpitools.topology.memory_map import derive_map
from acpitools.topology.read_firmware import MADE, derive_msct
from acpitools.topology.read_performance import MAX_LOCALITIES
from acpitools.topology.spec import Capacity, Distances, Interrupts, MemoryRange, Msct, Oem, Spec

__all__ = ["Found", "from_tables"]


class Found(NamedTuple):
    """What a machine's tables give."""

    spec: Spec
    kept: tuple[LoadedTable, ...]
    """Tables that are not made anew."""
    notes: tuple[str, ...]


def from_tables(tables: TableSet, memory_map: Sequence[E820Entry] = ()) -> Found:
    """Describe a machine by its tables, and its memory map where there is one.  Raises TopologyError without a SRAT.

    Without a map all memory of the SRAT is taken as RAM.
    """
    first = {name: table for name in MADE if (table := tables.first(name)) is not None}
    srat, madt = _record(first, "SRAT", Srat), _record(first, "APIC", Madt)
    if srat is None:
        raise TopologyError("topology", "SRAT", "the tables have none; there is no topology to start from")
    interrupts, processors = madt_parts(madt) if madt is not None else (Interrupts(), [])
    parts = srat_parts(srat, processors)
    memory = tuple(_with_map(item, memory_map) for item in parts.memory)
    notes: list[str] = [
        f"{table.signature}: what is not framed as structures are is left out where the table changes"
        for table in first.values()
        if table.signature in ("SRAT", "APIC") and not (framed(_structures(table.record)) and not table.record.trailing)
    ]
    made = ["SRAT"]
    if madt is not None:
        made.append("APIC")
    numbers = [p.domain for p in parts.processors if p.domain is not None]
    domains = dict.fromkeys([*(m.domain for m in memory), *numbers, *(d.domain for d in parts.devices)])
    order = {domain: index for index, domain in enumerate(domains)}
    distances = _described(first, "SLIT", Slit, _distances, notes)
    performance = _described(first, "HMAT", Hmat, performance_of, notes)
    msct = _described(first, "MSCT", MsctTable, _msct, notes)
    cxl = _described(first, "CEDT", Cedt, cedt_parts, notes) or CxlParts()
    for name, value in (("SLIT", distances), ("HMAT", performance), ("MSCT", msct)):
        if value is not None:
            made.append(name)
    if cxl != CxlParts():
        made.append("CEDT")
    if "PPTT" in first:
        notes.append("PPTT is kept as it is")
    make = tuple(name for name in MADE if name in made)
    headers = [(name, record) for name in make if isinstance(record := first[name].record, SdtHeader)]
    spec = Spec(
        name=_name(first),
        machine="none",
        oem=_oem(headers[0][1]),
        oem_of=tuple((name, _oem(record)) for name, record in headers),
        tables=make,
        revisions=tuple((name, record.revision) for name, record in headers),
        processors=tuple(parts.processors),
        domains=tuple(order),
        memory=tuple(sorted(memory, key=lambda item: order[item.domain])),
        devices=tuple(sorted(parts.devices, key=lambda device: device.port)),
        other_affinities=tuple(parts.other),
        distances=distances,
        performance=performance,
        bridges=cxl.bridges,
        windows=cxl.windows,
        xor_maps=cxl.xor_maps,
        other_cxl=cxl.other,
        interrupts=interrupts,
        msct=msct or derive_msct(parts.processors, memory, (), tuple(order)),
        memory_map=tuple(memory_map) or derive_map(memory, "none", 0, ()),
    )
    kept = tuple(table for table in tables if table is not first.get(table.signature) or table.signature not in make)
    return Found(spec, kept, tuple(notes))


def _structures(record: Table) -> tuple[Any, ...]:
    return tuple(getattr(record, "structures", ()))


def _record(first: dict[str, LoadedTable], signature: str, cls: type[Any]) -> Any:
    table = first.get(signature)
    return table.record if table is not None and isinstance(table.record, cls) else None


def _described(
    first: dict[str, LoadedTable], signature: str, cls: type[Any], describe: Callable[[Any], Any], notes: list[str]
) -> Any:
    table = first.get(signature)
    if table is None:
        return None
    record = table.record
    sound = isinstance(record, cls) and not record.trailing and framed(_structures(record))
    found = describe(record) if sound else None
    if found is None:
        notes.append(f"{signature} is kept as it is: it has something that a description has no word for")
    return found


def _name(first: dict[str, LoadedTable]) -> str:
    record = first["SRAT"].record
    text = f"{getattr(record, 'oem_id', '')} {getattr(record, 'oem_table_id', '')}".replace("\0", " ")
    return " ".join("".join(c if c.isascii() and c.isprintable() else "?" for c in text).split())


def _oem(header: SdtHeader) -> Oem:
    return Oem(
        id=header.oem_id,
        table_id=header.oem_table_id,
        revision=header.oem_revision,
        creator_id=header.creator_id,
        creator_revision=header.creator_revision,
    )


def _with_map(item: MemoryRange, entries: Sequence[E820Entry]) -> MemoryRange:
    # The type of what is there: RAM if there is any, else the larger part.
    sizes: dict[int, int] = {}
    for start, end, kind in entries:
        if start < item.end and item.base < end:
            sizes[kind] = sizes.get(kind, 0) + min(end, item.end) - max(start, item.base)
    if not entries or E820Type.RAM in sizes:
        return replace(item, map_type=int(E820Type.RAM))
    known = [kind for kind in (E820Type.PMEM, E820Type.SOFT_RESERVED) if kind in sizes]
    return replace(item, map_type=int(max(known, key=lambda kind: sizes[kind])) if known else None)


def _distances(slit: Slit) -> Distances | None:
    count = slit.locality_count
    if count > MAX_LOCALITIES or len(slit.matrix) != count * count:
        return None
    return Distances(count=count, matrix=slit.matrix)


def _msct(table: MsctTable) -> Msct | None:
    capacities: list[Capacity] = []
    for item in table.structures:
        if not hasattr(item, "low_domain") or encode(item)[:2] != b"\x01\x16":
            return None
        known: Any = item
        if known.high_domain < known.low_domain:
            return None
        capacities.append(
            Capacity(
                first=known.low_domain,
                last=known.high_domain,
                processors=known.processor_capacity,
                memory=known.memory_capacity,
            )
        )
    top = 0xFFFFFFFF
    if table.gap or table.domain_offset != 56 or top in (table.maximum_domains, table.maximum_clock_domains):
        return None
    return Msct(
        maximum_domains=table.maximum_domains + 1,
        maximum_clock_domains=table.maximum_clock_domains + 1,
        maximum_address=table.maximum_address,
        capacities=tuple(capacities),
    )
