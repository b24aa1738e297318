"""From tables, sizes and devices to a machine for QEMU, and the archive that gives it the tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, Literal

from acpitools.core.errors import InputError
from acpitools.core.ranges import AddrRange, subtract
from acpitools.core.units import GIB, MIB, format_size, round_up
from acpitools.core.value import value
from acpitools.image.initrd import OemIds, override_archive, with_oem
from acpitools.image.qemu import QemuDimm, QemuMachine, QemuNode, ram_ranges
from acpitools.tables.header import HEADER_SIZE
from acpitools.tables.registry import signature_of
from acpitools.tables.srat import MemoryAffinity, ProcessorLocalApicAffinity, ProcessorLocalX2apicAffinity, Srat

__all__ = ["HARNESS", "TOPOLOGY", "Device", "Plan", "Wanted", "plan_machine", "srat_cpus", "srat_ranges"]

HARNESS: Final = "console=ttyS0 earlyprintk=ttyS0,115200 panic=-1 loglevel=4"
"""What every boot has before its own command line."""

TOPOLOGY: Final = ("SRAT", "SLIT", "HMAT", "CEDT", "MSCT", "PPTT")
"""Tables that go into the machine; all others stay QEMU's, whose devices they describe."""

_QEMU_OEM: Final = OemIds(oem_id="BOCHS ", oem_table_id="BXPC    ", oem_revision=1)
_DEFAULT_RAM: Final = 2 * GIB
_MOST_RAM: Final = 1 << 40
_MOST_NODES: Final = 128  # QEMU: MAX_NODES
_MOST_CPUS: Final = 16
_ENABLED: Final = 1


@value
class Device:
    """A memory device of the actions; bytes."""

    name: str
    size: int
    pxm: int
    address: int | None = None
    at_boot: bool = False


@value
class Wanted:
    """What the user asked for; None where QEMU, or the tables, decide."""

    ram: int | None = None
    machine: Literal["q35", "pc"] | None = None
    cpus: int | None = None
    nodes: tuple[int, ...] = ()
    """Memory of QEMU's own nodes, bytes; 0 for a node without."""
    ram_map: tuple[AddrRange, ...] = ()
    """RAM of a memory map that was given."""
    cmdline: str = ""
    hypervisor: bool | None = None
    la57: bool | None = None
    devices: tuple[Device, ...] = ()
    extra: tuple[str, ...] = ()


@value
class Plan:
    """A machine, without kernel and initrd, and the override archive that comes first in its initrd."""

    machine: QemuMachine
    archive: bytes = b""
    tables: tuple[bytes, ...] = ()
    """As they are in the archive."""
    replaced: tuple[bytes, ...] = ()
    """Headers of QEMU's own tables that they replace."""
    notes: tuple[str, ...] = ()
    """What was decided, and where the machine is not what was asked for."""


def plan_machine(tables: Sequence[bytes], wanted: Wanted, *, srat: Srat | None = None) -> Plan:
    """Plan a machine.

    RAM: as asked for, else as much as makes the given memory map, else up to the end of the SRAT's last range, else
    2 GiB.  Raises InputError for a machine that QEMU cannot be.
    """
    notes: list[str] = []
    ram, kind = _ram(wanted, srat, notes)
    cpus = wanted.cpus or _cpus(srat, notes)
    nodes = _nodes(wanted, ram, cpus)
    replaced: tuple[bytes, ...] = ()
    if nodes:
        tables = [_replacing(table) for table in tables]
        # Of the tables in question QEMU makes a SRAT only, for the nodes have no distances.
        srats = [table for table in tables if signature_of(table) == "SRAT" and len(table) >= HEADER_SIZE]
        replaced = tuple(with_oem(table[:HEADER_SIZE], _QEMU_OEM) for table in srats[:1])
    machine = QemuMachine(
        ram=ram,
        cpus=cpus,
        machine=kind,
        cpu="max" + (",-hypervisor" if wanted.hypervisor is False else "") + (",-la57" if wanted.la57 is False else ""),
        nodes=nodes,
        cmdline=f"{HARNESS} {wanted.cmdline}".strip(),
        extra=wanted.extra,
    )
    machine = _with_devices(machine, wanted.devices)
    archive = override_archive(tables) if tables else b""
    return Plan(machine=machine, archive=archive, tables=tuple(tables), replaced=replaced, notes=tuple(notes))


def srat_ranges(srat: Srat) -> tuple[AddrRange, ...]:
    """Give the enabled memory ranges of a SRAT that hold anything, in table order."""
    return tuple(
        AddrRange(item.base_address, item.base_address + item.range_length)
        for item in srat.structures
        if isinstance(item, MemoryAffinity) and item.flags & _ENABLED and item.range_length
    )


def srat_cpus(srat: Srat) -> int:
    """Give the number of enabled processors of a SRAT, each APIC id once."""
    ids = set()
    for item in srat.structures:
        if isinstance(item, ProcessorLocalApicAffinity) and item.flags & _ENABLED:
            ids.add(item.apic_id)
        elif isinstance(item, ProcessorLocalX2apicAffinity) and item.flags & _ENABLED:
            ids.add(item.x2apic_id)
    return len(ids)


