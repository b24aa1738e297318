"""What answers in address spaces: handlers, simulated memory, tables."""

from __future__ import annotations

import pytest

from acpitools.aml.encoding import name_from_text
from acpitools.aml.terms import NULL_NAME, Term, integer
from acpitools.aml.writer import write_terms
from acpitools.asl.compile import compile_source
from acpitools.asl.options import Options
from acpitools.core.errors import AmlError, AmlLimitError, AmlRuntimeError, AmlUnsupported
from acpitools.interp.evaluate import evaluate
from acpitools.interp.limits import Limits
from acpitools.interp.load import load
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Buffer, Integer, Region
from acpitools.interp.regions import SpaceHandler
from acpitools.interp.semantics import Semantics
from acpitools.interp.spaces import Memory
from acpitools.interp.start import start


class Recorder:
    """Answers with the width, and notes what is asked for."""

    def __init__(self) -> None:
        self.accesses: list[tuple[str, int, int, int | None]] = []

    def read(self, region: Region, offset: int, width: int) -> int:
        self.accesses.append((region.node.text, region.offset + offset, width, None))
        return width

    def write(self, region: Region, offset: int, width: int, value: int) -> None:
        self.accesses.append((region.node.text, region.offset + offset, width, value))


def loaded(body: str, handlers: dict[str, SpaceHandler] | None = None, limits: Limits | None = None) -> Machine:
    source = f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {body} }}'
    done = compile_source(source, "test.asl", options=Options(force=True))  # mistakes are wanted
    assert done.tables, done.diagnostics
    return load([done.tables[0].data], handlers=handlers, limits=limits)


def started(body: str) -> Machine:
    machine = loaded(body)
    start(machine)
    return machine


def number(machine: Machine, path: str) -> int:
    value = evaluate(machine, path)
    assert isinstance(value, Integer)
    return value.value


def test_a_handler_sees_every_access_in_its_space() -> None:
    ports = Recorder()
    machine = loaded(
        "OperationRegion (PORT, SystemIO, 0x0A00, 0x18)"
        " Field (PORT, DWordAcc, NoLock, Preserve) {ADDR, 64, , 32, FLAG, 1}"
        " Method (READ) {Return (ADDR)} Method (FLIP) {FLAG = 1}",
        {"SystemIO": ports},
    )
    assert number(machine, "READ") == 32 | 32 << 32
    evaluate(machine, "FLIP")
    assert ports.accesses == [
        ("\\PORT", 0x0A00, 32, None),
        ("\\PORT", 0x0A04, 32, None),
        ("\\PORT", 0x0A0C, 32, None),
        ("\\PORT", 0x0A0C, 32, 33),
    ]


def test_a_field_of_the_embedded_controller_is_read_at_once() -> None:
    controller = Recorder()
    machine = loaded(
        "OperationRegion (ECOR, EmbeddedControl, 0, 0xFF)"
        " Field (ECOR, ByteAcc, NoLock, Preserve) {Offset (0x20), WIDE, 128} Method (READ) {Return (WIDE)}",
        {"EmbeddedControl": controller},
    )
    value = evaluate(machine, "READ")
    assert isinstance(value, Buffer)
    assert value.data == (128).to_bytes(16, "little")
    assert controller.accesses == [("\\ECOR", 0x20, 128, None)]


def test_memory_that_is_given_is_what_regions_hold() -> None:
    machine = loaded(
        "OperationRegion (REGN, SystemMemory, 0xFFFFFFFE, 8)"
        " Field (REGN, WordAcc, NoLock, Preserve) {WORD, 16, NEXT, 16}"
        " Method (READ) {Return ((NEXT << 16) | WORD)}",
        {"SystemMemory": Memory({0xFFFF_FFFF: b"\x12\x34"})},
    )
    assert number(machine, "READ") == 0x0034_1200


