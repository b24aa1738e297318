"""Programs to bytes: what iasl made of the same text, recorded; errors and warnings with their places."""

from __future__ import annotations

from pathlib import Path

import pytest

from acpitools.asl.compile import Compiled, compile_source
from acpitools.asl.keywords import LEAVES, OPERATORS, SPECIAL
from acpitools.asl.options import Options
from acpitools.asl.resource_macros import MACROS
from acpitools.asl.resource_words import WORDS
from acpitools.cli.asl_files import Folders
from acpitools.core.findings import Severity
from tests.support import FIXTURES

PROGRAMS = sorted(FIXTURES.glob("asl/*/*.asl"))


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def body(text: str, signature: str = "SSDT", revision: int = 2, options: Options | None = None) -> str:
    """Return the AML of terms, in hex; fails if there are errors."""
    done = block(text, signature, revision, options)
    assert [str(told) for told in done.diagnostics if told.severity is Severity.ERROR] == []
    (table,) = done.tables
    return table.data[36:].hex(" ")


def block(text: str, signature: str = "SSDT", revision: int = 2, options: Options | None = None) -> Compiled:
    source = f'DefinitionBlock ("", "{signature}", {revision}, "OEM", "TABLE", 1)\n{{\n{text}\n}}\n'
    return compile_source(source, "t.asl", options=options)


def told(text: str, severity: Severity = Severity.ERROR) -> list[str]:
    return [
        f"{item.line - 2}:{item.column}: {item.message}"
        for item in block(text).diagnostics
        if item.severity is severity
    ]


@pytest.mark.parametrize("path", PROGRAMS, ids=name_of)
def test_a_program_becomes_the_bytes_that_iasl_made_of_it(path: Path) -> None:
    done = compile_source(path.read_text(), path.name, includes=Folders(str(path), ()))
    assert [str(item) for item in done.diagnostics if item.severity is Severity.ERROR] == []
    assert done.tables[0].data == path.with_suffix(".aml").read_bytes()


def test_there_is_a_program_for_every_operator_and_macro() -> None:
    text = "\n".join(path.read_text() for path in PROGRAMS).lower()
    # Newer than the iasl that the tables come from; tests/asl/test_resources.py has them.
    newer = {"csi2bus", "clockinput", "hz", "khz", "mhz", "fixedfreq", "variablefreq", "platformrtmechanism"}
    words = {*OPERATORS, *SPECIAL, *LEAVES, *MACROS, *(word for group in WORDS.values() for word in group)}
    assert {word for word in words if word.lower() not in text} == {word for word in words if word.lower() in newer}


# Bytes recorded from iasl 20200925, with the options in the comment.


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (Options(), "14 0f 4d 41 49 4e 00 a4 72 0a 03 46 4f 4f 5f 00 08 46 4f 4f 5f 00"),
        (Options(fold=False), "14 12 4d 41 49 4e 00 a4 72 72 01 0a 02 00 46 4f 4f 5f 00 08 46 4f 4f 5f 00"),
        (Options(shorten_integers=False), "14 0f 4d 41 49 4e 00 a4 72 0a 03 46 4f 4f 5f 00 08 46 4f 4f 5f 0a 00"),
        (Options(shorten_names=False), "14 10 4d 41 49 4e 00 a4 72 0a 03 5c 46 4f 4f 5f 00 08 46 4f 4f 5f 00"),
        (
            Options(fold=False, shorten_integers=False, shorten_names=False),
            "14 14 4d 41 49 4e 00 a4 72 72 0a 01 0a 02 00 5c 46 4f 4f 5f 00 08 46 4f 4f 5f 0a 00",
        ),
    ],
    ids=["", "-of", "-oi", "-on", "-oa"],
)
def test_optimisations_can_be_left_out(options: Options, expected: str) -> None:
    text = "Method (MAIN) {Return (1 + 2 + \\FOO)}\nName (FOO, 0)"
    assert body(text, "DSDT", options=options) == expected


def test_a_string_in_a_buffer_whose_size_is_an_expression_keeps_its_opcode() -> None:
    assert body('Name (A, Buffer (1 + 1) {"abcd"})') == "08 41 5f 5f 5f 11 09 0a 02 0d 61 62 63 64 00"
    assert body('Name (A, Buffer (3) {"abcd"})') == "08 41 5f 5f 5f 11 08 0a 05 61 62 63 64 00"


def test_only_a_size_that_is_a_number_grows_with_the_buffer() -> None:
    assert body("Name (A, Buffer (2) {1, 2, 3})") == "08 41 5f 5f 5f 11 06 0a 03 01 02 03"
    assert body("Name (A, Buffer (1 + 1) {1, 2, 3})") == "08 41 5f 5f 5f 11 06 0a 02 01 02 03"
    assert body("Name (A, Buffer (Zero) {1, 2})") == "08 41 5f 5f 5f 11 04 00 01 02"
    assert body("Name (A, Package (One) {1, 2})") == "08 41 5f 5f 5f 12 05 02 01 0a 02"


