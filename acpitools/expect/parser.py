"""Text to expectations.  Every text gives expectations or one error that names line and column."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from lark import Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from acpitools.expect.build import Builder
from acpitools.expect.checks import check_items
from acpitools.expect.errors import ExpectationError
from acpitools.expect.grammar import expectation_parser
from acpitools.expect.nodes import Item, Position

__all__ = ["parse_expectations"]

_MOST_SHOWN: Final = 8
_MOST_TEXT: Final = 1 << 20
_TERMINAL_NAMES: Final = {
    "_NL": "end of line",
    "SIZE": "number",
    "RANGE": "range",
    "PERCENT": "percentage",
    "STRING": "text in double quotes",
    "NAME": "name",
    "COMPARISON": "comparison (== != >= <= > <)",
    "BLOCK_NAME": "memory<N>",
    "COLON": "':'",
    "COMMA": "','",
    "LPAR": "'('",
    "RPAR": "')'",
    "LBRACE": "'{'",
    "RBRACE": "'}'",
    "SIZE_WORD": "size",
    "NUMBER_WORD": "number",
    "ALLOCATION": "allocation",
}
_OTHER_SPELLINGS: Final = {
    "=": "==",
    "=>": ">=",
    "=<": "<=",
    "&": "and",
    "|": "or",
    "!": "not",
    "'": 'double quotes (")',
}


def parse_expectations(text: str, *, source: str) -> tuple[Item, ...]:
    """Read expectations, one a line; ``source`` names the text in errors and results.

    Raises ExpectationError, which says where and why.
    """
    parser = expectation_parser()
    if len(text) > _MOST_TEXT:
        raise ExpectationError(f"longer than {_MOST_TEXT} characters", source, Position(1, 1))
    try:
        tree: Tree[Token] = parser.parse(text + "\n")
    except UnexpectedInput as error:
        raise _located(error, text, source) from None
    try:
        items: tuple[Item, ...] = Builder(text, source).transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, ExpectationError):
            raise error.orig_exc from None
        raise
    check_items(items, source)
    return items


def _located(error: UnexpectedInput, text: str, source: str) -> ExpectationError:
    if isinstance(error, UnexpectedCharacters):
        at = Position(error.line, error.column)
        start = error.pos_in_stream or 0
        char = text[start : start + 1]
        if char == '"':
            return ExpectationError("a text in double quotes is not closed on its line", source, at)
        spelled = _OTHER_SPELLINGS.get(text[start : start + 2].strip(), "")
        spelled = spelled or _OTHER_SPELLINGS.get(char, "")
        hint = f"; write {spelled}" if spelled else ""
        return ExpectationError(f"{char!r} has no meaning here{hint}", source, at)
    if not isinstance(error, UnexpectedToken):
        return ExpectationError("the text ends too early", source, _end(text))
    token = error.token
    expected = sorted({_name(name) for name in error.accepts or error.expected})
    if token.type == "$END" or (token.type == "_NL" and token.start_pos is not None and token.start_pos >= len(text)):
        return ExpectationError(f"the text ends too early: {_wanted(expected)}", source, _end(text))
    at = Position(token.line or 1, token.column or 1)
    if token.type == "_NL":
        return ExpectationError(f"the line ends too early: {_wanted(expected)}", source, at)
    close = get_close_matches(str(token), [name for name in expected if name.isalpha()], 1)
    hint = f"; do you mean {close[0]}?" if close and close[0] != str(token) else f": {_wanted(expected)}"
    return ExpectationError(f"{_shown(str(token))} is not expected here{hint}", source, at)


def _end(text: str) -> Position:
    lines = text.split("\n")
    return Position(len(lines), len(lines[-1]) + 1)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:37]}...")


def _wanted(names: list[str]) -> str:
    if len(names) > _MOST_SHOWN:
        return "an expectation is wanted, such as: node 1 movable >= 95%"
    return f"wanted: {', '.join(names)}"


def _name(terminal: str) -> str:
    return _TERMINAL_NAMES.get(terminal) or terminal.lower().replace("_", " ")
