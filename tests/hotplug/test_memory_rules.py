"""Memory devices of tables against the SRAT and the memory map: each rule fires on its case, and only there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from acpitools.asl.compile import compile_source
from acpitools.core.findings import Finding
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, MIB
from acpitools.hotplug.inventory import MemoryDevice, containers_asked_for, inventory
from acpitools.hotplug.memory_rules import MEMORY_RULES, Machine, check_memory_devices, controller_found
from acpitools.hotplug.platform import platform_of
from acpitools.interp.hardware import Hardware, parse_hardware
from acpitools.kernel.inputs import Affinity

BLOCK = 128 * MIB
STA = "Name (STAV, 15) Method (_STA) {Return (STAV)} Method (_EJ0, 1) {STAV = 0} Method (_OST, 3) {}"

CONSTANT = "Name (_STA, 15) Name (_PXM, 1) Method (_OST, 3) {}"


def qword(start: int, size: int, maximum: int | None = None) -> str:
    """Write a range of memory; with a maximum of its own it may lie elsewhere, as a compiler wants it."""
    last = start + size - 1 if maximum is None else maximum
    fixed = "MinFixed, MaxFixed" if maximum is None else "MinNotFixed, MaxNotFixed"
    return (
        f"QWordMemory (ResourceProducer, PosDecode, {fixed}, Cacheable, ReadWrite,"
        f" 0, {start:#x}, {last:#x}, 0, {size:#x})"
    )


def device(*ranges: str, name: str = "MEM0", body: str = STA + " Name (_PXM, 1)") -> str:
    """Write a memory device with these resources."""
    crs = f"Name (_CRS, ResourceTemplate () {{ {' '.join(ranges)} }})"
    return f'Device ({name}) {{ Name (_HID, EisaId ("PNP0C80")) {body} {crs} }}'


def memory(pxm: int, start: int, end: int, *, hot: bool = True, number: int = 0) -> Affinity:
    """Make a memory structure of an SRAT."""
    return Affinity(number, 48 + 40 * number, 1, 40, pxm, 1 | 2 * hot, start, end - start)


GOOD = device(qword(5 * GIB, GIB))
MACHINE = Machine(
    srat=(memory(0, 0, 4 * GIB, hot=False), memory(1, 5 * GIB, 6 * GIB, number=1)),
    ram=(AddrRange(0, 3 * GIB),),
    block_size=BLOCK,
    limit=1 << 46,
)


def evaluated(*devices: str, hardware: Hardware | None = None) -> tuple[MemoryDevice, ...]:
    """Evaluate devices."""
    return inventory(platform_of([table(*devices)], hardware or Hardware()))


EVENT = "Scope (\\_GPE) { Method (_L07) { Local0 = RefOf (\\_SB) Notify (Local0, 0) } }"
"""An event that may notify anything."""


def table(*devices: str, events: str = EVENT) -> bytes:
    """Compile devices."""
    body = f"Scope (\\_SB) {{ {' '.join(devices)} }} {events}"
    done = compile_source(f'DefinitionBlock ("", "SSDT", 2, "ACPIT", "TEST", 1) {{ {body} }}', "test.asl")
    assert done.tables, done.diagnostics
    return done.tables[0].data


def findings(*devices: str, machine: Machine = MACHINE, hardware: Hardware | None = None) -> list[Finding]:
    """Evaluate devices and hold them against a machine, apart from what comes at boot."""
    found = check_memory_devices(evaluated(*devices, hardware=hardware), machine)
    return [f for f in found if f.code != "MEM023"]


def codes(found: Sequence[Finding]) -> list[str]:
    """Give the codes of findings."""
    return [finding.code for finding in found]


def test_a_device_that_agrees_with_everything_has_no_finding() -> None:
    assert findings(GOOD) == []


def test_memory_that_comes_at_boot_is_told() -> None:
    [device_] = evaluated(GOOD)
    [finding] = check_memory_devices([device_], MACHINE)
    assert (finding.code, finding.severity.value) == ("MEM023", "info")
    assert "[mem 0x140000000-0x17fffffff]" in finding.message
    assert list(check_memory_devices([device_], replace(MACHINE, ram=(AddrRange(0, 6 * GIB),)))) == []


@pytest.mark.parametrize(
    ("expected", "devices"),
    [
        (["MEM001"], [GOOD, device(name="MEM1")]),
        (["MEM001"], [GOOD, device("IO (Decode16, 0x10, 0x10, 1, 1)", name="MEM1")]),
        (["MEM002"], [GOOD, device("Memory32Fixed (ReadWrite, 0xC0000000, 0x8000000)", name="MEM1")]),
        (["MEM003"], [device(qword(5 * GIB, GIB, maximum=6 * GIB))]),
        (["MEM004", "MEM009"], [device(qword(5 * GIB, GIB - 64 * MIB))]),
        (["MEM005"], [device(qword(5 * GIB, 2 * GIB))]),
        (["MEM006"], [device(qword(5 * GIB, GIB), body=STA)]),
        (["MEM006"], [device(qword(5 * GIB, GIB), body=STA + "Name (_PXM, 0)")]),
        (["MEM007", "MEM009"], [device(qword(3 * GIB, GIB), body=STA + "Name (_PXM, 0)")]),
        (["MEM008"], [device(qword(5 * GIB, GIB), body=STA + "Name (_PXM, 7)")]),
        (["MEM009"], [device(qword(5 * GIB, GIB // 2))]),
        (["MEM010"], [device(qword(5 * GIB, GIB), body=CONSTANT)]),
        (["MEM011"], [device(qword(5 * GIB, GIB), body=CONSTANT + "Method (_EJ0, 1) {}")]),
        (["MEM012"], [device(qword(5 * GIB, GIB), body=STA.replace("15", "9") + "Name (_PXM, 1)")]),
        (["MEM012"], [device(qword(5 * GIB, GIB), body="Name (_PXM, 1) Method (_OST, 3) {} Method (_EJ0, 1) {}")]),
        (["MEM013"], [device(qword(5 * GIB, GIB), body=STA.partition("Method (_OST")[0] + "Name (_PXM, 1)")]),
        (["MEM017"], [GOOD, device(qword(5 * GIB, GIB // 2), name="MEM1")]),
        (["MEM021", "MEM005"], [GOOD, device(qword((1 << 46) - GIB, 2 * GIB), name="MEM1")]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) and value[0][:3] == "MEM" else "",
)
def test_a_rule_fires_on_its_case(expected: list[str], devices: list[str]) -> None:
    assert codes(findings(*devices)) == expected


def test_an_unaligned_range_cannot_be_added_or_not_be_ejected() -> None:
    added = device(qword(5 * GIB, 64 * MIB), qword(5 * GIB + 96 * MIB, 32 * MIB))
    assert [f.message.rpartition(": ")[2] for f in findings(added) if f.code == "MEM004"] == ["it cannot be added"] * 2
    there = replace(MACHINE, ram=(AddrRange(0, 6 * GIB),))
    told = [f.message.rpartition(": ")[2] for f in findings(added, machine=there) if f.code == "MEM004"]
    assert told == ["ejecting it ends in a kernel BUG"] * 2


def test_ram_in_part_leaves_the_rest_out() -> None:
    half = replace(MACHINE, ram=(AddrRange(0, 5 * GIB + 512 * MIB),))
    [finding] = findings(GOOD, machine=half)
    assert finding.code == "MEM022"
    assert "the other 512 MiB is not added" in finding.message


def test_a_device_over_two_domains_is_told() -> None:
    machine = replace(MACHINE, srat=(memory(1, 5 * GIB, 6 * GIB), memory(2, 6 * GIB, 7 * GIB, number=1)))
    assert codes(findings(device(qword(5 * GIB, 2 * GIB)), machine=machine)) == ["MEM018"]


def test_a_window_of_cxl_needs_no_device() -> None:
    part = device(qword(5 * GIB, GIB // 2))
    windows = (AddrRange(5 * GIB + GIB // 2, 6 * GIB),)
    assert findings(part, machine=replace(MACHINE, windows=windows)) == []


def test_without_an_srat_nothing_is_held_against_it() -> None:
    assert findings(device(qword(5 * GIB, GIB), body=STA), machine=replace(MACHINE, srat=())) == []


def test_a_device_that_is_not_there_leaves_everything_open() -> None:
    absent = STA.replace("15", "0")
    assert findings(device(body=absent), device(qword(5 * GIB, GIB), name="MEM1", body=absent + "Name (_PXM, 1)")) == []


READS_PORT = (
    "OperationRegion (PORT, SystemIO, 0x600, 1) Field (PORT, ByteAcc, NoLock, Preserve) {STAT, 8}"
    " Method (_STA) {Return (STAT)} Method (_EJ0, 1) {} Method (_OST, 3) {} Name (_PXM, 1)"
)


def test_of_hardware_that_is_not_described_nothing_is_concluded() -> None:
    [finding] = findings(device(qword(5 * GIB, GIB), body=READS_PORT))
    assert (finding.code, "\\_SB.MEM0 reads hardware that nothing describes" in finding.message) == ("MEM020", True)


def test_described_hardware_is_taken_as_it_is() -> None:
    board = parse_hardware('[[registers]]\nspace = "SystemIO"\naddress = 0x600\nvalue = 9\n')
    found = findings(device(qword(5 * GIB, GIB), body=READS_PORT), hardware=board)
    assert codes(found) == ["MEM012"]


def test_code_that_fails_is_told() -> None:
    body = STA + "Name (_PXM, 1) Name (ZNUM, 0)"
    failing = f'Device (MEM1) {{ Name (_HID, "PNP0C80") {body} Method (_CRS) {{ Return (1 / ZNUM) }} }}'
    found = findings(GOOD, failing)
    assert codes(found) == ["MEM001", "MEM020"]
    assert "division by zero" in found[1].message


MODULE = 'Device (MODU) {{ Name (_HID, "ACPI0004") {body} {device} }}'


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ("", ["MEM014"]),
        ("Method (_L02) {Notify (\\_SB.MODU.MEM0, 1)}", []),
        ("Method (_L02) {Notify (\\_SB.MODU, 0)}", []),
        ("Method (CALL, 1) {If (Arg0) {Notify (\\_SB.MODU.MEM0, Arg0)}} Method (_L02) {CALL (0)}", []),
        ("Method (_L02) {Notify (\\_SB.MODU.MEM0, 0x80)}", ["MEM014"]),
        ("Method (_L02) {Notify (\\_SB, 0)}", ["MEM014"]),  # the kernel does nothing for it
        ("Method (CALL) {Notify (\\_SB.MODU.MEM0, 1)}", ["MEM014"]),  # nothing calls it
        ('Device (GED) {Name (_HID, "ACPI0013") Method (_EVT, 1) {Notify (\\_SB.MODU.MEM0, 3)}}', []),
        ("Method (_L02) {Notify (\\_SB.MODU, 3)}", ["MEM015"]),
    ],
)
def test_what_an_event_can_notify_comes_and_goes(event: str, found: list[str]) -> None:
    data = table(MODULE.format(body="", device=GOOD), events=f"Scope (\\_GPE) {{ {event} }}")
    platform = platform_of([data], Hardware())
    machine = replace(MACHINE, containers=containers_asked_for(platform))
    assert [f.code for f in check_memory_devices(inventory(platform), machine) if f.code != "MEM023"] == found


def test_a_container_that_can_be_ejected_may_be_asked_for() -> None:
    body = MODULE.format(body="Method (_EJ0, 1) {}", device=GOOD)
    platform = platform_of([table(body, events="Method (\\_GPE._L02) {Notify (\\_SB.MODU, 3)}")], Hardware())
    assert containers_asked_for(platform) == ()


def test_a_device_that_stays_needs_no_event() -> None:
    fixed = device(qword(5 * GIB, GIB), body=CONSTANT)
    devices = inventory(platform_of([table(fixed, events="")], Hardware()))
    assert "MEM014" not in [f.code for f in check_memory_devices(devices, MACHINE)]


CONTROLLER = (
    'Device (MHPD) { Name (_HID, "PNP0A06") Name (_UID, "Memory hotplug resources")'
    " OperationRegion (HPMR, %s, %s, 0x18) } "
)


@pytest.mark.parametrize(("space", "base"), [("SystemIO", "0xA00"), ("SystemMemory", "0x9070000")])
def test_the_controller_of_the_tables_is_told(space: str, base: str) -> None:
    data = table(CONTROLLER % (space, base), GOOD)
    platform = platform_of([data], None)
    assert platform.assumed is not None
    finding = controller_found(platform.assumed)
    assert (finding.code, f"({space} {base.lower()})" in finding.message) == ("MEM024", True)
    assert platform_of([data], Hardware()).assumed is None


@pytest.mark.parametrize("other", [("SystemIO", "0xA00, 0x20"), ("EmbeddedControl", "0")])
def test_other_regions_are_no_controller(other: tuple[str, str]) -> None:
    body = CONTROLLER.replace("%s, 0x18", "%s" if "," in other[1] else "%s, 0x18") % other
    assert platform_of([table(body, GOOD)], None).assumed is None


def test_every_rule_has_a_case_here() -> None:
    text = Path(__file__).read_text()
    assert [code for code in MEMORY_RULES if f'"{code}"' not in text] == []
