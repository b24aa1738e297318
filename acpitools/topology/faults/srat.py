"""Faults of the SRAT.  Spec: ACPI 6.5, 5.2.16.  Kernel: drivers/acpi/numa/srat.c, mm/numa_memblks.c."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import cast

from acpitools.codec.structures import Structure
from acpitools.core.units import KIB, MIB
from acpitools.tables.header import Table
from acpitools.tables.srat import (
    AffinityFlags,
    GenericInitiatorAffinity,
    GenericPortAffinity,
    MemoryAffinity,
    MemoryAffinityFlags,
    ProcessorLocalApicAffinity,
    ProcessorLocalX2apicAffinity,
    Srat,
)
from acpitools.topology.faults.fault import Fault, changed, nothing, with_structures

__all__ = ["FAULTS"]

_Cpu = ProcessorLocalApicAffinity | ProcessorLocalX2apicAffinity
_ENABLED = MemoryAffinityFlags.ENABLED
_HOT = MemoryAffinityFlags.HOT_PLUGGABLE
_HUGE_DOMAIN = 0x12345678
_PAST_THE_MAP = 1 << 44


def _memory(srat: Srat) -> list[int]:
    found = [i for i, s in enumerate(srat.structures) if isinstance(s, MemoryAffinity) and s.flags & _ENABLED]
    if not found:
        raise nothing("the SRAT has no memory")
    return found


def _processors(srat: Srat) -> list[int]:
    found = [i for i, s in enumerate(srat.structures) if isinstance(s, _Cpu)]
    if not found:
        raise nothing("the SRAT has no processors")
    return found


def _at(srat: Srat, index: int) -> MemoryAffinity:
    return cast("MemoryAffinity", srat.structures[index])


def _replaced(srat: Srat, index: int, *others: Structure) -> Table:
    return with_structures(srat, [*srat.structures[:index], *others, *srat.structures[index + 1 :]])


def _largest(srat: Srat) -> int:
    return max(_memory(srat), key=lambda index: (_at(srat, index).range_length, index))


def _neighbours(srat: Srat) -> tuple[int, int]:
    # Two ranges of different domains, the second one above the first.
    order = sorted(_memory(srat), key=lambda index: _at(srat, index).base_address)
    for lower, upper in pairwise(order):
        if _at(srat, lower).proximity_domain != _at(srat, upper).proximity_domain:
            return lower, upper
    raise nothing("the SRAT's memory is all in one domain")


def _overlap(srat: Srat) -> Table:
    lower, upper = _neighbours(srat)
    first, second = _at(srat, lower), _at(srat, upper)
    base = first.base_address + first.range_length - 2 * MIB
    size = second.base_address + second.range_length - base
    return _replaced(srat, upper, changed(second, base_address=base, range_length=size))


def _overlap_same(srat: Srat) -> Table:
    index = _largest(srat)
    found = _at(srat, index)
    half = found.range_length // 2 & ~0xFFF
    return _replaced(srat, index, found, changed(found, base_address=found.base_address + half, range_length=half))


def _nested(srat: Srat) -> Table:
    lower, upper = _neighbours(srat)
    inside = _at(srat, _largest(srat))
    stranger = _at(srat, upper if _at(srat, lower).proximity_domain == inside.proximity_domain else lower)
    half = inside.range_length // 2 & ~0xFFF
    nested = changed(stranger, base_address=inside.base_address + half, range_length=max(4096, half // 2 & ~0xFFF))
    return with_structures(srat, [*srat.structures, nested])


def _duplicate(srat: Srat) -> Table:
    index = _memory(srat)[-1]
    return _replaced(srat, index, _at(srat, index), _at(srat, index))


def _shorter_by(size: int) -> Callable[[Srat], Table]:
    def cut(srat: Srat) -> Table:
        index = _largest(srat)
        found = _at(srat, index)
        if found.range_length <= 2 * size:
            raise nothing(f"no range of the SRAT is larger than {2 * size} bytes")
        return _replaced(srat, index, changed(found, range_length=found.range_length - size))

    return cut


def _boundary_by(step: int) -> Callable[[Srat], Table]:
    def move(srat: Srat) -> Table:
        lower, upper = _neighbours(srat)
        first, second = _at(srat, lower), _at(srat, upper)
        if second.base_address != first.base_address + first.range_length or first.range_length <= step:
            raise nothing("no two domains of the SRAT touch; give one of them a size that leaves no hole between")
        structures = list(srat.structures)
        structures[lower] = changed(first, range_length=first.range_length - step)
        structures[upper] = changed(
            second, base_address=second.base_address - step, range_length=second.range_length + step
        )
        return with_structures(srat, structures)

    return move


def _wrap(srat: Srat) -> Table:
    index = _memory(srat)[-1]
    return _replaced(srat, index, changed(_at(srat, index), range_length=(1 << 64) - 4096))


def _zero_length(srat: Srat) -> Table:
    index = _memory(srat)[-1]
    found = _at(srat, index)
    return _replaced(srat, index, found, changed(found, range_length=0))


def _beyond(srat: Srat) -> Table:
    found = _at(srat, _memory(srat)[-1])
    extra = changed(found, base_address=_PAST_THE_MAP, range_length=1024 * MIB, flags=_ENABLED)
    return with_structures(srat, [*srat.structures, extra])


def _no_memory(srat: Srat) -> Table:
    _memory(srat)
    return with_structures(srat, [s for s in srat.structures if not isinstance(s, MemoryAffinity)])


def _flags(change: Callable[[int], int], pick: Callable[[Srat], Sequence[int]]) -> Callable[[Srat], Table]:
    def apply(srat: Srat) -> Table:
        structures = list(srat.structures)
        for index in pick(srat):
            found = _at(srat, index)
            structures[index] = changed(found, flags=MemoryAffinityFlags(change(int(found.flags))))
        return with_structures(srat, structures)

    return apply


def _last_domain(srat: Srat) -> list[int]:
    domain = _at(srat, _memory(srat)[-1]).proximity_domain
    return [index for index in _memory(srat) if _at(srat, index).proximity_domain == domain]


def _lowest(srat: Srat) -> list[int]:
    return [min(_memory(srat), key=lambda index: _at(srat, index).base_address)]


def _no_processors(srat: Srat) -> Table:
    _processors(srat)
    return with_structures(srat, [s for s in srat.structures if not isinstance(s, _Cpu)])


def _processor_missing(srat: Srat) -> Table:
    return _replaced(srat, _processors(srat)[-1])


def _processor_disabled(srat: Srat) -> Table:
    index = _processors(srat)[-1]
    return _replaced(srat, index, changed(srat.structures[index], flags=AffinityFlags(0)))


def _with_domain(structure: Structure, domain: int) -> Structure:
    if isinstance(structure, ProcessorLocalApicAffinity):
        return changed(structure, proximity_domain_low=domain & 0xFF, proximity_domain_high=domain >> 8)
    return changed(structure, proximity_domain=domain)


def _domain_of(structure: Structure) -> int | None:
    return getattr(structure, "proximity_domain", None)


def _processor_twice(srat: Srat) -> Table:
    index = _processors(srat)[0]
    found = srat.structures[index]
    others = sorted({d for s in srat.structures if (d := _domain_of(s)) is not None} - {_domain_of(found)})
    if not others:
        raise nothing("the SRAT has one domain only")
    return _replaced(srat, index, found, _with_domain(found, others[0]))


def _processor_stranger(srat: Srat) -> Table:
    domain = _domain_of(srat.structures[_processors(srat)[0]]) or 0
    stranger = ProcessorLocalX2apicAffinity(proximity_domain=domain, x2apic_id=0x00ABCDEF)
    return with_structures(srat, [*srat.structures, stranger])


def _domain_becomes(number: int) -> Callable[[Srat], Table]:
    def renumber(srat: Srat) -> Table:
        last = _at(srat, _memory(srat)[-1]).proximity_domain
        found = [_with_domain(s, number) if _domain_of(s) == last else s for s in srat.structures]
        return with_structures(srat, found)

    return renumber


def _revision_1(srat: Srat) -> Table:
    # In revision 1 the upper bytes were reserved, and some firmware left garbage there.
    structures = [
        changed(s, proximity_domain=s.proximity_domain & 0xFF | 0xABCD00) if isinstance(s, MemoryAffinity) else s
        for s in srat.structures
    ]
    return changed(with_structures(srat, structures), revision=1)


def _table_revision(srat: Srat) -> Table:
    return changed(srat, table_revision=2)


def _reversed(srat: Srat) -> Table:
    return with_structures(srat, tuple(reversed(srat.structures)))


def _handle(srat: Srat) -> Table:
    for index, found in enumerate(srat.structures):
        if isinstance(found, GenericInitiatorAffinity | GenericPortAffinity):
            return _replaced(srat, index, changed(found, device_handle_type=7))
    raise nothing("the SRAT has no generic initiator and no generic port")


def _srat(name: str, text: str, function: Callable[[Srat], Table]) -> Fault:
    return Fault(name=f"srat-{name}", table="SRAT", text=text, record=function)


FAULTS = (
    _srat("overlap", "two domains claim the same 2 MiB; the kernel drops the SRAT", _overlap),
    _srat("overlap-same-domain", "two ranges of one domain overlap; the kernel warns", _overlap_same),
    _srat("nested", "a range of one domain lies inside one of another", _nested),
    _srat("range-twice", "a range of memory is there twice", _duplicate),
    _srat("gap", "16 MiB of RAM belong to no range; the kernel drops the SRAT", _shorter_by(16 * MIB)),
    _srat("small-gap", "512 KiB of RAM belong to no range, less than the kernel minds", _shorter_by(512 * KIB)),
    _srat("boundary-in-block", "the border of two domains lies 64 MiB inside a memory block", _boundary_by(64 * MIB)),
    _srat("boundary-in-page", "the border of two domains lies 512 bytes inside a page", _boundary_by(512)),
    _srat("wrap", "the last range reaches past 2^64", _wrap),
    _srat("zero-length", "an enabled range has no bytes", _zero_length),
    _srat("beyond-ram", "a range of 1 GiB at 16 TiB has no RAM", _beyond),
    _srat("no-memory", "no memory structure; the kernel drops the SRAT", _no_memory),
    _srat("memory-disabled", "no memory structure is enabled", _flags(lambda f: f & ~1, _memory)),
    _srat("domain-disabled", "the memory of the last domain is not enabled", _flags(lambda f: f & ~1, _last_domain)),
    _srat(
        "hotplug-disabled",
        "the last domain's ranges are hot-pluggable, not enabled",
        _flags(lambda f: f & ~1 | 2, _last_domain),
    ),
    _srat("all-hotplug", "all memory is hot-pluggable, that of the kernel too", _flags(lambda f: f | 2, _memory)),
    _srat("low-hotplug", "the lowest range is hot-pluggable", _flags(lambda f: f | 2, _lowest)),
    _srat("reserved-flags", "reserved bit 31 of the ranges' flags is set", _flags(lambda f: f | 1 << 31, _memory)),
    _srat("no-processors", "no processor structure", _no_processors),
    _srat("processor-missing", "the last processor is in no structure", _processor_missing),
    _srat("processor-disabled", "the last processor's structure is not enabled", _processor_disabled),
    _srat("processor-twice", "the first processor is in two domains", _processor_twice),
    _srat("processor-stranger", "a processor that the MADT does not have", _processor_stranger),
    _srat(
        "domain-huge", "the last domain's number is 0x12345678, more than a kernel maps", _domain_becomes(_HUGE_DOMAIN)
    ),
    _srat("domain-1024", "the last domain's number is 1024", _domain_becomes(1024)),
    _srat("revision-1", "revision 1, with garbage in the domains' upper bytes, which are reserved there", _revision_1),
    _srat("table-revision", "the field that has to be 1 is 2", _table_revision),
    _srat("reversed", "all structures are in reverse order; nodes are numbered otherwise", _reversed),
    _srat("handle-type", "a device handle of unknown kind", _handle),
)
