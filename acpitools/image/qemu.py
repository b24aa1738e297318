"""QEMU's command line for a machine, and the memory map that QEMU's x86 machines give it.

QEMU: docs/system/i386, hw/i386/pc_q35.c and pc_piix.c (RAM below 4 GiB).
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from acpitools.core.errors import InputError
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, KIB, MIB
from acpitools.core.value import value

__all__ = [
    "PROGRAM",
    "QemuDimm",
    "QemuMachine",
    "QemuNode",
    "command_arguments",
    "command_text",
    "ram_ranges",
]

PROGRAM: Final = "qemu-system-x86_64"

_SPLIT: Final = {"q35": (2816 * MIB, 2 * GIB), "pc": (3584 * MIB, 3 * GIB)}
"""Machine type: from this much RAM on, this much of it lies below 4 GiB; less lies there wholly."""
_HYPERTRANSPORT: Final = 0xFD_0000_0000


@value
class QemuNode:
    """One NUMA node of QEMU's own SRAT; bytes."""

    memory: int = 0
    cpus: tuple[int, ...] = ()
    distances: tuple[int, ...] = ()
    """To each node, from 0; empty leaves QEMU's 10 and 20."""


@value
class QemuDimm:
    """A memory device that is there when the machine starts; bytes."""

    name: str
    size: int
    node: int = 0
    address: int | None = None


@value
class QemuMachine:
    """A machine for QEMU; sizes in bytes, file names as they should stand in the command."""

    ram: int
    cpus: int = 1
    sockets: int | None = None
    """With `cores` and `threads`: how the CPUs are told; None leaves it to QEMU."""
    cores: int | None = None
    threads: int | None = None
    most_cpus: int | None = None
    """CPUs that can be plugged in the end; None where there are no more than `cpus`."""
    most_ram: int | None = None
    """RAM with all memory devices plugged in; None where there are no slots."""
    slots: int = 0
    machine: Literal["q35", "pc"] = "q35"
    cpu: str = "max"
    accelerator: str = "tcg"
    nodes: tuple[QemuNode, ...] = ()
    """QEMU's own nodes; none where the tables of an override archive tell the topology."""
    dimms: tuple[QemuDimm, ...] = ()
    tables: tuple[str, ...] = ()
    """Files with tables that the firmware hands over beside its own (``-acpitable``)."""
    kernel: str | None = None
    initrd: str | None = None
    cmdline: str | None = None
    extra: tuple[str, ...] = ()
    """Further arguments, put last."""


def command_arguments(machine: QemuMachine, *, program: str = PROGRAM) -> tuple[str, ...]:
    """Give the program and its arguments; a console on stdout unless `extra` says otherwise is not among them.

    Memory is not touched before the guest does (``reserve=off``).  Raises InputError for a machine that cannot be.
    """
    _check(machine)
    return tuple(_arguments(machine, program))


def command_text(arguments: Sequence[str]) -> str:
    """Give a command for a shell, an option and its values on each line, with a line end."""
    lines: list[list[str]] = [[]]
    for argument in arguments:
        if argument.startswith("-") and lines[-1]:
            lines.append([])
        lines[-1].append(shlex.quote(argument))
    return " \\\n    ".join(" ".join(line) for line in lines) + "\n"


def ram_ranges(ram: int, *, machine: Literal["q35", "pc"] = "q35") -> tuple[AddrRange, ...]:
    """Give where QEMU puts RAM: from 0, and from 4 GiB on what does not fit below.

    The firmware takes pieces of it away (the BIOS area, the tables at the top of low memory).  Raises InputError for
    RAM that would reach 0xfd00000000: from there to 1 TiB AMD CPUs have a hole, and QEMU moves RAM away from it.
    """
    least, below = _SPLIT[machine]
    if ram < least:
        return (AddrRange(0, ram),)
    end = 4 * GIB + ram - below
    if end > _HYPERTRANSPORT:
        raise InputError("no such machine", f"{ram} bytes of RAM", f"they have to end below {_HYPERTRANSPORT:#x}")
    return (AddrRange(0, below), AddrRange(4 * GIB, end))


