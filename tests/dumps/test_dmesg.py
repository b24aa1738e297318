"""Whole logs, and each kind of line in them; the texts follow the kernel's own format strings."""

from __future__ import annotations

from pathlib import Path

import pytest

from acpitools.core.boot_log import BootLog, LoggedCpu, LoggedMemory, LoggedOverride, LoggedTable
from acpitools.core.errors import BootInputError
from acpitools.core.firmware_map import E820Entry
from acpitools.core.ranges import AddrRange
from acpitools.dumps.dmesg import dmi_names_virtual_machine, read_boot_log
from tests.records import record_id, record_inputs, record_paths, record_text, record_truth
from tests.support import shared_cases


def log(*messages: str, stamp: str = "[    0.000000] ") -> BootLog:
    return read_boot_log("".join(f"{stamp}{message}\n" for message in messages))


def test_empty_log_says_nothing() -> None:
    assert read_boot_log("") == BootLog()


def test_release_is_the_third_word_of_the_version_line() -> None:
    told = log("Linux version 6.12.117+deb12-amd64 (debian-kernel@lists.debian.org) (gcc-12) #1 SMP")
    assert told.release == "6.12.117+deb12-amd64"


def test_boot_loader_command_line_counts_where_no_other_is_there() -> None:
    assert log("Command line: root=/dev/sda1 movable_node ").command_line == "root=/dev/sda1 movable_node"


def test_kernel_command_line_counts_where_both_are_there() -> None:
    told = log("Command line: ro", "Kernel command line: numa=fake=2 ro")
    assert told.command_line == "numa=fake=2 ro"


def test_wrapped_kernel_command_line_is_joined() -> None:
    told = log("Kernel command line: a=1 b=2 \\", "Kernel command line: c=3 \\", "Kernel command line: d", "x")
    assert told.command_line == "a=1 b=2 c=3 d"


def test_maps_are_told_apart_by_their_label() -> None:
    told = log(
        "BIOS-e820: [mem 0x0000000000000000-0x0000000000000fff] usable",
        "extended: [mem 0x0000000000000000-0x0000000000001fff] usable",
        "reserve setup_data: [mem 0x0000000000000000-0x0000000000002fff] usable",
        "user: [mem 0x0000000000000000-0x0000000000003fff] usable",
        "modified: [mem 0x0000000000000000-0x0000000000004fff] usable",
    )
    assert told.e820 == (E820Entry(0, 0x1000, 1),)
    assert told.extended_e820 == (E820Entry(0, 0x2000, 1),)
    assert told.reserve_setup_data == (E820Entry(0, 0x3000, 1),)


def test_changes_of_the_map_by_the_kernel_are_no_input() -> None:
    first = "BIOS-e820: [mem 0x0000000000000000-0x0000000000000fff] usable"
    told = log(
        first,
        "e820: update [mem 0x00000000-0x00000fff] usable ==> reserved",
        "e820: remove [mem 0xa0000-0xfffff] usable",
    )
    assert told == log(first)


RESULTS = (
    "memblock_add: [0x0000000000001000-0x000000000009fbff] e820__memblock_setup+0x73/0xb0",
    "memblock_reserve: [0x000000012d000000-0x000000012d010fff] setup_arch+0xc7e/0xe70",
    "MEMBLOCK configuration:",
    " memory[0x0]\t[0x0000000000001000-0x000000000009efff], 0x000000000009e000 bytes on node 0 flags: 0x0",
    "NUMA: Node 0 [mem 0x00001000-0x0009ffff] + [mem 0x00100000-0x7fffffff] -> [mem 0x00001000-0x7fffffff]",
    "Faking a node at [mem 0x0000000000000000-0x000000017fffffff]",
    "NODE_DATA(0) allocated [mem 0x7feb8680-0x7fee2fff]",
    "Zone ranges:",
    "  Normal   [mem 0x0000000100000000-0x000000017fffffff]",
    "Movable zone start for each node",
    "  Node 1: 0x0000000100000000",
    "Early memory node ranges",
    "  node   0: [mem 0x0000000000001000-0x000000000009efff]",
    "Kernel Offset: 0x20000000 from 0xffffffff81000000 (relocation range: 0xffffffff80000000-0xffffffffbfffffff)",
    "crashkernel reserved: 0x000000006f000000 - 0x000000007f000000 (256 MB)",
)


