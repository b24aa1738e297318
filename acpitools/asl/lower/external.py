"""External: the types it says, and the opcodes that an exact source has for it.  ACPI 6.5, 19.6.44."""

from __future__ import annotations

from collections.abc import Sequence

from acpitools.aml.names import declared_path
from acpitools.aml.terms import Term
from acpitools.asl.keywords import OBJECT_TYPES
from acpitools.asl.lower.context import LEAF_TERMS, Context, MisuseError, start_of
from acpitools.asl.lower.state import listed
from acpitools.asl.nodes import Block, Call, Node

__all__ = ["check_types", "lower_external", "lower_externals"]


def check_types(context: Context, types: Sequence[Node | None]) -> None:
    """Refuse what are no types of a result and of arguments: lists in braces, of an argument of lists too."""
    for item, depth in zip(types, (1, 2), strict=False):
        _check_type(context, item, depth)


def _check_type(context: Context, item: Node | None, depth: int) -> None:
    if isinstance(item, Block):
        if not depth:
            raise MisuseError(item.start, "an object type is expected here, and no further list")
        for inner in listed(item.items, "type"):
            _check_type(context, inner, depth - 1)
    elif item is not None:
        context.keyword_value(item, OBJECT_TYPES, "an object type")


def lower_external(context: Context, node: Call) -> list[Term]:
    """Look at an External; give no terms."""
    # Its terms stand at the start of the table; the first pass has seen to it.
    given = node.arguments or [None]
    context.name(given[0])
    if len(given) > 4 or node.body is not None:
        raise MisuseError(
            node.start, "External takes a name, an object type, the type of the result and of the arguments"
        )
    if not context.exact:
        _check_external(context, given)
    context.reached(node.start, declared_path(context.scope, context.name(given[0])))
    return []


def _check_external(context: Context, given: list[Node | None]) -> None:
    kind, *types = given[1:] or [None]
    if len(given) > 1:
        context.keyword_value(kind, OBJECT_TYPES, "an object type")
    check_types(context, types)
    name = context.name(given[0])
    if 4 * name.parents > len(context.scope):
        raise MisuseError(start_of(given[0]), f"{name} begins above the root")
    if any(types) and str(getattr(kind, "text", "")).lower() != "methodobj":
        raise MisuseError(start_of(next(filter(None, types))), "only a MethodObj has types of result and arguments")


def lower_externals(context: Context, items: list[Node | None], position: int, done: list[Term]) -> int:
    """Lower those of an exact source that follow each other from a position on; return the one after them."""
    # In an exact source, External is what its note says: nothing, or an opcode; those in a row share an If (Zero).
    group: list[Term] = []
    while position < len(items):
        node = items[position]
        if not isinstance(node, Call) or context.words[node.name] != "External":
            break
        notes = context.notes.get(node.start, {})
        key = next((key for key in ("aml", "bare") if key in notes), None)
        if group and key != "aml":
            break
        position += 1
        if key is None:
            break
        given = node.arguments or [None]
        code = context.keyword_value(given[1], OBJECT_TYPES, "an object type") if len(given) > 1 else 0
        term = Term("External", (context.name(given[0]), code, context.note_number(node.start, key) & 0xFF))
        if key == "bare":
            done.append(term)
            break
        group.append(term)
    if group:
        done.append(Term("If", (LEAF_TERMS["Zero"], tuple(group))))
    return position