def _check(machine: QemuMachine) -> None:
    if machine.ram < MIB or machine.ram % (4 * KIB):
        raise InputError("no such machine", f"{machine.ram} bytes of RAM", "QEMU takes whole pages, from 1 MiB on")
    if machine.cpus < 1:
        raise InputError("no such machine", f"{machine.cpus} CPUs", "there has to be one")
    if machine.nodes and sum(node.memory for node in machine.nodes) != machine.ram:
        total = sum(node.memory for node in machine.nodes)
        raise InputError("no such machine", f"{total} bytes in its nodes", f"it has {machine.ram} bytes of RAM")
    if machine.most_ram is not None and (machine.most_ram < machine.ram or machine.slots < 1):
        why = "the largest size has to be above the RAM, with slots for what is plugged in"
        raise InputError("no such machine", f"{machine.most_ram} bytes at most, {machine.slots} slots", why)
    if machine.dimms and machine.most_ram is None:
        raise InputError("no such machine", "memory devices", "they need slots and a largest size")


def _arguments(machine: QemuMachine, program: str) -> Iterator[str]:
    yield from (program, "-accel", machine.accelerator, "-cpu", machine.cpu)
    yield from ("-smp", _smp(machine))
    memory = _size(machine.ram)
    if machine.most_ram is not None:
        memory += f",slots={machine.slots},maxmem={_size(machine.most_ram)}"
    yield from ("-m", memory)
    kind: str = machine.machine
    if machine.nodes:
        yield from _nodes(machine.nodes)
    else:
        yield from ("-object", f"memory-backend-ram,id=ram,size={_size(machine.ram)},reserve=off")
        kind += ",memory-backend=ram"
    yield from ("-machine", kind)
    for dimm in machine.dimms:
        yield from _dimm(dimm)
    for path in machine.tables:
        yield from ("-acpitable", f"file={_escaped(path)}")
    for option, given in (("-kernel", machine.kernel), ("-initrd", machine.initrd), ("-append", machine.cmdline)):
        if given is not None:
            yield from (option, given)
    yield from machine.extra


def _size(size: int) -> str:
    # QEMU's suffixes are binary; a byte count would also do, and nobody could read it.
    for unit, name in ((GIB, "G"), (MIB, "M")):
        if size % unit == 0:
            return f"{size // unit}{name}"
    return f"{size // KIB}K"


def _escaped(path: str) -> str:
    return path.replace(",", ",,")


def _smp(machine: QemuMachine) -> str:
    text = str(machine.cpus)
    given = (
        ("sockets", machine.sockets),
        ("cores", machine.cores),
        ("threads", machine.threads),
        ("maxcpus", machine.most_cpus),
    )
    return text + "".join(f",{name}={number}" for name, number in given if number is not None)


def _nodes(nodes: Sequence[QemuNode]) -> Iterator[str]:
    for number, node in enumerate(nodes):
        text = f"node,nodeid={number}"
        if node.memory:
            yield from ("-object", f"memory-backend-ram,id=ram{number},size={_size(node.memory)},reserve=off")
            text += f",memdev=ram{number}"
        yield from ("-numa", text + "".join(f",cpus={span}" for span in _spans(node.cpus)))
    for source, node in enumerate(nodes):
        for target, distance in enumerate(node.distances):
            if source != target:
                yield from ("-numa", f"dist,src={source},dst={target},val={distance}")


def _spans(numbers: Sequence[int]) -> Iterator[str]:
    start = last = None
    for number in sorted(numbers):
        if last is not None and start is not None and number != last + 1:
            yield f"{start}-{last}" if start != last else f"{start}"
            start = number
        start = number if start is None else start
        last = number
    if start is not None:
        yield f"{start}-{last}" if start != last else f"{start}"


def _dimm(dimm: QemuDimm) -> Iterator[str]:
    name = _escaped(dimm.name)
    yield from ("-object", f"memory-backend-ram,id=mem-{name},size={_size(dimm.size)},reserve=off")
    place = f",addr={dimm.address:#x}" if dimm.address is not None else ""
    yield from ("-device", f"pc-dimm,id={name},memdev=mem-{name},node={dimm.node}{place}")
