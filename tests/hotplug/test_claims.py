"""What a memory device that nothing takes claims, and what it keeps others from."""

from __future__ import annotations

import pytest

from acpitools.asl.compile import compile_source
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, MIB
from acpitools.hotplug.actions import Plug
from acpitools.hotplug.claims import claimed, crosses
from acpitools.hotplug.run import run_actions
from tests.kernel.machines import LOW, memory, predict, srat


def template(text: str) -> bytes:
    """Compile descriptors."""
    source = f'DefinitionBlock ("", "SSDT", 2, "A", "T", 1) {{ Name (TMPL, ResourceTemplate () {{ {text} }}) }}'
    done = compile_source(source, "test.asl")
    assert done.tables, done.diagnostics
    data = done.tables[0].data
    return data[data.index(b"\x11", 41) + 4 :]


QWORD = "QWordMemory ({}, PosDecode, MinNotFixed, MaxNotFixed, Cacheable, ReadWrite, 0, 0x1000, {}, {}, 0x1000)"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (QWORD.format("ResourceConsumer", 0x1FFF, 0), [(0x1000, 0x2000)]),
        (QWORD.format("ResourceConsumer", 0x2FFF, 0), [(0x1000, 0x3000)]),  # the maximum counts, not the length
        (QWORD.format("ResourceProducer", 0x1FFF, 0x100), [(0x1100, 0x2100)]),
        (QWORD.format("ResourceConsumer", 0x1FFF, 0x100), [(0x1000, 0x2000)]),
        ("Memory32Fixed (ReadWrite, 0x1000, 0x200)", [(0x1000, 0x1200)]),
        ("Memory32 (ReadWrite, 0x1000, 0x8000, 1, 0x200)", [(0x1000, 0x1200)]),
        ("Memory24 (ReadWrite, 0x10, 0x80, 1, 0x2)", [(0x1000, 0x1200)]),
        ("IO (Decode16, 0x600, 0x600, 1, 8)", []),
    ],
)
def test_a_claim_reaches_to_the_maximum(text: str, found: list[tuple[int, int]]) -> None:
    assert [(span.start, span.end) for span in claimed(template(text))] == found


def test_no_template_claims_nothing() -> None:
    assert claimed(b"") == claimed(b"\x00\x79\x00") == []


@pytest.mark.parametrize(
    ("start", "end", "does"), [(0, 10, False), (10, 20, False), (12, 18, False), (5, 25, False), (5, 15, True)]
)
def test_ranges_cross_where_neither_lies_in_the_other(start: int, end: int, does: bool) -> None:
    assert crosses(AddrRange(start, end), [AddrRange(10, 20)]) == does


@pytest.mark.parametrize(
    ("held", "result"),
    [
        ((6 * GIB, 7 * GIB), "ok"),
        ((5 * GIB, 8 * GIB), "ok"),
        ((6 * GIB, 6 * GIB + 128 * MIB), "failed"),  # the claim lies in the device's range
        ((7 * GIB - MIB, 8 * GIB), "failed"),
    ],
)
def test_memory_comes_only_inside_of_a_claim(held: tuple[int, int], result: str) -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 6 * GIB), memory(1, 6 * GIB, 16 * GIB, hot=True), cpus=[(0, 0), (1, 1)])
    disabled = Plug(device="d", pxm=1, ranges=(AddrRange(*held),), sta=0xD, at_boot=True)
    prediction = predict("memhp_default_state=offline", view, apic_ids=(0, 1))
    _, step = run_actions(prediction, [disabled, Plug(device="e", pxm=1, ranges=(AddrRange(6 * GIB, 7 * GIB),))])
    assert step.result == result
