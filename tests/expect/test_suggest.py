"""Suggestions: each is replayed again here, from the inputs up, and none holds a change too many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import assume, given, settings

from acpitools.core.units import GIB, KIB, MIB, TIB
from acpitools.expect.changes import Change
from acpitools.expect.evaluate import evaluate
from acpitools.expect.nodes import Expectation, Item
from acpitools.expect.parser import parse_expectations
from acpitools.expect.result import Result, Suggestions, Verdict
from acpitools.expect.suggest import Search, changed_inputs, suggest
from acpitools.expect.world import World
from acpitools.kernel.inputs import BootInputs, SratView, TableInMemory
from acpitools.kernel.predict import Prediction, boot
from tests.kernel.boots import predict_record
from tests.kernel.machines import LOW, memory, predict, srat
from tests.strategies import boot_inputs
from tests.support import FIXTURES

CPUS = ((0, 0), (1, 1))


def _low() -> SratView:
    first = (memory(0, 0, 640 * KIB), memory(0, MIB, GIB), memory(1, GIB, 2 * GIB, hot=True))
    return srat(*first, memory(2, 4 * GIB, 6 * GIB), cpus=CPUS)


def _search(run: Prediction, text: str) -> tuple[World, tuple[Item, ...], Search]:
    world = World(run)
    items = parse_expectations(text, source="t")
    return world, items, Search(world.env.inputs, world.env.policy, items, evaluate(items, world))


def _found(run: Prediction, text: str) -> tuple[Suggestions, tuple[tuple[Change, ...], ...]]:
    world, items, search = _search(run, text)
    assert isinstance(items[0], Expectation)
    answer, changes = search.for_expectation(items[0], {}, world)
    for chosen in changes:
        assert _verdicts(world, items, chosen)[0] is Verdict.HOLDS
        for fewer in combinations(chosen, len(chosen) - 1):
            assert _verdicts(world, items, fewer)[0] is not Verdict.HOLDS
    return answer, changes


def _verdicts(world: World, items: Sequence[Item], changes: Sequence[Change]) -> list[Verdict]:
    inputs: BootInputs = changed_inputs(world.env.inputs, changes)
    policy = None if any(c.kind == "kernel-release" for c in changes) else world.env.policy
    return [result.verdict for result in evaluate(items, World(boot(inputs, policy=policy)))]


HOT = srat(*LOW, memory(1, 4 * GIB, 5 * GIB, hot=True), memory(2, 5 * GIB, 6 * GIB, hot=True), cpus=CPUS)


@pytest.mark.parametrize(
    ("cmdline", "view", "text", "kinds"),
    [
        ("quiet", HOT, "all hotpluggable memory movable", ["option-add"]),
        ("movable_node numa=off", HOT, "node 1 movable", ["option-remove"]),
        ("movable_node mem=5G", HOT, "node 2 memory == 1G", ["option-remove"]),
        ("movable_node", _low(), "node 1 movable", ["initrd-move"]),
        ("movable_node", srat(*LOW, memory(1, 4 * GIB, 6 * GIB), cpus=CPUS), "node 1 movable", ["srat-flag"]),
        (
            "movable_node",
            srat(*LOW, memory(1, 4 * GIB, 5 * GIB + MIB, hot=True), memory(2, 5 * GIB + MIB, 6 * GIB, hot=True)),
            "node 1 removable and node 2 removable",
            ["srat-border"],
        ),
        (
            "movable_node",
            srat(*LOW, memory(1, 4 * GIB, 5 * GIB + 4096, hot=True), memory(2, 5 * GIB, 6 * GIB, hot=True)),
            "srat used",
            ["srat-overlap"],
        ),
        ("", srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 4096, 6 * GIB)), "boots", ["srat-gap"]),
        ("", srat(*LOW, memory(1, 4 * GIB, 6 * GIB, enabled=False), cpus=CPUS), "node 1 memory", ["srat-enable"]),
    ],
)
def test_the_smallest_change_is_found(cmdline: str, view: SratView, text: str, kinds: list[str]) -> None:
    answer, _ = _found(predict(cmdline, view), text)
    assert list(answer.found[0].kinds) == kinds
    assert answer.exhausted


def test_two_changes_where_one_is_not_enough() -> None:
    tables = (TableInMemory("SRAT", 0x7FFE0000, 4096), TableInMemory("APIC", 0x7FFE1000, 256))
    answer, _ = _found(predict("movable_node", _low(), acpi_tables=tables), "node 1 movable")
    assert sorted(answer.found[0].kinds) == ["firmware-move", "initrd-move"]
    assert answer.found[0].cmdline is None


def test_three_changes_where_two_are_not_enough() -> None:
    tables = (TableInMemory("SRAT", 0x7FFE0000, 4096),)
    answer, _ = _found(predict("movable_node numa=off", _low(), acpi_tables=tables), "node 1 movable")
    assert sorted(answer.found[0].kinds) == ["firmware-move", "initrd-move", "option-remove"]


def test_the_shipped_machine_needs_initrd_and_tables_out_of_node_1() -> None:
    """Its initrd and ACPI tables lie at the top of the RAM below 2 GiB, in node 1 (README)."""
    answer, _ = _found(predict_record(FIXTURES / "replays" / "four-nodes-one-pinned"), "node 1 movable >= 95%")
    assert sorted(answer.found[0].kinds) == ["firmware-move", "initrd-move"]


def test_memory_that_is_flagged_less_is_no_help_for_what_is_about_flagged_memory() -> None:
    answer, _ = _found(predict("movable_node", _low()), "all hotpluggable memory movable")
    assert {kind for suggestion in answer.found for kind in suggestion.kinds} == {"initrd-move"}


def test_the_new_command_line_is_given_whole() -> None:
    answer, _ = _found(predict('quiet "a b=c d" -- init', HOT), "node 1 movable")
    assert answer.found[0].cmdline == 'quiet "a b=c d" movable_node -- init'


def test_what_a_change_breaks_is_told() -> None:
    world = World(predict("quiet", HOT))
    items = parse_expectations("node 1 movable\nnode 1 zone Normal\nboots", source="t")
    failed, *_ = suggest(world.env.inputs, world.env.policy, items, world)
    assert failed.suggestions is not None
    assert failed.suggestions.found[0].breaks == ("node 1 zone Normal",)


def test_a_search_without_success_says_how_far_it_went() -> None:
    seen: list[int] = []
    world, items, search = _search(predict("quiet", HOT), "node 7 exists")
    assert isinstance(items[0], Expectation)
    answer, changes = search.for_expectation(items[0], {}, world, seen=seen.append)
    assert changes == ()
    assert answer.tried == len(seen) == seen[-1] <= search.most
    assert {"option-add", "srat-flag", "initrd-move", "kernel-release"} <= set(answer.kinds)


def test_only_what_does_not_hold_gets_suggestions() -> None:
    world = World(predict("movable_node", HOT))
    items = parse_expectations("for node n with memory {\n node n movable\n}", source="t")
    results: tuple[Result, ...] = suggest(world.env.inputs, world.env.policy, items, world)
    assert [r.suggestions is None for r in results] == [False, True, True]


@given(boot_inputs())
@settings(max_examples=6, deadline=None)
def test_any_machine_ends_in_suggestions_that_hold(inputs: BootInputs) -> None:
    assume(max((entry.end for entry in inputs.e820), default=0) < 4 * TIB)
    run = boot(inputs)
    text = "boots and movable memory >= 10%"
    world, items, search = _search(run, text)
    search.most = min(40, search.most)
    if evaluate(items, world)[0].verdict is Verdict.HOLDS:
        return
    assert isinstance(items[0], Expectation)
    answer, changes = search.for_expectation(items[0], {}, world)
    assert len(answer.found) == len(changes)
    for chosen in changes:
        assert _verdicts(world, items, chosen)[0] is Verdict.HOLDS
