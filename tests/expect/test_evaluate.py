"""Expectations on machines whose layout a kernel was seen to make (the golden vectors), and what decides them."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.core.errors import LimitError
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, KIB, MIB
from acpitools.expect import evaluate as module
from acpitools.expect.errors import ExpectationError
from acpitools.expect.evaluate import evaluate, expanded
from acpitools.expect.parser import parse_expectations
from acpitools.expect.result import Result, Verdict
from acpitools.expect.world import World
from acpitools.kernel.inputs import SlitView, TableInMemory
from tests.kernel.machines import LOW, memory, predict, srat
from tests.strategies import expectation_texts

HOLDS, FAILS, UNDECIDED = Verdict.HOLDS, Verdict.FAILS, Verdict.UNDECIDED


@cache
def _machine(name: str) -> World:
    """Machines of the facts page's golden vectors; node 1 of ``pinned`` lost its marks to the initrd."""
    cpus = ((0, 0), (1, 1))
    hot = srat(*LOW, memory(1, 4 * GIB, 5 * GIB, hot=True), memory(2, 5 * GIB, 6 * GIB), cpus=cpus)
    low = (memory(0, 0, 640 * KIB), memory(0, MIB, GIB), memory(1, GIB, 2 * GIB, hot=True))
    pinned = srat(*low, memory(2, 4 * GIB, 6 * GIB, hot=True), cpus=cpus)
    hole = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 4096, 6 * GIB), cpus=cpus)
    bad = srat(*LOW, memory(1, 4 * GIB, 5 * GIB + 4096), memory(2, 5 * GIB, 6 * GIB), cpus=cpus)
    slit = SlitView(localities=3, matrix=bytes((10, 21, 31, 21, 10, 41, 31, 41, 10)))
    made = {
        "hot": lambda: predict("movable_node", hot, slit=slit, apic_ids=(0, 1)),
        "plain": lambda: predict("", hot),
        "pinned": lambda: predict("movable_node", pinned),
        "hole": lambda: predict("", hole),
        "overlap": lambda: predict("movable_node", bad),
    }
    return World(made[name]())


def _results(machine: str, text: str) -> tuple[Result, ...]:
    return evaluate(parse_expectations(text, source="t"), _machine(machine))


