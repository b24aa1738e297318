"""Text of layouts, replays and explanations: the facts are there, in the kernel's notation, within the width."""

from __future__ import annotations

import re
import time

import pytest

from acpitools.core.firmware_map import E820Entry
from acpitools.core.units import GIB, TIB
from acpitools.kernel.compare import compare
from acpitools.kernel.explain import explain
from acpitools.kernel.layout import Layout
from acpitools.kernel.predict import Prediction
from acpitools.kernel.state import Phase
from acpitools.report.boot_json import layout_json
from acpitools.report.differences_text import differences_text
from acpitools.report.explain_text import explanation_text
from acpitools.report.layout_text import layout_text
from acpitools.report.replay_text import replay_text
from tests.kernel.machines import E820, LOW, memory, predict, srat

VIEW = srat(*LOW, memory(1, 4 * GIB, 5 * GIB, hot=True), memory(2, 5 * GIB, 6 * GIB, hot=True), cpus=[(0, 0), (1, 1)])


@pytest.fixture(scope="module")
def machine() -> Prediction:
    """Three nodes, two of them hot-pluggable."""
    return predict("movable_node", VIEW, apic_ids=(0, 1))


def text(layout: Layout, width: int = 100, *, color: bool = False) -> str:
    """Give the page."""
    return "".join(layout_text(layout, width=width, color=color))


def test_the_first_line_answers_how_much_is_movable(machine: Prediction) -> None:
    assert text(machine.layout).splitlines()[0] == "Linux 6.12: 2 GiB of 4.0 GiB RAM is Movable (50 %)."


def test_every_zone_is_listed_with_its_pages_and_its_last_byte(machine: Prediction) -> None:
    page = text(machine.layout)
    for zone in machine.layout.zones:
        span = f"[mem {zone.start_pfn << 12:#010x}-{(zone.end_pfn << 12) - 1:#010x}]"
        line = next(line for line in page.splitlines() if span in line and zone.zone in line)
        assert str(zone.present_pages) in line
        assert str(zone.spanned_pages) in line


def test_every_reason_names_its_source(machine: Prediction) -> None:
    page = " ".join(text(machine.layout).split())
    for piece in machine.layout.ranges:
        for why in piece.why:
            assert " ".join(f"{why.text} <{why.source}>".split()) in page


def test_a_normal_machine_fits_80_columns(machine: Prediction) -> None:
    assert [line for line in text(machine.layout, 80).splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("color", [False, True])
def test_colour_codes_appear_only_where_asked_for(machine: Prediction, color: bool) -> None:
    answer = explain(machine, machine.layout, 5 * GIB)
    pages = (
        text(machine.layout, color=color),
        "".join(replay_text(machine.replay, until=None, step=False, width=100, color=color)),
        "".join(explanation_text(answer, width=100, color=color)),
    )
    assert all(("\x1b[" in page) == color for page in pages)


def test_a_machine_that_does_not_boot_says_so_first() -> None:
    found = predict("", srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 4096, 6 * GIB))).layout
    assert text(found).splitlines()[0] == "Linux 6.12 does not come up on this machine."
    assert "BOOT001" in text(found)


def test_a_machine_of_1024_nodes_stays_readable() -> None:
    step = 64 * TIB // 1024
    ranges = [memory(n, n * step, (n + 1) * step) for n in range(1024)]
    e820 = (*E820[:3], E820Entry(4 * GIB, 64 * TIB, 1))
    found = predict("", srat(*ranges), e820=e820).layout
    page = text(found).splitlines()
    assert len(page) < 400
    assert any("more (-v shows all, --format json has them)" in line for line in page)


def test_half_a_million_blocks_are_written_in_seconds() -> None:
    e820 = (*E820[:3], E820Entry(4 * GIB, 64 * TIB + (128 << 20), 1))
    found = predict("", e820=e820, la57=True).layout
    assert found.blocks.size == 128 << 20
    start = time.process_time()
    count = sum(piece.count('"valid_zones"') for piece in layout_json(found))
    assert count > 500_000
    assert time.process_time() - start < 20


# --- replay, explain, differences ---------------------------------------------------------------------------------


def test_a_replay_has_the_five_phases_with_a_picture_each(machine: Prediction) -> None:
    page = "".join(replay_text(machine.replay, until=None, step=False, width=100, color=False))
    titles = re.findall(r"^\d\. (.*)$", page, re.MULTILINE)
    assert titles == ["memblock ready", "before SRAT", "parsing SRAT", "after SRAT", "memory initialized"]
    assert page.count("  memory[] ") == page.count("  reserved[] ") == 5


def test_a_replay_shows_the_lines_that_the_kernel_prints(machine: Prediction) -> None:
    page = "".join(replay_text(machine.replay, until=None, step=False, width=100, color=False))
    assert "| ACPI: SRAT: Node 1 PXM 1 [mem 0x100000000-0x13fffffff] hotplug" in page
    assert "|   Node 1: 0x0000000100000000" in page


def test_marks_appear_when_the_srat_is_parsed(machine: Prediction) -> None:
    before = "".join(replay_text(machine.replay, until=Phase.BEFORE_SRAT, step=False, width=100, color=False))
    parsed = "".join(replay_text(machine.replay, until=Phase.PARSING_SRAT, step=False, width=100, color=False))
    drawing = [line for line in parsed.splitlines() if line.startswith("  memory[]")]
    assert "▓" in drawing[-1]
    assert all("▓" not in line for line in before.splitlines() if line.startswith("  memory[]"))


def test_a_dead_kernel_is_told_at_the_end() -> None:
    run = predict("memmap=exactmap").replay
    page = "".join(replay_text(run, until=None, step=False, width=100, color=False))
    assert page.splitlines()[-1].startswith("The kernel dies here: ")


def test_an_explanation_answers_in_its_first_line(machine: Prediction) -> None:
    answer = explain(machine, machine.layout, 0x140000000)
    page = "".join(explanation_text(answer, width=100, color=False))
    assert page.splitlines()[0] == "0x140000000 is movable and removable."
    assert "SRAT[5]" in page
    assert "memory40 (128 MiB), node 2" in page


def test_an_address_outside_memory_is_explained(machine: Prediction) -> None:
    answer = explain(machine, machine.layout, 1 << 50)
    page = "".join(explanation_text(answer, width=100, color=False))
    assert page.splitlines()[0] == "0x4000000000000 is not movable and not removable."
    assert "not in the map" in page


def test_no_differences_are_one_line() -> None:
    assert list(differences_text((), color=False)) == ["The prediction equals what was observed.\n"]


def test_differences_stand_side_by_side(machine: Prediction) -> None:
    from acpitools.core.observed import Observed

    observed = Observed(source="x", movable_zone_start=((1, 4 * GIB),))
    page = "".join(differences_text(compare(machine.layout, observed), color=False))
    assert page.startswith("1 difference between prediction and observation\n")
    assert re.search(r"node 2 +movable_zone_start +0x140000000 +-$", page, re.MULTILINE)
