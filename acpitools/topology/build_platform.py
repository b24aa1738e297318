"""MADT and CEDT of a described machine.  Spec: ACPI 6.5, 5.2.12; CXL 3.1, 9.18."""

from __future__ import annotations

from typing import Any

from acpitools.codec.arrays import IntArray
from acpitools.codec.structures import Structure
from acpitools.tables import cedt, madt, madt_x86
from acpitools.tables.header import Table
from acpitools.tables.madt_common import IntiFlags, LocalApicFlags
from acpitools.topology.build_numa import raw_cxl, raw_structure
from acpitools.topology.read_cxl import ENCODED_WAYS
from acpitools.topology.spec import Processor, ProcessorState, Spec

__all__ = ["build_cedt", "build_madt"]

_FLAGS = {
    ProcessorState.ENABLED: LocalApicFlags.ENABLED,
    ProcessorState.ABSENT: LocalApicFlags.ONLINE_CAPABLE,
    ProcessorState.DISABLED: LocalApicFlags(0),
}


def build_madt(spec: Spec, header: dict[str, Any]) -> Table:
    """Give the MADT: processors, I/O APICs, overrides, NMI, then structures that are written as bytes."""
    interrupts = spec.interrupts
    found: list[Structure] = [_processor(p) for p in spec.processors if p.state is not ProcessorState.UNLISTED]
    found += [
        madt_x86.IoApic(io_apic_id=chip.id, address=chip.address, gsi_base=chip.gsi_base)
        for chip in interrupts.io_apics
    ]
    found += [
        madt_x86.InterruptSourceOverride(source=item.source, gsi=item.gsi, flags=IntiFlags(item.flags))
        for item in interrupts.overrides
    ]
    if interrupts.nmi_lint is not None:
        found.append(madt_x86.LocalApicNmi(lint=interrupts.nmi_lint))
        if any(p.x2apic for p in spec.processors):
            found.append(madt_x86.LocalX2apicNmi(lint=interrupts.nmi_lint))
    found += [raw_structure(data) for data in interrupts.other]
    flags = madt.MadtFlags.PCAT_COMPAT if interrupts.pcat_compat else madt.MadtFlags(0)
    return madt.Madt(local_apic_address=interrupts.local_apic_address, flags=flags, structures=tuple(found), **header)


def _processor(processor: Processor) -> Structure:
    flags = _FLAGS[processor.state]
    if processor.x2apic:
        return madt_x86.ProcessorLocalX2apic(x2apic_id=processor.apic_id, processor_uid=processor.uid, flags=flags)
    return madt_x86.ProcessorLocalApic(apic_id=processor.apic_id, processor_uid=processor.uid, flags=flags)


def build_cedt(spec: Spec, header: dict[str, Any]) -> Table:
    """Give the CEDT: bridges, windows, XOR maps, then structures that are written as bytes."""
    found: list[Structure] = [
        cedt.CxlHostBridge(uid=b.uid, cxl_version=b.version, base=b.base, register_length=b.length)
        for b in spec.bridges
    ]
    found += [
        cedt.CxlFixedMemoryWindow(
            length=36 + 4 * len(window.targets),
            base_hpa=window.base,
            window_size=window.size,
            encoded_interleave_ways=ENCODED_WAYS[len(window.targets)],
            interleave_arithmetic=window.arithmetic,
            encoded_granularity=window.granularity,
            window_restrictions=cedt.WindowRestrictions(window.restrictions),
            qtg_id=window.qtg,
            targets=IntArray.of(window.targets, 4),
        )
        for window in spec.windows
    ]
    found += [
        cedt.CxlXorInterleaveMath(
            length=8 + 8 * len(item.bitmaps),
            encoded_granularity=item.granularity,
            bitmap_count=len(item.bitmaps),
            xor_bitmaps=IntArray.of(item.bitmaps, 8),
        )
        for item in spec.xor_maps
    ]
    found += [raw_cxl(data) for data in spec.other_cxl]
    return cedt.Cedt(structures=tuple(found), **header)
