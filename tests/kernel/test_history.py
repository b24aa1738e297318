"""Models of history: the designs of 2013 by what their slides say, releases by the facts, and their differences."""

from __future__ import annotations

import ast
from dataclasses import fields
from itertools import pairwise

import pytest

from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, KIB, MIB
from acpitools.kernel.compare_layouts import compare_layouts
from acpitools.kernel.inputs import CedtWindow, KernelImage, SratView, TableInMemory
from acpitools.kernel.layout import Layout
from acpitools.kernel.memblock import HOTPLUG, Direction
from acpitools.kernel.policy import Policy
from acpitools.kernel.predict import Prediction
from acpitools.kernel.state import Allocation, Phase
from acpitools.kernel.versions.history import HISTORY, differences, views
from acpitools.kernel.versions.registry import DESIGNS, KERNELS, find
from tests.kernel.machines import LOW, layout, memory, predict, srat, zones
from tests.support import ROOT

FIRST, SECOND = "2013-solution-1", "2013-solution-2"
FOUR = srat(
    memory(0, 0, 640 * KIB),
    memory(0, MIB, GIB),
    memory(1, GIB, 2 * GIB, hot=True),
    memory(2, 4 * GIB, 5 * GIB, hot=True),
    memory(3, 5 * GIB, 6 * GIB, hot=True),
    cpus=((0, 0),),
)
"""Nodes 1 to 3 hot-pluggable, as in the slides' pictures."""
TOP_OF_NODE_0 = KernelImage(start=GIB - 48 * MIB, end=GIB - 4 * MIB)
BELOW = AddrRange(128 * MIB, 129 * MIB)


def _boot(
    release: str, cmdline: str = "movable_node log_buf_len=16M", view: SratView = FOUR, **more: object
) -> Prediction:
    values: dict[str, object] = {"initrd": BELOW, "image": TOP_OF_NODE_0, **more}
    return predict(cmdline, view, release=release, **values)  # type: ignore[arg-type]


def _searched(run: Prediction, *phases: Phase) -> list[Allocation]:
    """What memblock was asked to find a place for, up to the end of these phases."""
    state = [step.after for step in run.replay.steps if step.phase in phases][-1]
    return [entry for entry in state.ledger if entry.direction is not None]


def _movable(run: Prediction) -> set[int]:
    return {zone.node for zone in run.layout.zones if zone.zone == "Movable"}


# --- what the slides say ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("release", [FIRST, SECOND])
def test_memblock_is_ready_with_all_memory_and_nothing_reserved(release: str) -> None:
    """Both solutions, picture 1: all ranges in memory[], reserved[] empty."""
    state = [step.after for step in _boot(release).replay.steps if step.phase is Phase.MEMBLOCK_READY][-1]
    assert sum(region.size for region in state.memblock.memory) > 3 * GIB
    assert not state.memblock.reserved


def test_solution_1_allocates_nothing_before_the_srat_is_parsed() -> None:
    """Solution 1, picture 2: no new allocation, so no hot-pluggable memory could be used by the kernel."""
    assert _searched(_boot(FIRST), Phase.MEMBLOCK_READY, Phase.BEFORE_SRAT, Phase.PARSING_SRAT) == []


def test_solution_1_marks_hotpluggable_memory_while_parsing() -> None:
    """Solution 1, picture 3."""
    state = [step.after for step in _boot(FIRST).replay.steps if step.phase is Phase.PARSING_SRAT][-1]
    marked = [(region.base, region.end) for region in state.memblock.memory if region.flags & HOTPLUG]
    assert marked == [(GIB, 0x7FFDF000), (4 * GIB, 6 * GIB)]


def test_solution_1_takes_nothing_from_hotpluggable_memory_afterwards() -> None:
    """Solution 1, picture 4."""
    run = _boot(FIRST)
    assert _movable(run) == {1, 2, 3}
    assert all(entry.end <= GIB for entry in run.replay.state.ledger if entry.direction is not None)


def test_solution_2_allocates_next_to_the_kernel_image_before_the_srat_is_parsed() -> None:
    """Solution 2, picture 2.  Where the node ends behind the image, the next node is hit: likely is not certain."""
    run = _boot(SECOND)
    taken = [e for e in _searched(run, Phase.BEFORE_SRAT) if e.owner.startswith("log buffer")]
    assert min(entry.start for entry in taken) >= TOP_OF_NODE_0.end
    assert all(entry.direction is Direction.BOTTOM_UP for entry in taken)
    assert max(entry.end for entry in taken) > GIB
    assert _movable(run) == {2, 3}


