"""QEMU's command line: arguments, the shell's text, and where QEMU puts RAM."""

from __future__ import annotations

import json
import re
import shlex
from itertools import pairwise

import pytest

from acpitools.core.errors import InputError
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, MIB
from acpitools.dumps.e820 import read_memory_map
from acpitools.image.qemu import QemuDimm, QemuMachine, QemuNode, command_arguments, command_text, ram_ranges
from tests.records import record_paths, record_text


def following(arguments: tuple[str, ...], option: str) -> list[str]:
    return [after for before, after in pairwise(arguments) if before == option]


def test_a_plain_machine() -> None:
    arguments = command_arguments(QemuMachine(ram=2 * GIB, cpus=2, kernel="vmlinuz", initrd="i.img", cmdline="a b"))
    assert arguments[0] == "qemu-system-x86_64"
    assert following(arguments, "-m") == ["2G"]
    assert following(arguments, "-smp") == ["2"]
    assert following(arguments, "-machine") == ["q35,memory-backend=ram"]
    assert following(arguments, "-object") == ["memory-backend-ram,id=ram,size=2G,reserve=off"]
    assert (following(arguments, "-kernel"), following(arguments, "-append")) == (["vmlinuz"], ["a b"])


def test_nodes_slots_distances_and_devices() -> None:
    machine = QemuMachine(
        ram=3 * GIB,
        cpus=4,
        sockets=2,
        most_ram=8 * GIB,
        slots=4,
        machine="pc",
        nodes=(
            QemuNode(memory=GIB, cpus=(0, 1, 3), distances=(10, 21)),
            QemuNode(memory=2 * GIB, cpus=(2,), distances=(21, 10)),
            QemuNode(),
        ),
        dimms=(QemuDimm(name="dimm0", size=512 * MIB, node=1, address=0x180000000),),
        tables=("a,b.dat",),
    )
    arguments = command_arguments(machine)
    assert following(arguments, "-m") == ["3G,slots=4,maxmem=8G"]
    assert following(arguments, "-smp") == ["4,sockets=2"]
    assert following(arguments, "-numa") == [
        "node,nodeid=0,memdev=ram0,cpus=0-1,cpus=3",
        "node,nodeid=1,memdev=ram1,cpus=2",
        "node,nodeid=2",
        "dist,src=0,dst=1,val=21",
        "dist,src=1,dst=0,val=21",
    ]
    assert following(arguments, "-device") == ["pc-dimm,id=dimm0,memdev=mem-dimm0,node=1,addr=0x180000000"]
    assert following(arguments, "-acpitable") == ["file=a,,b.dat"]


@pytest.mark.parametrize(
    "machine",
    [
        QemuMachine(ram=0),
        QemuMachine(ram=GIB + 1),
        QemuMachine(ram=GIB, cpus=0),
        QemuMachine(ram=GIB, nodes=(QemuNode(memory=MIB),)),
        QemuMachine(ram=GIB, most_ram=2 * GIB),
        QemuMachine(ram=2 * GIB, most_ram=GIB, slots=1),
        QemuMachine(ram=GIB, dimms=(QemuDimm(name="d", size=MIB),)),
    ],
)
def test_a_machine_that_cannot_be_is_refused(machine: QemuMachine) -> None:
    with pytest.raises(InputError):
        command_arguments(machine)


def test_the_text_is_for_a_shell() -> None:
    arguments = command_arguments(QemuMachine(ram=GIB, cmdline="console=ttyS0 a='b'", extra=("-nographic",)))
    text = command_text(arguments)
    assert tuple(shlex.split(text.replace("\\\n", " "))) == arguments
    assert text.splitlines()[-1].strip() == "-nographic"


def test_ram_is_where_recorded_boots_saw_it() -> None:
    # Scenario (RAM and machine type) against the map that the firmware handed over: the firmware may only take away.
    seen = set()
    for record in record_paths():
        scenario = json.loads(record_text(record, "scenario.json"))
        if scenario.get("firmware", "seabios") != "seabios":
            continue
        kind = scenario.get("machine", "q35")
        ranges = ram_ranges(number(scenario["ram"]), machine=kind)
        usable = [entry for entry in read_memory_map(record_text(record, "dmesg.txt")).e820 if entry.type == 1]
        assert [r for r in ranges if r.end > 4 * GIB] == [
            AddrRange(e.start, e.end) for e in usable if e.start >= 4 * GIB
        ]
        low = max(entry.end for entry in usable if entry.end <= 4 * GIB)
        assert ranges[0].end - MIB < low <= ranges[0].end
        seen.add(kind)
    assert "q35" in seen


def number(text: str | int) -> int:
    """Bytes of a scenario's size: ``5G``, ``2816M``, ``66G+128M``."""
    if isinstance(text, int):
        return text
    units = {"": 1, "K": 1 << 10, "M": MIB, "G": GIB}
    parts = re.findall(r"([+-]?)(\w+?)([KMG]?)(?=[+-]|$)", text)
    return sum((-1 if sign == "-" else 1) * int(digits, 0) * units[unit] for sign, digits, unit in parts)


def test_ram_that_would_reach_the_hole_below_a_tebibyte_is_refused() -> None:
    with pytest.raises(InputError):
        ram_ranges(1 << 40)
