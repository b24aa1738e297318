"""iasl's data-table language: our text and iasl's, both ways, and what is wrong with a text."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark

from acpitools.codec.record import encode
from acpitools.core.errors import AcpiToolsError, SourceError
from acpitools.dumps import dsl_records
from acpitools.dumps.dsl import read_dsl
from acpitools.dumps.dsl_expressions import ExpressionError, evaluate, grammar
from acpitools.dumps.dsl_source import Source
from acpitools.dumps.load import load, load_bytes
from acpitools.tables.dsl_text import table_dsl
from acpitools.tables.header import Table
from acpitools.tables.registry import TABLES, decode_table
from tests.strategies import mutated, tables
from tests.support import shared_cases
from tests.tables.fixture_tables import HAND_WRITTEN, fixture_bytes, fixture_name
from tests.tables.make import SRAT_BYTES, loaded, patched

DUMPS = shared_cases("corpus/dumps", "*.gz")
_NOTE = "/* acpitools: "


def text_of(data: bytes) -> str:
    return "".join(table_dsl(loaded(data)))


def bytes_of(text: str) -> bytes:
    (table,) = read_dsl(text.encode("latin-1"), "t.dsl")
    return table.data


def complaint(text: str) -> str:
    with pytest.raises(SourceError) as caught:
        list(read_dsl(text.encode("latin-1"), "t.dsl"))
    return str(caught.value)


SRAT_TEXT = text_of(SRAT_BYTES)


# --- our own text -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=fixture_name)
def test_hand_written_tables_come_back(path: Path) -> None:
    assert bytes_of(text_of(fixture_bytes(path))) == fixture_bytes(path)


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.name[:40])
def test_tables_of_real_machines_come_back(dump: Path) -> None:
    for table in load([dump]):
        assert bytes_of(text_of(table.data)) == table.data, table.signature


@pytest.mark.parametrize("signature", sorted(TABLES))
def test_any_table_comes_back(signature: str) -> None:
    @settings(max_examples=20, deadline=None)
    @given(tables(signature))
    def check(table: Table) -> None:
        assert bytes_of(text_of(encode(table))) == encode(table)

    check()


@settings(max_examples=150, deadline=None)
@given(mutated(*map(fixture_bytes, HAND_WRITTEN)))
def test_damaged_tables_come_back(data: bytes) -> None:
    if data:
        assert bytes_of(text_of(data)) == data


def test_several_tables_in_one_text() -> None:
    slit = fixture_bytes("slit/three-nodes")
    text = SRAT_TEXT + text_of(slit)
    assert [table.data for table in read_dsl(text.encode(), "t")] == [SRAT_BYTES, slit]
    assert [table.data for table in load_bytes(text.encode())] == [SRAT_BYTES, slit]


def test_notes_are_followed_only_where_the_text_is_unchanged() -> None:
    data = patched(SRAT_BYTES, 48 + 12, b"\1\2\3\4")  # a reserved field would be one; this is the clock domain
    data = patched(data, 40, b"\7")
    text = text_of(data)
    assert "/* acpitools: table at 28: 07, not 00 */" in text
    assert bytes_of(text) == data
    (table,) = read_dsl(text.replace("28: 07, not 00", "28: 07, not 01").encode(), "t.dsl")
    assert table.data[40] == 0
    assert [finding.message for finding in table.findings if "does not fit" in finding.message]


# --- what a text means --------------------------------------------------------------------------------------------


def edited(old: str, new: str, count: int = 1) -> str:
    assert old in SRAT_TEXT
    return SRAT_TEXT.replace(old, new, count)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("10", 0x10),
        ("0x10", 0x10),
        ("10 + 0x10 * 2", 0x30),
        ("(1 << 4) | 3", 0x13),
        ("7 % 4", 3),
        ("6/4", 1),
        ("3-1-1", 1),
        ("!0", 1),
        ("5 > 3", 1),
        ("1 == 1 && 0", 0),
        ("1 || 0", 1),
        ("~0 & ff", 0xFF),
        ("2 ^ 3", 1),
        ("10 >> 2", 4),
        ("1 <= 1", 1),
        ("1 != 1", 0),
        ("0d10", 0x0D10),
        ("0 - 1", (1 << 64) - 1),
        ("1 << 40", 1),
        ("8 >> 41", 4),
        ("1 | 2 ^ 3 & 4 == 4", 1 | 2 ^ 3 & 1),
    ],
)
def test_expressions(expression: str, value: int) -> None:
    # Values of iasl; of the distance of a shift, six bits count to an x86 processor, which C leaves open.
    assert evaluate(expression, {}) == value


@pytest.mark.parametrize(
    ("expression", "at", "message"),
    [
        ("12 34", 3, "expected an operator or the end, not '3'"),
        ("12 xyz", 3, "expected an operator or the end, not 'x'"),
        ("12 +", 4, "expected a hexadecimal number, $LABEL, '(', '~' or '!', not the end"),
        ("-1", 0, "expected a hexadecimal number, $LABEL, '(', '~' or '!', not '-'"),
        ("(1", 2, "expected an operator or ')', not the end"),
        ("1 / 0", 0, "this divides by zero"),
        ("1 + $Nowhere", 4, "there is no line Label : Nowhere"),
        ("1 + 12345678901234567", 4, "this number has more than 64 bits"),
    ],
)
def test_expressions_that_are_none(expression: str, at: int, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(expression, {})
    assert (caught.value.at, caught.value.message) == (at, message)


def test_comments_and_blanks_do_not_count() -> None:
    text = edited("Clock Domain : 00000000", "Clock Domain /* a : 1\n b */ : 00000000 // c : 2")
    text = "// first\n\n" + text.replace("\n", "\r\n").replace("Apic ID :", "Apic ID\t:")
    assert bytes_of(text) == SRAT_BYTES


def test_lengths_checksums_and_flag_words_follow_from_the_text() -> None:
    text = re.sub(
        r"\b(Table Length|Checksum|(?<!Address )Length|Flags \(decoded below\)) : [0-9A-F]+", r"\1 : 0", SRAT_TEXT
    )
    assert bytes_of(text) == SRAT_BYTES


@pytest.mark.parametrize(
    ("written", "taken"), [("(1)", 0), ("1 + 1", 1), ("!0", 0), ("0 | 1", 0), ("0x1 & 0", 1), ("~0", 0)]
)
def test_bit_fields_take_their_first_digits_only(written: str, taken: int) -> None:
    # The values that iasl 20200925 gives.
    (table,) = read_dsl(edited("Enabled : 1", f"Enabled : {written}").encode(), "t.dsl")
    assert table.data[48 + 4] == taken
    assert [finding.message for finding in table.findings] == [
        f"Enabled: iasl reads no expression in a bit field, and takes {taken:X}"
    ]


def test_a_reserved_field_is_zero_whatever_stands_there() -> None:
    text = edited(" Reserved : 0000000000000000", " Reserved : FFFFFFFFFFFFFFFF * 2")
    (table,) = read_dsl(text.encode(), "t.dsl")
    assert table.data == SRAT_BYTES
    assert [finding.message for finding in table.findings] == ["iasl sets this field to 0"]


def test_the_creator_stays_as_it_is() -> None:
    assert bytes_of(SRAT_TEXT)[28:36] == SRAT_BYTES[28:36]


def test_generic_form() -> None:
    header = text_of(SRAT_BYTES).partition("Table Revision")[0].rpartition("\n")[0].replace("SRAT", "OEM9")
    body = """
        Label : Start
        UINT8 : 1
        UINT16 : $End - $Start
        UINT24 : 3 UINT32 : 4
        UINT56 : 5
        String : "abc"
        Unicode : "ab"
        Buffer : 12 34
        GUID : 12345678-1234-5678-9abc-def012345678
        DevicePath : "\\PciRoot(0)"
        Label : End
        """.replace(" UINT32", "\nUINT32")
    data = bytes_of(header + body)
    assert data[36:] == bytes.fromhex(
        "01 3900 030000 04000000 05000000000000 61626300 610062000000 1234 78563412341278569abcdef012345678"
        "5c506369526f6f74283029 00"
    )
    assert sum(data) & 0xFF == 0
    assert int.from_bytes(data[4:8], "little") == len(data)


# --- errors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("Apic ID : 00", "Apic ID : 100", "100", "Apic ID: 100 does not fit; expected at most 1 bytes"),
        ("Apic ID : 00", "Apic Id : 00", "Apic Id", 'expected "Apic ID", not "Apic Id"'),
        ("Apic ID : 00", "Apic ID : 1 +", "", "Apic ID: expected a hexadecimal number, $LABEL, '(', '~' or '!', not"),
        (
            "Subtable Type : 01",
            "Subtable Type : 33",
            "33",
            "Subtable Type: no structure has type 33; expected one of 0",
        ),
        ("Subtable Type : 01", "Subtype : 01", "Subtype", 'expected "Subtable Type" or the end of the table, not "Sub'),
        ('"ACPITL"', '"ACPITOOL"', "ACPITOOL", "Oem ID: 8 characters; expected at most 6"),
        ('"ACPITL"', '"ACPITL', '"ACPITL', 'this string has no end; expected " on the same line'),
        ("Enabled : 1", "Enabled : 2", "2", "Enabled: 2 does not fit; expected at most 1 bit"),
        ("Clock Domain : 00000000", "Clock Domain = 0", "[", "expected LABEL : VALUE, not '["),
        ("Clock Domain : 00000000", "/* Clock", "/* Clock", "this comment has no end; expected */"),
    ],
)
def test_errors_say_where_and_what_was_expected(old: str, new: str, at: str, message: str) -> None:
    text = edited(old, new)
    with pytest.raises(SourceError) as caught:
        list(read_dsl(text.encode(), "t.dsl"))
    error = caught.value
    assert error.message.startswith(message)
    assert new.partition("\n")[0] in error.text
    assert error.text == text.split("\n")[error.line - 1]
    assert error.text[error.column - 1 :].startswith(at)
    assert str(error).startswith(f"t.dsl:{error.line}:{error.column}: error: ")


def test_a_text_that_ends_early() -> None:
    assert "not the end of the text" in complaint(SRAT_TEXT[: SRAT_TEXT.rindex("[0")])
    assert 'expected "Table Length"' in complaint('Signature : "SRAT"\n')


@settings(max_examples=300, deadline=None)
@given(mutated(SRAT_TEXT.encode(), *(text_of(fixture_bytes(path)).encode() for path in HAND_WRITTEN)))
def test_any_text_ends_in_tables_or_in_a_located_error(data: bytes) -> None:
    error = None
    try:
        for table in read_dsl(data, "t.dsl"):
            decode_table(table.data)
    except SourceError as raised:
        error = raised
    if error is not None:
        lines = data.decode("latin-1").split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
        assert error.message


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("0123456789abcdefx()+-*/%<>=!&|^~$ AZ"), max_size=30))
def test_any_expression_ends_in_a_value_or_an_error(text: str) -> None:
    at = 0
    try:
        assert 0 <= evaluate(text, {"A": 1}) < 1 << 64
    except ExpressionError as error:
        at = error.at
    assert 0 <= at <= len(text)


# --- two ways to read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=fixture_name)
def test_the_fast_way_reads_as_the_plain_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = text_of(fixture_bytes(path))
    fast = bytes_of(text)
    monkeypatch.setattr(dsl_records, "block_of", lambda *_, **__: None)
    assert bytes_of(text) == fast


@settings(max_examples=100, deadline=None)
@given(mutated(SRAT_TEXT.encode()))
def test_the_fast_way_ends_as_the_plain_one(data: bytes) -> None:
    def outcome() -> object:
        try:
            return [table.data for table in read_dsl(data, "t")]
        except AcpiToolsError as error:
            return str(error)

    fast = outcome()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dsl_records, "block_of", lambda *_, **__: None)
        assert outcome() == fast


def lines_by_grammar(text: str) -> list[tuple[str, str]]:
    tree = Lark(grammar(), start="text", parser="lalr").parse(text)
    fields = [[str(token) for token in field.children] for field in tree.find_data("field")]
    return [(label, value[0].strip('"')) for label, *value in reversed(fields) if value and value[0]]


def lines_by_source(text: str) -> Iterator[tuple[str, str]]:
    source = Source(bytearray(text.encode()), "t")
    while (entry := source.peek()) is not None:
        source.at = entry.end
        yield entry.label, entry.value


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=fixture_name)
def test_lines_are_those_of_the_grammar(path: Path) -> None:
    text = text_of(fixture_bytes(path)).replace(_NOTE, "/* ")
    assert sorted(lines_by_source(text)) == sorted(lines_by_grammar(text))


# --- iasl ---------------------------------------------------------------------------------------------------------


def compiled(iasl: str, text: str, folder: Path) -> bytes | None:
    """Give what iasl makes of a text, its creator fields kept; None where it refuses."""
    (folder / "c.dsl").write_text(text, "latin-1")
    (folder / "c.aml").unlink(missing_ok=True)
    subprocess.run([iasl, "-z", "c.dsl"], cwd=folder, capture_output=True, timeout=60, check=False)
    return (folder / "c.aml").read_bytes() if (folder / "c.aml").exists() else None


def disassembled(iasl: str, data: bytes, folder: Path) -> str | None:
    (folder / "d.dsl").unlink(missing_ok=True)
    (folder / "d.aml").write_bytes(data)
    subprocess.run([iasl, "-d", "d.aml"], cwd=folder, capture_output=True, timeout=60, check=False)
    return (folder / "d.dsl").read_text("latin-1") if (folder / "d.dsl").exists() else None


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.name[:40])
def test_as_iasl_compiles(dump: Path, needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    iasl = needs_tool("iasl")
    for table in load([dump]):
        if table.signature not in TABLES:
            continue
        text = text_of(table.data)
        ours = compiled(iasl, text, tmp_path)
        # Where iasl's language holds the bytes, it makes the same of ours; where not, the text says so.
        if ours != table.data:
            assert _NOTE in text or "iasl 20200925 refuses" in text, table.signature
        theirs = disassembled(iasl, table.data, tmp_path)
        again = compiled(iasl, theirs, tmp_path) if theirs else None
        if theirs and again is not None:
            assert bytes_of(theirs) == again, table.signature
            # iasl may take its own text where that has lost what ours says and iasl refuses.
            assert ours is not None or again != table.data, table.signature


_EDITED = re.compile(r"^(?P<head>\[[^\]]*\] +[^:\n]*? : |\s+[^:\n]*? : )(?P<value>[0-9A-F]+)(?P<rest>(?: \[.*)?)$")


def edits(text: str, every: int) -> Iterator[str]:
    """Give the text with one number changed, for some of its lines."""
    lines = text.partition("Raw Table Data")[0].splitlines()
    numbers = [(index, match) for index, line in enumerate(lines) if (match := _EDITED.match(line))]
    for index, match in numbers[::every]:
        value = f"{int(match['value'], 16) ^ 1:0{len(match['value'])}X}"
        yield "\n".join([*lines[:index], match["head"] + value + match["rest"], *lines[index + 1 :]]) + "\n"


@pytest.mark.parametrize(
    "signature", ["APIC", "DBG2", "DRTM", "FACP", "GTDT", "HMAT", "IORT", "NFIT", "PPTT", "SDEV", "SRAT", "WDDT"]
)
def test_an_edited_template_compiles_as_iasl_compiles_it(
    signature: str, needs_tool: Callable[[str], str], tmp_path: Path
) -> None:
    iasl = needs_tool("iasl")
    subprocess.run([iasl, "-T", signature], cwd=tmp_path, capture_output=True, timeout=30, check=True)
    compared = 0
    for text in edits(next(tmp_path.glob("*.asl")).read_text(), every=4):
        theirs = compiled(iasl, text, tmp_path)
        if theirs is not None:
            assert bytes_of(text) == theirs, next(a for a in text.splitlines() if a)
            compared += 1
    assert compared > 5


@pytest.mark.parametrize("name", ["\\", "AB\\"])
def test_a_backslash_before_the_closing_mark_leaves_a_string_open(name: str) -> None:
    # iasl reads on behind it, into the lines that follow.
    text = edited('Oem ID : "', f'Oem ID : "{name}" // "')
    with pytest.raises(SourceError, match="a backslash in front of a quotation mark"):
        bytes_of(text)