@pytest.mark.parametrize("space", ["SMBus", "IPMI", "GenericSerialBus", "FFixedHW", "0x93"])
def test_a_space_without_hardware_says_what_to_do(space: str) -> None:
    bus = space in ("SMBus", "IPMI", "GenericSerialBus")
    access, value, does = ("BufferAcc", "Buffer (1) {}", "buses") if bus else ("ByteAcc", "1", "handlers")
    machine = loaded(
        f"OperationRegion (REGN, {space}, 0, 4) Field (REGN, {access}, NoLock, Preserve) {{FLD0, 8}}"
        f" Method (READ) {{Return (FLD0)}} Method (WRIT) {{FLD0 = {value}}}"
    )
    for path in ("READ", "WRIT"):
        with pytest.raises(AmlUnsupported, match=rf"\\REGN.*address space {space} is not simulated.*load\({does}="):
            evaluate(machine, path)


def test_regions_end_where_they_say() -> None:
    machine = loaded(
        "OperationRegion (REGN, SystemMemory, 0x1000, 3) Field (REGN, WordAcc, NoLock, Preserve) {FLD0, 16, FLD1, 8}"
        " Method (READ) {Return (FLD1)}"
    )
    with pytest.raises(AmlRuntimeError, match="bytes 2 to 3 of a region of 3"):
        evaluate(machine, "READ")


def test_regions_that_are_one_table_share_its_bytes() -> None:
    machine = loaded(
        'DataTableRegion (ONE0, "OEM7", "ACPIT", "SECOND") DataTableRegion (TWO0, "OEM7", "", "")'
        " Field (ONE0, AnyAcc, NoLock, Preserve) {Offset (36), BYT1, 8} Field (TWO0, AnyAcc, NoLock, Preserve)"
        " {Offset (36), BYT2, 8} Method (READ) {Return (BYT1)} Method (TRY0) {BYT2 = 7 Return (BYT2)}"
    )
    assert [finding.code for finding in machine.findings] == ["AML010", "AML010"]
    with pytest.raises(AmlRuntimeError, match="the machine has no table"):
        evaluate(machine, "READ")
    header = b"OEM7" + (40).to_bytes(4, "little") + b"\1\0ACPIT\0"
    first, second = (
        header + name.ljust(20, b"\0") + data for name, data in ((b"FIRST", b"1111"), (b"SECOND", b"2222"))
    )
    machine.tables += [bytearray(first), bytearray(second)]
    assert number(machine, "READ") == ord("2")
    assert number(machine, "TRY0") == 7
    assert number(machine, "READ") == ord("2")


def test_accesses_count_as_steps_and_memory_is_bounded() -> None:
    body = (
        "OperationRegion (REGN, SystemMemory, 0, 0x2000000) Field (REGN, ByteAcc, NoLock, Preserve) {WIDE, 0x800000}"
        " Method (READ) {Return (WIDE)} Method (WRIT) {WIDE = Buffer () {1}}"
    )
    machine = loaded(body, limits=Limits(steps=5000))
    for path in ("READ", "WRIT"):
        with pytest.raises(AmlLimitError, match="steps"):
            evaluate(machine, path)
    small = loaded(body, {"SystemMemory": Memory(limit=1 << 16)})
    with pytest.raises(AmlLimitError, match="65536 bytes of simulated memory"):
        evaluate(small, "WRIT")


def test_registers_behind_registers_are_bounded() -> None:
    chain = "".join(
        f"IndexField (R{index:03d}, R{index:03d}, ByteAcc, NoLock, Preserve) {{R{index + 1:03d}, 8}}"
        for index in range(60)
    )
    machine = loaded(
        "OperationRegion (REGN, SystemMemory, 0, 1) Field (REGN, ByteAcc, NoLock, Preserve) {R000, 8} "
        f"{chain} Method (READ) {{Return (R060)}} Method (SOME) {{Return (R003)}}"
    )
    assert number(machine, "SOME") == 0
    with pytest.raises(AmlLimitError):
        evaluate(machine, "READ")


def test_reg_beside_a_region_that_a_method_makes_hears_of_it() -> None:
    machine = started(
        "Name (SEEN, 0) Method (MAIN) {Method (_REG, 2) {SEEN = (Arg0 << 8) | Arg1}"
        " OperationRegion (REGN, EmbeddedControl, 0, 4) Return (SEEN)}"
    )
    assert number(machine, "MAIN") == 0x301