def test_both_solutions_agree_where_the_kernel_has_room_behind_it() -> None:
    middle = KernelImage(start=256 * MIB, end=300 * MIB)
    first, second = (_boot(release, image=middle) for release in (FIRST, SECOND))
    assert _movable(first) == _movable(second) == {1, 2, 3}
    taken = [e for e in _searched(second, Phase.BEFORE_SRAT) if e.owner.startswith("log buffer")]
    assert all(middle.end <= entry.start < entry.end <= middle.end + 100 * MIB for entry in taken)


@pytest.mark.parametrize("release", [FIRST, SECOND])
def test_any_node_that_the_kernel_resides_in_is_unhotpluggable(release: str) -> None:
    """Both, picture 2: not necessarily node 0."""
    run = _boot(release, "movable_node", image=KernelImage(start=4 * GIB, end=4 * GIB + 44 * MIB))
    assert _movable(run) == {1, 3}


@pytest.mark.parametrize("release", [FIRST, SECOND])
def test_without_the_option_the_designs_change_nothing(release: str) -> None:
    assert zones(_boot(release, "").layout) == zones(_boot("3.14", "").layout)


def test_solution_2_is_what_was_merged() -> None:
    """Facts, history: today's code is solution 2 with changes; 3.14 is the merged state."""
    assert zones(_boot(SECOND).layout) == zones(_boot("3.14").layout)


# --- releases ---------------------------------------------------------------------------------------------------

HOT = srat(*LOW, memory(1, 4 * GIB, 5 * GIB, hot=True), memory(2, 5 * GIB, 6 * GIB), cpus=((0, 0),))


@pytest.mark.parametrize(("release", "movable"), [("3.10", False), ("3.13", False), ("3.14", True), ("6.12", True)])
def test_hotpluggable_memory_becomes_movable_from_3_14_on(release: str, movable: bool) -> None:
    found = layout("movable_node", HOT, release=release)
    assert ((1, "Movable") in zones(found)) == movable
    codes = {why.code for piece in found.ranges if piece.node == 1 for why in piece.why}
    assert ("mark-unused" in codes) != movable


@pytest.mark.parametrize(("release", "from_kernel"), [("3.14", True), ("5.9", True), ("5.11", False), ("6.12", False)])
def test_bottom_up_starts_at_the_kernel_until_5_10(release: str, from_kernel: bool) -> None:
    """Facts, 3.5: in 6.1 and 6.12 the lowest free byte is normally at 1 MiB; until about 5.11 the kernel's end."""
    run = predict("movable_node log_buf_len=1M", HOT, release=release)
    (text,) = [e for e in run.replay.state.ledger if e.owner == "log buffer (text)"]
    image = run.replay.env.image
    assert (text.start >= image.end) == from_kernel
    assert (text.start == MIB) != from_kernel


@pytest.mark.parametrize(("release", "pinned"), [("5.11", False), ("5.12", True), ("6.12", True)])
def test_acpi_tables_pin_their_node_from_5_12_on(release: str, pinned: bool) -> None:
    view = srat(*LOW[:1], memory(0, MIB, GIB), memory(1, GIB, 2 * GIB, hot=True), memory(2, 4 * GIB, 6 * GIB))
    tables = (TableInMemory("SRAT", 0x7FFE0000, 4096),)
    found = layout("movable_node", view, release=release, acpi_tables=tables, initrd=BELOW)
    assert ((1, "Movable") in zones(found)) != pinned


@pytest.mark.parametrize(("release", "known"), [("4.5", False), ("4.6", True), ("6.1", True)])
def test_mirrored_kernelcore_is_an_option_from_4_6_on(release: str, known: bool) -> None:
    """6.1 without mirrored memory: everything from 4 GiB on is Movable [facts 6.4]."""
    assert ((1, "Movable") in zones(layout("kernelcore=mirror", HOT, release=release))) == known