def test_revision_1_has_integers_of_32_bits() -> None:
    assert body("Name (A, 0xFFFFFFFF)", revision=1) == "08 41 5f 5f 5f ff"
    assert body("Name (A, 0xFFFFFFFF)", revision=2) == "08 41 5f 5f 5f 0c ff ff ff ff"


def test_words_for_the_place_in_the_text() -> None:
    # As iasl has them.
    assert body("Method (M) {Return (__METHOD__)}") == "14 0d 4d 5f 5f 5f 00 a4 0d 4d 5f 5f 5f 00"
    assert body('Method (MMMM) {Printf ("%s", __METHOD__)}') == "14 0f 4d 4d 4d 4d 00 70 0d 4d 4d 4d 4d 00 5b 31"
    assert body("#line 100\nName (AAAA, __LINE__)") == "08 41 41 41 41 0a 64"


def test_the_header() -> None:
    (table,) = block("", "DSDT").tables
    assert table.data.hex() == (
        "4453445424000000"
        "02"
        f"{-sum(table.data[:9] + table.data[10:]) & 0xFF:02x}"
        "4f454d000000"
        "5441424c45000000"
        "01000000"
        "494e544c"
        "25092020"
    )
    assert sum(table.data) % 256 == 0


def test_several_blocks_give_several_tables() -> None:
    one = 'DefinitionBlock ("", "SSDT", 2, "OEM", "{}", 1) {{}}\n'
    done = compile_source(one.format("A") + one.format("B"), "t.asl")
    assert [table.data[16:24] for table in done.tables] == [b"A" + bytes(7), b"B" + bytes(7)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Name (A, FOO)", "1:10: FOO is not known in \\: declare it, or say External"),
        ("Name (A, 1)\nName (A, 2)", "2:7: \\A is declared already, in line 3"),
        ("Name (_SB, 1)", "1:7: \\_SB is predefined"),
        ("Name (_OSI, 1)", "1:7: \\_OSI is predefined"),
        ("Name (LONGER, 1)", "1:7: 'LONGER' is no operator, and no name"),
        ("Name (A)", "1:1: Name takes 2 arguments"),
        ("Name (A, Local0)", "1:1: the value of a Name must be known"),
        ("Method (A, 8) {}", "1:12: a method takes at most 7 arguments"),
        ("Method (A, 1) {}\nMethod (B) {A (1, 2)}", "2:13: A takes 1 argument, not 2"),
        ("Method (A, 1) {}\nMethod (B) {Local0 = A}", "2:22: A takes 1 argument, not 0"),
        ("Name (A, 1)\nMethod (B) {A (1)}", "2:13: A is no method: it cannot be called"),
        ("Method (B) {Add (1)}", "1:13: Add takes 2 to 3 arguments, not 1"),
        ("Method (B) {Store (, Local0)}", "1:13: an argument of Store is missing"),
        ("Method (B) {Local0 = ToInteger}", "1:22: ToInteger takes arguments in parentheses"),
        ("Method (B) {Local0 = 1 / 0}", "1:24: this constant expression has no value: division by zero"),
        ("Method (B) {1 = 2}", "1:13: this cannot be stored to"),
        ("Method (B) {Break}", "1:13: Break has no While, For or Switch around it"),
        ("Method (B) {Else {}}", "1:13: Else has no If"),
        ("Method (B) {Switch (1) {Default {}}}", "1:13: Switch has no Case"),
        ("Method (B) {Return (Sleep (1))}", "1:21: Sleep gives no value"),
        ("Name (If, 1)", "1:7: If is a word of the language; a name is expected here"),
        ("Method (B) {Noop, Noop}", "1:13: statements have no commas between them"),
        ("Name (A, Package () {1; 2})", "1:23: a semicolon ends a statement"),
        ("Name (A, (1))", "1:11: the value of a Name cannot be in parentheses"),
        ('Method (B) {Printf ("a") {Noop}}', "1:13: Printf takes no braces"),
        ("External (A, IntObj, IntObj)", "1:22: only a MethodObj has types of result and arguments"),
        ('Name (A, EisaId ("pnp0000"))', "1:10: EisaId takes three capital letters"),
        ('Name (A, ToUUID ("1"))', "1:10: ToUUID takes"),
        ('Name (A, "\\x00")', None),
        ('Name (A, "é")', "1:11: 'é' is not ASCII"),
        ("Name (A, 0x1FFFFFFFFFFFFFFFF)", "1:10: 0x1FFFFFFFFFFFFFFFF does not fit 64 bits"),
        ("Name (A, 12G)", "1:10: 12G is no integer"),
        ("Name (A, 0x1_0)", "1:10: 0x1_0 is no integer"),
        ("Name (A, Buffer () {0x})", None),
        ("Name (A, Package (1) {1, 2})", "1:10: this package holds 2 elements, and its size says 1"),
        ("Name (A, Package () {1 2})", "1:24: a comma is missing before this element"),
        ("Name (A, Buffer () {1 2})", "1:23: a comma is missing before this value"),
        ("Field (NONE, ByteAcc, NoLock, Preserve) {}", "1:8: NONE is not known"),
        (
            "OperationRegion (R, SystemIO, 0, 1)\nField (R, Byte, NoLock, Preserve) {}",
            "2:11: an access type is expected",
        ),
        ("OperationRegion (R, Nowhere, 0, 1)", "1:21: an address space, or its number, is expected"),
        ("Name (A, ResourceTemplate () {IO (Decode16, 1)})", "1:31: argument 3 of IO is missing"),
        ("Name (A, ResourceTemplate () {IRQNoFlags () {16}})", "1:31: interrupts of IRQ are 0 to 15, not 16"),
        ("Name (A, ResourceTemplate () {Foo ()})", "1:31: there is no descriptor Foo"),
        ("Name (A, ToPLD (PLD_Red = 256))", "1:27: 0x100 does not fit 8 bits"),
        ("Name (A, ToPLD (PLD_Pink = 1))", "1:17: ToPLD has no PLD_Pink"),
        ('Method (B) {Printf ("%x")}', "1:13: the format asks for more arguments"),
        ("Scope (\\NONE) {}", "1:8: \\NONE is declared nowhere"),
        ("Scope (\\NONE) {Name (A, 1) Name (\\NONE.B, 2)}", "1:8: \\NONE is declared nowhere"),
        ("Name (\\D.A, 1)\nDevice (D) {Name (_ADR, 1)}", "1:7: \\D.A cannot be declared: \\D is not declared before"),
        ("Method (D.A) {Name (B, 1)}", "1:9: \\D.A cannot be declared: \\D is not declared before"),
        ("Device (D) {Name (_ADR, 1) Name (^^A, 1)}", "1:34: ^A cannot be declared: nothing is above the root"),
    ],
)
def test_errors(text: str, message: str | None) -> None:
    found = told(text)
    if message is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith(message)


