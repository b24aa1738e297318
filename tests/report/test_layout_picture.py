"""Pictures of a layout: what each column of a node's bar and of the address space shows."""

from __future__ import annotations

import re

from acpitools.core.units import GIB
from acpitools.kernel.predict import Prediction
from acpitools.report.layout_picture import address_picture, node_bars
from acpitools.report.terminal import Palette
from tests.kernel.machines import LOW, memory, predict, srat

PLAIN = Palette(False)


def rows(found: Prediction, width: int = 90) -> dict[str, str]:
    """Give the rows of the address picture by name."""
    lines = address_picture(found.layout, width, PLAIN)
    return {line[2:12].strip(): line[12:] for line in lines if re.match(r"  [a-z]", line)}


def test_bars_are_to_scale_and_name_the_movable_share(machine: Prediction) -> None:
    head, *bars = node_bars(machine.layout, 100, PLAIN, verbose=False)
    assert head == "RAM by node   . DMA   ░ DMA32   █ Movable"
    filled = [sum(bar.count(mark) for mark in "░▒█") + bar.split("GiB")[1].count(".") for bar in bars]
    assert filled[1] == filled[2]
    assert abs(filled[0] - 2 * filled[1]) <= 1
    assert [bar.split()[-2:] for bar in bars] == [["none", "Movable"], ["%", "Movable"], ["%", "Movable"]]


def test_a_tiny_zone_is_still_in_the_bar(machine: Prediction) -> None:
    first = list(node_bars(machine.layout, 80, PLAIN, verbose=False))[1]
    assert "  .░" in first


def test_bars_of_a_thousand_nodes_are_cut() -> None:
    view = srat(*LOW, *(memory(1 + n, 4 * GIB + (n << 23), 4 * GIB + (n + 1 << 23)) for n in range(256)))
    lines = list(node_bars(predict("", view).layout, 80, PLAIN, verbose=False))
    assert len(lines) == 34
    assert "more (-v shows all" in lines[-1]


def test_a_machine_that_died_has_no_picture() -> None:
    found = predict("memmap=exactmap").layout
    assert list(node_bars(found, 80, PLAIN, verbose=False)) == list(address_picture(found, 80, PLAIN)) == []


def test_zones_and_marks_lie_over_each_other(machine: Prediction) -> None:
    drawn = rows(machine)
    assert {mark for zone, mark in zip(drawn["zone"], drawn["hot-plug"], strict=True) if zone == "█"} == {"^"}
    assert {mark for zone, mark in zip(drawn["zone"], drawn["hot-plug"], strict=True) if zone == "░"} == {" "}
    assert "x" not in drawn["hot-plug"]


def test_nodes_are_named_where_they_begin(machine: Prediction) -> None:
    drawn = rows(machine)
    assert drawn["node"].split() == ["0", "1", "2"]
    assert drawn["zone"].index("█") == drawn["node"].index("1")


def test_lost_marks_are_shown_as_such(pinned: Prediction) -> None:
    drawn = rows(pinned)
    assert "^" not in drawn["hot-plug"]
    assert drawn["hot-plug"].index("x") == drawn["node"].index("1")
    assert any("x hot-plug mark lost or without effect" in line for line in address_picture(pinned.layout, 90, PLAIN))


def test_what_the_kernel_holds_is_not_in_movable_nodes(machine: Prediction) -> None:
    drawn = rows(machine)
    held = drawn["held"].ljust(len(drawn["zone"]))
    assert "█" in held or "▇" in held or "▁" in held
    assert {level for zone, level in zip(drawn["zone"], held, strict=True) if zone == "█"} == {" "}


def test_the_legend_explains_the_marks_that_are_there(machine: Prediction) -> None:
    *_, legend, more = address_picture(machine.layout, 70, PLAIN)
    assert "█ Movable   ^ hot-pluggable" in legend
    assert "▁-█ share taken while booting" in more
    assert "lost" not in legend


def test_the_ruler_names_where_nodes_begin(machine: Prediction) -> None:
    page = "\n".join(address_picture(machine.layout, 90, PLAIN))
    for start in ("0x1000", "0x100000000", "0x140000000"):
        assert re.search(rf" {start}( |$)", page, re.MULTILINE)
