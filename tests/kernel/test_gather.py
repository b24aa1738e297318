"""Inputs: options first, then the log, then the tables, then a stated assumption."""

from __future__ import annotations

import pytest

from acpitools.core.boot_log import BootLog, LoggedMemory, LoggedTable
from acpitools.core.errors import BootInputError, UnknownKernelError
from acpitools.core.firmware_map import E820Entry
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, MIB
from acpitools.kernel.gather import Firmware, Given, gather
from acpitools.kernel.inputs import BootInputs, TableInMemory
from tests.kernel.machines import E820, LOW, srat

LOG = BootLog(
    release="6.1.0-56-amd64",
    command_line="movable_node",
    e820=E820,
    ramdisk=AddrRange(GIB, GIB + MIB),
    cpus=2,
    hypervisor=True,
    la57=True,
    tables=(
        LoggedTable(signature="FACP", address=0x7FFE0000, length=244),
        LoggedTable(signature="RSDP", address=1, length=20),
    ),
)


def told(inputs: BootInputs) -> set[str]:
    """Give what was assumed."""
    return {item.what for item in inputs.assumed}


def test_a_log_tells_everything_that_it_holds() -> None:
    inputs, policy = gather(Firmware(), Given(), LOG)
    assert (inputs.release, policy.release, inputs.cmdline) == ("6.1.0-56-amd64", "6.1", "movable_node")
    assert inputs.initrd == AddrRange(GIB, GIB + MIB)
    assert inputs.acpi_tables == (TableInMemory("FACP", 0x7FFE0000, 244),)
    assert (inputs.la57, inputs.hypervisor, len(inputs.apic_ids)) == (True, True, 2)
    assert told(inputs) == set()


def test_options_win_over_the_log() -> None:
    given = Given(
        cmdline="nokaslr", kernel="6.12", initrd=AddrRange(0x1000, 0x2000), cpus=4, la57=False, hypervisor=False
    )
    inputs, policy = gather(Firmware(), given, LOG)
    assert (policy.release, inputs.cmdline, inputs.initrd) == ("6.12", "nokaslr", AddrRange(0x1000, 0x2000))
    assert (inputs.la57, inputs.hypervisor, len(inputs.apic_ids)) == (False, False, 4)


def test_a_table_wins_over_srat_lines_of_the_log() -> None:
    lines = (LoggedMemory(node=3, pxm=9, start=0, end=GIB, hotplug=False, non_volatile=False),)
    log = BootLog(release="6.12", command_line="", e820=E820, srat_memory=lines)
    assert gather(Firmware(srat=srat(*LOW)), Given(), log)[0].srat == srat(*LOW)
    view = gather(Firmware(), Given(), log)[0].srat
    assert view is not None
    assert view.node_of == {9: 3}


def test_what_nobody_tells_is_assumed_and_said() -> None:
    inputs, policy = gather(Firmware(), Given(e820=E820), None)
    assert policy.release == "6.12"
    assert told(inputs) == {"kernel", "command line", "initrd", "CPUs", "five-level paging"}


def test_the_hypervisor_bit_matters_from_64_gib_on_only() -> None:
    big = (*E820[:3], E820Entry(4 * GIB, 70 * GIB, 1))
    inputs = gather(Firmware(), Given(e820=big, dmi_is_virtual=False), None)[0]
    assert "hypervisor" in told(inputs)
    assert not inputs.hypervisor


def test_large_apic_ids_without_a_log_mean_x2apic_mode() -> None:
    inputs = gather(Firmware(apic_ids=(0, 300)), Given(e820=E820), None)[0]
    assert inputs.boot_x2apic
    assert "x2APIC mode at boot" in told(inputs)


def test_no_memory_map_says_what_to_give() -> None:
    with pytest.raises(BootInputError, match="--memmap"):
        gather(Firmware(), Given(), None)


@pytest.mark.parametrize("release", ["2.6.32", "3.9", "six", ""])
def test_a_release_without_a_model_is_refused(release: str) -> None:
    if not release:
        return
    with pytest.raises(UnknownKernelError):
        gather(Firmware(), Given(e820=E820, kernel=release), None)


def test_a_configuration_changes_limits_and_the_command_line() -> None:
    config = {"CONFIG_NODES_SHIFT": "6", "CONFIG_CMDLINE_BOOL": "y", "CONFIG_CMDLINE": "numa=fake=2"}
    inputs, policy = gather(Firmware(), Given(e820=E820, cmdline="quiet", config=config), None)
    assert (policy.max_numnodes, policy.nr_node_memblks) == (64, 128)
    assert inputs.cmdline == "numa=fake=2 quiet"


@pytest.mark.parametrize("value", ["0", "11", "x"])
def test_a_configuration_out_of_range_is_refused(value: str) -> None:
    with pytest.raises(BootInputError, match="CONFIG_NODES_SHIFT"):
        gather(Firmware(), Given(e820=E820, config={"CONFIG_NODES_SHIFT": value}), None)


def test_setup_data_is_found_in_the_map_that_it_was_cut_out_of() -> None:
    cut = (
        E820[0],
        E820Entry(MIB, 0x70000000, 1),
        E820Entry(0x70000000, 0x70001000, 1),
        E820Entry(0x70001000, 0x7FFDF000, 1),
    )
    log = BootLog(release="6.12", command_line="", e820=E820, reserve_setup_data=cut)
    assert gather(Firmware(), Given(), log)[0].setup_data == (AddrRange(0x70000000, 0x70001000),)


@pytest.mark.parametrize(
    ("kernel", "told", "hypervisor", "cpus"),
    [
        ("6.1", False, None, 5),
        ("6.12", False, None, 2),
        ("6.12", False, True, 5),
        ("6.12", True, None, 5),
    ],
)
def test_processors_that_can_come_later_are_possible(
    kernel: str, told: bool, hypervisor: bool | None, cpus: int
) -> None:
    # Kernel: acpi_is_processor_usable; they have no id yet.
    firmware = Firmware(apic_ids=(0, 4), spare_cpus=3, spare_cpus_told=told)
    given = Given(e820=E820, kernel=kernel, hypervisor=hypervisor)
    ids = gather(firmware, given, None)[0].apic_ids
    assert (len(ids), ids[:2]) == (cpus, (0, 4))
    assert all(number < 0 for number in ids[2:])
    assert len(gather(firmware, Given(e820=E820, kernel=kernel, cpus=7), None)[0].apic_ids) == 7
