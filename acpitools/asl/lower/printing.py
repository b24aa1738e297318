"""Printf and Fprintf: a Store of concatenations.  ACPI 6.5, 19.6.109 and 19.6.53."""

from __future__ import annotations

import re

from acpitools.aml.terms import NULL_NAME, Term
from acpitools.asl.lower.context import LEAF_TERMS, ZERO, Context, Lower, MisuseError
from acpitools.asl.nodes import Call, Name, Node, String

__all__ = ["FUNCTIONS"]

_TEXTS = frozenset({"__FILE__", "__PATH__", "__METHOD__"})
_PIECES = re.compile(rb"%(.?)|[^%]+", re.DOTALL)


def _printf(context: Context, node: Call) -> Term:
    return _store(context, node, node.arguments or [], LEAF_TERMS["Debug"])


def _fprintf(context: Context, node: Call) -> Term:
    given = node.arguments or []
    if len(given) < 2:
        raise MisuseError(node.start, "Fprintf takes a target and a format")
    return _store(context, node, given[1:], context.target(given[0]), given[0])


def _store(context: Context, node: Call, given: list[Node | None], target: Term, place: Node | None = None) -> Term:
    form = context.text(given[0] if given else None, "a format")
    if None in given:
        raise MisuseError(node.start, f"an argument of {node.name} is empty")
    arguments = [argument for argument in given[1:] if argument is not None]
    text: Term | None = None
    for piece in _PIECES.finditer(form):
        if piece[1] is None:
            text = _joined(text, Term("String", (piece[0],)))
            continue
        if not arguments:
            raise MisuseError(node.start, "the format asks for more arguments than there are")
        argument = arguments.pop(0)
        if piece[1] == b"s":
            text_of = isinstance(argument, Name) and context.words[argument.text] in _TEXTS
            if not (isinstance(argument, String) or text_of):
                raise MisuseError(argument.start, "%s takes a string constant; %o takes any object")
        elif piece[1] not in (b"x", b"X", b"o"):
            raise MisuseError(
                node.start, f"the format has %{piece[1].decode('latin-1')}; it can have %s, %x, %X and %o"
            )
        elif text is None:
            text = Term("String", (b"",))
        text = _joined(text, context.value(argument))
    for argument in arguments:
        context.value(argument)
    if arguments:
        context.warning(arguments[0].start, "the format does not ask for this argument; it is left out", "format")
    if text is None:
        context.warning(node.start, "an empty format prints nothing", "empty")
        return ZERO
    if place is not None:
        context.checked("Store", (text, target), None, place)
    return Term("Store", (text, target))


def _joined(text: Term | None, piece: Term) -> Term:
    return piece if text is None else Term("Concatenate", (text, piece, NULL_NAME))


FUNCTIONS: dict[str, Lower] = {"Printf": _printf, "Fprintf": _fprintf}
