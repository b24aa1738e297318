"""Events of firmware that is written here: registers, controllers at other places, notifications without an end."""

from __future__ import annotations

import pytest

from acpitools.asl.compile import compile_source
from acpitools.core.errors import InputError
from acpitools.core.units import GIB
from acpitools.hotplug.actions import (
    Action,
    Event,
    Notify,
    Plug,
    SetObject,
    SetRegister,
    SetState,
    Unplug,
    Write,
    parse_actions,
)
from acpitools.hotplug.kernel_setup import linux_of
from acpitools.hotplug.platform import platform_of
from acpitools.hotplug.run import run_actions
from acpitools.hotplug.step import HotplugStep
from acpitools.interp.hardware import Hardware, parse_hardware
from tests.kernel.machines import LOW, memory, predict, srat

VIEW = srat(*LOW, memory(1, 4 * GIB, 6 * GIB), memory(1, 6 * GIB, 16 * GIB, hot=True), cpus=[(0, 0), (1, 1)])
CRS = (
    "Name (_CRS, ResourceTemplate () { QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable,"
    f" ReadWrite, 0, {6 * GIB:#x}, {7 * GIB - 1:#x}, 0, {GIB:#x}) }})"
)


def run(
    body: str, *actions: Action, hardware: Hardware | None = None, release: str = "6.12", options: str = ""
) -> tuple[HotplugStep, ...]:
    """Carry out actions on two nodes, with these tables."""
    done = compile_source(f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {body} }}', "test.asl")
    assert done.tables, done.diagnostics
    prediction = predict(f"memhp_default_state=online_movable {options}", VIEW, apic_ids=(0, 1), release=release)
    kernel = linux_of(prediction.replay.env.inputs)
    platform = platform_of([done.tables[0].data], hardware or Hardware(), kernel)
    return run_actions(prediction, actions, platform)


STATUS = (
    "Scope (\\_SB) { OperationRegion (CTRL, SystemIO, 0x900, 2)"
    " Field (CTRL, ByteAcc, NoLock, Preserve) {STAT, 8, GONE, 8}"
    f' Device (MEM0) {{ Name (_HID, EisaId ("PNP0C80")) Name (_PXM, 1) Method (_STA) {{Return (STAT)}} {CRS}'
    " Method (_EJ0, 1) {STAT = 0 GONE = 1} } }"
    " Scope (\\_GPE) { Method (_L05) {Notify (\\_SB.MEM0, 1)} Method (_L06) {Notify (\\_SB.MEM0, 3)} }"
)
COMES = SetRegister(space="SystemIO", address=0x900, number=15)


def test_a_register_and_an_event_bring_a_device_and_take_it() -> None:
    boot, _, came, went = run(STATUS, COMES, Event(method="\\_GPE._L05"), Event(method="\\_GPE._L06"))
    assert boot.devices == ()
    assert [(d.path, d.node, len(d.blocks)) for d in came.devices] == [("\\_SB.MEM0", 1, 8)]
    assert (came.result, came.ost) == ("ok", None)  # there is no _OST
    assert (went.result, went.devices) == ("ok", ())
    assert [call.path[-4:] for call in went.firmware] == ["_L06", "_EJ0", "_STA"]


@pytest.mark.parametrize(("release", "log"), [("6.1", ("acpi PNP0C80:00: Still not present",)), ("6.12", ())])
def test_a_device_check_of_what_is_not_there_changes_nothing(release: str, log: tuple[str, ...]) -> None:
    step = run(STATUS, Event(method="\\_GPE._L05"), release=release)[1]
    assert (step.result, step.reason, step.dmesg) == ("failed", "not there: _STA is 0x0", log)


def test_a_device_that_is_there_at_boot_is_attached_at_boot() -> None:
    board = parse_hardware('[[registers]]\nspace = "SystemIO"\naddress = 0x900\nvalue = 15\n')
    boot, again = run(STATUS, Notify(device="\\_SB.MEM0", code=1), hardware=board)
    assert [d.node for d in boot.devices] == [1]
    assert (again.result, again.blocks) == ("ok", boot.blocks)
    assert [finding.code for finding in again.findings] == ["HP021"]


