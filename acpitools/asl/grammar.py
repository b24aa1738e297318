"""The parse table of ``grammars/asl.lark``: how Lark's is made, and how ours reads.

At run time the table is the plain data of ``parse_table.py``, so that neither Lark nor the grammar has to be loaded;
``fresh_table`` makes it anew from the grammar, and a test holds one against the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from acpitools.asl.lexer import TERMINAL_IDS

if TYPE_CHECKING:
    from lark import Lark

__all__ = ["Table", "fresh_table", "lark_parser", "table_source"]

END_OF_INPUT = "$END"

Table = tuple[
    tuple[tuple[str, int, str], ...],
    tuple[dict[int, int], ...],
    tuple[dict[str, int], ...],
    int,
    int,
]
"""Rules (what they make, how many symbols they take, their action); per state: terminal -> the next state, or ``~rule``
to reduce by; per state: what a rule made -> the next state; the first state; the state in which all is read."""


def lark_parser() -> Lark:
    """Build Lark's own parser of the grammar; it takes (terminal, value) pairs instead of text."""
    from lark import Lark, Token
    from lark.lexer import Lexer

    class Pairs(Lexer):
        def __init__(self, _configuration: Any) -> None:
            pass

        def lex(self, pairs: Any, _parser_state: Any = None) -> Iterator[Token]:
            for kind, value in pairs:
                yield Token(kind, value)

        @classmethod
        def deserialize(cls, *_: Any) -> Pairs:
            raise NotImplementedError

    grammar = Path(__file__).parent.parent / "grammars" / "asl.lark"
    return Lark(grammar.read_text(encoding="utf-8"), parser="lalr", lexer=Pairs, keep_all_tokens=True)


def fresh_table() -> Table:
    """Return the table that Lark makes of the grammar.

    Raises RuntimeError if this Lark does not show its table where the versions known to us do.
    """
    lark = lark_parser()
    inner = getattr(lark.parser, "parser", None)
    lalr = getattr(inner, "_parse_table", None)
    if lalr is None:
        raise RuntimeError("this version of Lark keeps its LALR table elsewhere: acpitools.asl.grammar must follow")
    number = {rule: index for index, rule in enumerate(lark.rules)}
    order = _reachable(lalr.states, lalr.start_states["start"])
    actions: list[dict[int, int]] = [{} for _ in order]
    gotos: list[dict[str, int]] = [{} for _ in order]
    for state, place in order.items():
        for symbol, (kind, target) in sorted(lalr.states[state].items()):
            terminal = TERMINAL_IDS.get("END" if symbol == END_OF_INPUT else symbol)
            if kind.name == "Reduce":
                actions[place][TERMINAL_IDS["END"] if terminal is None else terminal] = ~number[target]
            elif terminal is None:
                gotos[place][str(symbol)] = order[target]
            else:
                actions[place][terminal] = order[target]
    shapes = tuple((str(rule.origin.name), len(rule.expansion), str(rule.alias)) for rule in lark.rules)
    return shapes, tuple(actions), tuple(gotos), order[lalr.start_states["start"]], order[lalr.end_states["start"]]


def table_source(table: Table) -> str:
    """Return the text of ``parse_table.py`` for a table."""
    rules, actions, gotos, first, last = table
    lines = ['"""LALR(1) table of grammars/asl.lark.  Made by ``python -m tests.asl.parse_table``; not edited."""', ""]
    lines += ["from __future__ import annotations", "", "# fmt: off", "# ruff: noqa: E501"]
    lines += ["RULES: tuple[tuple[str, int, str], ...] = (", *(f"    {rule!r}," for rule in rules), ")"]
    lines += ["ACTIONS: tuple[dict[int, int], ...] = (", *(f"    {row!r}," for row in actions), ")"]
    lines += ["GOTOS: tuple[dict[str, int], ...] = (", *(f"    {row!r}," for row in gotos), ")"]
    lines += [f"FIRST = {first}", f"LAST = {last}", ""]
    return "\n".join(lines)


def _reachable(states: Mapping[int, Mapping[str, Any]], first: int) -> dict[int, int]:
    # Lark numbers its states as its sets fall; ours are numbered as they are reached.
    order = {first: 0}
    queue = [first]
    for state in queue:
        for _, (kind, target) in sorted(states[state].items()):
            if kind.name == "Shift" and target not in order:
                order[target] = len(order)
                queue.append(target)
    return order
