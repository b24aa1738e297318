"""The machine for QEMU has the same RAM at the same addresses; what cannot be is an error or a note."""

from __future__ import annotations

import pytest

from acpitools.codec.checksum import checksum_ok
from acpitools.core.errors import TopologyError
from acpitools.core.units import GIB, MIB
from acpitools.topology.build import build
from acpitools.topology.qemu import for_qemu, plan_qemu
from tests.topology.machines import EVERYTHING, spec_of, tables_of


def test_ram_and_processors_are_those_of_the_description() -> None:
    plan = plan_qemu(spec_of('[processors]\nsockets = 2\ndies = 2\ncores = 2\n[[domains]]\nmemory = "5G"'))
    machine = plan.machine
    assert (machine.ram, machine.machine, plan.cmdline, plan.notes) == (5 * GIB, "q35", (), ())
    assert (machine.cpus, machine.sockets, machine.cores, machine.threads) == (8, 2, 4, 1)
    assert plan.without == frozenset()


def test_less_low_memory_is_asked_of_the_machine() -> None:
    plan = plan_qemu(spec_of('[memory]\nlow = "1G"\n[[domains]]\nmemory = "5G"'))
    assert plan.machine.extra == ("-machine", "max-ram-below-4g=1073741824")
    assert plan.machine.ram == 5 * GIB


def test_holes_are_taken_away_by_the_kernel() -> None:
    text = '[memory]\nlow = "2G"\n[[domains]]\nmemory = ["2G", { base = "5G", size = "1G" }]'
    plan = plan_qemu(spec_of(text))
    assert plan.machine.ram == 4 * GIB
    assert plan.cmdline == ("memmap=0x40000000$0x100000000",)


def test_persistent_and_soft_reserved_memory_is_marked() -> None:
    text = '[[domains]]\nmemory = ["4G", { size = "1G", nonvolatile = true }, { size = "1G", specific_purpose = true }]'
    plan = plan_qemu(spec_of(text))
    assert plan.machine.ram == 6 * GIB
    assert plan.cmdline == ("memmap=0x40000000!0x180000000", "memmap=0x40000000%0x1c0000000-1+0xefffffff")


def test_slots_of_other_domains_need_nodes() -> None:
    domains = '[[domains]]\nmemory = "2G"\n' * 2
    text = f"[processors]\nsockets = 2\n{domains}[[dimms]]\ndomain = 1\nslots = 3\nplugged = 1"
    machine = plan_qemu(spec_of(text)).machine
    assert (machine.slots, machine.most_ram) == (3, 7 * GIB)
    assert [(node.memory, node.cpus) for node in machine.nodes] == [(2 * GIB, (0,)), (2 * GIB, (1,))]
    assert [(d.node, d.size, d.address) for d in machine.dimms] == [(1, GIB, 6 * GIB)]


def test_absent_processors_can_be_plugged_in() -> None:
    machine = plan_qemu(spec_of('[processors]\nsockets = 2\nabsent_sockets = 1\n[[domains]]\nmemory = "2G"')).machine
    assert (machine.cpus, machine.most_cpus, machine.sockets) == (1, 2, 2)


@pytest.mark.parametrize(
    ("processors", "why"),
    [
        ("cores = 2\nfirst_apic_id = 4", "QEMU numbers them by socket, core and thread"),
        ("cores = 2\nfirst_apic_id = 300", "APIC ids above 254"),
        ("sockets = 3\nabsent_apic_ids = [0]", "the absent ones last"),
    ],
)
def test_the_madt_stays_qemus_where_processors_differ(processors: str, why: str) -> None:
    plan = plan_qemu(spec_of(f'[processors]\n{processors}\n[[domains]]\nmemory = "2G"'))
    assert plan.without == {"APIC"}
    assert why in plan.notes[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[memory]\nlow = "3G"\n[[domains]]\nmemory = "8G"', "QEMU ends it at 0x80000000 on q35 at most"),
        ('[memory]\nlow = "0"\n[[domains]]\nmemory = "8G"', "no RAM at address 0"),
        ('[[domains]]\nmemory = "1100G"', "they have to end below"),
    ],
)
def test_ram_that_qemu_cannot_have_is_an_error(text: str, why: str) -> None:
    with pytest.raises(TopologyError, match=why):
        plan_qemu(spec_of(text))


def test_tables_replace_those_of_qemu() -> None:
    plan = plan_qemu(spec_of(EVERYTHING))
    tables = for_qemu(build(spec_of(EVERYTHING)).tables, plan)
    assert all(data[10:24] == b"BOCHS BXPC    " and checksum_ok(data) for data in tables)
    assert all(int.from_bytes(data[24:28], "little") > 1 for data in tables)


def test_a_wrong_checksum_stays_wrong() -> None:
    plan = plan_qemu(spec_of(EVERYTHING))
    tables = for_qemu(tables_of(EVERYTHING, "checksum").tables, plan)
    assert [data[:4] for data in tables if not checksum_ok(data)] == [b"SRAT"]


def test_firmware_memory_at_the_end_of_low_ram_is_qemus() -> None:
    text = '[memory]\nfirmware = 0\n[[domains]]\nmemory = "4G"'
    assert plan_qemu(spec_of(text)).notes == (
        "128 KiB of RAM are the firmware's: QEMU's keeps what lies at the end of low RAM",
    )
    assert plan_qemu(spec_of(text)).machine.ram == 4096 * MIB
