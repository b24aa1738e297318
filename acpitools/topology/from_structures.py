"""Structures of MADT, SRAT and CEDT as parts of a machine's description; the rest as bytes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from acpitools.codec.record import encode, size_of
from acpitools.codec.structures import Structure, declared_length
from acpitools.tables import cedt, madt_x86, srat
from acpitools.tables.madt import Madt, MadtFlags
from acpitools.tables.madt_common import LocalApicFlags
from acpitools.topology.place import MAX_ADDRESS
from acpitools.topology.read_cxl import WINDOW_UNIT
from acpitools.topology.read_processors import LAST_XAPIC_ID
from acpitools.topology.spec import (
    CxlBridge,
    CxlWindow,
    Device,
    Interrupts,
    IoApicSpec,
    IrqOverride,
    MemoryRange,
    Processor,
    ProcessorState,
    XorMap,
)

__all__ = ["CxlParts", "SratParts", "cedt_parts", "framed", "madt_parts", "srat_parts"]

_STATES = {
    int(LocalApicFlags.ENABLED): ProcessorState.ENABLED,
    int(LocalApicFlags.ONLINE_CAPABLE): ProcessorState.ABSENT,
}


def framed(structures: Iterable[Structure]) -> bool:
    """Tell whether every structure declares the length that it has."""
    return all(declared_length(item) == size_of(item) for item in structures)


def _bytes_of(items: Iterable[Structure]) -> list[bytes]:
    # A structure that declares another length than it has ends the table; it has no place in a description.
    return [encode(item) for item in items if declared_length(item) == size_of(item)]


def madt_parts(table: Madt) -> tuple[Interrupts, list[Processor]]:
    """Give what a MADT says of interrupts, and its processors; structures without a word stay as bytes."""
    processors: list[Processor] = []
    chips: list[IoApicSpec] = []
    overrides: list[IrqOverride] = []
    other: list[Structure] = []
    seen_ids: set[int] = set()
    seen_uids: set[int] = set()
    for item in table.structures:
        found = _processor(item, len(processors))
        if found is not None and found.apic_id not in seen_ids and found.uid not in seen_uids:
            seen_ids.add(found.apic_id)
            seen_uids.add(found.uid)
            processors.append(found)
        elif isinstance(item, madt_x86.IoApic) and not item.reserved and not item.trailing:
            chips.append(IoApicSpec(id=item.io_apic_id, address=item.address, gsi_base=item.gsi_base))
        elif isinstance(item, madt_x86.InterruptSourceOverride) and not item.bus and not item.trailing:
            overrides.append(IrqOverride(source=item.source, gsi=item.gsi, flags=int(item.flags)))
        else:
            other.append(item)
    lint, rest = _usual_nmi(_bytes_of(other), any(p.x2apic for p in processors))
    interrupts = Interrupts(
        local_apic_address=table.local_apic_address,
        pcat_compat=bool(table.flags & MadtFlags.PCAT_COMPAT),
        io_apics=tuple(chips),
        overrides=tuple(overrides),
        nmi_lint=lint,
        other=tuple(rest),
    )
    return interrupts, processors


def _processor(item: Structure, position: int) -> Processor | None:
    if isinstance(item, madt_x86.ProcessorLocalApic):
        apic_id, x2apic = item.apic_id, False
    elif isinstance(item, madt_x86.ProcessorLocalX2apic):
        apic_id, x2apic = item.x2apic_id, True
    else:
        return None
    state = _STATES.get(int(item.flags))
    if state is None or item.trailing or (apic_id > LAST_XAPIC_ID and not x2apic):
        return None
    return Processor(
        apic_id=apic_id,
        uid=item.processor_uid,
        domain=None,
        state=state,
        core=position,
        x2apic=x2apic,
        srat_x2apic=x2apic,
    )


def _usual_nmi(other: list[bytes], x2apic: bool) -> tuple[int | None, list[bytes]]:
    # One line for all processors, and for the x2APICs too where there are any: that has a word.
    for lint in (1, 0):
        usual = [encode(madt_x86.LocalApicNmi(lint=lint))]
        if x2apic:
            usual.append(encode(madt_x86.LocalX2apicNmi(lint=lint)))
        if all(other.count(line) == 1 for line in usual):
            return lint, [data for data in other if data not in usual]
    return None, other


@dataclass(frozen=True, slots=True, kw_only=True)
class SratParts:
    """What a SRAT says."""

    processors: Sequence[Processor]
    memory: Sequence[MemoryRange]
    devices: Sequence[Device]
    other: Sequence[bytes]


def srat_parts(table: srat.Srat, listed: Sequence[Processor]) -> SratParts:
    """Give the processors with their domains, memory and devices; structures without a word stay as bytes."""
    wide = table.revision >= 2
    by_id = {p.apic_id: p for p in listed}
    uids = {p.uid for p in listed}
    named: dict[int, Processor] = {}
    memory: list[MemoryRange] = []
    devices: list[Device] = []
    other: list[Structure] = []
    taken = _Taken()
    for item in table.structures:
        found = _affinity(item, by_id, named, uids, wide)
        if found is not None:
            named[found.apic_id] = found
        elif isinstance(item, srat.MemoryAffinity) and _is_plain(item, wide) and taken.add(*_ends(item)):
            memory.append(_range(item))
        elif isinstance(item, srat.GenericInitiatorAffinity | srat.GenericPortAffinity) and _is_plain_device(item):
            devices.append(_device(item))
        else:
            other.append(item)
    unlisted = [p for apic_id, p in named.items() if apic_id not in by_id]
    processors = [named.get(p.apic_id, p) for p in listed] + unlisted
    numbered = [replace(p, core=index) for index, p in enumerate(processors)]
    return SratParts(processors=numbered, memory=memory, devices=devices, other=_bytes_of(other))


def _affinity(
    item: Structure, by_id: dict[int, Processor], named: dict[int, Processor], uids: set[int], wide: bool
) -> Processor | None:
    if isinstance(item, srat.ProcessorLocalApicAffinity):
        apic_id, x2apic = item.apic_id, False
        if item.local_sapic_eid or (not wide and item.proximity_domain_high):
            return None
    elif isinstance(item, srat.ProcessorLocalX2apicAffinity):
        apic_id, x2apic = item.x2apic_id, True
        if item.reserved1 or item.reserved2:
            return None
    else:
        return None
    known = by_id.get(apic_id)
    if int(item.flags) != 1 or item.trailing or apic_id in named or (apic_id > LAST_XAPIC_ID and not x2apic):
        return None
    if known is not None:
        return replace(known, domain=item.proximity_domain, clock_domain=item.clock_domain, srat_x2apic=x2apic)
    uid = max(uids, default=-1) + 1 if len(uids) > 255 else next(n for n in range(256) if n not in uids)
    uids.add(uid)
    return Processor(
        apic_id=apic_id,
        uid=uid,
        domain=item.proximity_domain,
        state=ProcessorState.UNLISTED,
        x2apic=x2apic or uid > 255,
        srat_x2apic=x2apic,
        clock_domain=item.clock_domain,
    )


class _Taken:
    """Ranges that do not overlap."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, start: int, end: int) -> bool:
        """Add a range, unless it overlaps one that is there."""
        place = bisect_right(self._starts, start)
        if (place and self._ends[place - 1] > start) or (place < len(self._starts) and self._starts[place] < end):
            return False
        self._starts.insert(place, start)
        self._ends.insert(place, end)
        return True


