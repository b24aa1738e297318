"""The driver over Lark's table: the same trees as Lark's, errors with their places, and bounds."""

from __future__ import annotations

import itertools
import logging
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import Any

import lark
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.asl import parse_table
from acpitools.asl.grammar import fresh_table, lark_parser, table_source
from acpitools.asl.lexer import END, MASTER, TERMINALS
from acpitools.asl.nodes import Binary, Block, Call, Comma, Index, Integer, Name, Raw, Step, String, Unary
from acpitools.asl.parser import REDUCTIONS, leaf, parse
from tests.asl.parse_table import PARSE_TABLE
from tests.support import FIXTURES, ROOT

LARK = lark_parser()

PIECES = [
    "FOO",
    "^BAR.BAZ",
    "\\",
    "12",
    '"text"',
    "FOO (",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    "+",
    "=",
    "<<=",
    "!",
    "~",
    "++",
    "If (A) {",
    "Add (A, , B)",
    "A [1] = 2",
]


def by_lark(text: str) -> Any:
    """Return the tree that Lark's own driver makes, with our actions; None where it refuses the text."""
    values: list[Any] = []
    pairs: list[tuple[str, str]] = []
    for match in MASTER.finditer(text):
        kind = match.lastindex
        assert kind is not None
        if kind == END:
            break
        pairs.append((TERMINALS[kind], str(len(values))))
        values.append(leaf(kind, match.start(kind), match.group(kind)))
    try:
        tree = LARK.parse(pairs)
    except lark.UnexpectedInput:
        return None

    def built(node: Any) -> Any:
        if isinstance(node, lark.Token):
            return values[int(node)]
        children = [built(child) for child in node.children]
        act = REDUCTIONS[node.data]
        return children[0] if act is None else act(children)

    return built(tree)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_the_tree_is_the_one_that_lark_makes(pieces: list[str]) -> None:
    text = " ".join(pieces)
    parsed = parse(text)
    expected = by_lark(text)
    assert (expected is None) == bool(parsed.problems)
    if expected is not None:
        assert expected == parsed.items


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("asl/flow/*.asl")), ids=lambda path: path.stem)
def test_the_tree_of_a_program_is_the_one_that_lark_makes(path: Any) -> None:
    text = "\n".join(line for line in path.read_text().split("\n") if "//" not in line)
    text = text.replace("/*", "").replace("*/", "")
    assert by_lark(text) == parse(text).items


def test_the_shipped_table_is_the_one_lark_makes_of_the_grammar() -> None:
    assert table_source(fresh_table()) == PARSE_TABLE.read_text()
    shipped = (parse_table.RULES, parse_table.ACTIONS, parse_table.GOTOS, parse_table.FIRST, parse_table.LAST)
    assert fresh_table() == shipped


def test_the_table_does_not_depend_on_the_order_of_sets() -> None:
    script = "from acpitools.asl.grammar import *; print(table_source(fresh_table()))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == PARSE_TABLE.read_text() + "\n"


def test_each_conflict_of_the_grammar_is_a_decision(caplog: pytest.LogCaptureFixture) -> None:
    """All are settled by taking the token: a bracket or step belongs to the name or operand before it."""
    lark.logger.setLevel(logging.DEBUG)
    try:
        with caplog.at_level(logging.DEBUG, logger="lark"):
            lark.Lark(LARK.source_grammar, parser="lalr", lexer=LARK.options.lexer, keep_all_tokens=True, debug=True)
    finally:
        lark.logger.setLevel(logging.CRITICAL)
    lines = [record.getMessage() for record in caplog.records]
    conflicts = {
        (first.split("terminal ")[1].split(":")[0], second.strip(" *"))
        for first, second in itertools.pairwise(lines)
        if "conflict" in first
    }
    assert conflicts == {
        ("LEFT_BRACE", "<call : NAME LEFT_PAREN arguments RIGHT_PAREN>"),
        ("LEFT_BRACE", "<operand : NAME>"),
        ("LEFT_PAREN", "<operand : NAME>"),
        ("LEFT_BRACKET", "<operand : UNARY operand>"),
        ("STEP", "<operand : UNARY operand>"),
    }


def test_a_parser_without_the_table_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acpitools.asl.grammar.lark_parser", lambda: SimpleNamespace(parser=None))
    with pytest.raises(RuntimeError, match="keeps its LALR table elsewhere"):
        fresh_table()


