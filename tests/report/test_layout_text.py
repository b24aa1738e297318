"""The page of a layout: the answer first, every fact with its source, within the width, however big the machine."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from acpitools.core.findings import Finding, Location, Severity
from acpitools.core.firmware_map import E820Entry
from acpitools.core.units import GIB, MIB, TIB, format_size
from acpitools.dumps.observed import read_observed
from acpitools.kernel.inputs import BootInputs
from acpitools.kernel.layout import Layout
from acpitools.kernel.predict import Prediction, boot
from acpitools.report.layout_text import layout_text
from tests import strategies
from tests.kernel.boots import predict_record
from tests.kernel.machines import E820, LOW, memory, predict, srat
from tests.records import record_id, record_paths
from tests.support import FIXTURES

SHIPPED = [path for path in record_paths() if FIXTURES in path.parents]


def text(layout: Layout, width: int = 100, *, color: bool = False, verbose: bool = False) -> str:
    """Give the page."""
    return "".join(layout_text(layout, width=width, color=color, verbose=verbose))


def flat(page: str) -> str:
    """Give a page without its line breaks."""
    return " ".join(page.split())


def big(nodes: int, *, hot: bool) -> Layout:
    """Lay out 64 TiB on so many nodes; every second node is hot-pluggable if any is."""
    step = 64 * TIB // nodes
    ranges = [memory(n, n * step, (n + 1) * step, hot=hot and n % 2 == 1) for n in range(nodes)]
    e820 = (*E820[:3], E820Entry(4 * GIB, 64 * TIB, 1))
    return predict("movable_node" if hot else "", srat(*ranges), e820=e820).layout


# --- the answer ---------------------------------------------------------------------------------------------------


def test_the_first_line_answers_how_much_is_movable(machine: Prediction) -> None:
    assert text(machine.layout).splitlines()[0] == "Linux 6.12: 2 GiB of 4.0 GiB RAM is Movable (50 %)."


def test_the_nodes_with_movable_memory_are_named(machine: Prediction) -> None:
    assert text(machine.layout).splitlines()[1] == "3 nodes with memory; Movable: nodes 1-2."


def test_a_machine_without_movable_memory_says_none() -> None:
    lines = text(predict("").layout).splitlines()
    assert lines[0] == "Linux 6.12: none of 4.0 GiB RAM is Movable (0 %)."
    assert lines[1] == "1 node with memory; Movable: none."


def test_the_head_says_how_much_can_go_offline(machine: Prediction) -> None:
    blocks = list(machine.layout.blocks)
    sizes = {
        word: format_size(machine.layout.blocks.size * sum(block.removable == word for block in blocks))
        for word in ("yes", "maybe", "no")
    }
    head = flat(text(machine.layout).partition("\n\n")[0])
    assert f"{sizes['yes']} can go offline; {sizes['maybe']} may" in head
    assert f"{sizes['no']} cannot." in head


def test_a_machine_that_does_not_boot_says_so_first() -> None:
    found = predict("", srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 4096, 6 * GIB))).layout
    page = text(found)
    assert page.splitlines()[0] == "Linux 6.12 does not come up on this machine."
    assert "error BOOT001: does not boot" in page


def test_a_rejected_srat_is_told_with_the_reason() -> None:
    found = predict("movable_node", srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 4 * GIB, 6 * GIB))).layout
    assert found.numa.rejected is not None
    assert f"The SRAT is not used: {found.numa.rejected}." in flat(text(found))


def test_a_node_that_lost_its_mark_is_told_first_and_explained_with_what_lies_in_it(pinned: Prediction) -> None:
    page = text(pinned.layout)
    head, _, rest = page.partition("\n\n")
    assert "Node 1 lost its hot-plug mark" in head
    assert "initrd [mem 0x7fed4000-0x7ffcffff]" in flat(rest)
    assert "<numa_clear_kernel_node_hotplug>" in rest
    assert re.search(r"^ +1 +1 .* lost +\[mem 0x40000000-", rest, re.MULTILINE)


def test_marks_without_movable_node_are_told_with_their_size() -> None:
    found = predict("", srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True))).layout
    assert "The SRAT calls 2 GiB hot-pluggable, which has no effect without movable_node." in flat(text(found))


def test_findings_of_a_kind_are_cut_unless_verbose(machine: Prediction) -> None:
    findings = tuple(
        Finding(
            code="SRAT900",
            severity=Severity.WARNING,
            message=f"structure {number} is odd",
            location=Location(signature="SRAT", index=number, offset=48 + 40 * number),
        )
        for number in range(9)
    )
    found = replace(machine.layout, findings=findings)
    assert "warning SRAT900: structure 8 is odd (SRAT[8] at offset 0x170)" in text(found, verbose=True)
    assert "structure 8" not in text(found)
    assert "  ... and 5 more of SRAT900 (-v shows all)" in text(found)


# --- the tables ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", SHIPPED, ids=record_id)
def test_the_zones_of_the_page_are_those_that_the_kernel_had(record: Path) -> None:
    rows = {
        (int(node), zone): (int(start, 16), int(spanned), int(present) % (1 << 64))
        for node, zone, start, spanned, present in re.findall(
            r"^ +(\d+)  (DMA|DMA32|Normal|Movable) +(0x\w+) +(\d+) +(-?\d+) ", text(_shipped(record), 80), re.MULTILINE
        )
    }
    seen = read_observed(record)
    assert rows == {
        (zone.node, zone.zone): ((zone.start_pfn or 0) << 12, zone.spanned_pages, zone.present_pages)
        for zone in seen.zones or ()
    }


def _shipped(record: Path) -> Layout:
    return predict_record(record).layout


def test_a_wide_page_shows_whole_spans_and_bounds(machine: Prediction) -> None:
    page = text(machine.layout, 110)
    for zone in machine.layout.zones:
        span = f"[mem {zone.start_pfn << 12:#010x}-{(zone.end_pfn << 12) - 1:#010x}]"
        managed = zone.managed_pages
        bounds = "exact" if managed.low == managed.high else f"{managed.low}..{managed.high}"
        pattern = (
            rf"^ +{zone.node}  {zone.zone} +{re.escape(span)} +{zone.spanned_pages} +{zone.present_pages} "
            rf"+{managed.estimate}  {re.escape(bounds)}$"
        )
        assert re.search(pattern, page, re.MULTILINE)


def test_every_node_has_its_domain_cpus_and_ranges(machine: Prediction) -> None:
    page = text(machine.layout)
    for node in machine.layout.numa.nodes:
        for start, end in node.ranges:
            assert f"[mem {start:#010x}-{end - 1:#010x}]" in page
        assert re.search(rf"^ +{node.node} +{node.pxm} +{node.cpus} +\S+ \w+ ", page, re.MULTILINE)


def test_all_ranges_of_a_node_are_shown() -> None:
    view = srat(memory(0, 0, GIB), memory(1, GIB, 2 * GIB), memory(0, 4 * GIB, 5 * GIB), memory(1, 5 * GIB, 6 * GIB))
    nodes = text(predict("", view).layout).split("\nNodes")[1].partition("\n\n")[0]
    for place in ("0x00001000-0x3fffffff", "0x100000000-0x13fffffff", "0x40000000-0x7fffffff"):
        assert f"[mem {place}]" in nodes


def test_a_node_without_memory_says_so() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 6 * GIB), cpus=[(0, 0), (5, 7)])
    page = text(predict("", view, apic_ids=(0, 5)).layout)
    assert re.search(r"^ +\d +7 +1 +none +- +- +no memory range$", page, re.MULTILINE)


def test_a_run_of_blocks_is_one_line_with_node_zone_and_verdict(machine: Prediction) -> None:
    page = text(machine.layout)
    for run in machine.layout.blocks.runs:
        last = run.first + run.count - 1
        name = f"memory{run.first}" if run.count == 1 else f"memory{run.first}-memory{last}"
        zone = "/".join(run.valid_zones)
        assert re.search(rf"^  {name} .* {zone} +{run.removable} +{re.escape(run.why)}$", page, re.MULTILINE)


def test_every_owner_is_shown_when_verbose_with_every_place(machine: Prediction) -> None:
    page = text(machine.layout, verbose=True)
    for entry in machine.layout.reserved:
        place = re.escape(f"[mem {entry.start:#010x}-{entry.end - 1:#010x}]")
        assert re.search(rf"^  {place} .* {re.escape(entry.owner)}", page, re.MULTILINE)


def test_the_largest_owners_come_first_and_the_rest_is_counted(machine: Prediction) -> None:
    table = text(machine.layout).split("\nWho holds what")[1].partition("\n\n")[0]
    assert re.search(r"^ +\[mem \S+\] +\S+ +64 MiB  software IO TLB$", table.splitlines()[2])
    assert re.search(r"\.\.\. and \d+ more ", table)


def test_places_of_one_owner_are_added_up() -> None:
    found = predict("", srat(*LOW, memory(1, 4 * GIB, 6 * GIB), cpus=[(0, 0)]), apic_ids=tuple(range(4))).layout
    areas = [r for r in found.reserved if r.owner == "per-cpu areas"]
    table = text(found).split("\nWho holds what")[1]
    for node in {area.node for area in areas}:
        here = [area for area in areas if area.node == node]
        size = format_size(sum(area.end - area.start for area in here))
        assert re.search(rf" {node} +{size}  per-cpu areas", table)


def test_what_was_assumed_is_told_with_the_reason() -> None:
    found = predict("", image=None).layout
    page = flat(text(found))
    assert found.assumed
    for item in found.assumed:
        assert f"{item.what}:" in page
        assert item.why in page


# --- the shape ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("record", SHIPPED, ids=record_id)
def test_ordinary_machines_fit_80_columns(record: Path, verbose: bool) -> None:
    page = text(_shipped(record), 80, verbose=verbose)
    assert [line for line in page.splitlines() if len(line) > 80 or line != line.rstrip()] == []


def test_colour_changes_nothing_but_colour(machine: Prediction) -> None:
    assert "\x1b" not in text(machine.layout)
    coloured = text(machine.layout, color=True)
    assert "\x1b[32m" in coloured
    assert re.sub(r"\x1b\[\d*m", "", coloured) == text(machine.layout)


@pytest.mark.parametrize("hot", [False, True])
def test_a_machine_of_1024_nodes_stays_readable(hot: bool) -> None:
    found = big(1024, hot=hot)
    start = time.process_time()
    page = text(found).splitlines()
    assert time.process_time() - start < 1
    assert len(page) < 400
    assert any("more (-v shows all, --format json has them)" in line for line in page)
    assert max(map(len, page)) <= 100


def test_nothing_is_left_out_when_verbose() -> None:
    found = big(256, hot=True)
    page = text(found, verbose=True)
    assert " more" not in page.partition("\nWho holds")[0].partition("\nNodes")[2]
    for piece in found.ranges:
        assert f"[mem {piece.start:#010x}-{piece.end - 1:#010x}]" in page
    assert page.count(" Movable, no kernel memory") == sum(run.removable == "yes" for run in found.blocks.runs)


def test_the_page_of_many_blocks_is_made_without_looking_at_each() -> None:
    e820 = (*E820[:3], E820Entry(4 * GIB, 64 * TIB + 128 * MIB, 1))
    found = predict("", e820=e820, la57=True).layout
    assert sum(run.count for run in found.blocks.runs) > 500_000
    start = time.process_time()
    text(found, verbose=True)
    assert time.process_time() - start < 1


@settings(max_examples=60, deadline=None)
@given(strategies.boot_inputs())
def test_any_boot_has_a_page(inputs: BootInputs) -> None:
    found = boot(inputs).layout
    page = text(found, 80)
    assert page.startswith(f"Linux {found.kernel}")
    assert "\n\n\n" not in page