@pytest.mark.parametrize(("options", "nodes"), [("", [1]), ("acpi=strict", []), ("acpi=strict acpi=force", [])])
def test_code_without_return_describes_a_device_unless_the_kernel_is_strict(options: str, nodes: list[int]) -> None:
    method = CRS.replace("Name (_CRS, ", "Method (_CRS) { Local0 = ").removesuffix(")") + "}"
    rest = f"Name (_PXM, 1) Name (_STA, 15) {method}"
    body = f'Scope (\\_SB) {{ Device (MEM0) {{ Name (_HID, EisaId ("PNP0C80")) {rest} }} }}'
    assert [device.node for device in run(body, options=options)[0].devices if device.attached] == nodes


@pytest.mark.parametrize(
    ("options", "nodes"), [("", []), ("acpi_osi=Linux", [1]), ("acpi_osi=Linux acpi_osi=!Linux", []), ("acpi_osi=", [])]
)
def test_the_command_line_decides_what_the_firmware_is_told(options: str, nodes: list[int]) -> None:
    status = 'Method (_STA) { If (CondRefOf (\\_OSI)) { If (\\_OSI ("Linux")) { Return (0xF) } } Return (0) }'
    body = f'Scope (\\_SB) {{ Device (MEM0) {{ Name (_HID, EisaId ("PNP0C80")) Name (_PXM, 1) {status} {CRS} }} }}'
    assert [device.node for device in run(body, options=options)[0].devices] == nodes


def test_memory_that_goes_while_it_is_online_is_a_kernel_bug() -> None:
    gone = SetRegister(space="SystemIO", address=0x900, number=0)
    step = run(STATUS, COMES, Event(method="\\_GPE._L05"), gone, Event(method="\\_GPE._L05"))[4]
    assert step.result == "failed"
    assert "HP007" in [finding.code for finding in step.findings]


CONTROLLER = (
    "Scope (\\_SB) { OperationRegion (HPMR, SystemMemory, 0xFE000000, 0x18)"
    " Field (HPMR, DWordAcc, NoLock, Preserve) {MRBL, 32, MRBH, 32, MRLL, 32, MRLH, 32, MPX, 32}"
    " Field (HPMR, ByteAcc, NoLock, WriteAsZeros) {Offset (0x14), MES, 1, MINS, 1, MRMV, 1, MEJ, 1}"
    " Field (HPMR, DWordAcc, NoLock, Preserve) {MSEL, 32, MOEV, 32, MOSC, 32}"
    ' Device (MEM0) { Name (_HID, EisaId ("PNP0C80")) Method (_PXM) {MSEL = 0 Return (MPX)}'
    " Method (_STA) {MSEL = 0 Return (MES * 15)}"
    " Method (_CRS, 0, Serialized) { Name (MR64, ResourceTemplate () { QWordMemory (ResourceProducer, PosDecode,"
    " MinFixed, MaxFixed, Cacheable, ReadWrite, 0, 0, 0, 0, 0,,, RNGE) })"
    " CreateQWordField (MR64, RNGE._MIN, MINQ) CreateDWordField (MR64, RNGE._LEN, LENL)"
    " MSEL = 0 MINQ = MRBL + (MRBH << 32) LENL = MRLL Return (MR64) }"
    " Method (_OST, 3) {MSEL = 0 MOEV = Arg0 MOSC = Arg1} Method (_EJ0, 1) {MSEL = 0 MEJ = 1} }"
    ' Device (GED) { Name (_HID, "ACPI0013") Method (_EVT, 1) { If (Arg0 == 16) { MSEL = 0'
    " If (MINS) {Notify (MEM0, 1) MINS = 1} ElseIf (MRMV) {Notify (MEM0, 3) MRMV = 1} } } } }"
)
BOARD = parse_hardware(
    '[[models]]\nmodel = "qemu-memory-hotplug"\nspace = "SystemMemory"\nbase = 0xFE000000\n'
    "event = '\\_SB.GED._EVT'\nevent_arguments = [16]\n"
)


def test_a_generic_event_device_and_a_controller_in_memory_work_alike() -> None:
    dimm = Plug(device="d", pxm=1, size=GIB)
    _, came, went = run(CONTROLLER, dimm, Unplug(device="d"), hardware=BOARD)
    assert (came.result, came.ost, [d.node for d in came.devices]) == ("ok", 0, [1])
    assert (went.result, went.ost, went.devices) == ("ok", 0, ())
    assert came.firmware[0].path == "\\_SB.GED._EVT"


