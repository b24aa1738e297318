"""Every reason appears where it should, and names what it rests on."""

from __future__ import annotations

import itertools

import pytest

from acpitools.core.firmware_map import E820Entry, EfiAttribute, EfiDescriptor, EfiType
from acpitools.core.units import GIB, MIB
from acpitools.kernel.inputs import SratView
from acpitools.kernel.layout import Layout, RangeView
from tests.kernel.machines import E820, LOW, layout, memory, predict, srat

PLAIN = srat(*LOW, memory(1, 4 * GIB, 6 * GIB))
HOT = srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True))
"""LOW is SRAT[0] at 0x30 and SRAT[1] at 0x58, what follows SRAT[2] at 0x80."""


def at(found: Layout, address: int) -> RangeView:
    """Give the piece that holds an address."""
    return next(piece for piece in found.ranges if piece.start <= address < piece.end)


def why(cmdline: str, view: SratView | None, address: int, **more: object) -> list[tuple[str, str | None]]:
    """Give code and source of the reasons at an address."""
    return [(reason.code, reason.source) for reason in at(layout(cmdline, view, **more), address).why]


# --- which reason -------------------------------------------------------------------------------------------------


def test_without_an_option_that_is_the_reason() -> None:
    assert why("", PLAIN, 5 * GIB) == [("no-option", "cmdline")]


def test_a_mark_without_the_option_has_no_effect() -> None:
    assert why("", HOT, 5 * GIB) == [("no-option", "cmdline"), ("mark-unused", "SRAT[2] at offset 0x80")]
    assert why("", HOT, GIB) == [("no-option", "cmdline")]


def test_hot_pluggable_memory_is_movable_by_the_option() -> None:
    assert why("movable_node", HOT, 5 * GIB) == [
        ("srat-hotplug", "SRAT[2] at offset 0x80"),
        ("movable_node", "cmdline: movable_node"),
    ]


def test_other_memory_is_fixed_by_its_structure() -> None:
    assert why("movable_node", HOT, GIB) == [("srat-fixed", "SRAT[1] at offset 0x58")]


def test_a_node_in_use_lost_its_marks_and_what_was_in_use_is_named() -> None:
    view = srat(memory(0, 0, 2 * GIB, hot=True), memory(1, 4 * GIB, 6 * GIB, hot=True))
    reasons = at(layout("movable_node", view), GIB).why
    assert [(r.code, r.source) for r in reasons] == [
        ("srat-hotplug", "SRAT[0] at offset 0x30"),
        ("node-reserved", "numa_clear_kernel_node_hotplug"),
    ]
    assert "first 64 KiB [mem 0x00000000-0x0000ffff]" in reasons[1].text


def test_memory_above_the_first_hot_pluggable_range_of_its_node() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB, hot=True), memory(1, 5 * GIB, 6 * GIB))
    found = layout("movable_node", view)
    assert [r.code for r in at(found, 5 * GIB).why] == ["above-hotplug"]
    assert "at 0x100000000" in at(found, 5 * GIB).why[0].text
    assert (at(found, 5 * GIB).movable, at(found, 5 * GIB).hotpluggable) == (True, False)


def test_memory_below_the_4_mib_border_at_which_movable_starts() -> None:
    view = srat(*LOW, memory(0, 4 * GIB, 4 * GIB + MIB), memory(1, 4 * GIB + MIB, 6 * GIB, hot=True))
    piece = at(layout("movable_node", view), 4 * GIB + 2 * MIB)
    assert (piece.start, piece.end, piece.movable) == (4 * GIB + MIB, 4 * GIB + 4 * MIB, False)
    assert [r.code for r in piece.why] == ["movable-alignment"]


def test_memory_in_a_hole_of_the_srat_that_was_joined_over() -> None:
    """
    RAM   |4G        |  |5G +8M|  |+16M      6G|
    SRAT  |1         |            |1           |
    """
    e820 = (
        *E820[:3],
        E820Entry(4 * GIB, 5 * GIB - MIB, 1),
        E820Entry(5 * GIB, 5 * GIB + 8 * MIB, 1),
        E820Entry(5 * GIB + 16 * MIB, 6 * GIB, 1),
    )
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB - MIB), memory(1, 5 * GIB + 16 * MIB, 6 * GIB))
    assert why("movable_node", view, 5 * GIB, e820=e820) == [("no-srat-entry", "numa_cleanup_meminfo")]
    assert at(layout("movable_node", view, e820=e820), 5 * GIB).node == 1


