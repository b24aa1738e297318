"""crashkernel=: what is asked for, and where it goes."""

from __future__ import annotations

import pytest

from acpitools.core.units import GIB, MIB
from acpitools.kernel.stages.crashkernel import parse
from tests.kernel.machines import LOW, layout, memory, predict, printed, srat

RAM = 4 * GIB - 512 * 1024


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("256M",), (256 * MIB, 0, False, None)),
        (("512M,high",), (512 * MIB, 0, True, None)),
        (("512M,high", "64M,low"), (512 * MIB, 0, True, 64 * MIB)),
        (("512M,high", "0,low"), (512 * MIB, 0, True, 0)),
        (("1G-4G:128M,4G-:320M",), (320 * MIB, 0, False, None)),
        (("1G-2G:128M,2G-8G:192M,8G-:1G",), (192 * MIB, 0, False, None)),
        (("1G-2G:128M@256M",), None),
        (("64M", "128M"), (128 * MIB, 0, False, None)),
        (("nonsense",), None),
        ((), None),
    ],
)
def test_the_last_plain_value_counts(
    values: tuple[str, ...], expected: tuple[int, int, bool, int | None] | None
) -> None:
    """4 GiB less a little counts as 4 GiB: RAM is rounded up to 128 MiB first."""
    for generic in (False, True):
        request = parse(values, RAM, generic=generic)
        assert (None if request is None else tuple(request)) == expected


@pytest.mark.parametrize(
    ("values", "before", "generic"),
    [
        (("256M,foo",), None, None),
        (("256M,foo", "64M,high"), (64 * MIB, 0, True, None), None),
        (("0", "64M,high"), (64 * MIB, 0, True, None), None),
        (("2G-1G:128M", "64M,high"), (64 * MIB, 0, True, None), None),
        (("1G-:128M@", "64M,high"), (64 * MIB, 0, True, None), None),
        (("1G-:5G", "64M,high"), (64 * MIB, 0, True, None), None),
        (("1G-:5G,6G-:128M",), None, None),
        (("64M,high", "x,low"), (64 * MIB, 0, True, None), None),
        (("64M", "32M,low"), (64 * MIB, 0, False, 32 * MIB), (64 * MIB, 0, False, None)),
        (("64M@5G",), (64 * MIB, 5 * GIB, False, None), (64 * MIB, 5 * GIB, False, 0)),
        (("4G,high",), (4 * GIB, 0, True, None), None),
        (("1G-:128M@16M,rest",), (128 * MIB, 16 * MIB, False, None), (128 * MIB, 16 * MIB, False, 0)),
    ],
)
def test_the_older_code_and_the_generic_code_read_odd_options_differently(
    values: tuple[str, ...], before: tuple[int, ...] | None, generic: tuple[int, ...] | None
) -> None:
    """From parse_crashkernel of 6.1 and of 6.12; the first one was booted on 6.12."""
    assert parse(values, RAM, generic=False) == before
    assert parse(values, RAM, generic=True) == generic


def places(option: str, **more: object) -> dict[str, tuple[int, int]]:
    """Give the ranges of the crash kernel by owner."""
    found = layout(option, **more)  # type: ignore[arg-type]
    return {r.owner: (r.start, r.end) for r in found.reserved if r.owner.startswith("crash kernel")}


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_a_plain_request_goes_below_4_gib_aligned_to_16_mib(release: str) -> None:
    (start, end), *rest = places("crashkernel=256M", release=release).values()
    assert not rest
    assert end <= 4 * GIB
    assert start % (16 * MIB) == 0


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_a_high_request_takes_low_memory_as_well(release: str) -> None:
    found = places("crashkernel=256M,high", release=release)
    assert found["crash kernel"][0] >= 4 * GIB
    low = found["crash kernel, low part"]
    assert low[1] - low[0] == 256 * MIB


def test_a_fixed_place_is_taken_as_it_is() -> None:
    assert places("crashkernel=128M@512M") == {"crash kernel": (512 * MIB, 640 * MIB)}


def test_a_fixed_place_in_use_is_not_taken() -> None:
    assert places("crashkernel=128M@16M") == {}


def test_a_request_that_fits_nowhere_is_dropped() -> None:
    assert places("crashkernel=1T") == {}


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_places_seen_on_4_gib(release: str) -> None:
    """Below the initrd at 0x7fed4000, or below what the node's data takes from the top of memory at 6 GiB."""
    assert places("crashkernel=256M", release=release) == {"crash kernel": (0x6F000000, 0x7F000000)}
    assert places("crashkernel=256M,high", release=release) == {
        "crash kernel": (0x16F000000, 0x17F000000),
        "crash kernel, low part": (0x6F000000, 0x7F000000),
    }


HOT = srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True))


def test_with_movable_node_a_high_request_falls_back_below_4_gib_without_a_low_part() -> None:
    """Seen on 6.12: all memory above 4 GiB is hot-pluggable."""
    assert places("movable_node crashkernel=256M,high", view=HOT) == {"crash kernel": (0x6F000000, 0x7F000000)}


def test_without_movable_node_hot_pluggable_memory_is_taken() -> None:
    assert places("crashkernel=256M,high", view=HOT)["crash kernel"][0] >= 4 * GIB


@pytest.mark.parametrize(("low", "size"), [("64M", 64 * MIB), ("0", 0)])
def test_the_low_part_can_be_given_or_left_out(low: str, size: int) -> None:
    found = places(f"crashkernel=256M,high crashkernel={low},low")
    assert sum(end - start for owner, (start, end) in found.items() if "low" in owner) == size


def test_the_low_part_has_room_for_bounce_buffers() -> None:
    """Slots of 2 KiB: 512 MiB of them, and 8 MiB more."""
    start, end = places("crashkernel=256M,high swiotlb=262144")["crash kernel, low part"]
    assert end - start == 520 * MIB


@pytest.mark.parametrize(("release", "taken"), [("6.1", True), ("6.12", False)])
def test_a_fixed_place_is_a_multiple_of_1_mib_or_of_16_mib(release: str, taken: bool) -> None:
    assert bool(places("crashkernel=64M@513M", release=release)) == taken
    assert places("crashkernel=64M@512M", release=release) == {"crash kernel": (512 * MIB, 576 * MIB)}


@pytest.mark.parametrize(
    ("release", "line"),
    [
        ("6.1", "Reserving 256MB of memory at 1776MB for crashkernel (System RAM: 4095MB)"),
        ("6.12", "crashkernel reserved: 0x000000006f000000 - 0x000000007f000000 (256 MB)"),
    ],
)
def test_the_line_that_the_kernel_prints(release: str, line: str) -> None:
    """Memory is 4 GiB less 0x21000 at the top of low memory and less than 1 MiB at the bottom."""
    assert printed(predict("crashkernel=256M", release=release), "reserve_crashkernel") == [line]
