"""acpidump text in all the shapes that people have."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.core.errors import AcpiToolsError
from acpitools.core.findings import Finding
from acpitools.dumps.acpidump import is_acpidump, read_acpidump, write_acpidump
from acpitools.dumps.load import load_bytes
from acpitools.tables.table_set import LoadedTable
from tests.strategies import mutated

TABLE = b"SRAT" + (77).to_bytes(4, "little") + bytes(range(69))
"""77 bytes: four full lines and one of 13."""

OLD = """SRAT @ 0x7ffe1a2b
  0000: 53 52 41 54 4d 00 00 00 00 01 02 03 04 05 06 07  SRATM...........
  0010: 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17  ................
  0020: 18 19 1a 1b 1c 1d 1e 1f 20 21 22 23 24 25 26 27  ........ !"#$%&'
  0030: 28 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 35 36 37  ()*+,-./01234567
  0040: 38 39 3a 3b 3c 3d 3e 3f 40 41 42 43 44           89:;<=>?@ABCD

"""
NEW = """SRAT @ 0x000000007FFE1A2B
    0000: 53 52 41 54 4D 00 00 00 00 01 02 03 04 05 06 07  SRATM...........
    0010: 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16 17  ................
    0020: 18 19 1A 1B 1C 1D 1E 1F 20 21 22 23 24 25 26 27  ........ !"#$%&'
    0030: 28 29 2A 2B 2C 2D 2E 2F 30 31 32 33 34 35 36 37  ()*+,-./01234567
    0040: 38 39 3A 3B 3C 3D 3E 3F 40 41 42 43 44           89:;<=>?@ABCD

