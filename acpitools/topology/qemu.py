"""A described machine as one for QEMU: the same RAM at the same addresses, the same processors, the same slots.

What QEMU cannot do by itself the kernel's command line does (``memmap=``: RAM that is not there); what nobody can is
a note.  QEMU: hw/i386/pc_q35.c, pc_piix.c, pc.c, x86-common.c; Kernel: arch/x86/kernel/e820.c:parse_memmap_one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from acpitools.core.errors import InputError, TopologyError
from acpitools.core.firmware_map import E820Type
from acpitools.core.ranges import AddrRange, coalesce, intersect, subtract, total
from acpitools.core.units import GIB, KIB, round_up
from acpitools.image.initrd import OemIds, with_oem
from acpitools.image.qemu import QemuDimm, QemuMachine, QemuNode, ram_ranges
from acpitools.tables.table_set import LoadedTable
from acpitools.topology.memory_map import FIRMWARE_SIZE
from acpitools.topology.place import FOUR_GIB, LEGACY_HOLE
from acpitools.topology.read_processors import LAST_XAPIC_ID, by_topology
from acpitools.topology.spec import Processor, ProcessorState, Spec

__all__ = ["QEMU_OEM", "QemuPlan", "for_qemu", "plan_qemu"]

QEMU_OEM = OemIds(oem_id="BOCHS ", oem_table_id="BXPC    ", oem_revision=2)
"""Ids of QEMU's own tables, and a revision above theirs."""
_EBDA = 0x9FC00
_MAX_PIECES = 100  # of memmap= options; a command line has 2048 bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class QemuPlan:
    """How to boot a machine in QEMU."""

    machine: QemuMachine
    """Without kernel, initrd and command line."""
    cmdline: tuple[str, ...]
    """Kernel options that take away what QEMU gives too much."""
    without: frozenset[str]
    """Tables that must stay QEMU's own."""
    notes: tuple[str, ...]
    """In what the machine will differ."""


def plan_qemu(spec: Spec) -> QemuPlan:
    """Give the machine for QEMU.  Raises TopologyError where the RAM cannot be had at its addresses."""
    notes: list[str] = []
    usable = coalesce((e.start, e.end) for e in spec.memory_map if e.type == E820Type.RAM)
    kinds = {
        kind: coalesce((m.base, m.end) for m in spec.memory if m.map_type == kind)
        for kind in (E820Type.PMEM, E820Type.SOFT_RESERVED)
    }
    wanted = coalesce([*usable, *(r for ranges in kinds.values() for r in ranges)])
    name, ram, low = _ram(spec, wanted)
    given = [AddrRange(0, low), AddrRange(FOUR_GIB, FOUR_GIB + ram - low)]
    own = subtract(given, [AddrRange(_EBDA, LEGACY_HOLE.end), AddrRange(low - FIRMWARE_SIZE, low)])
    if missing := total(subtract(usable, own)):
        notes.append(f"{missing >> 10} KiB of RAM are the firmware's: QEMU's keeps what lies at the end of low RAM")
    options = _taken_away(own, usable, kinds)
    machine, without = _processors(spec, notes)
    machine = replace(machine, ram=ram, machine=name)
    if low < min(ram, total(ram_ranges(ram, machine=name)[:1])):
        machine = replace(machine, extra=("-machine", f"max-ram-below-4g={low}"))
    machine = _with_slots(spec, machine, FOUR_GIB + ram - low, notes)
    if any(slots.namespace for slots in spec.dimms):
        without.add("SSDT")
        notes.append("QEMU has memory devices of its own: the SSDT with those of the description stays out")
    if spec.windows:
        notes.append("QEMU has no CXL devices here: the windows are empty")
    return QemuPlan(machine=machine, cmdline=options, without=frozenset(without), notes=tuple(notes))