def test_results_are_never_read() -> None:
    assert log(*RESULTS) == BootLog()


def test_ramdisk_and_the_place_it_was_moved_to_are_both_kept() -> None:
    told = log(
        "RAMDISK: [mem 0x7fee3000-0x7ffdffff]",
        "Allocated new RAMDISK: [mem 0x5fb83000-0x5fc7f461]",
        "Move RAMDISK from [mem 0x7fee3000-0x7ffdf461] to [mem 0x5fb83000-0x5fc7f461]",
    )
    assert told.ramdisk == AddrRange(0x7FEE3000, 0x7FFE0000)
    assert told.relocated_ramdisk == AddrRange(0x5FB83000, 0x5FC7F462)


def test_ramdisk_of_old_kernels_has_an_exclusive_end() -> None:
    assert log("RAMDISK: 35b8c000 - 37fef2ee").ramdisk == AddrRange(0x35B8C000, 0x37FEF2EE)


def test_tables_are_read_in_the_formats_of_new_and_old_kernels() -> None:
    told = log(
        "ACPI: RSDP 0x00000000000F59C0 000014 (v00 BOCHS )",
        "ACPI: FACS 0x000000007FFE0000 000040",
        "ACPI: ASF! 0x000000006BCD4000 0000A0 (v32 INTEL  INTEL ID 00000002 INTL 20230628)",
        "ACPI: FACP 00000000bfff0200 000F4 (v05 ALASKA   A M I  01072009 AMI  00010013)",
    )
    assert told.tables == (
        LoggedTable(signature="RSDP", address=0xF59C0, length=0x14),
        LoggedTable(signature="FACS", address=0x7FFE0000, length=0x40),
        LoggedTable(signature="ASF!", address=0x6BCD4000, length=0xA0),
        LoggedTable(signature="FACP", address=0xBFFF0200, length=0xF4),
    )


def test_table_that_replaces_another_is_marked_and_the_replaced_one_has_no_line() -> None:
    told = log(
        "ACPI: SRAT ACPI table found in initrd [kernel/firmware/acpi/srat.aml][0xc8]",
        "ACPI: Table Upgrade: override [SRAT-BOCHS -BXPC    ]",
        "ACPI: SRAT 0x000000007FFE2A59 Physical table override, new table: 0x000000007FEE2000",
        "ACPI: SRAT 0x000000007FEE2000 0000C8 (v03 BOCHS  BXPC     00000020 SYNT 00000001)",
        "ACPI: MCFG 0x000000007FFE2B99 00003C (v01 BOCHS  BXPC     00000001 BXPC 00000001)",
        "ACPI: Reserving SRAT table memory at [mem 0x7fee2000-0x7fee20c7]",
    )
    assert told.overrides == (LoggedOverride(signature="SRAT", path="kernel/firmware/acpi/srat.aml", length=0xC8),)
    assert told.tables == (
        LoggedTable(signature="SRAT", address=0x7FEE2000, length=0xC8, from_initrd=True),
        LoggedTable(signature="MCFG", address=0x7FFE2B99, length=0x3C),
    )


def test_override_line_of_old_kernels_has_no_prefix() -> None:
    told = log("SRAT ACPI table found in initrd [kernel/firmware/acpi/srat.aml][0xc8]")
    assert [override.length for override in told.overrides] == [0xC8]


def test_tables_loaded_by_aml_are_left_out() -> None:
    told = log(
        "ACPI: Dynamic OEM Table Load:",
        "ACPI: SSDT 0xFFFF8881008E1000 000400 (v02 PmRef  Cpu0Cst  00003001 INTL 20160527)",
        "ACPI: SSDT 0xFFFF8881008E2000 000400 (v02 PmRef  Cpu0Cst  00003001 INTL 20160527)",
    )
    assert told.tables == ()