def _cpus(srat: Srat | None, notes: list[str]) -> int:
    count = srat_cpus(srat) if srat is not None else 0
    if count > _MOST_CPUS:
        notes.append(f"{_MOST_CPUS} CPUs of the SRAT's {count}; --cpus asks for more")
    return min(count, _MOST_CPUS) or 2


# --- RAM -------------------------------------------------------------------------------------------------------------


def _ram(wanted: Wanted, srat: Srat | None, notes: list[str]) -> tuple[int, Literal["q35", "pc"]]:
    ranges = wanted.ram_map or (srat_ranges(srat) if srat is not None else ())
    kind = wanted.machine or _kind(ranges)
    if wanted.ram is not None or wanted.nodes:
        ram = wanted.ram if wanted.ram is not None else sum(wanted.nodes)
    elif ranges:
        ram = _ram_for(ranges, kind)
        source = "the memory map" if wanted.ram_map else "the SRAT's ranges"
        notes.append(f"{format_size(ram)} of RAM, for {source}; --ram asks for another size")
    else:
        ram = _DEFAULT_RAM
        notes.append(f"{format_size(ram)} of RAM; --ram asks for another size")
    if ram > _MOST_RAM:
        raise InputError("no such machine", f"{format_size(ram)} of RAM", "more than 1 TiB; give a smaller --ram")
    if wanted.ram_map:
        notes += _elsewhere(wanted.ram_map, ram_ranges(ram, machine=kind))
    return ram, kind


def _elsewhere(given: Sequence[AddrRange], has: Sequence[AddrRange]) -> list[str]:
    # What the machine cannot have as it was asked for; firmware keeps some pages at the ends of RAM for itself.
    lacking = sum(piece.size for piece in subtract(given, has))
    more = sum(piece.size for piece in subtract(has, given))
    parts = [f"{format_size(lacking)} of its RAM are missing"] if lacking > MIB else []
    parts += [f"{format_size(more)} more are RAM (memmap=SIZE$START in --cmdline makes holes)"] if more > MIB else []
    return [f"QEMU cannot make the given memory map: {' and '.join(parts)}"] if parts else []


def _low_end(ranges: Iterable[AddrRange]) -> int:
    return max((min(span.end, 4 * GIB) for span in ranges if span.start < 4 * GIB), default=0)


def _kind(ranges: Sequence[AddrRange]) -> Literal["q35", "pc"]:
    # With RAM above 4 GiB a q35 has 2 GiB below, a pc 3 GiB: the one that is nearer.
    high = any(span.end > 4 * GIB for span in ranges)
    low = max((span.end for span in ranges if span.end < 4 * GIB), default=0)
    return "pc" if low > 2 * GIB + 512 * MIB and (high or low >= 2816 * MIB) else "q35"


def _ram_for(ranges: Sequence[AddrRange], kind: Literal["q35", "pc"]) -> int:
    # The size with which QEMU's RAM ends where the ranges do.
    end = max(span.end for span in ranges)
    if end <= 4 * GIB:
        low = round_up(_low_end(ranges), MIB)
        return min(low, (2816 if kind == "q35" else 3584) * MIB - MIB)
    below = 2 * GIB if kind == "q35" else 3 * GIB
    return round_up(end - 4 * GIB, MIB) + below


# --- nodes and devices -------------------------------------------------------------------------------------------


def _nodes(wanted: Wanted, ram: int, cpus: int) -> tuple[QemuNode, ...]:
    highest = max((device.pxm for device in wanted.devices), default=0)
    if highest >= _MOST_NODES:
        raise InputError("no such machine", f"pxm {highest}", f"QEMU has at most {_MOST_NODES} nodes")
    if wanted.nodes:
        memory = [*wanted.nodes, *[0] * (highest + 1 - len(wanted.nodes))]
        with_cpus = len(wanted.nodes)
    elif highest or wanted.devices:
        memory, with_cpus = [ram, *[0] * highest], 1
    else:
        return ()
    shares: list[list[int]] = [[] for _ in memory]
    for cpu in range(cpus):
        shares[cpu * with_cpus // cpus].append(cpu)
    return tuple(QemuNode(memory=size, cpus=tuple(share)) for size, share in zip(memory, shares, strict=True))


def _replacing(table: bytes) -> bytes:
    if signature_of(table) != "SRAT" or len(table) < HEADER_SIZE:
        return table
    return with_oem(table, replace(_QEMU_OEM, oem_revision=OemIds.of(table).oem_revision).above(_QEMU_OEM))


def _with_devices(machine: QemuMachine, devices: Sequence[Device]) -> QemuMachine:
    if not devices:
        return machine
    base = round_up(max(4 * GIB, ram_ranges(machine.ram, machine=machine.machine)[-1].end), GIB)
    window = sum(round_up(device.size, GIB) + GIB for device in devices)
    reach = max((d.address + d.size - base for d in devices if d.address is not None), default=0)
    return replace(
        machine,
        slots=len(devices),
        most_ram=machine.ram + round_up(max(window, reach), GIB),
        dimms=tuple(
            QemuDimm(name=device.name, size=device.size, node=device.pxm, address=device.address)
            for device in devices
            if device.at_boot
        ),
    )