@pytest.mark.parametrize(("release", "stretched"), [("6.5", False), ("6.6", True), ("6.7", True), ("6.8", False)])
def test_windows_that_end_at_a_range_stretch_it_in_6_6_and_6_7(release: str, stretched: bool) -> None:
    """Facts, history: what only touches the window counted as overlapping; fixed in 6.8.  Else it has its own node."""
    found = layout("", HOT, release=release, cedt=(CedtWindow(3 * GIB, 4 * GIB, 0),))
    ranges = {node.node: node.ranges for node in found.numa.nodes}
    assert (3 in ranges) != stretched
    assert (ranges[1][0].start == 3 * GIB) == stretched


@pytest.mark.parametrize(("release", "size"), [("4.20", 128 * MIB), ("5.9", 2 * GIB)])
def test_bare_metal_takes_the_largest_blocks_from_5_9_on(release: str, size: int) -> None:
    from acpitools.core.firmware_map import E820Entry, E820Type

    pieces = ((0, 0x9F000), (MIB, 2 * GIB), (4 * GIB, 64 * GIB + 128 * MIB))
    big = tuple(E820Entry(start, end, E820Type.RAM) for start, end in pieces)
    assert layout("", None, release=release, e820=big, initrd=None, hypervisor=False).blocks.size == size


# --- differences ------------------------------------------------------------------------------------------------


def test_every_difference_between_any_two_models_has_its_source() -> None:
    names = {field.name for field in fields(Policy)} - {"release"}
    models = (*KERNELS, *DESIGNS)
    differing = {n for n in names if len({repr(getattr(model.policy, n)) for model in models}) > 1}
    assert differing - HISTORY.keys() == set()
    assert HISTORY.keys() - differing == set()


def test_neighbours_differ_in_what_their_note_says() -> None:
    for before, after in pairwise(KERNELS):
        assert after.exact or list(differences(before, after)), after.release


def test_a_model_does_not_differ_from_itself() -> None:
    assert all(not list(differences(model, model)) for model in KERNELS)


def test_the_solutions_differ_in_when_and_where_not_in_numbers() -> None:
    found = {one.what: one for one in differences(*DESIGNS)}
    assert found.keys() == {"stage skip_hotpluggable", "stage mark_early", "stage set_direction"}
    assert all(one.change is not None for one in found.values())


def test_moved_stages_are_the_fewest_that_have_to_move() -> None:
    moved = {one.what for one in differences(find("3.14")[0], find(SECOND)[0])}
    assert len(moved) == 2
    assert "stage early_reserve_memory" in moved


def test_views_tell_what_sets_a_model_apart_from_the_one_before() -> None:
    by_name = {view.release: view for view in views(KERNELS)}
    assert [one.what for one in by_name["5.11"].changes] == ["bottom_up_above_kernel"]
    assert by_name["3.10"].changes == ()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "acpitools/kernel/versions").glob("[sv][0-9o]*.py")), ids=lambda p: p.stem
)
def test_every_version_spells_its_whole_list_of_stages_and_asks_for_no_release(path: object) -> None:
    tree = ast.parse(str(path.read_text()))  # type: ignore[attr-defined]
    assert not any(isinstance(node, ast.If | ast.IfExp | ast.Compare | ast.FunctionDef) for node in ast.walk(tree))
    (stages,) = [node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "stages"]
    assert isinstance(stages, ast.Tuple)
    assert len(stages.elts) > 30


# --- layouts side by side ---------------------------------------------------------------------------------------


def _differing(left: Layout, right: Layout) -> dict[tuple[str, str], tuple[object, object]]:
    return {(p.where, p.what): (p.left, p.right) for p in compare_layouts(left, right) if p.differs and p.counts}


def test_a_layout_equals_itself() -> None:
    found = layout("movable_node", HOT)
    assert _differing(found, found) == {}


def test_layouts_differ_in_nodes_zones_and_blocks() -> None:
    found = _differing(layout("", HOT), layout("movable_node", HOT))
    assert found["", "movable"] == (0, GIB)
    assert found["node 1", "movable"] == (0, GIB)
    assert found["node 1 Movable", "present_pages"] == (None, 262144)
    assert found["node 1 Normal", "start_pfn"] == (0x100000, None)
    assert found["memory32-memory38", "block"][1] == "node 1, Movable, yes"


def test_sizes_of_a_build_do_not_count() -> None:
    pairs = compare_layouts(layout("movable_node", HOT, release="6.1"), layout("movable_node", HOT))
    assert {p.what for p in pairs if p.differs} == {"managed_pages", "kernel"}
    assert not any(p.differs and p.counts for p in pairs)
