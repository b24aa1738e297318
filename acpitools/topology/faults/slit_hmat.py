"""Faults of SLIT and HMAT.  Spec: ACPI 6.5, 5.2.17 and 5.2.29.  Kernel: drivers/acpi/numa/srat.c, hmat.c."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from acpitools.codec.arrays import IntArray
from acpitools.tables.header import Table
from acpitools.tables.hmat import (
    Hmat,
    LocalityFlags,
    MemoryAttributeFlags,
    MemoryProximityDomainAttributes,
    MemorySideCacheInformation,
    SystemLocalityInformation,
)
from acpitools.tables.registry import decode_table
from acpitools.tables.slit import Slit
from acpitools.tables.spans import structure_spans
from acpitools.topology.faults.fault import Fault, changed, nothing, resummed, with_structures

__all__ = ["FAULTS"]

_NOBODY = 9999
_COUNT_AT = 36


def _cell(change: Callable[[int, bytearray], None], least: int = 2) -> Callable[[Slit], Table]:
    def apply(slit: Slit) -> Table:
        if slit.locality_count < least:
            raise nothing(f"the SLIT has fewer than {least} localities")
        matrix = bytearray(slit.matrix)
        change(slit.locality_count, matrix)
        return changed(slit, matrix=bytes(matrix))

    return apply


def _put(*cells: tuple[int, int, int]) -> Callable[[int, bytearray], None]:
    def change(count: int, matrix: bytearray) -> None:
        for row, column, distance in cells:
            matrix[row * count + column] = distance

    return change


def _asymmetric(count: int, matrix: bytearray) -> None:
    matrix[count] = matrix[1] + 7 if matrix[1] < 248 else matrix[1] - 7


def _smaller(slit: Slit) -> Table:
    count = slit.locality_count
    if count < 2:
        raise nothing("the SLIT has one locality only")
    rows = (slit.matrix[row * count : row * count + count - 1] for row in range(count - 1))
    return changed(slit, matrix=b"".join(rows), locality_count=count - 1)


def _count(number: Callable[[int], int]) -> Callable[[bytes], bytes]:
    def apply(data: bytes) -> bytes:
        count = int.from_bytes(data[_COUNT_AT : _COUNT_AT + 8], "little")
        return resummed(data[:_COUNT_AT] + number(count).to_bytes(8, "little") + data[_COUNT_AT + 8 :])

    return apply


def _slit(name: str, text: str, function: Callable[[Slit], Table]) -> Fault:
    return Fault(name=f"slit-{name}", table="SLIT", text=text, record=function)


_SLIT = (
    _slit("diagonal", "a domain is 20 away from itself; the kernel drops the SLIT", _cell(_put((0, 0, 20)), 1)),
    _slit(
        "ten",
        "two domains are 10 apart, as if they were one; the kernel drops the SLIT",
        _cell(_put((0, 1, 10), (1, 0, 10))),
    ),
    _slit(
        "below-ten",
        "two domains are 9 apart, a reserved value; the kernel drops the SLIT",
        _cell(_put((0, 1, 9), (1, 0, 9))),
    ),
    _slit("asymmetric", "a way is longer than the way back", _cell(_asymmetric)),
    _slit("unreachable", "two domains are 255 apart: unreachable", _cell(_put((0, 1, 255), (1, 0, 255)))),
    _slit("smaller", "the highest domain has no row", _smaller),
    Fault("slit-count-large", "SLIT", "one locality more than there are rows", data=_count(lambda n: n + 1)),
    Fault("slit-count-small", "SLIT", "one locality less than there are rows", data=_count(lambda n: max(0, n - 1))),
    Fault(
        "slit-count-huge", "SLIT", "2^32 localities, whose square is no 64-bit number", data=_count(lambda _: 1 << 32)
    ),
    Fault("slit-count-zero", "SLIT", "no locality", data=_count(lambda _: 0)),
)


def _first(table: Hmat, cls: type[Any], what: str) -> int:
    for index, found in enumerate(table.structures):
        if isinstance(found, cls):
            return index
    raise nothing(f"the HMAT has no {what}")


def _attributes(**fields: Any) -> Callable[[Hmat], Table]:
    def apply(table: Hmat) -> Table:
        return _with(table, _first(table, MemoryProximityDomainAttributes, "domain attributes"), **fields)

    return apply


def _with(table: Hmat, index: int, **fields: Any) -> Table:
    structures = list(table.structures)
    structures[index] = changed(structures[index], **fields)
    return with_structures(table, structures)


def _locality(change: Callable[[SystemLocalityInformation], dict[str, Any]]) -> Callable[[Hmat], Table]:
    def apply(table: Hmat) -> Table:
        index = _first(table, SystemLocalityInformation, "latencies or bandwidths")
        found = cast("SystemLocalityInformation", table.structures[index])
        return _with(table, index, **change(found))

    return apply


def _entry(number: int) -> Callable[[SystemLocalityInformation], dict[str, Any]]:
    return lambda found: {"entries": IntArray.of((number, *tuple(found.entries)[1:]), 2)}


def _local_slower(found: SystemLocalityInformation) -> dict[str, Any]:
    initiators, targets = tuple(found.initiators), tuple(found.targets)
    local = [r * len(targets) + targets.index(d) for r, d in enumerate(initiators) if d in targets]
    if not local:
        raise nothing("no initiator of the HMAT has memory of its own")
    entries = list(found.entries)
    entries[local[0]] = min(0xFFFE, 10 * max(entries))
    return {"entries": IntArray.of(entries, 2)}


def _domains(key: str) -> Callable[[SystemLocalityInformation], dict[str, Any]]:
    return lambda found: {key: IntArray.of((*tuple(getattr(found, key))[:-1], _NOBODY), 4)}


def _cache(**fields: Any) -> Callable[[Hmat], Table]:
    def apply(table: Hmat) -> Table:
        return _with(table, _first(table, MemorySideCacheInformation, "memory-side cache"), **fields)

    return apply


def _cache_attributes(mask: int, bits: int) -> Callable[[Hmat], Table]:
    def apply(table: Hmat) -> Table:
        index = _first(table, MemorySideCacheInformation, "memory-side cache")
        old = table.structures[index].cache_attributes  # type: ignore[attr-defined]
        return _with(table, index, cache_attributes=old & ~mask | bits)

    return apply


def _initiator_count(data: bytes) -> bytes:
    for offset in _offsets(data, SystemLocalityInformation):
        place = offset + 12
        count = int.from_bytes(data[place : place + 4], "little") + 1
        return resummed(data[:place] + count.to_bytes(4, "little") + data[place + 4 :])
    raise nothing("the HMAT has no latencies or bandwidths")


def _offsets(data: bytes, cls: type[Any]) -> Iterator[int]:
    return (offset for _, offset, found in structure_spans(decode_table(data)) if isinstance(found, cls))


def _revision_3(table: Hmat) -> Table:
    return changed(table, revision=3)


def _hmat(name: str, text: str, function: Callable[[Hmat], Table]) -> Fault:
    return Fault(name=f"hmat-{name}", table="HMAT", text=text, record=function)


_HMAT = (
    _hmat("revision-3", "revision 3; the kernel takes 1 and 2 only", _revision_3),
    _hmat(
        "memory-unknown",
        "attributes of a memory domain that the SRAT does not have; all of the HMAT is dropped",
        _attributes(memory_domain=_NOBODY),
    ),
    _hmat(
        "attached-unknown",
        "memory hangs on an initiator that the SRAT does not have",
        _attributes(initiator_domain=_NOBODY, flags=MemoryAttributeFlags.INITIATOR_VALID),
    ),
    _hmat(
        "initiator-unknown",
        "latencies from an initiator that the SRAT does not have",
        _locality(_domains("initiators")),
    ),
    _hmat("target-unknown", "latencies to a domain that the SRAT does not have", _locality(_domains("targets"))),
    _hmat("unit-zero", "the base unit is 0", _locality(lambda _: {"entry_base_unit": 0})),
    _hmat(
        "unit-huge", "the base unit is 2^60: every value overflows", _locality(lambda _: {"entry_base_unit": 1 << 60})
    ),
    _hmat("data-type", "data of reserved type 6", _locality(lambda _: {"data_type": 6})),
    _hmat("hierarchy", "reserved memory hierarchy 9", _locality(lambda _: {"flags": LocalityFlags(9)})),
    _hmat("unreachable", "no path from the first initiator to the first target", _locality(_entry(0xFFFF))),
    _hmat("not-provided", "no value from the first initiator to the first target", _locality(_entry(0))),
    _hmat("local-slower", "an initiator's own memory is the slowest", _locality(_local_slower)),
    _hmat("cache-level", "a memory-side cache of level 3 where there is one level", _cache_attributes(0xFF, 0x31)),
    _hmat("cache-line", "a memory-side cache with lines of 3 bytes", _cache_attributes(0xFFFF0000, 3 << 16)),
    _hmat("cache-domain", "a memory-side cache of a domain without memory", _cache(memory_domain=_NOBODY)),
    Fault("hmat-count", "HMAT", "one initiator more than the structure has bytes for", data=_initiator_count),
)
FAULTS = (*_SLIT, *_HMAT)