def test_an_srat_that_was_dropped_is_the_reason() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB + 4096, hot=True), memory(2, 5 * GIB, 6 * GIB, hot=True))
    (reason,) = at(layout("movable_node", view), 5 * GIB).why
    assert (reason.code, reason.source) == ("srat-rejected", "numa_init")
    assert "overlaps with node" in reason.text


def test_without_an_srat_that_is_the_reason() -> None:
    assert why("movable_node", None, 5 * GIB) == [("no-srat", "numa_init")]


@pytest.mark.parametrize("option", ["numa=off", "numa=noacpi", "acpi=off"])
def test_an_option_that_turns_the_srat_off_is_named(option: str) -> None:
    (reason,) = at(layout(f"movable_node {option}", HOT), 5 * GIB).why
    assert reason.code == "srat-rejected"
    assert f"cmdline: {option}" in reason.text


@pytest.mark.parametrize(
    ("option", "address", "source", "text"),
    [
        ("kernelcore=3G", 5 * GIB + 512 * MIB, "cmdline: kernelcore=", "left of the node"),
        ("movablecore=1G", 5 * GIB + 512 * MIB, "cmdline: movablecore=", "left of the node"),
        ("kernelcore=3G", 4 * GIB, "cmdline: kernelcore=", "share of kernel memory"),
        ("kernelcore=3G", GIB, "cmdline: kernelcore=", "below the highest zone"),
        ("kernelcore=99G", 5 * GIB, "cmdline: kernelcore=", "leave nothing for Movable"),
        ("kernelcore=1G movablecore=1G", 4 * GIB, "cmdline: kernelcore=, movablecore=", ""),
    ],
)
def test_amounts_explain_both_sides(option: str, address: int, source: str, text: str) -> None:
    (reason,) = at(layout(option, PLAIN), address).why
    assert (reason.code, reason.source) == ("kernelcore", source)
    assert text in reason.text


def test_mirrored_memory_is_for_the_kernel_and_the_rest_movable() -> None:
    mirrored = EfiDescriptor(4 * GIB, 5 * GIB, EfiType.CONVENTIONAL, EfiAttribute.WB | EfiAttribute.MORE_RELIABLE)
    found = layout("kernelcore=mirror", PLAIN, efi_memmap=(mirrored,))
    for address, movable, text in ((4 * GIB, False, "mirrored, or below"), (5 * GIB, True, "not mirrored and above")):
        piece = at(found, address)
        assert piece.movable == movable
        assert [(r.code, r.source) for r in piece.why] == [("kernelcore-mirror", "cmdline: kernelcore=mirror")]
        assert text in piece.why[0].text


# --- sources ------------------------------------------------------------------------------------------------------


def test_three_structures_are_named_and_the_rest_counted() -> None:
    view = srat(*LOW, *(memory(1, 4 * GIB + n * 400 * MIB, 4 * GIB + (n + 1) * 400 * MIB) for n in range(6)))
    (found,) = why("movable_node", view, 4 * GIB)
    assert found == (
        "srat-fixed",
        "SRAT[2] at offset 0x80, SRAT[3] at offset 0xa8, SRAT[4] at offset 0xd0 and 3 more",
    )


def test_disabled_structures_are_never_a_source() -> None:
    view = srat(memory(9, 4 * GIB, 6 * GIB, enabled=False), *LOW, memory(1, 4 * GIB, 6 * GIB, hot=True))
    assert why("movable_node", view, 5 * GIB)[0] == ("srat-hotplug", "SRAT[3] at offset 0xa8")


# --- pieces -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["", "movable_node", "kernelcore=3G", "movablecore=1G", "numa=fake=4"])
def test_pieces_cover_memory_without_gaps_or_overlaps(option: str) -> None:
    """Neighbouring pieces of a region touch; together they are the regions."""
    found = layout(option, HOT)
    assert sum(piece.end - piece.start for piece in found.ranges) == sum(r.end - r.start for r in found.memory)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found.ranges))


def test_pieces_are_cut_where_zones_meet() -> None:
    found = layout("", None, e820=E820)
    assert [(piece.start, piece.zone) for piece in found.ranges] == [
        (0x1000, "DMA"),
        (MIB, "DMA"),
        (16 * MIB, "DMA32"),
        (4 * GIB, "Normal"),
    ]


def test_a_boot_that_is_lost_has_no_pieces() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 4096, 6 * GIB))
    assert predict("", view).layout.ranges == ()
