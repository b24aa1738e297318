"""Text to expectations: what is meant, and errors that name line and column."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings

from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, MIB
from acpitools.expect import nodes
from acpitools.expect.errors import ExpectationError
from acpitools.expect.grammar import expectation_parser
from acpitools.expect.parser import parse_expectations
from tests.strategies import expectation_texts


def _one(text: str) -> nodes.Expectation:
    (item,) = parse_expectations(text, source="t")
    assert isinstance(item, nodes.Expectation)
    return item


def _amount(text: str) -> tuple[Fraction, str]:
    condition = _one(f"memory == {text}").condition
    assert isinstance(condition, nodes.Comparison)
    assert isinstance(condition.right, nodes.Number)
    return condition.right.amount, condition.right.unit


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("4096", 4096),
        ("0x1000", 4096),
        ("128M", 128 * MIB),
        ("128 MiB", 128 * MIB),
        ("128MB", 128 * MIB),
        ("1.5G", 3 * GIB // 2),
        ("2T", 2048 * GIB),
        ("4 pages", 4 * 4096),
    ],
)
def test_amounts_are_read_as_the_kernel_reads_sizes(text: str, amount: int) -> None:
    assert _amount(text)[0] == amount


def test_a_percentage_keeps_its_fraction() -> None:
    assert _amount("99.5%") == (Fraction(199, 2), "percent")
    assert _amount("95 %") == (Fraction(95), "percent")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("0x100000000-0x17fffffff", AddrRange(4 * GIB, 6 * GIB)),
        ("[mem 0x100000000-0x17fffffff]", AddrRange(4 * GIB, 6 * GIB)),
        ("0x100000000-0x180000000", AddrRange(4 * GIB, 6 * GIB)),
        ("0x1000-0x1fff", AddrRange(0x1000, 0x2000)),
    ],
)
def test_ranges_are_written_as_the_kernel_prints_them(text: str, place: AddrRange) -> None:
    condition = _one(f"{text} movable").condition
    assert isinstance(condition, nodes.Claim)
    assert isinstance(condition.quantity, nodes.Of)
    assert condition.quantity.place.range == place


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("boots", nodes.Claim),
        ("not boots", nodes.Not),
        ("boots and no findings or srat used", nodes.Or),
        ("boots and (no findings or srat used)", nodes.And),
        ("every node n: node n movable and boots", nodes.Quantified),
        ("node 1 movable == node 2 movable", nodes.Comparison),
    ],
)
def test_not_binds_tighter_than_and_and_and_than_or(text: str, shape: type) -> None:
    assert isinstance(_one(text).condition, shape)


@pytest.mark.parametrize(
    "text",
    [
        "boots and\nno findings",
        "boots \\\n and no findings",
        "(boots\n)",
        "every node n:\n  node n movable",
    ],
)
def test_a_line_goes_on_where_it_cannot_end(text: str) -> None:
    assert _one(text).at == (1, 1)


def test_names_comments_and_text() -> None:
    item = _one('# why\n\n  "all of it":  node 1   movable >= 95%  # because\n')
    assert (item.name, item.text, item.at) == ("all of it", "node 1 movable >= 95%", (3, 3))


def test_a_hash_in_quotes_begins_no_comment() -> None:
    text = 'no allocation "a#b" on node 0 and # why\n  boots # so\n'
    assert _one(text).text == 'no allocation "a#b" on node 0 and boots'


def test_blocks_of_a_loop_hold_expectations_and_loops() -> None:
    text = "for node a with memory {\n  node a movable\n  for node b except 0, 2-3 {\n    boots\n  }\n}\n"
    (loop,) = parse_expectations(text, source="t")
    assert isinstance(loop, nodes.Loop)
    inner = loop.items[1]
    assert isinstance(inner, nodes.Loop)
    assert inner.selectors == (nodes.Selector("except", numbers=((0, 0), (2, 3))),)
    assert inner.items[0].at == (4, 5)


def test_a_text_without_expectations_gives_none() -> None:
    assert parse_expectations("# nothing\n\n", source="t") == ()


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("node 1 movabel", "1:8", "do you mean movable"),
        ("\n\nnode 1 in zone Moveable", "3:16", "Moveable is no zone: DMA, DMA32, Normal, Movable"),
        ("node 1 movable >=", "1:18", "ends too early"),
        ("node 1 movable >=\nboots", "1:18", "the line ends too early"),
        ("node 1 = 5", "1:8", "write =="),
        ("node 1 movable => 5%", "1:16", "write >="),
        ("boots & srat used", "1:7", "write and"),
        ('"name: boots', "1:1", "not closed"),
        ("boots boots", "1:7", "not expected here: wanted: and,"),
        ("(boots", "1:7", "wanted: ')'"),
        ("for node n {\nboots\n", "3:1", "ends too early"),
        ("block size", "1:1", "compare it with something, such as == 128M"),
        ("nodes", "1:1", "this is a number: compare it"),
        ("movable memory", "1:1", "such as == 60 %"),
        ("block size == 5%", "1:12", "no share of anything"),
        ("boots == 1", "1:1", "true or not: it cannot be compared"),
        ("1 == 2", "1:3", "two literals"),
        ("5% < 6%", "1:4", "two literals"),
        ("node 1 cpus == block size", "1:13", "a number cannot be compared with an amount of memory"),
        ("node 1 cpus", "1:1", "this is a number"),
        ("node n movable", "1:6", "no loop names a node 'n'"),
        ("every node n: node m movable", "1:20", "named here: n"),
        ("for node n {\nfor node n {\nboots\n}\n}", "2:1", "already names"),
        ("every node n*: boots", "1:1", "cannot name a node"),
        ("0x1000 cpus == 1", "1:8", "'cpus' cannot be said of an address"),
        ("node 0 in block 3", "1:8", "cannot be said of a node"),
        ("0x2000-0x1000 movable", "1:1", "is empty"),
        ("node 1.5 movable", "1:6", "not a node number"),
        ("node 4K movable", "1:6", "not a node number"),
        ("boots\nnode 0x1ffffffffffffffff movable", "2:7", "not expected here"),
        ("for node n in 3-1 {\nboots\n}", "1:15", "3-1 is empty"),
        ("not " * 101 + "boots", "1:1", "nested more than 100 deep"),
        ("boots ; boots", "1:7", "';' has no meaning here"),
    ],
)
def test_errors_say_where_and_why(text: str, place: str, why: str) -> None:
    with pytest.raises(ExpectationError) as caught:
        parse_expectations(text, source="file.expect")
    assert caught.value.where == f"file.expect:{place}"
    assert why in caught.value.why


@pytest.mark.parametrize("text", ["(" * 9000 + "boots", "not " * 9000 + "boots", "boots or " * 9000, "9" * 9000])
def test_hostile_texts_end_in_a_located_error(text: str) -> None:
    with pytest.raises(ExpectationError, match=r"^bad expectation: t:1:\d+: "):
        parse_expectations(text, source="t")


@given(expectation_texts())
@settings(max_examples=250, deadline=None)
def test_any_text_ends_in_expectations_or_a_located_error(text: str) -> None:
    try:
        items = parse_expectations(text, source="t")
    except ExpectationError as error:
        match = re.fullmatch(r"t:(\d+):(\d+)", error.where)
        assert match is not None
        line, column = int(match[1]), int(match[2])
        lines = text.split("\n")
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
    else:
        assert all(item.at.line <= text.count("\n") + 1 for item in items)


def test_every_word_of_the_grammar_is_used_by_a_rule() -> None:
    used = {symbol.name for rule in expectation_parser().rules for symbol in rule.expansion if symbol.is_term}
    ignored = set(expectation_parser().ignore_tokens)
    assert {terminal.name for terminal in expectation_parser().terminals} - ignored <= used
