"""Descriptors that iasl 20200925 refuses, with the number of its message, and some that it takes."""

from __future__ import annotations

import pytest

from acpitools.core.findings import Severity
from tests.asl.test_compile import told

MEMORY = "DWordMemory (ResourceProducer, PosDecode, {}, Cacheable, ReadWrite, {}, 0x1000, {}, 0, {})"
BOTH, NONE = "MinFixed, MaxFixed", "MinNotFixed, MaxNotFixed"
LOW, HIGH = "MinFixed, MaxNotFixed", "MinNotFixed, MaxFixed"


def errors(macro: str) -> list[str]:
    found = told(f"Name (R, ResourceTemplate () {{\n{macro}\n}})", Severity.ERROR)
    assert all(message.startswith("2:") for message in found)
    return [message.split(": ", 1)[1] for message in found]


@pytest.mark.parametrize(
    ("macro", "expected"),
    [
        (MEMORY.format(BOTH, 0, 0xFFF, 0), "the range begins at 0x1000, and ends before that, at 0xfff"),  # 6051
        (MEMORY.format(BOTH, 0, 0x1FFF, 0x2000), "0x2000 is more than lies between 0x1000 and 0x1fff"),  # 6049
        (
            MEMORY.format(NONE, 0x123, 0x1FFF, 0),
            "a granularity is 0, or a power of two less one; 0x123 is neither",
        ),  # 6048
        (MEMORY.format(BOTH, 0, 0x1FFF, 0), "with both ends fixed there is a length"),  # 6043
        (MEMORY.format(BOTH, 0xFFF, 0x1FFF, 0x1000), "with both ends fixed the granularity is 0"),  # 6047
        (MEMORY.format(BOTH, 0, 0x1FFF, 0x800), "with both ends fixed the length is 0x1000, not 0x800"),  # 6050
        (MEMORY.format(LOW, 0, 0x1FFF, 0x1000), "with a length, both ends are fixed or none is"),  # 6043
        (MEMORY.format(HIGH, 0xFFF, 0x1FFE, 0), "what follows the fixed end 0x1ffe is no multiple of 0x1000"),  # 6001
        (MEMORY.format(NONE, 0xFFF, 0x2FFF, 0x800), "the length 0x800 is no multiple of 0x1000"),  # 6001
        ("IO (Decode16, 0, 0, 1, 0)", "a range of nothing needs a name, by which a program can fill it in"),  # 6090
        ("IO (Decode16, 0x61, 0x64, 4, 4)", "0x61 is no multiple of 0x4"),  # 6001
        ("Memory24 (ReadOnly, 0, 1, 0, 1)", "0x100 is no multiple of 0x10000"),  # 6001
        ("Memory32 (ReadOnly, 2, 1, 1, 1)", "the range begins at 0x2, and ends before that, at 0x1"),  # 6051
        (
            "Register (SystemIO, 8, 0, 0, 5)",
            "an access size is 0 to 4: undefined, byte, word, double word, quad word",
        ),  # 6042
        ("IRQ (Edge, ActiveHigh, Shared) {3, 3}", "3 is twice in the braces"),  # 6023
        ("Interrupt (ResourceConsumer, Edge, ActiveHigh, Shared) {7, 7}", "a number is twice in the braces"),  # 6023
        ("Interrupt (ResourceConsumer, Edge, ActiveHigh, Shared) {}", "at least one number is needed in the braces"),
        ("EndDependentFn ()", "there is no StartDependentFn () before this"),  # 6071
        (
            "QWordSpace (3, ResourceConsumer, PosDecode, MinFixed, MaxFixed, 1, 0, 0, 0, 0, 1)",
            "the types of vendors are 0xC0 to 0xFF; the others have macros of their own",
        ),  # 6139
        (
            'GpioInt (Edge, ActiveHigh, Shared, 5, 0, "A") {1}',
            "0x5 has a name, or is reserved; vendors' begin at 0x80",
        ),  # 6139
    ],
)
def test_what_is_refused(macro: str, expected: str) -> None:
    assert expected in errors(macro)


@pytest.mark.parametrize(
    "macro",
    [
        MEMORY.format(BOTH, 0, 0x1FFF, 0x1000),
        MEMORY.format(NONE, 0, 0x1FFF, 0x800),
        MEMORY.format(NONE, 0xFFF, 0x2FFF, 0x1000),
        MEMORY.format(LOW, 0xFFF, 0x1FFF, 0),
        "IO (Decode16, 0, 0, 0, 0, TAG)",
        "IO (Decode16, 0x60, 0x60, 0, 1)",
        "IO (Decode16, 0x70, 0x60, 1, 1)",
        "Memory24 (ReadOnly, 0x61, 0x64, 4, 4)",
        "Register (SystemIO, 8, 0, 0, 4)",
        "StartDependentFn (2, 2) {IRQNoFlags () {1}}\nEndDependentFn ()",
    ],
)
def test_what_is_taken(macro: str) -> None:
    assert told(f"Name (R, ResourceTemplate () {{{macro}}})", Severity.ERROR) == []


def test_the_place_is_the_argument() -> None:
    text = "Name (R, ResourceTemplate () {Memory32 (ReadOnly,\n2,\n1,\n1,\n1)})"
    assert told(text, Severity.ERROR) == ["2:1: the range begins at 0x2, and ends before that, at 0x1"]
