"""Ranges that share their reasons stand together; no range and no source is lost."""

from __future__ import annotations

import re

from acpitools.core.units import GIB, MIB
from acpitools.kernel.layout import RangeView, Why
from acpitools.kernel.predict import Prediction
from acpitools.report.layout_reasons import range_reasons
from acpitools.report.terminal import Palette

PLAIN = Palette(False)


def lines(ranges: tuple[RangeView, ...], *, verbose: bool = False) -> list[str]:
    """Give the section without colours."""
    return list(range_reasons(ranges, 100, PLAIN, verbose=verbose))


def piece(number: int, *, node: int = 0, text: str = "because", source: str | None = None) -> RangeView:
    """A piece of 64 MiB, every second 64 MiB."""
    start = number * 128 * MIB
    why = Why(code="c", text=text, source=source or f"SRAT[{number}]")
    return RangeView(
        start=start,
        end=start + 64 * MIB,
        node=node,
        zone="Normal",
        movable=False,
        hotpluggable=False,
        why=(why,),
    )


def test_every_range_has_its_line_and_every_reason_its_sources(machine: Prediction) -> None:
    page = " ".join(" ".join(lines(machine.layout.ranges)).split())
    for range_ in machine.layout.ranges:
        verdict = "movable, hot-plug" if range_.hotpluggable else "not movable"
        place = re.escape(f"[mem {range_.start:#010x}-{range_.end - 1:#010x}]")
        assert re.search(rf"{place} node {range_.node} {range_.zone} [\d.]+ \w+ {verdict}", page)
        for why in range_.why:
            assert why.text in page
            assert why.source is not None
            assert why.source in page


def test_a_reason_is_told_once_for_the_ranges_that_share_it() -> None:
    page = "\n".join(lines((piece(0), piece(1), piece(2, text="other"), piece(3))))
    assert page.count("because") == page.count("other") == 1
    assert "because <SRAT[0]; SRAT[1]; SRAT[3]>" in page


def test_verbose_tells_each_range_with_its_own_source() -> None:
    page = lines((piece(0), piece(1)), verbose=True)
    assert [line.strip() for line in page[1::2]] == ["because <SRAT[0]>", "because <SRAT[1]>"]


def test_touching_pieces_of_a_node_and_zone_are_one_line() -> None:
    first = piece(0)
    second = RangeView(
        start=first.end,
        end=first.end + 64 * MIB,
        node=0,
        zone="Normal",
        movable=False,
        hotpluggable=False,
        why=first.why,
    )
    assert lines((first, second))[0].split()[:2] == ["[mem", "0x00000000-0x07ffffff]"]


def test_thousands_of_ranges_are_counted_with_their_size() -> None:
    page = lines(tuple(piece(number) for number in range(4096)))
    assert len(page) < 80
    shown = sum(line.startswith("  [mem") for line in page)
    size = (4096 - shown) * 64 * MIB // GIB
    assert any(line.startswith(f"  ... and {4096 - shown} more ranges of this kind, {size}") for line in page)
    assert "and 4092 more>" in page[-1]


def test_many_reasons_are_counted() -> None:
    page = lines(tuple(piece(number, text=f"reason {number}") for number in range(100)))
    assert page[-1] == "  ... and 76 more (-v shows all, --format json has them)"
    assert len(lines(tuple(piece(number, text=f"reason {number}") for number in range(100)), verbose=True)) == 200


def test_a_reason_without_source_stands_alone() -> None:
    only = RangeView(
        start=0,
        end=MIB,
        node=0,
        zone="none",
        movable=False,
        hotpluggable=False,
        why=(Why(code="c", text="no source", source=None),),
    )
    assert lines((only,)) == ["  [mem 0x00000000-0x000fffff]  node 0  no zone  1 MiB  not movable", "      no source"]
