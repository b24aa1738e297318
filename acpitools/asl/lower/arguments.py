"""The words for arguments (acpitools/aml/opcodes.py, acpitools/asl/keywords.py) and how each is lowered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from acpitools.aml.encoding import NameString
from acpitools.aml.terms import NULL_NAME, Term
from acpitools.asl.keywords import MATCHES
from acpitools.asl.lower.state import LEAF_TERMS, ZERO, MisuseError, start_of
from acpitools.asl.nodes import Binary, Call, Name, Node

if TYPE_CHECKING:
    from acpitools.asl.lower.context import Context

__all__ = ["CONVERT"]

_MOST_SYNC_LEVEL = 15


def _needed(node: Node | None, call: Call) -> NoReturn:
    raise MisuseError(call.start if node is None else start_of(node), f"an argument of {call.name} is missing")


def _value(context: Context, node: Node | None, call: Call) -> Term:
    if node is None:
        _needed(node, call)
    return context.value(node)


def _target_or_none(context: Context, node: Node | None, _call: Call) -> Term:
    return NULL_NAME if node is None else context.target(node)


def _target(context: Context, node: Node | None, call: Call) -> Term:
    if node is None:
        _needed(node, call)
    return context.target(node)


def _simple(context: Context, node: Node | None, call: Call) -> Term:
    if node is None:
        _needed(node, call)
    return context.simple(node)


def _possible_name(context: Context, node: Node | None, call: Call) -> Term:
    if node is None:
        _needed(node, call)
    symbol = context.symbol(node) if isinstance(node, Name) and context.words[node.text] is None else None
    if symbol is not None and symbol.kind in ("Resource", "ResourceField"):
        return context.located(symbol)
    return context.conditional(node)


def _possible_target(context: Context, node: Node) -> Term:
    return context.conditional(node) if isinstance(node, Name) else context.target(node)


def _simple_target(context: Context, node: Node | None, call: Call) -> Term:
    if isinstance(node, Name) and context.words[node.text] is None:
        context.object(node)
    term = _simple(context, node, call)
    if (term.op == "Debug" or not isinstance(node, Name)) and not context.exact:
        raise MisuseError(start_of(node), "an object is copied to a name, Local or Arg only")
    return term


def _dereferenced(context: Context, node: Node | None, call: Call) -> Term:
    stored = isinstance(node, Binary) and node.operator == "="
    if stored or (isinstance(node, Call) and context.words[node.name] == "Store"):
        return context.value(node)
    return _target(context, node, call)


def _microseconds(context: Context, node: Node | None, call: Call) -> Term:
    term = _value(context, node, call)
    if term.op in ("WordConst", "DWordConst", "QWordConst", "Ones"):
        context.misuse(start_of(node), "Stall takes at most 255 microseconds; Sleep takes milliseconds")
    return term


def _sync_level(context: Context, node: Node) -> int:
    level = context.constant(node, bits=8)
    if level > _MOST_SYNC_LEVEL:
        context.misuse(start_of(node), "a sync level is 0 to 15")
    return level


def _name(context: Context, node: Node | None, call: Call) -> NameString:
    if node is None:
        _needed(node, call)
    return context.declared(node, call.name)[0]


def _name_reference(context: Context, node: Node | None, call: Call) -> NameString:
    if not isinstance(node, Name):
        raise MisuseError(call.start if node is None else start_of(node), "a name is expected here")
    return context.object(node)[1]


def _number_of(bits: int) -> Callable[[Context, Node | None, Call], int]:
    def convert(context: Context, node: Node | None, call: Call) -> int:
        if node is None:
            _needed(node, call)
        return context.constant(node, bits=bits)

    return convert


CONVERT: dict[str, Callable[[Context, Node | None, Call], object]] = {
    "TermArg": _value,
    "Target": _target_or_none,
    "SuperName": _target,
    "SimpleName": _simple,
    "PossibleName": _possible_name,
    "PossibleTarget": lambda c, n, _: NULL_NAME if n is None else _possible_target(c, n),
    "SimpleTarget": _simple_target,
    "Dereferenced": _dereferenced,
    "Microseconds": _microseconds,
    "NameString": _name,
    "NameReference": _name_reference,
    "ByteData": _number_of(8),
    "WordData": _number_of(16),
    "DWordData": _number_of(32),
    "LengthOrOnes": lambda c, n, _: LEAF_TERMS["Ones"] if n is None else c.value(n),
    "TermArgOrEmpty": lambda c, n, _: Term("String", (b"",)) if n is None else c.value(n),
    "TermArgOrZero": lambda c, n, _: ZERO if n is None else c.value(n),
    "MatchOp": lambda c, n, _: c.keyword_value(n, MATCHES, "a comparison"),
    "SyncLevel": lambda c, n, _: 0 if n is None else _sync_level(c, n),
}
"""Word for an argument -> how it is lowered."""
