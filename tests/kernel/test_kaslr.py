"""Where the kernel may lie when nobody says."""

from __future__ import annotations

from acpitools.core.firmware_map import E820Entry
from acpitools.core.units import GIB, MIB, U64_MAX
from acpitools.kernel import kaslr
from acpitools.kernel.inputs import BootInputs, SratView, TableOverride
from acpitools.kernel.policy import Policy
from tests.kernel.machines import E820, LOW, layout, memory, srat

HOT = memory(1, 4 * GIB, 6 * GIB, hot=True)


def starts(cmdline: str, view: SratView | None = None, **more: object) -> list[int]:
    """Give the places to try."""
    inputs = BootInputs(e820=E820, cmdline=cmdline, srat=view, **more)  # type: ignore[arg-type]
    return [place.image.start for place in kaslr.places(inputs, Policy(release="6.12"))[0]]


def test_without_kaslr_the_kernel_is_at_16_mib() -> None:
    assert starts("nokaslr") == [16 * MIB]


def test_more_than_four_memmap_regions_turn_kaslr_off() -> None:
    regions = ",".join(f"4K${n}G" for n in range(1, 6))
    assert starts(f"memmap={regions}") == [16 * MIB]
    assert starts("memmap=4K$1G") != [16 * MIB]


def test_places_are_aligned_to_2_mib_and_lie_in_ram() -> None:
    for start in starts("movable_node", srat(*LOW, memory(1, 4 * GIB, 6 * GIB))):
        assert start % (2 * MIB) == 0
        assert any(e.start <= start and start + Policy(release="6.12").image_size <= e.end for e in E820 if e.type == 1)


def test_memory_that_paging_cannot_reach_holds_no_place() -> None:
    """64 TiB with four levels; the middle of what is left is the place of the many."""
    endless = (*E820[:3], E820Entry(4 * GIB, U64_MAX, 1))
    inputs = BootInputs(e820=endless, cmdline="")
    (place,) = kaslr.places(inputs, Policy(release="6.12"))[0]
    assert place.image.end <= 1 << 46


def test_fixed_ranges_of_the_srat_are_the_only_choice() -> None:
    assert len(starts("movable_node", srat(*LOW, HOT))) == 1
    assert starts("movable_node", srat(*LOW, HOT))[0] < 2 * GIB


def test_an_srat_of_the_initrd_comes_too_late_for_the_decompressor() -> None:
    override = (TableOverride("SRAT", 200),)
    found = starts("movable_node", srat(*LOW, HOT), overrides=override)
    assert {start < 2 * GIB for start in found} == {True, False}


def test_a_machine_that_is_all_hot_pluggable_may_get_the_kernel_anywhere() -> None:
    view = srat(memory(0, 0, 2 * GIB, hot=True), HOT)
    found = layout("movable_node", view, image=None, initrd=None)
    assert [f.code for f in found.findings] == ["KASLR001"]
    assert [item.what for item in found.assumed] == ["kernel image"]


def test_nodes_that_the_kernel_could_pin_are_named() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB, hot=True), memory(2, 5 * GIB, 6 * GIB, hot=True))
    override = (TableOverride("SRAT", 200),)
    found = layout("movable_node", view, image=None, overrides=override)
    assert sorted(dict(found.movable_zone_start)) == [1, 2]
    assert "in node 1 or 2 it makes that one unmovable" in found.findings[0].message