def test_the_trace_shows_each_access() -> None:
    machine = loaded(
        "OperationRegion (PORT, SystemIO, 0xB0, 4)"
        " Field (PORT, ByteAcc, NoLock, Preserve) {Offset (2), SMIP, 8, LOW4, 4} Method (MAIN) {SMIP = 0x5A LOW4 = 3}"
    )
    lines: list[str] = []
    machine.trace = lambda _, text: lines.append(text)
    evaluate(machine, "MAIN")
    assert [line for line in lines if "SystemIO" in line] == [
        "\\SMIP writes 0x5a at 0xb2 of SystemIO",
        "\\LOW4 reads 0x00 at 0xb3 of SystemIO",
        "\\LOW4 writes 0x03 at 0xb3 of SystemIO",
    ]


@pytest.mark.parametrize(("replaces", "value"), [(True, 0x2221), (False, 0x2211)])
def test_a_field_that_is_there_already_is_replaced_or_stays(replaces: bool, value: int) -> None:
    # iasl refuses such a program, machines of two tables have them.
    first = "OperationRegion (ONE0, SystemMemory, 0x1000, 4) Field (ONE0, ByteAcc, NoLock, Preserve) {FLD0, 8, FLD1, 8}"
    second = (
        "External (FLD1, FieldUnitObj) OperationRegion (TWO0, SystemMemory, 0x2000, 4)"
        " Field (TWO0, ByteAcc, NoLock, Preserve) {FLD9, 8, FLD2, 8, FLD3, 8}"
        " Method (READ) {Return (FLD1 | (FLD3 << 8))}"
    )
    tables = []
    for signature, body in (("DSDT", first), ("SSDT", second)):
        done = compile_source(f'DefinitionBlock ("", "{signature}", 2, "ACPIT", "TEST", 1) {{ {body} }}', "test.asl")
        tables.append(done.tables[0].data.replace(b"FLD2", b"FLD1"))
    machine = load(
        tables,
        handlers={"SystemMemory": Memory({0x1000: b"\x10\x11\x12", 0x2000: b"\x20\x21\x22"})},
        like=Semantics(fields_replace=replaces),
    )
    assert ["declared already" in finding.message for finding in machine.findings] == [True]
    assert number(machine, "READ") == value


def test_fields_of_what_is_no_region_have_no_value() -> None:
    # acpiexec: "Needed Region, found type 0x1 (Integer)", then AE_AML_UNINITIALIZED_NODE.
    field = Term("NamedField", (name_from_text("FLD0"), 8))
    read = Term("Return", (Term("NamePath", (name_from_text("FLD0"),)),))
    body = write_terms(
        (
            Term("Name", (name_from_text("NUMB"), integer(5))),
            Term("Field", (name_from_text("NUMB"), 1, (field,))),
            Term("Method", (name_from_text("READ"), 0, (read,))),
        )
    )
    machine = load([b"DSDT" + (36 + len(body)).to_bytes(4, "little") + b"\2".ljust(28, b"\0") + body])
    assert ["where a region is needed" in finding.message for finding in machine.findings] == [True]
    with pytest.raises(AmlRuntimeError, match="not initialized"):
        evaluate(machine, "READ")


def test_damaged_lists_of_fields_and_scopes_as_operands_are_errors_of_the_code() -> None:
    region = Term("OperationRegion", (name_from_text("REGN"), 0, integer(0), integer(4)))
    damaged = Term("Field", (name_from_text("REGN"), 1, (Term("Raw", (b"\xff\xff",)),)))
    device = Term("Device", (name_from_text("DEV0"), ()))
    sized = Term("Return", (Term("SizeOf", (device,)),))
    added = Term("Return", (Term("Add", (integer(1), device, NULL_NAME)),))
    methods = [Term("Method", (name_from_text(name), 0, (body,))) for name, body in (("SIZE", sized), ("ADDS", added))]
    body = write_terms((region, damaged, *methods))
    machine = load([b"DSDT" + (36 + len(body)).to_bytes(4, "little") + b"\2".ljust(28, b"\0") + body])
    assert any("could not be read" in finding.message for finding in machine.findings)
    for path in ("SIZE", "ADDS"):
        with pytest.raises(AmlError):
            evaluate(machine, path)