@pytest.mark.parametrize("prefix", ["ACPI: SRAT: ", "SRAT: "])
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[mem 0x100000000-0x17fffffff]", (0x100000000, 0x180000000, False, False)),
        ("[mem 0x00000000-0x0009ffff] hotplug", (0, 0xA0000, True, False)),
        ("[mem 0x00000000-0x0009ffff] non-volatile", (0, 0xA0000, False, True)),
        ("[mem 0x00000000-0x0009ffff] hotplug non-volatile", (0, 0xA0000, True, True)),
        ("[mem 0x00000000-0x0009ffff] hotplug something-new", (0, 0xA0000, True, False)),
        ("[mem 0x00000000-0xffffffffffffffff]", (0, 0, False, False)),
        ("[mem 0x00100000-0x000fffff]", (0x100000, 0x100000, False, False)),
        ("[mem 0xffffffff00000000-0x00000fff]", (0xFFFFFFFF00000000, 0x1000, False, False)),
        ("0-80000000", (0, 0x80000000, False, False)),
    ],
)
def test_srat_memory_lines(prefix: str, line: str, expected: tuple[int, int, bool, bool]) -> None:
    start, end, hotplug, non_volatile = expected
    assert log(f"{prefix}Node 1 PXM 5 {line}").srat_memory == (
        LoggedMemory(node=1, pxm=5, start=start, end=end, hotplug=hotplug, non_volatile=non_volatile),
    )


def test_srat_cpu_lines() -> None:
    told = log(
        "SRAT: PXM 1 -> APIC 0x02 -> Node 0",
        "SRAT: PXM 2 -> APIC 0x8000 -> Node 1 skipped apicid that is too big",
        "SRAT: PXM 5 -> X2APIC 0xffffffff ignored",
    )
    assert told.srat_cpus == (
        LoggedCpu(pxm=1, apic_id=2, node=0),
        LoggedCpu(pxm=2, apic_id=0x8000, node=1, skipped=True),
    )


def test_messages_about_a_bad_srat_are_passed_over() -> None:
    assert log("ACPI: SRAT: Unexpected header length: 32", "ACPI: SRAT: SRAT not used.") == BootLog()


def test_efi_lines() -> None:
    told = log(
        "efi: EFI v2.7 by EDK II",
        "efi: SMBIOS=0x665ad000 SMBIOS 3.0=0x665ab000 ACPI 2.0=0x699fd014 (ESRT=0x5e unusable) Unaccepted=0x7c4d6018",
        "efi: mem00: [Conventional|   |  |  |  |  |  |  |  |  |   |WB|WT|WC|UC] range=[0x0-0x8dfff] (0MB)",
        "efi: mem01: [Boot Data   |   |  |  |  |  |  |  |  |  |   |WB|WT|WC|UC] range=[0x8e000-0x8ffff] (0MB)",
        "efi: mem02: [Reserved    |   |  |  |  |  |  |  |  |  |   |  |  |  |  ] range=[0x0-0x1000] (invalid)",
        "efi: Remove mem03: MMIO range=[0x80000000-0x8fffffff] (256MB) from e820 map",
    )
    assert told.efi
    assert told.efi_tables == (
        ("SMBIOS", 0x665AD000),
        ("SMBIOS 3.0", 0x665AB000),
        ("ACPI 2.0", 0x699FD014),
        ("Unaccepted", 0x7C4D6018),
    )
    assert [tuple(descriptor) for descriptor in told.efi_memmap] == [(0, 0x8E000, 7, 15), (0x8E000, 0x90000, 4, 15)]


def test_second_efi_listing_is_not_the_firmwares() -> None:
    line = "efi: mem00: [Conventional|   |  |  |  |  |  |  |  |  |   |WB|WT|WC|UC] range=[0x0-0xfff] (0MB)"
    faked = line.replace("  |WB", "SP|WB").replace("mem00", "mem01")
    assert len(log(line, line, faked).efi_memmap) == 1


