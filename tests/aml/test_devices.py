"""Values of devices that are known without running code.  Names are searched as ACPI 6.5, 5.3 says."""

from __future__ import annotations

import pytest

from acpitools.aml.devices import AmlDevice, StaticValues, Value, devices, eisa_text
from acpitools.aml.encoding import name_from_text
from acpitools.aml.machine import read_machine
from acpitools.aml.namespace import Namespace, namespace
from acpitools.aml.resources.small import FixedIo
from acpitools.aml.terms import Term, integer, name_path, string
from acpitools.aml.writer import write_terms


def name(text: str, value: Term) -> Term:
    return Term("Name", (name_from_text(text), value))


def method(text: str, *body: Term) -> Term:
    return Term("Method", (name_from_text(text), 0, body))


def scope(op: str, text: str, *body: Term) -> Term:
    return Term(op, (name_from_text(text), body))


def use(text: str) -> Term:
    return name_path(name_from_text(text))


def package(*elements: Term) -> Term:
    return Term("Package", (len(elements), elements))


def table(*terms: Term, signature: bytes = b"DSDT", revision: int = 2) -> bytes:
    body = write_terms(terms)
    return signature + (36 + len(body)).to_bytes(4, "little") + bytes((revision,)) + bytes(27) + body


def names_of(*tables: bytes) -> Namespace:
    return namespace(read_machine(tables))


def value(term: Term, *others: Term, revision: int = 2) -> Value:
    """Return the value of a name with this in it."""
    return StaticValues(names_of(table(name("OBJ0", term), *others, revision=revision)))(b"OBJ0")


def device(*body: Term, around: tuple[Term, ...] = ()) -> AmlDevice:
    (found,) = devices(names_of(table(*around, scope("Device", "\\DEV0", *body))))
    return found


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (Term("Zero"), 0),
        (Term("One"), 1),
        (Term("Ones"), (1 << 64) - 1),
        (Term("WordConst", (0x1234,)), 0x1234),
        (Term("QWordConst", (1 << 63,)), 1 << 63),
        (string(b"text\xe9"), "texté"),
        (Term("Buffer", (integer(4), b"\1\2")), b"\1\2\0\0"),
        (Term("Buffer", (integer(1), b"\1\2")), b"\1\2"),
        (Term("Buffer", (Term("Local0"), b"\1\2")), None),
        (package(integer(5), string(b"s"), Term("Local0")), (5, "s", None)),
        (package(package(package(integer(7)))), (((7,),),)),
        (package(package(package(package(integer(7))))), (((None,),),)),
        (Term("Add", (integer(1), integer(2), Term("NullName"))), None),
        (Term("Revision"), None),
    ],
)
def test_constants_have_their_values(term: Term, expected: Value) -> None:
    assert value(term) == expected


@pytest.mark.parametrize("term", [Term("Ones"), Term("QWordConst", ((1 << 64) - 1,))])
def test_a_dsdt_of_revision_1_has_integers_of_32_bits(term: Term) -> None:
    assert value(term, revision=1) == 0xFFFF_FFFF


def test_the_dsdt_decides_how_wide_integers_of_other_tables_are() -> None:
    for revisions, ones in (((1, 2), 0xFFFF_FFFF), ((2, 1), (1 << 64) - 1)):
        dsdt = table(revision=revisions[0])
        other = table(name("OBJ0", Term("Ones")), signature=b"SSDT", revision=revisions[1])
        for tables in ((dsdt, other), (other, dsdt)):
            assert StaticValues(names_of(*tables))(b"OBJ0") == ones


def test_a_name_in_a_name_is_searched_from_the_scope_that_it_stands_in() -> None:
    around = (name("NUMB", integer(3)),)
    assert device(name("_UID", use("NUMB")), around=around).uid == 3
    assert device(name("NUMB", integer(4)), name("_UID", use("NUMB")), around=around).uid == 4
    assert device(name("NUMB", integer(4)), name("_UID", use("\\NUMB")), around=around).uid == 3
    assert device(name("NUMB", integer(4)), name("_UID", use("^NUMB")), around=around).uid == 3