def test_one_run_reports_many_errors_with_line_and_caret() -> None:
    done = block("Name (A, FOO)\nMethod (B) {\n\tReturn (BAR)\n}")
    assert done.tables == ()
    assert [str(item) for item in done.diagnostics] == [
        "t.asl:3:10: error: FOO is not known in \\: declare it, or say External\n  Name (A, FOO)\n           ^",
        "t.asl:5:10: error: BAR is not known in \\B: declare it, or say External\n  \tReturn (BAR)\n  \t        ^",
    ]


def test_many_warnings_hide_no_error() -> None:
    warnings = f"Name (W, Package () {{{', '.join(['0x'] * 300)}}})"
    done = block(f"{warnings}\nName (A, FOO)")
    assert done.tables == ()
    assert [item.severity for item in done.diagnostics].count(Severity.WARNING) == 200
    assert done.diagnostics[-1].message.startswith("FOO is not known")


def test_many_errors_are_told_in_bounded_number_and_time() -> None:
    names = "\n".join(f"Name (A{number:03X}, B{number:03X})" for number in range(3000))
    assert len(block(names).diagnostics) == 200


def test_nothing_at_all_is_an_error() -> None:
    done = compile_source("", "t.asl")
    assert [item.message for item in done.diagnostics] == ["there is no DefinitionBlock"]
    assert (
        compile_source("Name (A, 1)", "t.asl").diagnostics[0].message
        == "DefinitionBlock is expected here, and nothing else outside of one"
    )


@pytest.mark.parametrize("text", ["1 + " * 3000 + "1", "!" * 400 + "1", "(" * 300 + "1" + ")" * 300])
def test_depth_ends_in_bytes_or_an_error(text: str) -> None:
    done = block(f"Method (A) {{Return (Arg0 + {text})}}")
    assert bool(done.tables) != any(item.severity is Severity.ERROR for item in done.diagnostics)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'Name (A, "no end)\nName (B, 2)\nName (C, "x")',
            "3:11: unexpected 'x'; expected ',' or ')'; the string before",
        ),
        (
            "Device (D) {\nMethod (M) {\nReturn (1)\n",
            "6:1: unexpected end of the file; no brace closes those of lines 2, 3",
        ),
        ("Name (A, 5\nName (B, 1)", "2:1: unexpected 'Name'; expected ',' or ')'; the '(' before this is in line 3"),
    ],
)
def test_a_mistake_that_is_met_later_is_told_with_its_place(text: str, expected: str) -> None:
    found = told(text)
    assert len(found) == 1
    assert found[0].startswith(expected)


def test_a_brace_after_a_missing_parenthesis_is_no_second_error() -> None:
    text = "Method (M, 1) {\nIf (Arg0 == (1) {\nReturn (1)\n}\nReturn (2)\n}"
    assert told(text) == ["2:17: unexpected '{'; expected ',' or ')'"]
