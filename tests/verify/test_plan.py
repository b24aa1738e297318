"""From tables and wishes to a machine: how much RAM, where, which nodes, and whose tables win."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.codec.checksum import seal
from acpitools.core.errors import InputError
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, MIB, memparse
from acpitools.dumps.e820 import read_memory_map
from acpitools.image.initrd import OemIds
from acpitools.image.inspection import Outcome, inspect_initrd
from acpitools.image.qemu import command_arguments, ram_ranges
from acpitools.tables.srat import MemoryAffinity, ProcessorLocalApicAffinity, Srat
from acpitools.verify.plan import HARNESS, Device, Wanted, plan_machine, srat_cpus, srat_ranges
from tests.records import record_paths, record_text
from tests.tables.make import SRAT, SRAT_BYTES


def srat(*ranges: tuple[int, int], cpus: int = 2) -> Srat:
    processors = tuple(ProcessorLocalApicAffinity(proximity_domain_low=0, apic_id=number) for number in range(cpus))
    memory = tuple(
        MemoryAffinity(proximity_domain=0, base_address=start, range_length=end - start) for start, end in ranges
    )
    return seal(Srat(structures=(*processors, *memory)))


def test_without_any_wish_it_is_a_plain_machine() -> None:
    plan = plan_machine([], Wanted(cmdline="nokaslr"))
    assert (plan.machine.ram, plan.machine.cpus, plan.machine.nodes, plan.archive) == (2 * GIB, 2, (), b"")
    assert plan.machine.cmdline == f"{HARNESS} nokaslr"
    assert plan.notes == ("2 GiB of RAM; --ram asks for another size",)


@pytest.mark.parametrize(
    ("ranges", "ram", "machine"),
    [
        (((0, GIB),), GIB, "q35"),
        (((0, 0xA0000), (MIB, 2 * GIB), (4 * GIB, 6 * GIB)), 4 * GIB, "q35"),
        (((0, 3 * GIB), (4 * GIB, 5 * GIB)), 4 * GIB, "pc"),
        (((0, 3 * GIB),), 3 * GIB, "pc"),
        (((4 * GIB, 5 * GIB), (0, 2 * GIB)), 3 * GIB, "q35"),
    ],
)
def test_ram_ends_where_the_srat_does(ranges: tuple[tuple[int, int], ...], ram: int, machine: str) -> None:
    plan = plan_machine([SRAT_BYTES], Wanted(), srat=srat(*ranges))
    assert (plan.machine.ram, plan.machine.machine) == (ram, machine)
    assert ram_ranges(ram, machine=plan.machine.machine)[-1].end == max(end for _, end in ranges)


def test_a_memory_map_that_qemu_does_not_make_is_told() -> None:
    def notes(*ranges: tuple[int, int]) -> list[str]:
        wanted = Wanted(ram_map=tuple(AddrRange(start, end) for start, end in ranges))
        return [note for note in plan_machine([], wanted).notes if "cannot make" in note]

    assert notes((0, 0x9FC00), (MIB, 0x7FFDF000), (4 * GIB, 5 * GIB)) == []
    hole = notes((0, 0x9FC00), (MIB, 0x40000000), (0x50000000, 0x7FFDF000), (4 * GIB, 5 * GIB))
    assert hole == [
        "QEMU cannot make the given memory map: 256.5 MiB more are RAM (memmap=SIZE$START in --cmdline makes holes)"
    ]
    (lost,) = notes((0, 2 * GIB), (3 * GIB, 3 * GIB + 512 * MIB), (4 * GIB, 5 * GIB))
    assert "512 MiB of its RAM are missing" in lost


def test_ram_is_that_of_recorded_memory_maps() -> None:
    # The map that a recorded machine handed over leads back to the machine.
    for record in record_paths():
        scenario = json.loads(record_text(record, "scenario.json"))
        if scenario.get("firmware", "seabios") != "seabios" or not str(scenario["ram"])[:-1].isdigit():
            continue
        e820 = read_memory_map(record_text(record, "dmesg.txt")).e820
        ram = tuple(AddrRange(entry.start, entry.end) for entry in e820 if entry.type == 1)
        machine = plan_machine([], Wanted(ram_map=ram)).machine
        assert machine.ram == memparse(scenario["ram"])[0], record.name
        assert ram[-1].end <= 4 * GIB or machine.machine == scenario.get("machine", "q35"), record.name


def test_wishes_come_first() -> None:
    wanted = Wanted(ram=GIB, cpus=3, machine="pc", hypervisor=False, la57=False, extra=("-snapshot",))
    machine = plan_machine([SRAT_BYTES], wanted, srat=SRAT).machine
    assert (machine.ram, machine.cpus, machine.machine) == (GIB, 3, "pc")
    assert (machine.cpu, machine.extra) == ("max,-hypervisor,-la57", ("-snapshot",))


def test_what_a_srat_says() -> None:
    assert srat_ranges(srat((0, GIB), (GIB, GIB))) == (AddrRange(0, GIB),)
    assert srat_cpus(srat((0, GIB), cpus=5)) == 5
    assert plan_machine([SRAT_BYTES], Wanted(), srat=srat((0, GIB), cpus=40)).machine.cpus == 16


def test_devices_get_slots_nodes_and_room() -> None:
    devices = (Device(name="a", size=GIB, pxm=2), Device(name="b", size=512 * MIB, pxm=0, at_boot=True))
    machine = plan_machine([], Wanted(ram=2 * GIB, cpus=2, devices=devices)).machine
    assert [(node.memory, node.cpus) for node in machine.nodes] == [(2 * GIB, (0, 1)), (0, ()), (0, ())]
    assert machine.slots == 2
    assert machine.most_ram is not None
    assert machine.most_ram >= 2 * GIB + GIB + 512 * MIB
    assert [dimm.name for dimm in machine.dimms] == ["b"]
    assert command_arguments(machine)


def test_a_device_far_up_is_within_reach() -> None:
    machine = plan_machine([], Wanted(ram=GIB, devices=(Device(name="a", size=GIB, pxm=0, address=64 * GIB),))).machine
    assert machine.most_ram is not None
    assert machine.most_ram >= GIB + (64 + 1 - 4) * GIB


def test_nodes_share_the_cpus() -> None:
    machine = plan_machine([], Wanted(nodes=(GIB, 0, 2 * GIB), cpus=4)).machine
    assert machine.ram == 3 * GIB
    assert [node.cpus for node in machine.nodes] == [(0, 1), (2,), (3,)]


def test_our_srat_replaces_the_one_that_qemu_makes() -> None:
    plan = plan_machine([SRAT_BYTES], Wanted(ram=2 * GIB, devices=(Device(name="a", size=GIB, pxm=1),)), srat=SRAT)
    assert OemIds.of(plan.tables[0]) == OemIds(oem_id="BOCHS ", oem_table_id="BXPC    ", oem_revision=2)
    (table,) = inspect_initrd(plan.archive, release="6.12", platform=plan.replaced).tables
    assert table.verdict.outcome is Outcome.OVERRIDE


def test_without_nodes_tables_stay_as_they_are() -> None:
    plan = plan_machine([SRAT_BYTES], Wanted(), srat=SRAT)
    assert (plan.tables, plan.replaced) == ((SRAT_BYTES,), ())


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(ram=2 << 40),
        Wanted(devices=(Device(name="a", size=GIB, pxm=128),)),
        Wanted(ram_map=(AddrRange(0, 1 << 60),)),
    ],
)
def test_what_qemu_cannot_be_is_refused(wanted: Wanted) -> None:
    with pytest.raises(InputError):
        plan_machine([], wanted)


@given(
    st.lists(st.tuples(st.integers(0, 1 << 50), st.integers(1, 1 << 45)), max_size=6),
    st.integers(0, 4),
    st.lists(st.tuples(st.integers(1, 1 << 40), st.integers(0, 130)), max_size=3),
)
def test_any_wish_gives_a_command_or_an_error(
    ranges: list[tuple[int, int]], cpus: int, devices: list[tuple[int, int]]
) -> None:
    wanted = Wanted(
        ram_map=tuple(AddrRange(start, start + size) for start, size in ranges),
        cpus=cpus or None,
        devices=tuple(Device(name=f"d{n}", size=size, pxm=pxm) for n, (size, pxm) in enumerate(devices)),
    )
    try:
        arguments = command_arguments(plan_machine([], wanted).machine)
    except InputError:
        return
    assert arguments[0] == "qemu-system-x86_64"