@pytest.mark.parametrize(
    ("machine", "text", "verdict"),
    [
        ("hot", "boots", HOLDS),
        ("hot", "node 1 movable >= 95%", HOLDS),
        ("hot", "node 1 movable == 1G", HOLDS),
        ("hot", "node 1 movable > 1 GiB", FAILS),
        ("hot", "95% <= node 1 movable", HOLDS),
        ("hot", "node 1 movable", HOLDS),
        ("hot", "node 2 movable", FAILS),
        ("hot", "node 2 movable or node 1 movable", HOLDS),
        ("hot", "not node 2 movable and not node 0 movable", HOLDS),
        ("hot", "0x100000000 in zone Movable", HOLDS),
        ("hot", "0x140000000 in zone movable", FAILS),
        ("hot", "0x140000000 in zone Normal", HOLDS),
        ("hot", "0x140000000 on node 2", HOLDS),
        ("hot", "0x13fffffff on node 2", FAILS),
        ("hot", "0x100000000-0x13fffffff movable", HOLDS),
        ("hot", "0x100000000-0x17fffffff movable == 50%", HOLDS),
        ("hot", "0x80000000 ram", FAILS),
        ("hot", "0x7ffd0000-0x7fffffff ram", FAILS),
        ("hot", "all hotpluggable memory movable", HOLDS),
        ("hot", "hotpluggable memory == 1G", HOLDS),
        ("hot", "all memory in zone Movable on node 1", HOLDS),
        ("hot", "all memory on node 1 in block 32", FAILS),
        ("hot", "some memory on node 0 movable", FAILS),
        ("hot", "no memory on node 0 movable", HOLDS),
        ("hot", "no kernel allocation on node 1", HOLDS),
        ("hot", "no kernel allocation on node 0", FAILS),
        ("hot", "kernel allocation on node 0", HOLDS),
        ("hot", "no kernel allocation in zone Movable", HOLDS),
        ("hot", "no kernel allocation in 0x100000000-0x13fffffff", HOLDS),
        ("hot", "kernel memory in zone Movable == 0", HOLDS),
        ("hot", 'allocation "NODE_DATA(1)" on node 1', FAILS),
        ("hot", 'no allocation "NODE_DATA(1)" on node 1', HOLDS),
        ("hot", 'no allocation "NODE_DATA*" in zone Movable', HOLDS),
        ("hot", "block size == 128M", HOLDS),
        ("hot", "blocks == 32", HOLDS),
        ("hot", "block 32 in zone Movable", HOLDS),
        ("hot", "memory40 on node 2", HOLDS),
        ("hot", "memory32 removable", HOLDS),
        ("hot", "memory0 removable", FAILS),
        ("hot", "memory32 online and memory32 exists and not memory20 exists", HOLDS),
        ("hot", "block 32 start == 0x100000000", HOLDS),
        ("hot", "node 1 removable == 100%", HOLDS),
        ("hot", "node 2 removable == 0%", HOLDS),
        ("hot", "node 2 possibly removable >= 80%", HOLDS),
        ("hot", "node 1 memory == 262144 pages and node 1 ram", HOLDS),
        ("hot", "node 1 start == 0x100000000 and node 1 end == 0x140000000", HOLDS),
        ("hot", "node 1 zone Movable start == 4G", HOLDS),
        ("hot", "node 0 zone DMA32 spanned == node 0 zone DMA32 present", HOLDS),
        ("hot", "node 0 zone DMA present == 3998 pages", HOLDS),
        ("hot", "node 2 zone Normal", HOLDS),
        ("hot", "node 2 has zone Movable", FAILS),
        ("hot", "node 1 has hotpluggable memory and not node 2 has hotpluggable memory", HOLDS),
        ("hot", "node 1 cpus == 1 and node 2 cpus == 0", HOLDS),
        ("hot", "node 2 pxm == 2", HOLDS),
        ("hot", "nodes == 3 and online nodes == 3 and number of nodes == 3", HOLDS),
        ("hot", "nodes with cpus == 2", HOLDS),
        ("hot", "zone Movable == 1G and zone Normal == 1G", HOLDS),
        ("hot", "movable memory on node 1 == movable memory", HOLDS),
        ("hot", "distance node 0 to node 2 == 31 and distance from node 2 to node 1 == 41", HOLDS),
        ("plain", "distance node 0 to node 2 == 20 and distance node 0 to node 0 == 10", HOLDS),
        ("hot", "every node n with memory except 0, 2: node n movable", HOLDS),
        ("hot", "every node n in 0-1: node n movable", FAILS),
        ("hot", "some node n: node n movable", HOLDS),
        ("hot", "every node a: every node b: distance node a to node b == distance node b to node a", HOLDS),
        ("hot", "no findings and no errors and warnings == 0 and no finding KASLR*", HOLDS),
        ("hot", "srat used", HOLDS),
        ("hot", "node 1 exists and node 1 online and not node 9 exists", HOLDS),
        ("plain", "node 1 movable", FAILS),
        ("plain", "all hotpluggable memory movable", FAILS),
        ("pinned", "node 1 movable", FAILS),
        ("pinned", "hotpluggable memory > movable memory", HOLDS),
        ("overlap", "srat used", FAILS),
        ("overlap", "nodes == 1", HOLDS),
        ("hole", "boots", FAILS),
        ("hole", "finding BOOT*", HOLDS),
        ("hole", "errors >= 1", HOLDS),
    ],
)
def test_verdicts(machine: str, text: str, verdict: Verdict) -> None:
    (result,) = _results(machine, text)
    assert result.verdict is verdict, result.measured


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("node 9 movable", UNDECIDED),
        ("not node 9 movable", UNDECIDED),
        ("no kernel allocation on node 9", UNDECIDED),
        ("node 9 movable and node 2 movable", FAILS),
        ("node 9 movable and boots", UNDECIDED),
        ("node 9 movable or boots", HOLDS),
        ("node 9 movable or node 2 movable", UNDECIDED),
        ("memory20 removable", UNDECIDED),
        ("node 0 zone Normal start == 0", UNDECIDED),
        ('allocation "unheard of" on node 0', UNDECIDED),
        ("every node n in 7-9: node n movable", UNDECIDED),
    ],
)
def test_what_is_not_there_decides_nothing(text: str, verdict: Verdict) -> None:
    (result,) = _results("hot", text)
    assert result.verdict is verdict
    assert result.measured


