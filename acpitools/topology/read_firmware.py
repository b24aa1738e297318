"""``[oem]``, ``[tables]``, ``[interrupts]``, ``[msct]``, ``[[initiators]]`` and ``[[ports]]``."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence

from acpitools.core.toml import Section
from acpitools.tables.madt_common import IntiFlags
from acpitools.topology.spec import (
    Capacity,
    Device,
    DimmSlots,
    Interrupts,
    IoApicSpec,
    IrqOverride,
    MemoryRange,
    Msct,
    Oem,
    Processor,
    ProcessorState,
)

__all__ = [
    "MADE",
    "derive_msct",
    "handle_words",
    "read_device",
    "read_interrupts",
    "read_msct",
    "read_oem",
    "signatures",
]

MADE = ("APIC", "SRAT", "SLIT", "HMAT", "MSCT", "CEDT", "PPTT")
"""Tables that can be made, in the order in which they are."""
_NAMES = {"MADT": "APIC"}
_PCI = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{2}):([01][0-9a-fA-F])\.([0-7])$")
_TRIGGERS = {"conforming": 0, "edge": IntiFlags.EDGE, "level": IntiFlags.LEVEL}
_POLARITIES = {"conforming": 0, "high": IntiFlags.ACTIVE_HIGH, "low": IntiFlags.ACTIVE_LOW}
_USUAL_OVERRIDES = (
    IrqOverride(source=0, gsi=2),
    *(IrqOverride(source=irq, gsi=irq, flags=int(IntiFlags.ACTIVE_HIGH | IntiFlags.LEVEL)) for irq in (5, 9, 10, 11)),
)
"""The timer on input 2, and level-triggered PCI interrupts, as on QEMU's machines."""


def read_oem(section: Section, usual: Oem) -> Oem:
    """Read who the tables are from."""
    oem = Oem(
        id=section.text("id", usual.id, longest=6, any_byte=True),
        table_id=section.text("table_id", usual.table_id, longest=8, any_byte=True),
        revision=section.integer("revision", usual.revision),
        creator_id=section.text("creator_id", usual.creator_id, longest=4, any_byte=True),
        creator_revision=section.integer("creator_revision", usual.creator_revision),
    )
    section.done()
    return oem


def signatures(section: Section, key: str) -> tuple[str, ...] | None:
    """Read a list of tables: signatures, or MADT; None where it is left out."""
    if key not in section:
        return None
    found = tuple(_NAMES.get(name.upper(), name.upper()) for name in section.words(key))
    for name in found:
        if name not in MADE:
            raise section.wrong(key, f"{name!r} cannot be made; there are MADT, {', '.join(MADE[1:])}")
    return tuple(name for name in MADE if name in found)


def read_interrupts(section: Section) -> Interrupts:
    """Read the I/O APICs and what else the MADT has; left out: those of a PC."""
    chips = tuple(_io_apic(item, index) for index, item in enumerate(section.sections("io_apics")))
    if "io_apics" not in section:
        chips = (IoApicSpec(id=0, address=0xFEC00000, gsi_base=0),)
    wired = tuple(_override(item) for item in section.sections("overrides"))
    lint = section.integer("nmi_lint", 1, least=-1, most=255)
    found = Interrupts(
        local_apic_address=section.integer("local_apic_address", 0xFEE00000),
        pcat_compat=section.flag("pcat_compat", True),
        io_apics=chips,
        overrides=wired if "overrides" in section else _USUAL_OVERRIDES,
        nmi_lint=None if lint < 0 else lint,
        other=section.hexadecimal("other"),
    )
    section.done()
    return found


def _io_apic(item: Section, index: int) -> IoApicSpec:
    found = IoApicSpec(
        id=item.integer("id", index, most=255),
        address=item.integer("address", 0xFEC00000 + 0x1000 * index),
        gsi_base=item.integer("gsi_base", 24 * index),
    )
    item.done()
    return found


def _override(item: Section) -> IrqOverride:
    source = item.integer("source", 0, most=255)
    flags = item.optional_integer("flags", most=0xFFFF)
    if flags is None:
        trigger = _TRIGGERS[item.choice("trigger", "conforming", tuple(_TRIGGERS))]
        flags = trigger | _POLARITIES[item.choice("polarity", "conforming", tuple(_POLARITIES))]
    found = IrqOverride(source=source, gsi=item.integer("gsi", source), flags=int(flags))
    item.done()
    return found


