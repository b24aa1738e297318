"""What the kernel asks the firmware of one device, and what it makes of the answers.

Kernel: drivers/acpi/scan.c:acpi_scan_hot_remove, drivers/acpi/utils.c (acpi_evaluate_lck, _ej0, _ost),
drivers/acpi/numa/srat.c:acpi_get_pxm.
"""

from __future__ import annotations

import pytest

from acpitools.asl.compile import compile_source
from acpitools.core.errors import InputError
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB
from acpitools.hotplug.firmware import Firmware, FirmwareDevice, memory_ranges
from acpitools.hotplug.platform import platform_of
from acpitools.interp.hardware import Hardware

DEVICE = b"_SB_MEM0"
TEMPLATE = (
    "ResourceTemplate () { QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadWrite, 0,"
    f" {6 * GIB:#x}, {7 * GIB - 1:#x}, 0, {GIB:#x}) }}"
)

FAILS = "Local0 = 0 Return (1 / Local0)"


def firmware(body: str, outside: str = "") -> Firmware:
    """Return the firmware of a machine with one memory device; what was evaluated so far is forgotten."""
    source = (
        f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{{outside} Scope (\\_SB)'
        f' {{Device (MEM0) {{Name (_HID, EisaId ("PNP0C80")) {body}}}}}}}'
    )
    done = compile_source(source, "test.asl")
    assert done.tables, done.diagnostics
    found = platform_of([done.tables[0].data], Hardware()).firmware
    found.calls.clear()
    return found


def device(body: str, outside: str = "") -> FirmwareDevice:
    return firmware(body, outside).watched[DEVICE]


def asked(found: Firmware) -> list[tuple[str, tuple[int, ...]]]:
    return [(call.path.rpartition(".")[2], call.arguments) for call in found.calls]


EJECT = "Name (DONE, 0) Method (_EJ0, 1) {DONE = Arg0}"


def test_an_ejection_unlocks_first() -> None:
    found = firmware(f"{EJECT} Method (_LCK, 1) {{}}")
    done = found.watched[DEVICE].eject()
    assert asked(found) == [("_LCK", (0,)), ("_EJ0", (1,))]
    assert (done.lock, done.status) == (0, 0)
    assert found.integer(DEVICE + b"DONE") == 1


def test_without_a_lock_nothing_is_unlocked() -> None:
    found = firmware(EJECT)
    found.watched[DEVICE].eject()
    assert asked(found) == [("_EJ0", (1,))]


def test_a_lock_that_fails_is_no_reason_not_to_eject() -> None:
    found = firmware(f"{EJECT} Method (_LCK, 1) {{{FAILS}}}")
    done = found.watched[DEVICE].eject()
    assert asked(found) == [("_LCK", (0,)), ("_EJ0", (1,))]
    assert done.lock != 0
    assert done.status == 0


def test_a_device_without_ej0_is_not_found_to_eject() -> None:
    one = device("Method (_LCK, 1) {}")
    assert not one.ejectable
    assert one.eject().status == 5  # AE_NOT_FOUND


def test_the_status_after_an_ejection_that_has_none() -> None:
    assert device(EJECT).left() == (5, 0)
    assert device(f"{EJECT} Name (_STA, 0xB)").left() == (0, 0xB)


@pytest.mark.parametrize(
    ("body", "outside", "expected"),
    [
        ("Name (_PXM, 3)", "Name (_PXM, 1)", 3),
        ("", "Name (_PXM, 1)", 1),  # of the root
        ("", "Scope (\\_SB) {Name (_PXM, 2)}", 2),  # of what it lies in
        ("Name (_PXM, 0x1_0000_0003)".replace("_0000_", "0000"), "", 3),
        ("", "", None),
        (f"Method (_PXM) {{{FAILS}}}", "Scope (\\_SB) {Name (_PXM, 2)}", 2),
    ],
)
def test_the_domain_is_that_of_the_nearest_that_has_one(body: str, outside: str, expected: int | None) -> None:
    assert device(body, outside).domain() == expected


def test_a_device_without_status_is_there() -> None:
    assert device("").scanned_status() == 0xF
    assert device("Name (_STA, 9)").scanned_status() == 9
    assert device(f"Method (_STA) {{{FAILS}}}").scanned_status() is None
    assert device("External (\\NOPE, IntObj) Method (_STA) {Return (\\NOPE)}").scanned_status() == 0xF


def test_memory_is_shown_as_ranges() -> None:
    found = firmware(f"Name (_CRS, {TEMPLATE})")
    ranges = found.watched[DEVICE].resources()
    assert ranges is not None
    assert [(piece.start, piece.end) for piece in ranges] == [(6 * GIB, 7 * GIB)]
    assert found.calls[-1].answer == (AddrRange(6 * GIB, 7 * GIB),)
    assert found.calls[-1].error is None


def test_resources_that_are_no_buffer_are_an_error() -> None:
    found = firmware('Method (_CRS) {Local0 = Package () {"a"} Return (Local0)}')
    assert found.watched[DEVICE].resources() is None
    assert found.calls[-1].error == "it gives package, where a buffer is needed"


def test_resources_without_an_end_are_an_error() -> None:
    found = firmware("Name (_CRS, Buffer () {0x22, 1, 0})")
    assert found.watched[DEVICE].resources() is None
    assert found.calls[-1].error == "it is no resource template"
    assert memory_ranges(b"\x22\x01\x00\x79\x00") == []


def test_a_report_has_the_event_and_the_status() -> None:
    found = firmware(
        "Name (SEEN, Package (3) {}) Method (_OST, 3) {SEEN [0] = Arg0 SEEN [1] = Arg1 SEEN [2] = SizeOf (Arg2)}"
    )
    assert found.watched[DEVICE].report(0x103, 0x81) == 0x81
    assert asked(found) == [("_OST", (0x103, 0x81))]
    seen = found.aml.namespace.nodes[DEVICE + b"SEEN"].value
    assert [element.value for element in seen.elements] == [0x103, 0x81, 0]  # type: ignore[union-attr]


def test_without_ost_or_where_it_fails_nothing_is_reported() -> None:
    assert device("").report(1, 0) is None
    assert device(f"Method (_OST, 3) {{{FAILS}}}").report(1, 0) is None


def test_only_a_named_integer_can_be_set() -> None:
    found = firmware('Name (NUMB, 1) Name (TEXT, "a")')
    found.set_integer(DEVICE + b"NUMB", 1 << 65 | 7)
    assert found.integer(DEVICE + b"NUMB") == 7
    for name in (b"TEXT", b"NOPE"):
        with pytest.raises(InputError, match="no such named integer"):
            found.set_integer(DEVICE + name, 1)


def test_notifications_wait_for_the_kernel() -> None:
    found = firmware("Method (TELL) {Notify (^, 1) Notify (\\_SB, 0x81)}".replace("(^,", "(\\_SB.MEM0,"))
    call = found.call(DEVICE + b"TELL")
    assert call.notifies == (("\\_SB.MEM0", 1), ("\\_SB", 0x81))
    assert list(found.pending) == list(call.notifies)