def one(text: str) -> Any:
    parsed = parse(text)
    assert parsed.problems == []
    (item,) = parsed.items
    return item


def test_nodes() -> None:
    assert one("FOO (1, , A)") == Call(0, "FOO", [Integer(5, "1"), None, Name(10, "A")], None, 11)
    assert one("Else {A}") == Call(0, "Else", None, [Name(6, "A")], 7)
    assert one("A {1, B {2}}").body == [Integer(3, "1"), None, Call(6, "B", None, [Integer(9, "2")], 10)]
    assert one("{A}") == Block(0, [Name(1, "A")], 2)
    assert one(r'"a\"b"') == String(0, r'"a\"b"')
    assert one("A [B]") == Index(2, Name(0, "A"), Name(3, "B"))
    assert one("!A++") == Unary(0, "!", Step(2, "++", Name(1, "A")))
    assert one("A ^ B") == Binary(2, "^", Name(0, "A"), Name(4, "B"))


@pytest.mark.parametrize(("text", "start"), [("A ^B", 2), ("^^A.B", 0), ("\\_SB.PCI0", 0)])
def test_a_caret_or_backslash_before_a_name_belongs_to_it(text: str, start: int) -> None:
    assert parse(text).items[-1] == Name(start, text[start:])


@pytest.mark.parametrize("text", ["F (^)", "F (^^, 1)", "F (\\)"])
def test_a_bare_prefix_is_a_name_where_an_argument_ends(text: str) -> None:
    assert isinstance(one(text).arguments[0], Name)


def test_comments_are_passed_over() -> None:
    assert parse("A // B\n/* C * D **/ E").items == [Name(0, "A"), Name(20, "E")]


def test_errors_are_several_with_their_places() -> None:
    text = "Method (A) {\n  B = +\n}\nName (C, 1\nName (D, 2)\nStore (1 2, E)\n"
    problems = parse(text).problems
    lines = [text.count("\n", 0, problem.start) + 1 for problem in problems]
    assert lines == [2, 5, 6]
    assert "'+'" in problems[0].message
    assert "expected ',' or ')'" in problems[1].message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('A "open', "this string has no end"),
        ("A /* open", "this comment has no end"),
        ("A @", "stray '@'"),
        ("F (", "unexpected end of the file"),
        ("A }", "unexpected '}'"),
        ("{", "unexpected end of the file"),
    ],
)
def test_what_is_wrong_is_named(text: str, message: str) -> None:
    (problem, *_) = parse(text).problems
    assert message in problem.message


@pytest.mark.parametrize("piece", ["x", "\\\\", "* ", ".AAAA"])
def test_a_long_token_takes_no_longer_than_its_text(piece: str) -> None:
    before, after = {"* ": ("/*", "*/ 1"), ".AAAA": ("A", "")}.get(piece, ('"', '"'))
    begun = time.process_time()
    found = parse(f"Name (A, {before}{piece * 1_000_000}{after})")
    assert found.problems == []
    assert time.process_time() - begun < 2


def test_errors_are_bounded() -> None:
    problems = parse("Name (A, 1 2)\n" * 1000).problems
    assert len(problems) == 21
    assert "too many" in problems[-1].message


@pytest.mark.parametrize("text", ["(" * 20_000, "A {" * 20_000, "!" * 20_000, "A [" * 20_000])
def test_depth_is_bounded(text: str) -> None:
    assert parse(text).problems[-1].message == "this is nested too deeply"


def test_notes_belong_to_the_token_after_them_and_count_in_exact_sources_only() -> None:
    text = '/*=exact*/ /*=creator "A" 1*/ A /*=raw 00FF*/ {/*=pkg 2*/ , }'
    parsed = parse(text)
    assert parsed.notes == {30: {"exact": "", "creator": '"A" 1'}, text.index(","): {"pkg": "2"}}
    assert parsed.items == [Name(30, "A"), Raw(32, b"\0\xff"), Block(46, [Comma(text.index(","))], len(text) - 1)]
    assert parse(text.replace("/*=exact*/", "")).notes == {}


@pytest.mark.parametrize("note", ["/*=raw 0*/", "/*=nothing*/", "/*= */"])
def test_a_note_that_says_nothing_is_an_error_in_an_exact_source(note: str) -> None:
    assert parse(f"/*=exact*/ A {note}").problems
    assert not parse(f"A {note}").problems