@pytest.mark.parametrize(
    ("line", "la57"),
    [
        ("last_pfn = 0x180000 max_arch_pfn = 0x400000000", False),
        ("e820: last_pfn = 0x180000 max_arch_pfn = 0x400000000", False),
        ("last_pfn = 0x180000 max_arch_pfn = 0x10000000000", True),
        ("last_pfn = 0x180000 max_arch_pfn = 0x100000", None),
    ],
)
def test_paging_levels_follow_from_max_arch_pfn(line: str, la57: bool | None) -> None:
    assert log(line).la57 is la57


def test_mp_table() -> None:
    told = log("found SMP MP-table at [mem 0x000f5ba0-0x000f5baf] mapped at [(____ptrval____)]")
    assert told.mp_tables == (AddrRange(0xF5BA0, 0xF5BB0),)


@pytest.mark.parametrize(
    ("line", "on"),
    [
        ("x2apic: enabled by BIOS, switching to x2apic ops", True),
        ("x2apic enabled by BIOS, switching to x2apic ops", True),
        ("x2apic enabled", False),
        ("x2apic: IRQ remapping doesn't support X2APIC mode", False),
    ],
)
def test_x2apic_counts_only_where_the_firmware_turned_it_on(line: str, on: bool) -> None:
    assert log(line).x2apic_enabled_by_bios is on


def test_gigabyte_pages() -> None:
    assert log("Using GB pages for direct mapping").gigabyte_pages is True


def test_a_log_with_the_map_and_the_initrd_and_no_line_between_them_has_no_gigabyte_pages() -> None:
    memory = "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable"
    ramdisk = "RAMDISK: [mem 0x7fed4000-0x7ffcffff]"
    assert log(memory, ramdisk).gigabyte_pages is False
    assert log(memory).gigabyte_pages is None
    assert log(ramdisk).gigabyte_pages is None


@pytest.mark.parametrize(
    ("lines", "cpus"),
    [
        (["smpboot: Allowing 168 CPUs, 120 hotplug CPUs"], 168),
        (["SMP: Allowing 4 CPUs, 0 hotplug CPUs"], 4),
        (["CPU topo: Allowing 172 present CPUs plus 4 hotplug CPUs"], 176),
        (["setup_percpu: NR_CPUS:8192 nr_cpumask_bits:2 nr_cpu_ids:2 nr_node_ids:2"], 2),
        (["smpboot: Allowing 48 CPUs, 0 hotplug CPUs", "setup_percpu: NR_CPUS:8192 nr_cpu_ids:48 nr_node_ids:2"], 48),
        (["CPU topo: Max. logical packages:   1"], None),
    ],
)
def test_possible_cpus(lines: list[str], cpus: int | None) -> None:
    assert log(*lines).cpus == cpus


PHYSICAL = "DMI: Dell Inc. PowerEdge R6515/07PXPY, BIOS 2.14.1 12/17/2023"
VIRTUAL = "DMI: QEMU Standard PC (Q35 + ICH9, 2009), BIOS 1.16.2-debian-1.16.2-1 04/01/2014"
INTEL_PMU = "Performance Events: Icelake events, 32-deep LBR, full-width counters, Intel PMU driver."
NO_PMU = "Performance Events: unsupported p6 CPU model 79 no PMU driver, software events only."


@pytest.mark.parametrize(
    ("lines", "hypervisor"),
    [
        (["Hypervisor detected: KVM"], True),
        (["Performance Events: PMU not available due to virtualization, using software events only."], True),
        (["Performance Events: Broken PMU hardware detected, using software events only."], False),
        (["Booting paravirtualized kernel on KVM"], True),
        (["Booting paravirtualized kernel on bare hardware"], None),
        ([PHYSICAL], None),
        ([INTEL_PMU], None),
        ([PHYSICAL, INTEL_PMU], False),
        ([VIRTUAL, INTEL_PMU], None),
        (["Hypervisor detected: KVM", PHYSICAL, INTEL_PMU], True),
        ([PHYSICAL, NO_PMU], None),
        (["flags\t\t: fpu vme de pse hypervisor lahf_lm"], True),
        (["flags\t\t: fpu vme de pse lahf_lm"], False),
    ],
)
def test_evidence_for_a_hypervisor(lines: list[str], hypervisor: bool | None) -> None:
    assert log(*lines).hypervisor is hypervisor


