"""RAM of the command line that the machine does not have."""

from __future__ import annotations

import pytest

from acpitools.core.units import GIB
from tests.kernel.machines import LOW, layout, memory, srat


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_what_lies_above_all_ram_takes_the_first_allocations(release: str) -> None:
    """Seen on both: 64 MiB behind the end of memory, where the node's data then lies."""
    found = layout("memmap=64M@6G", release=release)
    assert not found.boots
    assert [f.code for f in found.findings] == ["E820002", "BOOT001"]
    assert "0x183fd" in found.findings[-1].message


def test_what_nothing_is_put_into_is_told_only() -> None:
    """Seen on 6.12."""
    found = layout("memmap=64M@0xa0000000")
    assert found.boots
    assert [f.code for f in found.findings] == ["E820002"]


def test_a_node_of_absent_ram_kills_the_boot() -> None:
    ranges = (*LOW, memory(0, 4 * GIB, 6 * GIB), memory(1, 8 * GIB, 9 * GIB))
    assert not layout("memmap=1G@8G", srat(*ranges)).boots


def test_ranges_that_the_firmware_keeps_may_be_ram() -> None:
    found = layout("memmap=exactmap memmap=639K@0 memmap=2047M@1M memmap=2G@4G")
    assert found.boots
    assert not found.findings
