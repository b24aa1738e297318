"""Constants that macros become, as iasl 20200925 compiles them."""

from __future__ import annotations

from acpitools.aml.encoding import name_from_text
from acpitools.aml.machine import read_table
from acpitools.aml.terms import Term
from acpitools.asl.compile import compile_source
from acpitools.asl.format.document import disassemble
from tests.asl.format.test_document import table
from tests.asl.test_compile import block


def test_an_id_takes_no_more_bytes_than_its_number() -> None:
    for text, encoding in (("AHA0000", "0b 0501"), ("PNP0C80", "0c 41d00c80")):
        made = block(f'Name (_HID, EisaId ("{text}"))')
        assert made.tables[0].data[36:] == b"\x08_HID" + bytes.fromhex(encoding)


def test_an_id_in_more_bytes_than_iasl_gives_it_is_shown_as_a_number() -> None:
    read = table(Term("Name", (name_from_text("_HID"), Term("DWordConst", (0x105,)))))
    text = disassemble(read)
    assert "EisaId" not in text
    again = read_table(compile_source(text, "again.dsl").tables[0].data)
    assert again.terms == read.terms