def test_a_name_in_a_method_is_searched_from_the_method() -> None:
    # The carets count from the method, not from the device.
    around = (name("NUMB", integer(3)),)
    returns = Term("Return", (use("NUMB"),))
    assert device(name("NUMB", integer(4)), method("_UID", returns), around=around).uid == 4
    up = Term("Return", (use("^NUMB"),))
    assert device(name("NUMB", integer(4)), method("_UID", up), around=around).uid == 4


def test_a_name_leads_to_a_name_and_on() -> None:
    around = (name("AAAA", use("BBBB")), name("BBBB", use("CCCC")), name("CCCC", string(b"end")))
    assert device(name("_UID", use("AAAA")), around=around).uid == "end"


def test_a_method_that_does_more_than_return_has_no_value() -> None:
    found = device(
        method("_STA", Term("Noop"), Term("Return", (integer(15),))),
        method("_UID", Term("Return", (integer(2),))),
        method("_PXM", Term("Noop")),
    )
    assert (found.sta, found.uid, found.pxm, found.needs_run) == (None, 2, None, ("_STA", "_PXM"))


def test_each_object_goes_to_its_field() -> None:
    found = device(
        name("_HID", integer(0x0A08D041)),
        name("_CID", package(integer(0x030AD041), string(b"ABC0001"), Term("Local0"))),
        name("_UID", string(b"seven")),
        name("_ADR", integer(0x1F0002)),
        name("_PXM", integer(6)),
        name("_STA", integer(0xB)),
        name("_CRS", Term("Buffer", (integer(6), bytes.fromhex("4b600004 7900")))),
    )
    assert (found.hid, found.cid, found.uid, found.adr, found.pxm, found.sta) == (
        "PNP080A",
        ("PNP0A03", "ABC0001"),
        "seven",
        0x1F0002,
        6,
        0xB,
    )
    assert found.crs is not None
    (port,) = found.crs
    assert isinstance(port, FixedIo)
    assert (port.base, port.size) == (0x60, 4)
    assert found.needs_run == ()


def test_one_compatible_id_needs_no_package() -> None:
    assert device(name("_CID", string(b"ABC0001"))).cid == ("ABC0001",)
    assert device(name("_CID", integer(0x030AD041))).cid == ("PNP0A03",)
    assert device().cid == ()


def test_values_of_other_kinds_are_left_out() -> None:
    found = device(
        name("_STA", string(b"F")), name("_ADR", package()), name("_CRS", integer(0)), name("_UID", package())
    )
    assert (found.sta, found.adr, found.crs, found.uid, found.needs_run) == (None, None, None, None, ())


def test_devices_come_in_the_order_of_their_declarations() -> None:
    found = devices(names_of(table(scope("Device", "ZZZZ", scope("Device", "BBBB")), scope("Device", "AAAA"))))
    assert [item.path for item in found] == [b"ZZZZ", b"ZZZZBBBB", b"AAAA"]


def test_only_what_is_there_counts() -> None:
    names = names_of(table(scope("Device", "ONE0", name("_UID", integer(1))), scope("Device", "TWO0")))
    (found,) = devices(names, there=frozenset({b"ONE0"}))
    assert (found.path, found.uid) == (b"ONE0", None)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0x030AD041, "PNP0A03"),
        (0x0000_2104, "AAA0000"),  # the lowest letters
        (0xFFFF_5A6B, "ZZZFFFF"),  # the highest
        (0x0000_2004, "0x2004"),  # no letter in the middle
        (0x0000_7B6B, "0x7B6B"),  # beyond Z
        (0x1_030A_D041, "0x1030AD041"),
        (0, "0x0"),
    ],
)
def test_an_eisa_id_has_three_letters(number: int, text: str) -> None:
    assert eisa_text(number) == text