def _ends(item: srat.MemoryAffinity) -> tuple[int, int]:
    return item.base_address, item.base_address + item.range_length


def _is_plain(item: srat.MemoryAffinity, wide: bool) -> bool:
    return (
        bool(item.flags & 1)
        and not int(item.flags) & ~0xF
        and not (item.reserved1 or item.reserved2 or item.reserved3 or item.trailing)
        and item.range_length > 0
        and item.base_address % 4096 == item.range_length % 4096 == 0
        and item.base_address + item.range_length <= MAX_ADDRESS
        and (wide or item.proximity_domain < 256)
    )


def _range(item: srat.MemoryAffinity) -> MemoryRange:
    return MemoryRange(
        base=item.base_address,
        size=item.range_length,
        domain=item.proximity_domain,
        hotplug=bool(item.flags & srat.MemoryAffinityFlags.HOT_PLUGGABLE),
        nonvolatile=bool(item.flags & srat.MemoryAffinityFlags.NON_VOLATILE),
        specific_purpose=bool(item.flags & srat.MemoryAffinityFlags.SPECIFIC_PURPOSE),
    )


def _is_plain_device(item: srat.GenericInitiatorAffinity | srat.GenericPortAffinity) -> bool:
    known = item.device_handle_type in (0, 1) and not int(item.flags) & ~3
    return known and not (item.reserved1 or item.reserved2 or item.trailing)


