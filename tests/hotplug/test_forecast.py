"""Kernel memory that added memory takes, as the facts have it."""

from __future__ import annotations

import pytest

from acpitools.core.errors import InputError
from acpitools.core.firmware_map import E820Entry
from acpitools.core.units import GIB, MIB, TIB
from acpitools.hotplug.forecast import Adding, forecast
from tests.kernel.machines import E820, LOW, RAM, memory, predict, srat

HOT = srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True), cpus=((0, 0),))


def _of(node: int, size: int, cmdline: str = "", release: str = "6.12") -> Adding:
    return next(one for one in forecast(predict(cmdline, HOT, release=release), size) if one.node == node)


def _map_pages(adding: Adding) -> dict[int | None, int]:
    return {one.node: one.pages for one in adding.plain if one.what == "memory map"}


def test_a_gib_takes_4096_pages_of_the_node_itself() -> None:
    """Seen on 6.12: nr_memmap_pages 0 -> 4096 for a DIMM of 1 GiB."""
    assert _map_pages(_of(1, GIB)) == {1: 4096}


def test_a_node_without_kernel_memory_takes_it_from_another() -> None:
    adding = _of(1, GIB, "movable_node")
    assert _map_pages(adding) == {0: 4096}
    assert adding.own_pages == 0


@pytest.mark.parametrize(
    ("release", "size", "used"), [("6.12", GIB, True), ("6.1", GIB, False), ("6.1", 128 * MIB, True)]
)
def test_memmap_on_memory_takes_no_memory_map(release: str, size: int, used: bool) -> None:
    """Seen: 6.1 ignored it for a DIMM of 1 GiB and used it for one of 128 MiB; 6.12 uses it for any size."""
    adding = _of(0, size, release=release)
    assert (adding.on_memory is not None) == used
    assert all(one.what != "memory map" for one in adding.on_memory or ())


def test_kernel_memory_that_is_left_describes_64_times_as_much() -> None:
    """Facts, section 7: kernel memory K can describe 64 * K of pages in the limit; what is in use cannot."""
    adding = _of(0, GIB, "movable_node")
    assert adding.spare_pages < adding.all_pages
    limit = adding.spare_pages * 4096 * 64 // (128 * MIB) * 128 * MIB
    assert _of(0, limit, "movable_node").fits
    assert not _of(0, limit + GIB, "movable_node").fits


def test_what_does_not_boot_has_no_forecast() -> None:
    hole = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 4096, 6 * GIB))
    with pytest.raises(InputError):
        forecast(predict("", hole), TIB)


def test_a_size_that_no_blocks_hold_is_refused() -> None:
    """Seen: `Block size [0x8000000] unaligned hotplug range` for a DIMM of 64 MiB."""
    assert _of(0, 64 * MIB).refused == "it is no multiple of the memory blocks of 128 MiB"
    assert _of(0, 128 * MIB).refused is None


def test_of_a_large_machine_only_the_first_nodes_are_worked_out() -> None:
    def count(end: int) -> int:
        ranges = [memory(n, 4 * GIB + n * 16 * MIB, 4 * GIB + (n + 1) * 16 * MIB) for n in range(200)]
        view = srat(*LOW, *ranges, memory(199, 4 * GIB + 200 * 16 * MIB, end))
        return len(forecast(predict("", view, e820=(*E820[:3], E820Entry(4 * GIB, end, RAM))), GIB))

    assert count(8 * GIB) == 200
    assert 0 < count(400 * GIB + 128 * MIB) < 100  # small blocks, as the end is no multiple of large ones