def test_first_dmi_line_names_the_machine() -> None:
    told = log(VIRTUAL, "DMI: Memory slots populated: 1/1")
    assert told.dmi == VIRTUAL.removeprefix("DMI: ")


def test_makers_of_virtual_machines_are_known() -> None:
    assert dmi_names_virtual_machine(VIRTUAL)
    assert dmi_names_virtual_machine("VMware, Inc. VMware Virtual Platform/440BX Desktop Reference Platform")
    assert dmi_names_virtual_machine("Microsoft Corporation Virtual Machine/Virtual Machine, BIOS 090006")
    assert not dmi_names_virtual_machine(PHYSICAL)


MAP = (
    "BIOS-e820: [mem 0x0000000000000000-0x000000000009ffff] usable",
    "BIOS-e820: [mem 0x0000000000100000-0x000000013fffffff] usable",
    "e820: update [mem 0x00000000-0x00000fff] usable ==> reserved",
    "last_pfn = 0x140000 max_arch_pfn = 0x400000000",
)
LOSING = "WARNING: BIOS bug: CPU MTRRs don't cover all of memory, losing 512MB of RAM."
AFTER = (
    "update e820 for mtrr",
    "modified physical RAM map:",
    "modified: [mem 0x0000000000000000-0x0000000000000fff] reserved",
    "modified: [mem 0x0000000000001000-0x000000000009ffff] usable",
    "modified: [mem 0x0000000000100000-0x000000011fffffff] usable",
    "modified: [mem 0x0000000120000000-0x000000013fffffff] reserved",
    "last_pfn = 0x120000 max_arch_pfn = 0x400000000",
    "modified: [mem 0x0000000000100000-0x00000000001fffff] ACPI NVS",
)


def test_memory_outside_the_mtrrs_is_read_from_the_update_lines() -> None:
    told = log(*MAP, "e820: update [mem 0x120000000-0x13fffffff] usable ==> reserved", LOSING, *AFTER)
    assert told.mtrr_losing_mib == 512
    assert told.mtrr_trimmed == (AddrRange(0x120000000, 0x140000000),)


def test_memory_outside_the_mtrrs_is_read_from_the_new_map_where_a_console_log_lacks_those_lines() -> None:
    told = log(*MAP, LOSING, *AFTER)
    assert told.mtrr_trimmed == (AddrRange(0x120000000, 0x140000000),)


def test_update_lines_without_the_warning_took_no_ram() -> None:
    told = log(*MAP, "e820: update [mem 0x80000000-0xffffffff] usable ==> reserved", "last_pfn = 0x7cb60 x")
    assert told.mtrr_trimmed == ()
    assert told.mtrr_losing_mib is None


@pytest.mark.parametrize(
    "line",
    [
        "BIOS-e820: [mem 0x0000000000100000-0x00000000",
        "BIOS-e820: [mem 0x0000000000100000-0x00000000000fff00] usable",
        "BIOS-e820: [mem 0x0000000000100000-0x00000000001fffff] usble",
        "RAMDISK: [mem 0x7fee3000-",
        "ACPI: SRAT: Node 0 PXM 0 [mem 0x0-0x7ffff",
        "ACPI: SRAT: Node 0 PXM 0 [mem 0x0-0x7ffff] hotplu",
        "efi: mem00: [Conventional|   |",
    ],
)
def test_damaged_line_is_an_error_that_names_it(line: str) -> None:
    with pytest.raises(BootInputError, match=r"^boot log: some\.log: line 2: "):
        read_boot_log(f"Linux version 6.1 (x)\n{line}\nDMI: x\n", where="some.log")


@pytest.mark.parametrize(
    "line", ["RAMDISK: [mem 0x7fee3000-", "ACPI: SRAT: Node 0 PXM 0 [mem 0x0-0xf] hot", "ACPI: FA"]
)
def test_line_that_the_end_cuts_off_is_passed_over(line: str) -> None:
    assert read_boot_log(f"Linux version 6.1 (x)\n{line}") == BootLog(release="6.1")