def _device(item: srat.GenericInitiatorAffinity | srat.GenericPortAffinity) -> Device:
    return Device(
        port=isinstance(item, srat.GenericPortAffinity),
        domain=item.proximity_domain,
        pci=item.device_handle_type == 1,
        handle=item.device_handle,
        architectural=bool(item.flags & 2),
        enabled=bool(item.flags & 1),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CxlParts:
    """What a CEDT says."""

    bridges: tuple[CxlBridge, ...] = ()
    windows: tuple[CxlWindow, ...] = ()
    xor_maps: tuple[XorMap, ...] = ()
    other: tuple[bytes, ...] = ()


def cedt_parts(table: cedt.Cedt) -> CxlParts:
    """Give bridges, windows and XOR maps; structures without a word stay as bytes."""
    bridges: list[CxlBridge] = []
    windows: list[CxlWindow] = []
    maps: list[XorMap] = []
    other: list[Structure] = []
    taken = _Taken()
    uids = {item.uid for item in table.structures if isinstance(item, cedt.CxlHostBridge)}
    seen: set[int] = set()
    for item in table.structures:
        if isinstance(item, cedt.CxlHostBridge) and _is_plain_bridge(item) and item.uid not in seen:
            seen.add(item.uid)
            bridges.append(
                CxlBridge(uid=item.uid, version=int(item.cxl_version), base=item.base, length=item.register_length)
            )
        elif isinstance(item, cedt.CxlXorInterleaveMath) and _is_plain_map(item):
            maps.append(XorMap(granularity=item.encoded_granularity, bitmaps=tuple(item.xor_bitmaps)))
        elif (
            isinstance(item, cedt.CxlFixedMemoryWindow)
            and _is_plain_window(item, uids)
            and taken.add(item.base_hpa, item.base_hpa + item.window_size)
        ):
            windows.append(
                CxlWindow(
                    base=item.base_hpa,
                    size=item.window_size,
                    targets=tuple(item.targets),
                    granularity=item.encoded_granularity,
                    arithmetic=int(item.interleave_arithmetic),
                    restrictions=int(item.window_restrictions),
                    qtg=item.qtg_id,
                )
            )
        else:
            other.append(item)
    return CxlParts(bridges=tuple(bridges), windows=tuple(windows), xor_maps=tuple(maps), other=tuple(_bytes_of(other)))


def _is_plain_bridge(item: cedt.CxlHostBridge) -> bool:
    return int(item.cxl_version) in (0, 1) and not (item.reserved1 or item.reserved2 or item.trailing)


def _is_plain_map(item: cedt.CxlXorInterleaveMath) -> bool:
    known = item.encoded_granularity <= 6 and item.bitmap_count == len(item.xor_bitmaps)
    return known and not (item.reserved1 or item.reserved2 or item.trailing)


def _is_plain_window(item: cedt.CxlFixedMemoryWindow, uids: set[int]) -> bool:
    ways = len(item.targets)
    return (
        item.interleave_ways == ways
        and item.granularity is not None
        and int(item.interleave_arithmetic) == 0
        and not int(item.window_restrictions) & ~0x3F
        and not (item.reserved1 or item.reserved2 or item.reserved3 or item.trailing)
        and item.base_hpa % WINDOW_UNIT == 0
        and item.window_size > 0
        and item.window_size % (WINDOW_UNIT * ways) == 0
        and item.base_hpa + item.window_size <= MAX_ADDRESS
        and uids.issuperset(item.targets)
    )
