"""Prediction and observation side by side."""

from __future__ import annotations

import re

from acpitools.core.observed import Observed, ObservedZone
from acpitools.core.units import GIB
from acpitools.kernel.compare import compare
from acpitools.kernel.predict import Prediction
from acpitools.report.differences_text import differences_text


def test_no_differences_are_one_line() -> None:
    assert list(differences_text((), color=False)) == ["The prediction equals what was observed.\n"]


def test_differences_stand_side_by_side(machine: Prediction) -> None:
    observed = Observed(source="x", movable_zone_start=((1, 4 * GIB),))
    page = "".join(differences_text(compare(machine.layout, observed), color=False))
    assert page.startswith("1 difference between prediction and observation\n")
    assert re.search(r"^  where +what +predicted +observed$", page, re.MULTILINE)
    assert re.search(r"^  node 2 +movable_zone_start +0x140000000 +-$", page, re.MULTILINE)


def test_pages_are_decimal(machine: Prediction) -> None:
    zones = tuple(
        ObservedZone(
            node=z.node,
            zone=z.zone,
            start_pfn=z.start_pfn,
            spanned_pages=z.spanned_pages,
            present_pages=z.present_pages - (z.zone == "DMA"),
            managed_pages=None,
        )
        for z in machine.layout.zones
    )
    page = "".join(differences_text(compare(machine.layout, Observed(source="x", zones=zones)), color=False))
    assert re.search(r"^  node 0 DMA +present_pages +3998 +3997$", page, re.MULTILINE)


def test_a_boot_that_differs_is_of_the_machine(machine: Prediction) -> None:
    page = "".join(differences_text(compare(machine.layout, Observed(source="x", boots=False)), color=False))
    assert re.search(r"^  machine +boots +True +False$", page, re.MULTILINE)


def test_colour_only_where_asked_for(machine: Prediction) -> None:
    found = compare(machine.layout, Observed(source="x", boots=False))
    assert "\x1b" not in "".join(differences_text(found, color=False))
    assert "\x1b[31m" in "".join(differences_text(found, color=True))
