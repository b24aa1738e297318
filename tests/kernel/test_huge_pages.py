"""Huge pages: what is asked for, and what hugetlb_free_vmemmap= gives back of their struct pages."""

from __future__ import annotations

import pytest

from acpitools.core.units import GIB, MIB
from acpitools.kernel.cmdline import parse
from acpitools.kernel.huge_pages import huge_page_requests
from tests.kernel.machines import E820, LOW, layout, memory, srat

TWO = srat(*LOW, memory(1, 4 * GIB, 6 * GIB))


@pytest.mark.parametrize(
    ("cmdline", "wanted"),
    [
        ("hugepages=5", [(2 * MIB, None, 5)]),
        (
            "hugepagesz=1G hugepages=2 hugepagesz=2M hugepages=0:3,1:4",
            [(GIB, None, 2), (2 * MIB, 0, 3), (2 * MIB, 1, 4)],
        ),
        ("default_hugepagesz=1G hugepages=1", [(GIB, None, 1)]),
    ],
)
def test_requests_are_read_in_order(cmdline: str, wanted: list[tuple[int, int | None, int]]) -> None:
    assert [request[:3] for request in huge_page_requests(parse(cmdline))] == wanted


def managed(cmdline: str, release: str) -> dict[tuple[int, str], int]:
    zones = layout(f"nokaslr {cmdline}", TWO, e820=E820, release=release).zones
    return {(zone.node, zone.zone): zone.managed_pages.estimate for zone in zones}


@pytest.mark.parametrize(("release", "each"), [("5.13", 0), ("5.15", 6), ("6.1", 7), ("6.12", 8)])
def test_struct_pages_of_2_mib_pages_are_given_back(release: str, each: int) -> None:
    """Seen: with 100 pages 6.1 has 700 more managed pages, 6.12 has 799; 101 pages are split over two nodes."""
    more = managed("hugetlb_free_vmemmap=on hugepages=101", release)
    plain = managed("hugepages=101", release)
    gained = {key: more[key] - plain[key] for key in plain if more[key] != plain[key]}
    assert gained == ({(0, "DMA32"): 51 * each, (1, "Normal"): 50 * each} if each else {})


def test_they_stay_without_the_option_or_with_it_off() -> None:
    assert managed("hugetlb_free_vmemmap=off hugepages=100", "6.12") == managed("hugepages=100", "6.12")


def test_a_1_gib_page_gives_back_nearly_all_of_its_16_mib() -> None:
    pages = "hugepagesz=1G hugepages=1:1"
    more, plain = managed(f"hugetlb_free_vmemmap=1 {pages}", "6.1"), managed(pages, "6.1")
    assert more[1, "Normal"] - plain[1, "Normal"] == 4095
