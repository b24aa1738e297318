"""crashkernel=: what is asked for, and where it goes."""

from __future__ import annotations

import pytest

from acpitools.core.units import GIB, MIB
from acpitools.kernel.stages.crashkernel import parse
from tests.kernel.machines import layout

RAM = 4 * GIB - 512 * 1024


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("256M",), (256 * MIB, 0, False, None)),
        (("128M@512M",), (128 * MIB, 512 * MIB, False, None)),
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
    request = parse(values, RAM)
    assert (None if request is None else tuple(request)) == expected


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
