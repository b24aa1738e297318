"""The syntax tree of ASL: what the grammar sees, before names mean anything.

``start`` is the offset of a node's first character in the preprocessed text.  Nodes are named tuples, not records: a
big table has some hundred thousand of them.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

__all__ = [
    "Binary",
    "Block",
    "Call",
    "Comma",
    "Index",
    "Integer",
    "Name",
    "Node",
    "Raw",
    "Semicolon",
    "Step",
    "String",
    "Unary",
]


class Name(NamedTuple):
    """A keyword, a name or a path, as written."""

    start: int
    text: str


class Integer(NamedTuple):
    """An integer constant."""

    start: int
    text: str


class String(NamedTuple):
    """A string constant with its quotes, escapes unresolved."""

    start: int
    text: str


class Call(NamedTuple):
    """``name (arguments) { body }``: an operator, a macro or a method call; any part but the name may be missing."""

    start: int
    name: str
    arguments: list[Node | None] | None
    """None for an argument left empty; None altogether where there are no parentheses."""
    body: list[Node | None] | None
    """None for a comma; None altogether where there are no braces."""
    end: int
    """Offset of the last bracket."""


class Block(NamedTuple):
    """Braces with nothing before them."""

    start: int
    items: list[Node | None]
    """None for a comma."""
    end: int
    """Offset of the closing brace."""


class Unary(NamedTuple):
    """``!operand`` or ``~operand``."""

    start: int
    operator: str
    operand: Node


class Step(NamedTuple):
    """``operand++`` or ``operand--``."""

    start: int
    operator: str
    operand: Node


class Index(NamedTuple):
    """``base[index]``."""

    start: int
    base: Node
    place: Node


class Binary(NamedTuple):
    """``left operator right``, assignments included."""

    start: int
    """Offset of the operator."""
    operator: str
    left: Node
    right: Node


class Raw(NamedTuple):
    """Bytes that stand for a term, from a note (acpitools/asl/notes.py)."""

    start: int
    data: bytes


class Comma(NamedTuple):
    """A comma with a note before it; other commas are None."""

    start: int


class Semicolon(NamedTuple):
    """A semicolon in a list."""

    start: int


Node: TypeAlias = "Name | Integer | String | Call | Block | Unary | Step | Index | Binary | Raw | Comma | Semicolon"