def test_a_machine_that_does_not_boot_leaves_the_layout_undecided() -> None:
    results = _results(
        "hole", "node 1 movable\nnot node 1 movable\nblock size == 128M\nnot boots\nnot boots or blocks == 1"
    )
    assert [r.verdict for r in results] == [UNDECIDED, UNDECIDED, UNDECIDED, HOLDS, HOLDS]
    assert results[0].measured == "the kernel does not come up"


def test_evidence_names_the_structure_and_what_pinned_the_node() -> None:
    (result,) = _results("pinned", "node 1 movable >= 95%")
    (piece,) = result.evidence
    assert piece.ranges == (AddrRange(GIB, 0x7FFDF000),)
    assert piece.node == 1
    marked, lost = piece.why
    assert (marked.code, marked.source) == ("srat-hotplug", "SRAT[4] at offset 0xa0")
    assert lost.code == "node-reserved"
    assert "initrd [mem 0x7fed4000-0x7ffcffff]" in lost.text


def test_evidence_of_a_claim_that_holds_is_what_makes_it_true() -> None:
    (result,) = _results("hot", "node 1 movable")
    assert [why.code for piece in result.evidence for why in piece.why] == ["srat-hotplug", "movable_node"]


def test_evidence_of_blocks_and_allocations() -> None:
    block, held, size = _results("hot", "memory0 removable\nno kernel allocation on node 0\nblock size == 2G")
    assert block.evidence[0].why[0].code == "removable-no"
    assert any(piece.text.endswith("initrd, 1008 KiB, node 0") for piece in held.evidence)
    assert {piece.why[0].source for piece in held.evidence} >= {"early_reserve_initrd", "alloc_node_data"}
    assert "below 64 GiB" in size.evidence[0].why[0].text


def test_tables_in_a_hole_of_a_nodes_range_are_found_by_name() -> None:
    low = (memory(0, 0, 640 * KIB), memory(0, MIB, GIB), memory(1, GIB, 2 * GIB, hot=True))
    view = srat(*low, memory(2, 4 * GIB, 6 * GIB))
    tables = (TableInMemory("SRAT", 0x7FFE0000, 4096),)
    world = World(predict("movable_node", view, acpi_tables=tables, initrd=AddrRange(128 * MIB, 129 * MIB)))
    text = 'no allocation "ACPI*" on node 1\nallocation "ACPI SRAT" on node 1\nno allocation "ACPI*" on node 0'
    assert [r.verdict for r in evaluate(parse_expectations(text, source="t"), world)] == [FAILS, HOLDS, HOLDS]


def test_a_loop_gives_a_result_for_each_node_and_item() -> None:
    text = 'for node n except 0 {\n  "goes away": node n movable\n  node n online\n}\n'
    results = _results("hot", text)
    assert [(r.title, r.verdict) for r in results] == [
        ("goes away (n = 1)", HOLDS),
        ("node n online (n = 1)", HOLDS),
        ("goes away (n = 2)", FAILS),
        ("node n online (n = 2)", HOLDS),
    ]
    items = parse_expectations(text, source="t")
    assert [bound["n"] for _, bound in expanded(items, _machine("hot"))] == [1, 1, 2, 2]


def test_a_loop_over_nothing_is_undecided() -> None:
    (result,) = _results("hot", 'boots\n"seventh": for node n in 7 {\n boots\n}')[1:]
    assert (result.verdict, result.measured, result.line) == (UNDECIDED, "no node is meant", 2)
    assert (result.name, result.expression) == ("seventh", "for node n in 7")


def test_loops_within_loops_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_STEPS", 20)
    assert len(_results("hot", "for node a {\nfor node b {\nboots\n}\n}")) == 9
    with pytest.raises(LimitError, match="too many expectations"):
        _results("hot", "for node a {\nfor node b {\nfor node c {\nboots\n}\n}\n}")


@given(expectation_texts(), st.sampled_from(["hot", "pinned", "overlap", "hole"]))
@settings(max_examples=150, deadline=None)
def test_whatever_can_be_said_has_an_answer(text: str, machine: str) -> None:
    try:
        items = parse_expectations(text, source="t")
    except ExpectationError:
        return
    results = evaluate(items, _machine(machine))
    assert bool(results) == bool(items)
    assert all(result.measured for result in results)
