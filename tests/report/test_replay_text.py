"""A boot stage by stage: five phases, a picture each, the kernel's own lines, who took what, and where it died."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings

from acpitools.core.units import GIB
from acpitools.kernel.inputs import BootInputs
from acpitools.kernel.predict import Prediction, boot
from acpitools.kernel.replay import Replay
from acpitools.kernel.state import Phase
from acpitools.report.replay_text import replay_text
from tests import strategies
from tests.kernel.boots import predict_record
from tests.kernel.machines import LOW, memory, predict, srat
from tests.records import record_id, record_paths, record_text
from tests.support import FIXTURES

SHIPPED = [path for path in record_paths() if FIXTURES in path.parents]
TITLES = ["memblock ready", "before SRAT", "parsing SRAT", "after SRAT", "memory initialized"]


def text(run: Replay, *, until: Phase | None = None, step: bool = False, width: int = 100, color: bool = False) -> str:
    """Give the page."""
    return "".join(replay_text(run, until=until, step=step, width=width, color=color))


def phases(run: Replay, **more: object) -> dict[str, str]:
    """Give the text of each phase."""
    parts = re.split(r"^\d\. (.*)\n", text(run, **more), flags=re.MULTILINE)  # type: ignore[arg-type]
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def row(phase: str, name: str) -> str:
    """Give the drawing of the first row of that name."""
    return next(line[13:] for line in phase.splitlines() if line.startswith(f"  {name}"))


# --- phases -------------------------------------------------------------------------------------------------------


def test_the_five_phases_have_a_picture_each(machine: Prediction) -> None:
    found = phases(machine.replay)
    assert list(found) == TITLES
    for body in found.values():
        assert body.count("  memory[] ") == body.count("  reserved[] ") == body.count("  next ") == 1


def test_a_replay_ends_with_the_phase_asked_for(machine: Prediction) -> None:
    assert list(phases(machine.replay, until=Phase.PARSING_SRAT)) == TITLES[:3]


def test_all_pictures_have_the_same_axis(machine: Prediction) -> None:
    whole = phases(machine.replay)
    assert len({row(body, "memory[]").translate({ord("▓"): "░"}) for body in whole.values()}) == 1
    begun = phases(machine.replay, until=Phase.MEMBLOCK_READY)
    assert row(begun["memblock ready"], "memory[]") == row(whole["memblock ready"], "memory[]")


def test_the_axis_names_its_addresses(machine: Prediction) -> None:
    for body in phases(machine.replay).values():
        for start in ("0x1000", "0x100000", "0x100000000", "0x140000000"):
            assert re.search(rf"[ │]{start}( |$)", body, re.MULTILINE)


def test_nodes_appear_when_the_srat_names_them(machine: Prediction) -> None:
    found = phases(machine.replay)
    assert [title for title in TITLES if "  node  " in found[title]] == TITLES[2:]
    assert row(found["memory initialized"], "node").split() == ["0", "1", "2"]
    assert row(found["parsing SRAT"], "node").startswith("0")


def test_marks_appear_when_the_srat_is_parsed(machine: Prediction) -> None:
    found = phases(machine.replay)
    assert [title for title in TITLES if "▓" in row(found[title], "memory[]")] == TITLES[2:]


def test_marks_of_a_pinned_node_are_gone_after_the_srat(pinned: Prediction) -> None:
    found = phases(pinned.replay)
    assert "▓" in row(found["parsing SRAT"], "memory[]")
    assert "▓" not in row(found["after SRAT"], "memory[]")
    body = found["after SRAT"].partition("node 1 loses its hot-plug marks")[2]
    assert "[mem 0x7fed4000-0x7ffcffff] initrd" in body


def test_the_arrow_shows_from_which_side_memory_is_taken(machine: Prediction) -> None:
    found = phases(machine.replay)
    for title in TITLES[:3]:
        assert row(found[title], "next").lstrip().startswith("→ lowest free first")
    for title in TITLES[3:]:
        after = row(found[title], "next")
        assert "highest free first, never hot-pluggable" in after
        assert row(found[title], "memory[]")[after.index("←")] == "░"
        assert "▓" not in row(found[title], "memory[]")[: after.index("←")]


def test_where_all_memory_is_hot_pluggable_nothing_can_be_taken() -> None:
    view = srat(memory(0, 0, 2 * GIB, hot=True), memory(1, 4 * GIB, 6 * GIB, hot=True))
    found = phases(predict("movable_node", view).replay)
    assert row(found["parsing SRAT"], "next") == "nothing is free outside hot-pluggable memory"
    assert "←" in row(found["after SRAT"], "next")


def test_without_movable_node_allocations_come_from_the_top() -> None:
    run = predict("", srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True))).replay
    found = phases(run)
    assert row(found["before SRAT"], "next").rstrip().endswith("highest free first ←")
    assert "bottom-up" not in text(run)


def test_reservations_grow_from_phase_to_phase(machine: Prediction) -> None:
    levels = [
        sum("▁▂▃▄▅▆▇█".find(mark) + 1 for mark in row(body, "reserved[]")) for body in phases(machine.replay).values()
    ]
    assert levels == sorted(levels)
    assert levels[0] < levels[-1]


# --- what happened ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", SHIPPED, ids=record_id)
def test_lines_quoted_from_the_kernel_are_those_it_printed(record: Path) -> None:
    log = {re.sub(r"^\[[^\]]*\] ?", "", line).strip() for line in record_text(record, "dmesg.txt").splitlines()}
    page = text(predict_record(record).replay, step=True, width=80)
    quoted = [re.sub(r"  <.*", "", line[6:]).strip() for line in page.splitlines() if line.startswith("    | ")]
    results = [line for line in quoted if line.startswith(("BIOS-e820", "ACPI: SRAT", "NUMA:", "RAMDISK", "Faking"))]
    assert [line for line in results if line not in log] == []
    assert len(results) >= 1


def test_the_source_of_a_line_stands_beside_it(machine: Prediction) -> None:
    assert "| ACPI: SRAT: Node 1 PXM 1 [mem 0x100000000-0x13fffffff] hotplug  <SRAT[4] at offset " in text(
        machine.replay
    )


def test_every_allocation_names_owner_size_direction_and_function(machine: Prediction) -> None:
    page = " ".join(text(machine.replay, step=True).split())
    quoted = {place for step in machine.replay.steps for e in step.events if e.dmesg for place in e.ranges}
    functions = {step.function for step in machine.replay.steps}
    for entry in machine.replay.state.ledger:
        if (entry.start, entry.end) not in quoted:
            assert entry.owner in page
        assert any(name.endswith(f":{entry.function}") for name in functions) or f"({entry.function})" in page
    assert "+ [mem 0x01000000-0x03bfffff] kernel image, 44 MiB" in page
    assert re.search(r"\+ \[mem 0x00010000-0x00016fff\] real-mode trampoline, 28 KiB, bottom-up →", page)
    assert re.search(r"NODE_DATA\(0\), 170.4 KiB, ← top-down \(alloc_node_data\)", page)


def test_stages_that_did_nothing_appear_only_step_by_step(machine: Prediction) -> None:
    stages = {step.stage for step in machine.replay.steps}
    told = set(re.findall(r"^  ([a-z]\w+)  \S+:\w+$", text(machine.replay, step=True), re.MULTILINE))
    assert told == stages
    assert set(re.findall(r"^  ([a-z]\w+)  \S+:\w+$", text(machine.replay), re.MULTILINE)) < stages


def test_long_stages_are_cut_with_a_count_unless_step_by_step() -> None:
    view = srat(*LOW, *(memory(1, 4 * GIB + (n << 26), 4 * GIB + (n + 1 << 26)) for n in range(32)))
    run = predict("", view).replay
    assert re.search(r"^    \.\.\. and \d+ more \(--step shows all, --format json has them\)$", text(run), re.MULTILINE)
    whole = text(run, step=True)
    assert " more (" not in whole
    assert whole.count("| ACPI: SRAT: Node 1") == 32


# --- the end ------------------------------------------------------------------------------------------------------


def test_phases_after_a_panic_say_where_the_kernel_died() -> None:
    run = predict("memmap=64M@6G").replay
    found = phases(run)
    assert list(found) == TITLES
    assert run.state.panic is not None
    assert f"The kernel dies here: {run.state.panic}" in " ".join(found["after SRAT"].split())
    assert found["memory initialized"] == "  never reached: the kernel died in phase 4, after SRAT\n"


def test_a_kernel_that_dies_at_once_leaves_four_phases_unreached() -> None:
    found = phases(predict("memmap=exactmap").replay)
    assert "The kernel dies here: " in found["memblock ready"]
    assert "memory[] is empty" in found["memblock ready"]
    assert {found[title].strip() for title in TITLES[1:]} == {
        "never reached: the kernel died in phase 1, memblock ready"
    }


# --- the shape ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", SHIPPED, ids=record_id)
def test_all_but_the_kernels_own_lines_fit_80_columns(record: Path) -> None:
    page = text(predict_record(record).replay, width=80)
    assert [line for line in page.splitlines() if len(line) > 80 and not line.startswith("    | ")] == []


def test_colour_changes_nothing_but_colour(machine: Prediction) -> None:
    plain, coloured = text(machine.replay), text(machine.replay, color=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain != coloured


def test_a_machine_of_many_nodes_stays_readable() -> None:
    view = srat(*LOW, *(memory(1 + n, 4 * GIB + (n << 22), 4 * GIB + (n + 1 << 22)) for n in range(512)))
    run = predict("movable_node", view).replay
    assert len(run.state.numa.parsed) == 513
    assert text(run).count("\n") < 300


@settings(max_examples=40, deadline=None)
@given(strategies.boot_inputs())
def test_any_boot_has_a_page(inputs: BootInputs) -> None:
    assert list(phases(boot(inputs).replay, step=True, width=80)) == TITLES