def _ram(spec: Spec, wanted: Sequence[AddrRange]) -> tuple[Literal["q35", "pc"], int, int]:
    if not wanted or not intersect(wanted, [AddrRange(0, _EBDA)]):
        raise TopologyError("QEMU cannot boot this", "domains", "there is no RAM at address 0")
    below = max((r.end for r in wanted if r.start < FOUR_GIB), default=0)
    above = max((r.end for r in wanted if r.end > FOUR_GIB), default=FOUR_GIB)
    names: tuple[Literal["q35", "pc"], ...] = ("q35", "pc") if spec.machine == "none" else (_machine(spec.machine),)
    low = min(below, FOUR_GIB)
    for slack in (FIRMWARE_SIZE, 0):
        # The firmware's own memory at the end of low RAM is not in the map as RAM.
        low = min(round_up(below + slack, GIB // 1024), FOUR_GIB)
        for name in names:
            ram = low + above - FOUR_GIB
            try:
                first = ram_ranges(ram, machine=name)[0]
            except InputError as error:
                raise TopologyError("QEMU cannot boot this", "domains", f"{error.where}: {error.why}") from error
            if low <= first.end:
                return name, ram, low
    limit = " or ".join(f"{ram_ranges(64 * GIB, machine=name)[0].end:#x} on {name}" for name in names)
    why = f"RAM below 4 GiB ends at {low:#x}; with RAM above, QEMU ends it at {limit} at most"
    raise TopologyError("QEMU cannot boot this", "memory.low", why)


def _machine(name: str) -> Literal["q35", "pc"]:
    return "pc" if name == "pc" else "q35"


def _taken_away(
    own: Sequence[AddrRange], usable: Sequence[AddrRange], kinds: dict[E820Type, list[AddrRange]]
) -> tuple[str, ...]:
    options: list[str] = []
    rest = subtract(own, usable)
    for kind, ranges in kinds.items():
        here = intersect(rest, ranges)
        mark = "!{start:#x}" if kind == E820Type.PMEM else f"%{{start:#x}}-1+{int(E820Type.SOFT_RESERVED):#x}"
        options += [f"memmap={r.size:#x}" + mark.format(start=r.start) for r in here]
        rest = subtract(rest, ranges)
    # Less than a page at the EBDA is nobody's RAM anyway.
    options += [f"memmap={r.size:#x}${r.start:#x}" for r in rest if r.size >= 4 * KIB]
    if len(options) > _MAX_PIECES:
        why = f"{len(options)} pieces of RAM would have to be taken away by memmap=; at most {_MAX_PIECES} fit"
        raise TopologyError("QEMU cannot boot this", "memory", why)
    return tuple(options)


def _processors(spec: Spec, notes: list[str]) -> tuple[QemuMachine, set[str]]:
    # Gives a machine whose RAM is still to be told, and the tables that cannot be replaced.
    there = [p for p in spec.processors if p.state is ProcessorState.ENABLED]
    known = [p for p in spec.processors if p.state in (ProcessorState.ENABLED, ProcessorState.ABSENT)]
    if not there:
        notes.append("no processor is there; QEMU boots with one")
        return QemuMachine(ram=0), {"APIC"}
    shape = _shape(known)
    cores = shape[1] * shape[2]
    ids = by_topology((shape[0], 1, cores, shape[3]))
    regular = len(known) == shape[0] * shape[1] * shape[2] * shape[3] and known[: len(there)] == there
    if regular and [p.apic_id for p in known] == ids and max(ids) <= LAST_XAPIC_ID:
        most = len(known) if len(known) > len(there) else None
        return QemuMachine(
            ram=0, cpus=len(there), sockets=shape[0], cores=cores, threads=shape[3], most_cpus=most
        ), set()
    if max(p.apic_id for p in known) > LAST_XAPIC_ID:
        why = f"there are APIC ids above {LAST_XAPIC_ID}, for which QEMU needs an accelerator with x2APIC"
    elif not regular:
        why = "QEMU's processors fill whole sockets, the absent ones last"
    else:
        why = "QEMU numbers them by socket, core and thread"
    notes.append(f"processors: {why}; QEMU's own MADT stays, and its processors are in the domains that the SRAT says")
    return QemuMachine(ram=0, cpus=min(len(there), LAST_XAPIC_ID + 1)), {"APIC"}


def _shape(processors: Sequence[Processor]) -> tuple[int, int, int, int]:
    return (
        1 + max(p.package for p in processors),
        1 + max(p.die for p in processors),
        1 + max(p.core for p in processors),
        1 + max(p.thread for p in processors),
    )


def _with_slots(spec: Spec, machine: QemuMachine, ram_end: int, notes: list[str]) -> QemuMachine:
    if not spec.dimms:
        return machine
    window = round_up(max(ram_end, FOUR_GIB), GIB)
    if spec.dimms[0].base != window:
        notes.append(f"QEMU's window for memory devices begins at {window:#x}, not at {spec.dimms[0].base:#x}")
    more = max(d.base + d.slots * d.size for d in spec.dimms) - spec.dimms[0].base
    slots = sum(d.slots for d in spec.dimms)
    nodes = _nodes(spec, machine, notes) if any(d.domain for d in spec.dimms) else ()
    dimms = tuple(
        QemuDimm(
            name=f"dimm{index}.{number}",
            size=slots_.size,
            node=slots_.domain if nodes else 0,
            address=slots_.base + number * slots_.size,
        )
        for index, slots_ in enumerate(spec.dimms)
        for number in range(slots_.plugged)
    )
    return replace(machine, most_ram=machine.ram + more, slots=slots, nodes=nodes, dimms=dimms)


def _nodes(spec: Spec, machine: QemuMachine, notes: list[str]) -> tuple[QemuNode, ...]:
    # QEMU's DSDT gives a device the _PXM of its node, so QEMU has to know the nodes too.
    ram = {
        domain: coalesce((m.base, m.end) for m in spec.memory if m.domain == domain and m.map_type == E820Type.RAM)
        for domain in spec.domains
    }
    sizes = {domain: total(ranges) for domain, ranges in ram.items()}
    first = next((domain for domain, ranges in ram.items() if ranges and ranges[0].start == 0), None)
    if first is not None:
        sizes[first] += LEGACY_HOLE.size if LEGACY_HOLE.start in {r.end for r in ram[first]} else 0
    known = [p for p in spec.processors if p.state in (ProcessorState.ENABLED, ProcessorState.ABSENT)]
    if sorted(spec.domains) != list(range(len(spec.domains))) or sum(sizes.values()) != machine.ram:
        notes.append("domains are not numbered from 0 on, or RAM has holes: QEMU's slots all belong to domain 0")
        return ()
    return tuple(
        QemuNode(memory=sizes[domain], cpus=tuple(i for i, p in enumerate(known) if p.domain == domain))
        for domain in sorted(spec.domains)
    )


def for_qemu(tables: Sequence[LoadedTable], plan: QemuPlan) -> list[bytes]:
    """Give the tables with QEMU's OEM ids, so that they replace QEMU's own; those that must stay QEMU's left out."""
    return [
        with_oem(table.data, replace(QEMU_OEM, oem_revision=max(2, OemIds.of(table.data).oem_revision)))
        for table in tables
        if table.signature not in plan.without and len(table.data) >= 36
    ]
