"""ASL text to syntax tree: an own driver over Lark's LALR table, with recovery after errors.

Lark's driver spends four fifths of its time on token objects and callbacks; this one keeps plain lists.  A test holds
both to the same tree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from acpitools.asl.expressions import climb
from acpitools.asl.keywords import BEGINNINGS
from acpitools.asl.lexer import BAD, END, MASTER, NOTE, RAW, SKIP, TERMINAL_IDS, TERMINALS
from acpitools.asl.nodes import Block, Call, Comma, Index, Integer, Name, Node, Raw, Semicolon, Step, String, Unary
from acpitools.asl.notes import NoteError, Notes, hex_bytes, parse_note
from acpitools.asl.parse_table import ACTIONS, FIRST, GOTOS, LAST, RULES

__all__ = ["REDUCTIONS", "Parsed", "SyntaxProblem", "leaf", "parse"]

MAX_ERRORS = 20
"""A text with more syntax errors than this is hardly ASL."""
MAX_DEPTH = 600
"""Symbols waiting on the parser's stack; a level of braces takes about six, and real tables have up to 45 levels."""

NAME, INTEGER, STRING, COMMA = (TERMINAL_IDS[name] for name in ("NAME", "INTEGER", "STRING", "COMMA"))
OPENING = frozenset(TERMINAL_IDS[name] for name in ("LEFT_PAREN", "LEFT_BRACE", "LEFT_BRACKET"))
CLOSING = frozenset(TERMINAL_IDS[name] for name in ("RIGHT_PAREN", "RIGHT_BRACE", "RIGHT_BRACKET"))
LEFT_BRACE, RIGHT_BRACE = TERMINAL_IDS["LEFT_BRACE"], TERMINAL_IDS["RIGHT_BRACE"]
SEMICOLON = TERMINAL_IDS["SEMICOLON"]
SIGNS = frozenset(TERMINAL_IDS[name] for name in ("OPERATOR", "STEP", "UNARY"))
LISTS = frozenset(row["list"] for row in GOTOS if "list" in row)
"""States in which a list stands on top of the stack: a new item may begin."""
SHOWN = {
    "NAME": "a name",
    "INTEGER": "an integer",
    "STRING": "a string",
    "COMMA": "','",
    "LEFT_PAREN": "'('",
    "RIGHT_PAREN": "')'",
    "LEFT_BRACE": "'{'",
    "RIGHT_BRACE": "'}'",
    "LEFT_BRACKET": "'['",
    "RIGHT_BRACKET": "']'",
    "SEMICOLON": "';'",
    "OPERATOR": "an operator",
    "END": "the end of the file",
}


class SyntaxProblem(NamedTuple):
    """One syntax error: where (offset into the text) and what."""

    start: int
    message: str
    about: str = ""
    """What else there is to say, before the lines of ``places``."""
    places: tuple[int, ...] = ()


class Parsed(NamedTuple):
    """What a text holds."""

    items: list[Node | None]
    problems: list[SyntaxProblem]
    notes: Notes
    end: int
    """Offset of the end of the text, where notes about what follows the last block belong."""
    parenthesized: frozenset[int] = frozenset()
    """Starts of the names, constants and calls that stand in parentheses of their own."""


def leaf(kind: int, start: int, text: str) -> Any:
    """Return the value of a terminal: a node, an operator with its offset, or an offset."""
    if kind == NAME:
        return Name(start, text)
    if kind == INTEGER:
        return Integer(start, text)
    if kind == STRING:
        return String(start, text)
    return (start, text) if kind in SIGNS else start


def _add(values: list[Any]) -> Any:
    values[0].append(values[1])
    return values[0]


def _comma(values: list[Any]) -> Any:
    # The value of a comma is an offset, or a node where a note stands before it.
    values[0].append(values[1] if type(values[1]) is Comma else None)
    return values[0]


def _more_arguments(values: list[Any]) -> Any:
    values[0].append(values[2])
    return values[0]