def read_device(item: Section, *, port: bool) -> Device:
    """Read a generic initiator or port: ``pci = "0000:3b:00.0"``, or ``hid`` and ``uid``, or the whole handle."""
    handle = item.raw("handle")
    pci = item.text("pci", "")
    hid, uid = item.text("hid", "", longest=8), item.integer("uid", 0)
    is_pci = bool(pci) or item.flag("pci_handle", False)
    if handle is not None:
        found = item.text("handle", "")
        if not re.fullmatch(r"[0-9a-fA-F]{32}", found):
            raise item.wrong("handle", "expected 32 hexadecimal digits")
        data = bytes.fromhex(found)
    elif pci:
        match = _PCI.match(pci)
        if match is None:
            raise item.wrong("pci", f'{pci!r} is no PCI address such as "0000:3b:00.0"')
        segment, bus, device, function = (int(part, 16) for part in match.groups())
        data = struct.pack("<HBB12x", segment, bus, device << 3 | function)
    else:
        data = struct.pack("<8sI4x", hid.encode("ascii"), uid)
    if handle is None and not pci and not hid:
        raise item.wrong("pci", 'say which device it is: pci = "0000:3b:00.0", or hid = "ACPI0016" and uid = 0')
    found_device = Device(
        port=port,
        domain=item.integer("domain", 0),
        pci=is_pci,
        handle=data,
        architectural=item.flag("architectural", False),
        enabled=item.flag("enabled", True),
    )
    item.done()
    return found_device


def handle_words(device: Device) -> dict[str, str | int | bool]:
    """Give the words that ``read_device`` makes the same handle of."""
    if device.pci:
        segment, bus, function = struct.unpack_from("<HBB", device.handle)
        if not any(device.handle[4:]):
            return {"pci": f"{segment:04x}:{bus:02x}:{function >> 3:02x}.{function & 7}"}
    else:
        hid, uid = struct.unpack_from("<8sI", device.handle)
        name = hid.rstrip(b"\0")
        if (
            name
            and name.isascii()
            and name.decode("ascii").isprintable()
            and not any(device.handle[12:])
            and b"\0" not in name
        ):
            return {"hid": name.decode("ascii"), "uid": uid}
    return {"handle": device.handle.hex(), "pci_handle": device.pci}


def read_msct(section: Section, derived: Msct) -> Msct:
    """Read how far the machine can grow; what is left out follows from the machine."""
    capacities = tuple(_capacity(item) for item in section.sections("capacities"))
    found = Msct(
        maximum_domains=section.integer("maximum_domains", derived.maximum_domains, least=1),
        maximum_clock_domains=section.integer("maximum_clock_domains", derived.maximum_clock_domains, least=1),
        maximum_address=section.size("maximum_address", derived.maximum_address),
        capacities=capacities if "capacities" in section else derived.capacities,
    )
    section.done()
    return found


def _capacity(item: Section) -> Capacity:
    first = item.integer("first", 0)
    found = Capacity(
        first=first,
        last=item.integer("last", first, least=first),
        processors=item.integer("processors", 0),
        memory=item.size("memory", 0),
    )
    item.done()
    return found


def derive_msct(
    processors: Sequence[Processor],
    memory: Sequence[MemoryRange],
    dimms: Sequence[DimmSlots],
    domains: Sequence[int],
) -> Msct:
    """Give the largest extent of a machine: every domain from 0 on, neighbours that are alike in one range."""
    top = max(domains, default=0)
    cpus: dict[int, int] = {}
    for processor in processors:
        if processor.domain is not None and processor.state is not ProcessorState.DISABLED:
            cpus[processor.domain] = cpus.get(processor.domain, 0) + 1
    sizes: dict[int, int] = {}
    for item in memory:
        if item.enabled:
            sizes[item.domain] = sizes.get(item.domain, 0) + item.size
    for slots in dimms:
        sizes[slots.domain] = sizes.get(slots.domain, 0) + slots.slots * slots.size
    edges = sorted({0, *(d for d in domains), *(d + 1 for d in domains)} - {top + 1})
    capacities: list[Capacity] = []
    for start, end in zip(edges, [*edges[1:], top + 1], strict=True):
        alike = (cpus.get(start, 0), sizes.get(start, 0))
        if capacities and (capacities[-1].processors, capacities[-1].memory) == alike:
            capacities[-1] = Capacity(first=capacities[-1].first, last=end - 1, processors=alike[0], memory=alike[1])
        else:
            capacities.append(Capacity(first=start, last=end - 1, processors=alike[0], memory=alike[1]))
    ends = [*(m.end for m in memory), *(d.base + d.slots * d.size for d in dimms)]
    return Msct(
        maximum_domains=top + 1,
        maximum_clock_domains=max((p.clock_domain for p in processors), default=0) + 1,
        maximum_address=max(ends, default=1 << 32) - 1,
        capacities=tuple(capacities),
    )
