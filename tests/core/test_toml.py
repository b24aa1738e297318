"""TOML read key by key."""

from __future__ import annotations

import pytest

from acpitools.core.errors import AcpiToolsError, InputError, TopologyError
from acpitools.core.toml import Section, number_list, parse_size


def refusal(where: str, why: str) -> AcpiToolsError:
    return InputError("board", where, why)


def test_what_is_wrong_raises_what_the_refusal_gives_at_any_depth() -> None:
    top = Section({"part": {"size": "1X"}, "list": [{"numbers": "3-1"}]}, "", refusal)
    with pytest.raises(InputError, match=r"board: part\.size: '1X' is no size"):
        top.section("part").size("size", 0)
    [first] = top.sections("list")
    with pytest.raises(InputError, match=r"board: list\[0\]\.numbers: '3-1' is no number or range"):
        first.numbers("numbers")


def test_a_key_that_nobody_takes_is_refused_with_the_nearest_one() -> None:
    section = Section({"adress": 1}, "dimm", refusal)
    section.integer("address", 0)
    with pytest.raises(InputError, match=r"board: dimm\.adress: no such key; did you mean address\?"):
        section.done()


def test_without_a_refusal_it_is_a_topology() -> None:
    with pytest.raises(TopologyError):
        parse_size([], "memory")
    with pytest.raises(TopologyError):
        number_list("x", "cpus")