def _more_chain(values: list[Any]) -> Any:
    values[0] += values[1:]
    return values[0]


# A rule named "same" has no action: the value of its first symbol stays.
REDUCTIONS: dict[str, Callable[[list[Any]], Any] | None] = {
    "same": None,
    "list_semicolon": lambda v: _add([v[0], Semicolon(v[1])]),
    "list_new": lambda _: [],
    "list_add": _add,
    "list_comma": _comma,
    "chain_new": lambda v: v,
    "chain_add": _more_chain,
    "climb": lambda v: climb(v[0]),
    "inner": lambda v: v[1],
    "unary": lambda v: Unary(v[0][0], v[0][1], v[1]),
    "step": lambda v: Step(v[1][0], v[1][1], v[0]),
    "index": lambda v: Index(v[1], v[0], v[2]),
    "call": lambda v: Call(v[0].start, v[0].text, v[2], None, v[3]),
    "call_block": lambda v: Call(v[0].start, v[0].text, v[2], v[4].items, v[4].end),
    "name_block": lambda v: Call(v[0].start, v[0].text, None, v[1].items, v[1].end),
    "arguments_new": lambda v: v,
    "arguments_add": _more_arguments,
    "nothing": lambda _: None,
    "block": lambda v: Block(v[0], v[1], v[2]),
}

ACTIONS_OF_RULES = tuple((made, size, REDUCTIONS[name]) for made, size, name in RULES)
_INNER = REDUCTIONS["inner"]
_ALONE = (Name, Integer, String, Call)
"""Nodes that begin where their start is, and no other node there."""


def parse(text: str) -> Parsed:
    """Parse preprocessed text.

    After an error the parser goes on at the next statement, so that one run reports several; the items are then not
    to be trusted.  Raises nothing: at most MAX_ERRORS problems are returned.
    """
    problems: list[SyntaxProblem] = []
    notes: Notes = {}
    waiting: dict[str, str] = {}
    exact = False
    parenthesized: set[int] = set()

    def inner(part: list[Any]) -> Any:
        if type(part[1]) in _ALONE:
            parenthesized.add(part[1].start)
        return part[1]

    actions, gotos = ACTIONS, GOTOS
    rules = tuple((made, size, inner if act is _INNER else act) for made, size, act in ACTIONS_OF_RULES)
    state = FIRST
    states = [FIRST]
    values: list[Any] = []
    lost: _Lost | None = None
    start = 0
    for match in MASTER.finditer(text):
        kind = match.lastindex or BAD
        if kind == SKIP:
            continue
        start = match.start(kind)
        if kind == NOTE:
            try:
                key, rest = parse_note(match.group(kind))
            except NoteError as error:
                if exact:
                    problems.append(SyntaxProblem(start, str(error)))
                continue
            exact = exact or key == "exact"
            if key != "raw":
                waiting[key] = rest
            if not exact or key != "raw":
                continue
            kind = RAW
        if waiting:
            notes[start] = waiting
            waiting = {}
        if lost is not None:
            if not lost.found(kind, start, match.group()):
                continue
            lost = None
            while states[-1] not in LISTS or (kind == RIGHT_BRACE and RIGHT_BRACE not in actions[states[-1]]):
                if len(states) <= 2:
                    break
                states.pop()
                values.pop()
            state = states[-1]
            if kind not in actions[state]:
                lost = _Lost(text, start)
                continue
        while True:
            action = actions[state].get(kind)
            if action is None:
                if kind == END and state == LAST:
                    return Parsed(values[0], problems, notes if exact else {}, start, frozenset(parenthesized))
                problem = _problem(text, kind, start, match.group().lstrip(), state)
                problems.append(_explained(problem, text, kind, values))
                lost = _Lost(text, start)
                lost.depth = int(kind == LEFT_BRACE)  # what it holds is passed over with it
            elif action < 0:
                made, size, act = rules[~action]
                if act is None:
                    states[-1] = state = gotos[states[-2]][made]
                elif size:
                    part = values[-size:]
                    del values[-size:], states[-size:]
                    values.append(act(part))
                    state = gotos[states[-1]][made]
                    states.append(state)
                else:
                    state = gotos[state][made]
                    states.append(state)
                    values.append(act([]))
                continue
            elif len(states) > MAX_DEPTH:
                problems.append(SyntaxProblem(start, "this is nested too deeply"))
                return Parsed([], problems, {}, start)
            else:
                state = action
                states.append(state)
                if kind == NAME:
                    values.append(Name(start, match.group(NAME)))
                elif kind == RAW:
                    values.append(_raw(start, rest, problems))
                elif kind == COMMA:
                    values.append(Comma(start) if start in notes else start)
                else:
                    values.append(leaf(kind, start, match.group(kind)))
            break
        if len(problems) >= MAX_ERRORS:
            problems.append(SyntaxProblem(start, "too many syntax errors, giving up"))
            break
        if kind == END:
            break
    return Parsed([], problems, {}, start)


