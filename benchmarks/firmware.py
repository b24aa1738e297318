"""AML of any size, made the same every time: a DSDT of memory devices with the code that such firmware has."""

from __future__ import annotations

from collections.abc import Iterator

from acpitools.aml.encoding import NameString, name_from_text
from acpitools.aml.terms import NULL_NAME, Term, call, integer, name_path, string
from acpitools.aml.writer import write_terms
from benchmarks.machines import table

LOCAL0, LOCAL1, ARG0, ARG1 = Term("Local0"), Term("Local1"), Term("Arg0"), Term("Arg1")


def dsdt(size: int) -> bytes:
    """Return a DSDT of about that many bytes."""
    devices: list[Term] = []
    made = 0
    number = 0
    while made < size:
        device = _device(number)
        made += len(write_terms((device,)))
        devices.append(device)
        number += 1
    return table(b"DSDT", write_terms([*_common(), Term("Scope", (_name("\\_SB"), tuple(devices)))]), revision=2)


def _name(text: str) -> NameString:
    return name_from_text(text)


def _op(op: str, *args: Term) -> Term:
    return Term(op, args)


SETTINGS = 1500
"""Names in one field of the root, where firmware keeps what its setup pages chose."""


def _setting(number: int) -> NameString:
    return _name(f"S{number % SETTINGS:03X}")


def _common() -> Iterator[Term]:
    yield Term("OperationRegion", (_name("\\HPMR"), 1, integer(0xA00), integer(SETTINGS)))
    fields = [Term("NamedField", (_setting(index), 8)) for index in range(SETTINGS)]
    yield Term("Field", (_name("\\HPMR"), 0x01, tuple(fields)))
    yield Term("Mutex", (_name("\\LOCK"), 0))
    body = (
        _op("Add", ARG0, ARG1, LOCAL0),
        _op("ShiftLeft", LOCAL0, integer(3), LOCAL1),
        _op("Return", _op("And", LOCAL1, Term("DWordConst", (0xFFFF,)), NULL_NAME)),
    )
    yield Term("Method", (_name("\\CALC"), 2, body))


def _device(number: int) -> Term:
    template = bytes.fromhex("8a2b00000c01") + bytes(8) + (number << 30).to_bytes(8, "little")
    template += ((number + 1 << 30) - 1).to_bytes(8, "little") + bytes(8) + (1 << 30).to_bytes(8, "little") + b"\x79\0"
    buffer = name_path(_name("MR64"))
    status = (
        Term("Acquire", (name_path(_name("\\LOCK")), 0xFFFF)),
        _op("Store", integer(number), name_path(_setting(number * 7))),
        Term(
            "If",
            (
                _op("LEqual", name_path(_setting(number * 11 + 1)), integer(1)),
                (_op("Store", integer(15), LOCAL0), _op("Notify", name_path(_name("^")), integer(1))),
            ),
        ),
        Term("Else", ((_op("Store", integer(0), LOCAL0),),)),
        _op("Release", name_path(_name("\\LOCK"))),
        _op("Return", LOCAL0),
    )
    resources = (
        Term("Name", (_name("MR64"), Term("Buffer", (integer(len(template)), template)))),
        Term("CreateDWordField", (buffer, integer(14), _name("MINL"))),
        Term("CreateDWordField", (buffer, integer(18), _name("MINH"))),
        _op("Store", name_path(_setting(number * 13 + 2)), name_path(_name("MINL"))),
        _op("Add", name_path(_name("MINH")), integer(1), name_path(_name("MINH"))),
        Term("While", (_op("LLess", LOCAL0, integer(4)), (_op("Increment", LOCAL0),))),
        _op("Return", buffer),
    )
    domain = (_op("Return", call(_name("\\CALC"), integer(number & 0xFF), name_path(_setting(number * 17 + 3)))),)
    parts = tuple(_op("Index", name_path(_name("PACK")), integer(index), NULL_NAME) for index in range(3))
    body: tuple[Term, ...] = (
        Term("Name", (_name("_HID"), Term("DWordConst", (0x800CD041,)))),
        Term("Name", (_name("_UID"), string(b"0x%04X" % number))),
        Term(
            "Name",
            (_name("PACK"), Term("Package", (3, (integer(number), string(b"memory"), name_path(_name("\\CALC")))))),
        ),
        Term("Method", (_name("_STA"), 8, status)),
        Term("Method", (_name("_CRS"), 8, resources)),
        Term("Method", (_name("_PXM"), 0, domain)),
        Term("Method", (_name("LIST"), 0, tuple(_op("Store", _op("DerefOf", part), LOCAL1) for part in parts))),
    )
    return Term("Device", (_name(f"{chr(65 + number // 4096)}{number % 4096:03X}"), body))
