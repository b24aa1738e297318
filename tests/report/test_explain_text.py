"""The answer for one address: verdict and reason first, then what it rests on."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from acpitools.core.units import GIB
from acpitools.kernel.explain import explain
from acpitools.kernel.layout import ReservedRegion
from acpitools.kernel.predict import Prediction
from acpitools.report.explain_text import explanation_text
from tests.kernel.machines import LOW, memory, predict, srat

ADDRESSES = [0, 0x1000, 0x9FC00, 0x1000000, 0x50000000, 0x7FED4000, 0x90000000, 5 * GIB, 0x17FFFFFFF, 6 * GIB, 1 << 50]


def text(run: Prediction, address: int, width: int = 100, *, color: bool = False) -> str:
    """Give the answer."""
    return "".join(explanation_text(explain(run, run.layout, address), width=width, color=color))


def flat(page: str) -> str:
    """Give a page without its line breaks."""
    return " ".join(page.split())


def test_a_movable_byte_is_answered_with_its_reasons(machine: Prediction) -> None:
    assert flat(text(machine, 5 * GIB).partition("\n\n")[0]) == (
        "0x140000000 is movable and removable: the SRAT calls it hot-pluggable; movable_node makes it Movable; "
        "memory40: Movable, no kernel memory."
    )


def test_a_byte_of_a_pinned_node_is_answered_with_what_pinned_it(pinned: Prediction) -> None:
    page = text(pinned, 5 * GIB)
    assert flat(page).startswith(
        "0x140000000 is not movable and maybe removable: node 1 lost its hot-plug marks; memory40: in a kernel zone"
    )
    assert "initrd [mem 0x7fed4000-0x7ffcffff]" in flat(page)
    assert "<numa_clear_kernel_node_hotplug>" in page


def test_a_mark_without_movable_node_is_the_reason() -> None:
    run = predict("", srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True)))
    assert "not movable and maybe removable: hot-pluggable, but movable_node is not given;" in text(run, 5 * GIB)


def test_movable_memory_in_a_block_that_cannot_go_says_but() -> None:
    run = predict("kernelcore=1G")
    block = next(block for block in run.layout.blocks if block.removable == "no" and block.start >= 4 * GIB)
    piece = next(p for p in run.layout.ranges if p.movable and p.end > block.start)
    page = text(run, max(piece.start, block.start))
    assert " is movable but not removable: " in page.splitlines()[0]


def test_an_address_outside_memory_is_explained(machine: Prediction) -> None:
    page = text(machine, 1 << 50)
    assert page.startswith("0x4000000000000 is not movable and not removable: no memory of the page allocator: not in")
    assert "memory map: not in the map" in page


def test_the_answer_names_map_structure_range_block_and_holder(pinned: Prediction) -> None:
    page = text(pinned, 0x7FED4000)
    answer = explain(pinned, pinned.layout, 0x7FED4000)
    assert "  memory map: usable, [mem 0x00100000-0x7ffdefff]" in page
    assert answer.srat
    for structure in answer.srat:
        assert structure in flat(page)
    assert "node 1, zone DMA32, [mem 0x40000000-0x7ffdefff]" in page
    assert "memory15, [mem 0x78000000-0x7fffffff] 128 MiB, node 1, valid_zones DMA32" in page
    assert "held by: initrd [mem 0x7fed4000-0x7ffcffff]" in page


def test_the_history_is_told_by_phase_with_function_and_source(pinned: Prediction) -> None:
    history = text(pinned, 0x7FED4000).partition("What the boot did with it\n")[2]
    phases = re.findall(r"^  (\S.*)$", history, re.MULTILINE)
    assert phases == ["memblock ready", "before SRAT", "parsing SRAT", "after SRAT"]
    for happening in explain(pinned, pinned.layout, 0x7FED4000).happened:
        assert happening.text in flat(history)
        assert f"({happening.function})" in history
        assert happening.cause is None or f"<{happening.cause}>" in flat(history)


def test_many_holders_are_counted(machine: Prediction) -> None:
    answer = explain(machine, machine.layout, 5 * GIB)
    holders = tuple(ReservedRegion(start=0, end=4096 + n, node=0, owner=f"owner {n}", certain=n > 0) for n in range(20))
    page = "".join(explanation_text(replace(answer, held_by=holders), width=100, color=False))
    assert page.count("held by: ") == 8
    assert "owner 0 [mem 0x00000000-0x00000fff] (place assumed)" in page
    assert "... and 12 more holders (--format json has them)" in page


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_fits_80_columns(machine: Prediction, pinned: Prediction, address: int) -> None:
    for run in (machine, pinned):
        page = text(run, address, 80)
        assert page.startswith(f"{address:#x} is ")
        assert [line for line in page.splitlines() if len(line) > 80] == []


def test_colour_changes_nothing_but_colour(machine: Prediction) -> None:
    plain, coloured = text(machine, 5 * GIB), text(machine, 5 * GIB, color=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain != coloured