def test_an_event_method_that_tells_nobody_is_why_a_plug_fails() -> None:
    other = parse_hardware(
        '[[models]]\nmodel = "qemu-memory-hotplug"\nspace = "SystemMemory"\nbase = 0xFE000000\n'
        "event = '\\_SB.GED._EVT'\nevent_arguments = [17]\n"
    )
    step = run(CONTROLLER, Plug(device="d", pxm=1, size=GIB), hardware=other)[1]
    assert (step.result, step.reason) == ("failed", "the firmware's event method notified nobody of it")


def test_a_controller_without_an_event_method_is_an_error() -> None:
    silent = parse_hardware('[[models]]\nmodel = "qemu-memory-hotplug"\nspace = "SystemMemory"\nbase = 0xFE000000\n')
    with pytest.raises(InputError, match=r"there is no \\_GPE\._E03"):
        run(CONTROLLER, Plug(device="d", pxm=1, size=GIB), hardware=silent)


def test_notifications_without_an_end_end() -> None:
    body = STATUS.replace("STAT = 0 GONE = 1}", "STAT = 0} Method (_OST, 3) {Notify (MEM0, 0)}")
    step = run(body, COMES, Notify(device="\\_SB.MEM0", code=1))[2]
    assert "HP017" in [finding.code for finding in step.findings]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"op": "register", "space": "GPIO", "address": 1, "value": 1}]', "'space' must be one of SystemMemory"),
        ('[{"op": "register", "space": "SystemIO", "address": 1}]', "give 'address' and 'value'"),
        ('[{"op": "register", "space": "SystemIO", "address": 1, "value": 256}]', "hold the value 0x100"),
        ('[{"op": "register", "space": "PCI_Config", "address": 1, "value": 1}]', "'device' is for PCI_Config"),
        ('[{"op": "object", "path": "MEM0", "value": 1}]', "from the root on"),
        ('[{"op": "event"}]', "'method' must be a text"),
        ('[{"op": "notify", "device": "a", "value": "7x"}]', "'7x' is no number"),
        ('[{"op": "notify", "device": "a", "value": 4294967296}]', "must be a number of 32 bits"),
    ],
)
def test_actions_on_the_firmware_are_checked(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_actions(text)
    assert words in str(caught.value)


def test_a_device_that_was_to_be_there_at_boot_and_is_not_is_told() -> None:
    [boot] = run(STATUS, Plug(device="\\_SB.MEM0", at_boot=True, evaluated=True))
    assert ("HP018", "\\_SB.MEM0") in [(finding.code, finding.message[:9]) for finding in boot.findings]


def test_firmware_that_fails_again_and_again_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acpitools.hotplug.firmware._MOST_STEPS", 1_000_000)
    body = STATUS.replace("{Return (STAT)}", "{While (STAT) {} Return (STAT)}")
    with pytest.raises(InputError, match="after 1000000 steps in all"):
        run(body, COMES, *[Notify(device="\\_SB.MEM0", code=1)] * 9)


def test_a_path_may_be_filled_up_with_underscores() -> None:
    text = '[{"op": "notify", "device": "\\\\_SB_.MEM0", "value": 1}, {"op": "unplug", "device": "\\\\_SB_.MEM0"}]'
    actions = parse_actions(text)
    assert actions == (Notify(device="\\_SB.MEM0", code=1), Unplug(device="\\_SB.MEM0"))
    step = run(STATUS, COMES, *actions)[3]
    assert (step.result, step.devices) == ("ok", ())


NAMED = f'Scope (\\_SB) {{ Device (MEM0) {{ Name (_HID, EisaId ("PNP0C80")) Name (_PXM, 1) Name (_STA, 0) {CRS} }} }}'


def test_a_named_integer_of_the_firmware_can_change() -> None:
    brings = parse_actions(
        '[{"op": "object", "path": "\\\\_SB_.MEM0._STA", "value": 15}, {"op": "plug", "device": "\\\\_SB.MEM0"}]'
    )
    _, changed, came = run(NAMED, *brings)
    assert (changed.result, changed.devices) == ("ok", ())
    assert (came.result, [d.node for d in came.devices]) == ("ok", [1])
    with pytest.raises(InputError, match="no such named integer"):
        run(NAMED, SetObject(path="\\_SB.MEM0._CRS", number=1))


def test_an_ejection_of_what_is_not_there_runs_the_code_all_the_same() -> None:
    step = run(STATUS, Notify(device="\\_SB.MEM0", code=3))[1]
    assert (step.result, [call.path[-4:] for call in step.firmware]) == ("ok", ["_EJ0", "_STA"])
    assert "HP021" in [finding.code for finding in step.findings]


def test_hardware_that_nothing_describes_is_told() -> None:
    [boot] = run(STATUS)
    assert [(finding.code, finding.severity.value) for finding in boot.findings] == [("HP020", "info")]
    assert boot.findings[0].message.endswith("by \\_SB.MEM0._STA")
    _, described = run(STATUS, COMES)
    assert described.findings == ()


@pytest.mark.parametrize(
    ("code", "log"),
    [
        (2, ()),
        (4, ()),
        (5, ("ACPI: \\_SB_.MEM0: Device cannot be configured due to a frequency mismatch",)),
        (6, ("ACPI: \\_SB_.MEM0: Device cannot be configured due to a bus mode mismatch",)),
        (7, ("ACPI: \\_SB_.MEM0: Device has suffered a power fault",)),
        (0x81, ()),
    ],
)
def test_other_notifications_change_nothing(code: int, log: tuple[str, ...]) -> None:
    boot, _, told = run(STATUS, COMES, Notify(device="\\_SB.MEM0", code=code))
    assert (told.result, told.ost, told.dmesg, told.blocks) == ("ok", None, log, boot.blocks)


def test_a_device_that_is_no_container_and_no_memory_is_told_of_in_vain() -> None:
    [_, told] = run(STATUS, Notify(device="\\_SB", code=0))
    assert [finding.code for finding in told.findings] == ["HP014"]


STATES = (
    "Scope (\\_SB) { Name (ZERX, 0) Name (MORE, 0)"
    f' Device (MEM0) {{ Name (_HID, EisaId ("PNP0C80")) Name (_PXM, 1) %s {CRS} Method (_EJ0, 1) {{%s}} }} }}'
)


@pytest.mark.parametrize(
    ("sta", "attached"),
    [
        ("Name (_STA, 0xB)", [True]),
        ("Name (_STA, 0x9)", [False]),
        ("Name (_STA, 0xD)", [False]),
        ("Name (_STA, 0x2)", []),
        ("", [False]),  # the scan takes it as present, the memory driver does not
        ("Method (_STA) {Return (1 / ZERX)}", []),  # what fails is absent
        ("External (GONE) Method (_STA) {Return (GONE)}", [False]),  # as if there were none
        ('Method (_STA) {Local0 = "0xF" Return (Local0)}', [True]),  # repaired
    ],
)
def test_what_a_device_is_by_its_status(sta: str, attached: list[bool]) -> None:
    [boot] = run(STATES % (sta, ""))
    assert [device.attached for device in boot.devices] == attached


@pytest.mark.parametrize(
    ("code", "log", "ost"),
    [
        ("Local0 = 1 / ZERX", "Eject failed (0x300c)", 1),
        ("If (ZERX) {Local1 = 1} Local0 = Local1", "Eject failed (0x3005)", 1),
        ("External (GONE) Local0 = GONE", "No _EJ0 support for device", 1),  # the same exception
        ("", "Eject incomplete - status 0xf", 0),
    ],
)
def test_an_ejection_that_fails_is_told_as_the_kernel_prints_it(code: str, log: str, ost: int) -> None:
    body = STATES % ("Name (_STA, 15) Method (_OST, 3) {}", code)
    options = "acpi=strict" if "Local1" in code else ""  # else a variable begins as zero
    _, step = run(body, Notify(device="\\_SB.MEM0", code=3), options=options)
    assert (step.result, step.ost, step.dmesg[-1]) == ("failed", ost, f"ACPI: \\_SB_.MEM0: {log}")
    assert [(d.attached, d.blocks) for d in step.devices] == [(False, ())]


NESTED = (
    'Scope (\\_SB) { Device (MODA) { Name (_HID, "ACPI0004") Name (STAV, 15) Method (_STA) {Return (STAV)}'
    " Method (_EJ0, 1) {STAV = 0} Method (_OST, 3) {}"
    ' Device (MODB) { Name (_HID, "ACPI0004") Method (_EJ0, 1) {}'
    f' Device (MEM0) {{ Name (_HID, EisaId ("PNP0C80")) Name (_PXM, 1) Name (_STA, 15) {CRS} }} }} }} }}'
)


def container(number: int, value: str) -> Write:
    return Write(path=f"/sys/devices/system/container/ACPI0004:{number:02x}/online", value=value)


def test_a_container_is_offline_only_with_the_containers_in_it() -> None:
    steps = run(
        NESTED,
        container(0, "0"),
        container(1, "0"),
        SetState(state="offline", device="\\_SB.MODA.MODB.MEM0"),
        container(1, "0"),
        container(0, "0"),
        Write(path="/sys/bus/acpi/devices/ACPI0004:00/eject", value="1"),
    )
    assert [(step.result, (step.reason or "")[:26]) for step in steps[1:]] == [
        ("failed", "EBUSY: ACPI0004:01 in ACPI"),
        ("failed", "EBUSY: memory48 in ACPI000"),
        ("ok", ""),
        ("ok", ""),
        ("ok", ""),
        ("ok", ""),
    ]
    assert (steps[-1].devices, steps[-1].ost) == ((), 0)


def test_only_what_is_attached_can_be_ejected_by_a_file() -> None:
    body = STATES % ("Name (_STA, 9)", "")
    eject = "/sys/bus/acpi/devices/%s/eject"
    steps = run(
        body, *(Write(path=eject % name, value=value) for name, value in (("PNP0C80:00", "1"), ("PNP0C80:01", "1")))
    )
    assert [(step.reason or "")[:7] for step in steps[1:]] == ["ENODEV:", "ENOENT:"]


def dependent(name: str, start: int, more: str) -> str:
    return (
        f'Device ({name}) {{ Name (_HID, EisaId ("PNP0C80")) Name (_PXM, 1) Name (_STA, 15) {more} Name (_CRS,'
        " ResourceTemplate () { QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadWrite, 0,"
        f" {start * GIB:#x}, {(start + 1) * GIB - 1:#x}, 0, {GIB:#x}) }}) }}"
    )


@pytest.mark.parametrize(
    ("depends", "names"),
    [
        ("", ["MEM0", "MEM1", "MEM2"]),
        ("Name (_DEP, Package () {\\_SB.MEM2})", ["MEM1", "MEM2", "MEM0"]),
        ("Name (_DEP, Package () {\\_SB.PEPD})", ["MEM0", "MEM1", "MEM2"]),  # nothing waits for it
        ("Name (_DEP, Package () {})", ["MEM0", "MEM1", "MEM2"]),
        ("Method (_DEP) {Local0 = Package () {1} Return (Local0)}", ["MEM0", "MEM1", "MEM2"]),
    ],
)
def test_a_device_that_depends_on_another_comes_last(depends: str, names: list[str]) -> None:
    devices = (dependent("MEM0", 6, depends), dependent("MEM1", 7, ""), dependent("MEM2", 8, ""))
    body = f'Scope (\\_SB) {{ Device (PEPD) {{ Name (_HID, EisaId ("PNP0D80")) }} {" ".join(devices)} }}'
    [boot] = run(body)
    assert [(d.path or "")[-4:] for d in sorted(boot.devices, key=lambda d: d.acpi_name)] == names
    assert all(d.attached for d in boot.devices)


def test_a_domain_has_32_bits() -> None:
    body = NAMED.replace("Name (_STA, 0)", "Name (_STA, 15)").replace("Name (_PXM, 1)", "Name (_PXM, 0x100000001)")
    [boot] = run(body)
    assert [device.node for device in boot.devices] == [1]


@pytest.mark.parametrize(
    ("given", "attached"),
    [("TMPL", [True]), ("DerefOf (RefOf (TMPL))", [True]), ("RefOf (TMPL)", [False])],
)
def test_resources_are_given_as_they_are(given: str, attached: list[bool]) -> None:
    body = NAMED.replace("Name (_STA, 0)", "Name (_STA, 15)").replace("Name (_CRS,", "Name (TMPL,")
    code = f"Method (_CRS) {{ Local0 = {given} Return (Local0) }} }}"
    [boot] = run(body.removesuffix("} }") + code + " }")
    assert [device.attached for device in boot.devices] == attached