def test_a_region_whose_place_is_declared_later_is_not_there() -> None:
    # acpiexec: "Could not resolve symbol [\\DEV0.LATE], AE_NOT_FOUND", then the same of \\DEV0.PM08.
    first = (
        "External (LATE, IntObj) Device (DEV0) {OperationRegion (PM08, SystemMemory, LATE, 0x30)"
        " Field (PM08, ByteAcc, NoLock, Preserve) {VER0, 8} Method (READ) {Return (VER0)} Method (WRIT) {VER0 = 1}}"
    )
    tables = []
    for signature, body in (("DSDT", first), ("SSDT", "Name (LATE, 0x1000)")):
        done = compile_source(f'DefinitionBlock ("", "{signature}", 2, "ACPIT", "TEST", 1) {{ {body} }}', "test.asl")
        tables.append(done.tables[0].data)
    machine = load(tables)
    assert len(machine.findings) == 2
    assert b"DEV0PM08" not in machine.namespace.nodes
    with pytest.raises(AmlRuntimeError, match="not initialized"):
        evaluate(machine, "\\DEV0.READ")
    with pytest.raises(AmlRuntimeError, match="nothing to store to"):
        evaluate(machine, "\\DEV0.WRIT")


FAILING = (
    "Method (FAIL) {Local0 = Local1 Return (1)} Name (BUFF, Buffer (8) {}) Mutex (MUTX, 5)"
    " Method (LEVL, 0, Serialized, 3) {Return (1)}"
)


@pytest.mark.parametrize(
    ("code", "loaded_too"),
    [
        ("FAIL ()", False),
        ("Name (NUM0, 0) Store (FAIL (), NUM0)", False),
        ("If (FAIL ()) {}", False),
        ("Scope (\\_SB) {If (One) {FAIL ()}}", False),
        ("OperationRegion (REGN, SystemMemory, FAIL (), 4)", False),
        ("CreateField (BUFF, FAIL (), 3, BITS)", False),
        ("_OSI (5)", False),
        ("Acquire (MUTX, 0) LEVL ()", False),
        ("Divide (SizeOf (BUFF), Subtract (SizeOf (BUFF), 8))", True),
        ("Release (MUTX)", True),
        ("Local0 = Local1", True),
    ],
)
def test_a_table_of_which_a_method_fails_is_not_loaded(code: str, loaded_too: bool) -> None:
    # What acpiexec says: "table load failed", or "Ignoring error and continuing table load".
    machine = loaded(f"{FAILING} {code} Name (LAST, 9)")
    assert (b"LAST" in machine.namespace.nodes, b"BUFF" in machine.namespace.nodes) == (loaded_too, loaded_too)
    assert [("is not loaded" in finding.message) for finding in machine.findings] == [not loaded_too]


@pytest.mark.parametrize(
    ("space", "early"),
    [
        ("SystemMemory", True),
        ("SystemIO", True),
        ("PCI_Config", True),
        ("EmbeddedControl", True),
        ("SystemCMOS", False),
    ],
)
def test_code_outside_methods_reaches_what_is_there_from_the_beginning(space: str, early: bool) -> None:
    # acpiexec has handlers for the other address spaces only after it has loaded the tables.
    machine = loaded(
        f"OperationRegion (REGN, {space}, 0, 4) Field (REGN, ByteAcc, NoLock, Preserve) {{FLD0, 8}}"
        " FLD0 = 7 Method (READ) {Return (FLD0)}"
    )
    assert number(machine, "READ") == (7 if early else 0)
    assert ["(yet) (AE_NOT_EXIST)" in finding.message for finding in machine.findings] == [True] * (not early)