"""


def read(text: str | bytes) -> list[LoadedTable | Finding]:
    return list(read_acpidump(text.encode() if isinstance(text, str) else text, "dump"))


def tables(text: str | bytes) -> list[tuple[bytes, int | None]]:
    return [(item.data, item.address) for item in read(text) if isinstance(item, LoadedTable)]


def findings(text: str | bytes) -> list[Finding]:
    return [finding for item in read(text) for finding in (item.findings if isinstance(item, LoadedTable) else (item,))]


def without_characters(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(line[: line.index(":") + 49].rstrip() if ":" in line else line for line in lines)


VARIANTS = {
    "old style": OLD,
    "new style": NEW,
    "CR LF": NEW.replace("\n", "\r\n"),
    "CR": NEW.replace("\n", "\r"),
    "no blank line at the end": NEW.rstrip(),
    "no column of characters": without_characters(NEW),
    "trailing spaces": NEW.replace("\n", "   \n"),
    "tab before the offset": NEW.replace("    0", "\t0"),
    "tab after the offset": NEW.replace(": ", ":\t"),
    "tab before the characters": NEW.replace("  SRATM", "\tSRATM"),
    "tabs between the bytes": "\n".join(
        line[: line.index(":") + 2] + line[line.index(":") + 2 :].replace(" ", "\t") if ":" in line else line
        for line in without_characters(NEW).split("\n")
    ),
    "two spaces after the offset": NEW.replace(": ", ":  "),
    "indented": "".join(f"  {line}\n" for line in NEW.splitlines()),
    "heading with tabs": NEW.replace(" @ ", "\t@\t"),
    "heading without spaces": NEW.replace(" @ ", "@"),
    "junk before and after": f"# acpidump of a machine\n{NEW}warning: no more tables\n-- end --\n",
    "junk inside": NEW.replace("    0020:", "[   12.345678] usb 1-1: new device\n    0020:"),
    "blank line inside": NEW.replace("    0020:", "\n    0020:"),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_gives_the_same_bytes(name: str) -> None:
    assert tables(VARIANTS[name]) == [(TABLE, 0x7FFE1A2B)]
    assert findings(VARIANTS[name]) == []


def test_text_with_a_byte_order_mark_is_read() -> None:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        loaded = load_bytes(("\ufeff" + NEW).encode(encoding))
        assert [table.data for table in loaded] == [TABLE]


def test_hexadecimal_characters_are_not_taken_for_bytes() -> None:
    # The column of characters of these bytes reads "AB CD EF AB CD E".
    table = b"AB CD EF AB CD EF AB CD"
    text = "OEM1 @ 0x1\n" + "".join(
        f"    {at:04X}: {table[at : at + 16].hex(' ').upper():<47}  {table[at : at + 16].decode()}\n" for at in (0, 16)
    )
    assert tables(text) == [(table, 1)]
    # The same with the last line's column of characters moved up to the bytes, two spaces away.
    short = text.replace(f"{table[16:].hex(' ').upper():<47}", table[16:].hex(" ").upper())
    assert tables(short) == [(table, 1)]


def test_tables_of_one_signature_stay_apart() -> None:
    assert tables(NEW + OLD + NEW) == [(TABLE, 0x7FFE1A2B)] * 3


def test_64_bit_addresses() -> None:
    assert tables(NEW.replace("000000007FFE1A2B", "FFFF00007FFE1A2B")) == [(TABLE, 0xFFFF00007FFE1A2B)]


def test_the_rsdp_has_a_space_in_its_name() -> None:
    rsdp = b"RSD PTR " + bytes(12)
    for name in ("RSD PTR", "RSDP"):
        text = f"{name} @ 0x000F0490\n    0000: {rsdp[:16].hex(' ')}  RSD PTR ........\n    0010: 00 00 00 00\n"
        (table,) = read(text)
        assert isinstance(table, LoadedTable)
        assert (table.signature, table.data, table.address) == ("RSD PTR ", rsdp, 0xF0490)


def test_offsets_above_64_kib_are_wider() -> None:
    data = bytes(range(256)) * 300
    text = "".join(write_acpidump(LoadedTable(data=data, source="", address=0)))
    assert "\n    FFF0: " in text
    assert "\n    10000: " in text
    assert [item.data for item in read(text) if isinstance(item, LoadedTable)] == [data]


def test_offsets_may_wrap_at_64_kib() -> None:
    data = bytes(range(256)) * 300
    text = "".join(write_acpidump(LoadedTable(data=data, source="", address=0)))
    text = re.sub(r"(?m)^    1([0-9A-F]{4}:)", r"    \1", text)
    assert [item.data for item in read(text) if isinstance(item, LoadedTable)] == [data]
    assert findings(text) == []


def test_a_missing_line_is_a_finding() -> None:
    text = "".join(line for line in NEW.splitlines(keepends=True) if "0020:" not in line)
    assert tables(text) == [(TABLE[:0x20] + TABLE[0x30:], 0x7FFE1A2B)]
    (finding,) = findings(text)
    assert (finding.code, finding.location.offset) == ("SRC003", 0x20)
    assert finding.message.startswith("the dump's offset column says 0x30 where 0x20 follows")


def test_a_truncated_dump_gives_what_is_there() -> None:
    cut = NEW[: NEW.index("0030:") + 20]
    assert tables(cut)[0][0].startswith(TABLE[:0x30])
    assert len(tables(cut)[0][0]) < len(TABLE)


def test_a_heading_without_bytes_is_a_finding() -> None:
    assert tables("SLIT @ 0x1000\n\n" + NEW) == [(TABLE, 0x7FFE1A2B)]
    assert [finding.code for finding in findings("SLIT @ 0x1000\n\n" + NEW)] == ["SRC004"]


@pytest.mark.parametrize("text", ["", "SRAT", "mail me @ 0x40 please\n", "SRAT @ 12\n", "@ 0x12\n", "abc\n@ 0xz\n"])
def test_text_without_a_heading_is_no_dump(text: str) -> None:
    assert not is_acpidump(text.encode())
    assert read(text) == []


@settings(deadline=None)
@given(data=st.binary(min_size=1, max_size=600), address=st.integers(0, (1 << 64) - 1))
def test_what_is_written_is_read(data: bytes, address: int) -> None:
    text = "".join(write_acpidump(LoadedTable(data=data, source="", address=address)))
    assert tables(text) == [(data, address or None)]


@settings(max_examples=200, deadline=None)
@given(data=mutated(OLD.encode(), NEW.encode() * 2))
def test_a_damaged_dump_is_read_or_refused(data: bytes) -> None:
    try:
        loaded = load_bytes(data)
    except AcpiToolsError:
        return
    assert all(table.data for table in loaded)


@pytest.mark.parametrize(
    "hostile",
    [
        b"@ 0x" * 1_000_000,
        b"SRAT @ 0x1\n" * 200_000,
        b"SRAT @ 0x1\n" + b"\n" * 4_000_000,
        b"SRAT @ 0x1\n" + b"0000: " + b"00 " * 1_000_000,
        b"SRAT @ 0x1\n" + b" " * 4_000_000,
        b"SRAT @ 0x1\n" + b"0000: 00\n" * 300_000,
    ],
    ids=["marks", "headings", "line feeds", "one line", "spaces", "short lines"],
)
def test_hostile_text_takes_linear_time(hostile: bytes) -> None:
    started = time.process_time()
    for item in read_acpidump(hostile, "dump"):
        assert len(item.findings if isinstance(item, LoadedTable) else [item]) <= 16
    assert time.process_time() - started < 20