def test_map_that_the_end_cuts_off_is_an_error() -> None:
    with pytest.raises(BootInputError, match="line 1"):
        read_boot_log("BIOS-e820: [mem 0x0000000000100000-0x00000000")


def test_wrong_encoding_does_not_matter() -> None:
    text = "Linux version 6.1 (x)\r\nDMI: Größe\r\n"
    assert read_boot_log(text.encode("utf-16")).release == "6.1"
    assert read_boot_log(text.encode("latin-1")).release == "6.1"


# --- recorded boots -----------------------------------------------------------------------------------------------

TYPES = {"usable": 1, "reserved": 2, "ACPI data": 3, "ACPI NVS": 4, "unusable": 5}


@pytest.mark.parametrize("record", record_paths(), ids=record_id)
def test_recorded_boot_is_read_as_its_digest_says(record: Path) -> None:
    truth = record_truth(record)
    told = read_boot_log(record_text(record, "dmesg.txt"))
    assert told.release == truth["kernel"]["release"]
    assert told.command_line == truth["cmdline"]
    assert told.efi is truth["efi"]
    assert [tuple(entry) for entry in told.e820] == [
        (entry["start"], entry["end"] + 1, TYPES[entry["type"]]) for entry in truth["e820"]["bios"]
    ]
    assert told.ramdisk == (truth["ramdisk"]["start"], truth["ramdisk"]["end"] + 1)
    assert [(m.node, m.pxm, m.start, m.end, m.hotplug, m.non_volatile) for m in told.srat_memory] == [
        (m["node"], m["pxm"], m["start"], (m["end"] + 1) % (1 << 64), m["hotplug"], m["nonvolatile"])
        for m in truth["srat"]["memory"]
    ]
    assert [(c.pxm, c.apic_id, c.node) for c in told.srat_cpus] == [
        (c["pxm"], c["apic"], c["node"]) for c in truth["srat"]["cpu"] if c["node"] is not None
    ]
    assert told.la57 is True


@pytest.mark.parametrize("record", record_paths(), ids=record_id)
def test_tables_of_a_recorded_boot_have_the_logged_lengths(record: Path) -> None:
    inputs = record_inputs(record)
    logged = {(table.signature, table.length) for table in read_boot_log(inputs.log).tables}
    assert {(name[:4], len(table)) for name, table in inputs.tables} <= logged


@pytest.mark.parametrize("record", record_paths(), ids=record_id)
def test_log_cut_off_before_its_results_tells_the_same_inputs(record: Path) -> None:
    whole, cut = read_boot_log(record_text(record, "dmesg.txt")), read_boot_log(record_inputs(record).log)
    for name in ("release", "command_line", "e820", "efi", "efi_memmap", "efi_tables", "ramdisk", "relocated_ramdisk"):
        assert getattr(cut, name) == getattr(whole, name), name
    for name in ("tables", "overrides", "mp_tables", "x2apic_enabled_by_bios", "la57", "dmi"):
        assert getattr(cut, name) == getattr(whole, name), name
    assert cut.srat_memory == ()
    assert cut.srat_cpus == ()


# --- logs of real machines: file, release, SRAT memory entries, hot-pluggable ones -------------------