def _explained(problem: SyntaxProblem, text: str, kind: int, values: list[Any]) -> SyntaxProblem:
    # The mistake is often made before it is met: a brace that nothing closes, a string that swallows the next ones.
    if kind == END:
        opened = tuple(value for value in values if type(value) is int and text[value] == "{")
        return problem._replace(about="no brace closes those of lines", places=opened[-3:]) if opened else problem
    before = text[: problem.start].rstrip()
    if before.endswith('"'):
        begin = text.rfind('"', 0, len(before) - 1)
        if "\n" in text[max(begin, 0) : len(before)]:
            return problem._replace(about="the string before this begins in line", places=(begin,))
    brackets = [value for value in values if type(value) is int and text[value] in "({["]
    if brackets and text[brackets[-1]] != "{" and "\n" in text[brackets[-1] : problem.start]:
        return problem._replace(about=f"the {text[brackets[-1]]!r} before this is in line", places=(brackets[-1],))
    return problem


def _raw(start: int, digits: str, problems: list[SyntaxProblem]) -> Raw:
    try:
        return Raw(start, hex_bytes(digits))
    except NoteError as error:
        problems.append(SyntaxProblem(start, str(error)))
        return Raw(start, b"")


class _Lost:
    """The search for a token at which parsing can go on after an error."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.depth = 0

    def found(self, kind: int, start: int, word: str) -> bool:
        if kind == END:
            return True
        if kind in OPENING:
            self.depth += 1
        elif kind in CLOSING:
            if self.depth:
                self.depth -= 1
            else:
                return kind == RIGHT_BRACE
        elif self.depth == 0:
            if kind == SEMICOLON:
                return True
            return kind == NAME and word.strip().lower() in BEGINNINGS and self._first_of_line(start)
        return False

    def _first_of_line(self, start: int) -> bool:
        line = self.text.rfind("\n", 0, start) + 1
        return line > self.start and not self.text[line:start].strip()


def _problem(text: str, kind: int, start: int, word: str, state: int) -> SyntaxProblem:
    if kind == BAD:
        if word == '"':
            return SyntaxProblem(start, "this string has no end")
        if text.startswith("/*", start):
            return SyntaxProblem(start, "this comment has no end")
        return SyntaxProblem(start, f"stray {word!r}")
    found = "end of the file" if kind == END else f"'{word if len(word) <= 40 else word[:37] + '...'}'"
    wanted = sorted(TERMINALS[number] for number in ACTIONS[state])
    shown = [SHOWN[name] for name in wanted if name in SHOWN and name not in ("OPERATOR", "END")]
    if len(shown) > 4:
        shown = [item for item in shown if item.startswith("'")]
    hint = f"; expected {' or '.join(shown)}" if 0 < len(shown) <= 4 else ""
    return SyntaxProblem(start, f"unexpected {found}{hint}")
