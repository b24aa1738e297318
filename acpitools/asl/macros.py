"""Macros of the preprocessor, object-like and function-like, expanded within bounds."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["IDENTIFIER", "MAX_DEPTH", "MAX_EXPANSION", "Macro", "MacroError", "Macros", "parse_definition"]

MAX_DEPTH = 64
"""Macros inside macros."""
MAX_EXPANSION = 1 << 18
"""Characters that one use of a macro may become, those of all steps in between counted."""

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_PIECES = re.compile(r'"(?:[^"\\]++|\\.)*+"|([A-Za-z_][A-Za-z_0-9]*)')


class MacroError(Exception):
    """A definition or a use that makes no sense."""


class Macro(NamedTuple):
    """One macro."""

    name: str
    parameters: tuple[str, ...] | None
    """None for a macro without parentheses."""
    body: str


def parse_definition(text: str) -> Macro:
    """Return the macro of what follows ``#define``."""
    match = IDENTIFIER.match(text)
    if match is None:
        raise MacroError("#define takes a name")
    name, rest = match[0], text[match.end() :]
    if not rest.startswith("("):
        return Macro(name, None, rest.strip())
    end = rest.find(")")
    parameters = tuple(word.strip() for word in rest[1:end].split(",")) if rest[1:end].strip() else ()
    if end < 0 or not all(IDENTIFIER.fullmatch(word) for word in parameters) or len(set(parameters)) < len(parameters):
        raise MacroError(f"the parameters of {name} are no list of different names")
    return Macro(name, parameters, rest[end + 1 :].strip())


class Macros:
    """The macros that are defined."""

    def __init__(self) -> None:
        self._macros: dict[str, Macro] = {}
        self._spent = 0

    def __contains__(self, name: str) -> bool:
        return name in self._macros

    def define(self, macro: Macro) -> None:
        """Define a macro, or define it anew."""
        self._macros[macro.name] = macro

    def remove(self, name: str) -> None:
        """Forget a macro, if there is one."""
        self._macros.pop(name, None)

    def expand(self, text: str) -> str:
        """Return a text with all macros in it expanded.  Raises MacroError past the bounds."""
        self._spent = 0
        return self._expand(text, frozenset(), 0)

    def expand_at(self, text: str, start: int) -> tuple[str, int]:
        """Return what the macro whose name begins at ``start`` becomes, and the offset after its use."""
        self._spent = 0
        return self._use(text, start, frozenset(), 0)

    def _use(self, text: str, start: int, within: frozenset[str], depth: int) -> tuple[str, int]:
        name, end = _identifier(text, start)
        macro = self._macros[name]
        if depth > MAX_DEPTH:
            raise MacroError(f"macros are nested more than {MAX_DEPTH} deep in the expansion of {macro.name}")
        body = macro.body
        self._spent += len(body) + 1
        if self._spent > MAX_EXPANSION:
            raise MacroError(f"{macro.name} becomes more than {MAX_EXPANSION} characters")
        if macro.parameters is not None:
            if text[end:].lstrip()[:1] != "(":
                return macro.name, end
            words, end = _arguments(text, text.index("(", end), macro.name)
            if len(words) != len(macro.parameters):
                raise MacroError(f"{macro.name} takes {len(macro.parameters)} arguments, not {len(words)}")
            given = {
                name: self._expand(word, within, depth + 1) for name, word in zip(macro.parameters, words, strict=True)
            }
            body = _replaced(body, given)
        return self._expand(body, within | {macro.name}, depth + 1), end

    def _expand(self, text: str, within: frozenset[str], depth: int) -> str:
        done: list[str] = []
        size = position = 0
        while (match := _PIECES.search(text, position)) is not None:
            word, end = match[0], match.end()
            done.append(text[position : match.start()])
            if match[1] is not None and word in self._macros and word not in within:
                word, end = self._use(text, match.start(), within, depth)
            done.append(word)
            size += len(word)
            if size > MAX_EXPANSION:
                raise MacroError(f"a macro becomes more than {MAX_EXPANSION} characters")
            position = end
        done.append(text[position:])
        return "".join(done)


def _identifier(text: str, start: int) -> tuple[str, int]:
    match = IDENTIFIER.match(text, start)
    return ("", start) if match is None else (match[0], match.end())


def _arguments(text: str, start: int, name: str) -> tuple[list[str], int]:
    # Splits at the commas outside brackets and strings; returns the offset after the closing parenthesis too.
    words: list[str] = []
    depth = 0
    begin = start + 1
    for match in re.compile(r'"(?:[^"\\]++|\\.)*+"|[(),]').finditer(text, start):
        mark = match[0]
        if mark == "(":
            depth += 1
        elif mark == "," and depth == 1:
            words.append(text[begin : match.start()].strip())
            begin = match.end()
        elif mark == ")":
            depth -= 1
            if depth == 0:
                last = text[begin : match.start()].strip()
                return ([*words, last] if words or last else []), match.end()
    raise MacroError(f"the arguments of {name} have no end on this line")


def _replaced(body: str, given: dict[str, str]) -> str:
    done: list[str] = []
    size = position = 0
    for match in _PIECES.finditer(body):
        word = given.get(match[0], match[0])
        done += (body[position : match.start()], word)
        size += len(word)
        if size > MAX_EXPANSION:
            raise MacroError(f"a macro becomes more than {MAX_EXPANSION} characters")
        position = match.end()
    return "".join((*done, body[position:]))
