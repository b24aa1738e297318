"""Faults of the MADT.  Spec: ACPI 6.5, 5.2.12.  Kernel: arch/x86/kernel/acpi/boot.c."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from acpitools.codec.structures import Structure
from acpitools.tables.header import Table
from acpitools.tables.madt import Madt
from acpitools.tables.madt_common import LocalApicFlags
from acpitools.tables.madt_x86 import InterruptSourceOverride, IoApic, ProcessorLocalApic, ProcessorLocalX2apic
from acpitools.topology.faults.fault import Fault, changed, nothing, with_structures

__all__ = ["FAULTS"]

_Cpu = ProcessorLocalApic | ProcessorLocalX2apic
_FAR_GSI = 4000


def _all(madt: Madt, cls: Any, what: str, least: int = 1) -> list[int]:
    found = [index for index, item in enumerate(madt.structures) if isinstance(item, cls)]
    if len(found) < least:
        raise nothing(f"the MADT has fewer than {least} {what}")
    return found


def _replaced(madt: Madt, index: int, *others: Structure) -> Table:
    return with_structures(madt, [*madt.structures[:index], *others, *madt.structures[index + 1 :]])


def _last_cpu(change: Callable[[Any], Sequence[Structure]]) -> Callable[[Madt], Table]:
    def apply(madt: Madt) -> Table:
        index = _all(madt, _Cpu, "processors")[-1]
        return _replaced(madt, index, *change(madt.structures[index]))

    return apply


def _none_enabled(madt: Madt) -> Table:
    _all(madt, _Cpu, "processors")
    off = LocalApicFlags(0)
    return with_structures(madt, [changed(s, flags=off) if isinstance(s, _Cpu) else s for s in madt.structures])


def _same(fields: Sequence[str]) -> Callable[[Madt], Table]:
    def apply(madt: Madt) -> Table:
        cpus = _all(madt, _Cpu, "processors", 2)
        first, last = madt.structures[cpus[0]], madt.structures[cpus[-1]]
        if type(first) is not type(last):
            raise nothing("the first and the last processor have different kinds of structures")
        name = next(name for name in fields if hasattr(first, name))
        return _replaced(madt, cpus[-1], changed(last, **{name: getattr(first, name)}))

    return apply


def _as_x2apic(found: Any) -> Structure:
    if isinstance(found, ProcessorLocalX2apic):
        return found
    return ProcessorLocalX2apic(x2apic_id=found.apic_id, processor_uid=found.processor_uid, flags=found.flags)


def _apic_255(madt: Madt) -> Table:
    index = _all(madt, ProcessorLocalApic, "APIC structures")[-1]
    return _replaced(madt, index, changed(madt.structures[index], apic_id=255))


def _no_io_apic(madt: Madt) -> Table:
    _all(madt, IoApic, "I/O APICs")
    return with_structures(madt, [s for s in madt.structures if not isinstance(s, IoApic)])


def _io_apic_overlap(madt: Madt) -> Table:
    index = _all(madt, IoApic, "I/O APICs")[0]
    found = cast("IoApic", madt.structures[index])
    other = changed(found, io_apic_id=found.io_apic_id ^ 1, address=found.address + 0x1000, gsi_base=found.gsi_base + 8)
    return _replaced(madt, index, found, other)


def _override(change: Callable[[Any], Sequence[Structure]]) -> Callable[[Madt], Table]:
    def apply(madt: Madt) -> Table:
        index = _all(madt, InterruptSourceOverride, "interrupt overrides")[-1]
        return _replaced(madt, index, *change(madt.structures[index]))

    return apply


def _madt(name: str, text: str, function: Callable[[Madt], Table]) -> Fault:
    return Fault(name=f"madt-{name}", table="APIC", text=text, record=function)


FAULTS = (
    _madt("none-enabled", "no processor is enabled, that which boots neither", _none_enabled),
    _madt("apic-id-twice", "two processors have one APIC id", _same(("apic_id", "x2apic_id"))),
    _madt("uid-twice", "two processors have one UID", _same(("processor_uid",))),
    _madt("processor-missing", "the last processor is not listed", _last_cpu(lambda _: ())),
    _madt(
        "processor-disabled",
        "the last processor is neither enabled nor online capable",
        _last_cpu(lambda s: (changed(s, flags=LocalApicFlags(0)),)),
    ),
    _madt(
        "flags-both",
        "the last processor is enabled and online capable, which contradicts",
        _last_cpu(lambda s: (changed(s, flags=LocalApicFlags(3)),)),
    ),
    _madt(
        "x2apic-small",
        "an x2APIC structure for the last processor, whatever its id",
        _last_cpu(lambda s: (_as_x2apic(s),)),
    ),
    _madt(
        "both-kinds", "the last processor has an APIC and an x2APIC structure", _last_cpu(lambda s: (s, _as_x2apic(s)))
    ),
    _madt("apic-id-255", "the last APIC structure has id 255, which stands for all", _apic_255),
    _madt("no-io-apic", "no I/O APIC", _no_io_apic),
    _madt("io-apic-overlap", "two I/O APICs serve the same interrupts", _io_apic_overlap),
    _madt(
        "override-twice",
        "two overrides of one interrupt that contradict",
        _override(lambda s: (s, changed(s, gsi=s.gsi ^ 1))),
    ),
    _madt("override-bus", "an override of a bus that is not ISA", _override(lambda s: (changed(s, bus=3),))),
    _madt(
        "override-far",
        "an override to an interrupt that no I/O APIC has",
        _override(lambda s: (changed(s, gsi=_FAR_GSI),)),
    ),
)