REAL = {
    "8socket-movable-node-4.20-rc2-n8": (None, 10, 7),
    "asus-z9pe-d16-series-6.5.13-n2": ("6.5.13-5-pve", 3, 0),
    "dell-dell-machine-6.16.0-n1": ("6.16.0+", 2, 0),
    "dell-precision-t7610-6.0.0-n2": ("6.0.0-7.1.debug.el7.x86_64", 3, 0),
    "dell-r6515-6.12.0-rc2-n2": ("6.12.0-rc2-next-20241009-b6270c3bca-8924fa52475", 4, 0),
    "dell-r6515-6.16.0-rc2-n2": ("6.16.0-rc2-next-20250617-4325743c7e-4bfc276e73e", 4, 0),
    "dell-r6515-6.8.0-rc3-n2": ("6.8.0-rc3-next-20240208", 4, 0),
    "dell-r7425-4.19.57-n8": ("4.19.57.mx64.282", 10, 0),
    "dell-r7425-4.19.57-n8-kdump": ("4.19.57.mx64.282", 10, 0),
    "dell-t440-5.10.70-n2": ("5.10.70.mx64.403", 3, 0),
    "dell-t440-5.10.70-n2_2": ("5.10.70.mx64.403", 3, 0),
    "dell-t630-5.4.57-n2": ("5.4.57.mx64.340", 2, 0),
    "dell-t640-5.15.20-n2": ("5.15.20-1.el7.x86_64", 3, 0),
    "emc-default-string-5.14.21-n2": ("5.14.21-150500.55.52-default", 5, 0),
    "gce-6.11.0-rc1-n2": ("6.11.0-rc1-next-20240730-syzkaller", 3, 0),
    "hyper-v-3.15-rc6-n2-unaligned": ("3.15.0-rc6+", 2, 0),
    "hyper-v-6.13.0-n1": ("6.13.0+", 8, 8),
    "intel-brickland-6.2.0-rc1-n4": ("6.2.0-rc1+", 5, 0),
    "intel-m50cyp2sb1u-6.4.0-rc4-n4": ("6.4.0-rc4-00533-g830503440449", 5, 0),
    "intel-s2600wp-5.10.0-rc5-n2": ("5.10.0-rc5-00044-gdb962cd266c4", 5, 0),
    "intel-s2600wp-6.8.0-rc1-n2": ("6.8.0-rc1-00010-g1d8f830b7f27", 5, 0),
    "lkp-server-6.14.0-rc2-n2": ("6.14.0-rc2-00050-g245618f8e45f", 3, 0),
    "nutanix-ahv-3.10.0-n1": ("3.10.0-957.el7.x86_64", 4, 1),
    "smc-ssg-5048r-e1cr36l-6.2.15-n1": ("6.2.15-uls", 2, 0),
    "smc-ssg-6027r-e1r12t-5.10.0-n2": ("5.10.0-19-amd64", 3, 0),
    "vmware-5.3.18-n1": ("5.3.18-150300.59.106-default", 3, 0),
}


def real_logs() -> list[Path]:
    return [path for path in shared_cases("corpus/dmesg", "*.txt") if path.name != "README.md"]


@pytest.mark.parametrize("path", real_logs(), ids=lambda path: path.stem)
def test_log_of_a_real_machine_has_the_stated_release_and_srat_entries(path: Path) -> None:
    told = read_boot_log(path.read_bytes())
    hot = sum(memory.hotplug for memory in told.srat_memory)
    assert (told.release, len(told.srat_memory), hot) == REAL[path.stem]


@pytest.mark.parametrize("path", real_logs(), ids=lambda path: path.stem)
def test_log_of_a_real_machine_loses_no_line(path: Path) -> None:
    lines = path.read_text(errors="replace").split("\n")
    told = read_boot_log("\n".join(lines))
    assert len(told.e820) == sum("BIOS-e820: " in line for line in lines)
    assert len(told.reserve_setup_data) == sum("reserve setup_data: [mem" in line for line in lines)
    assert len(told.efi_memmap) == sum("efi: mem" in line and "range=" in line for line in lines)
    assert len(told.srat_cpus) == sum(" -> APIC 0x" in line for line in lines)
    # Tables that AML loads later have an address of the kernel's own.
    assert len(told.tables) == sum(
        "ACPI: " in line and " (v" in line and " 0xFFFF" not in line for line in lines
    ) + sum("ACPI: FACS " in line for line in lines)


HYPERVISORS = {"gce-6.11.0-rc1-n2", "hyper-v-3.15-rc6-n2-unaligned", "hyper-v-6.13.0-n1", "nutanix-ahv-3.10.0-n1"}


@pytest.mark.parametrize("path", real_logs(), ids=lambda path: path.stem)
def test_only_guests_have_a_hypervisor(path: Path) -> None:
    told = read_boot_log(path.read_bytes())
    assert (told.hypervisor is True) == (path.stem in HYPERVISORS | {"vmware-5.3.18-n1"})
    if told.dmi is not None:
        assert dmi_names_virtual_machine(told.dmi) == (told.hypervisor is True)
