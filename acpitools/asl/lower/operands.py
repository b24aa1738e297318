"""Which types an operator takes: what is certain to be wrong when it runs is an error, as it is for iasl.

A type is a set of bits, one for each object type of ACPI 6.5, 19.3.5.1, and for Debug and references.  What an operand
is stands in its term, or in the namespace; Locals and Args may hold anything.  What a method gives is known when all
of them have been read, so calls are looked at last (:func:`check_calls`).  Integers, strings and buffers are converted
into each other, so whatever takes one of them takes all.  Facts: iasl 20200925, asked for each operator and operand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from acpitools.aml.encoding import NameString
from acpitools.aml.names import path_text
from acpitools.aml.terms import Term
from acpitools.asl.lower.state import Pending, start_of
from acpitools.asl.nodes import Call, Name, Node

if TYPE_CHECKING:
    from acpitools.asl.lower.context import Context

__all__ = ["ANY", "check_call", "check_calls", "check_operands", "check_store", "is_package", "note_return"]

_TYPES = (
    "integer", "string", "buffer", "package", "field", "device", "event", "method", "mutex", "operation region",
    "power resource", "processor", "thermal zone", "buffer field", "table handle", "Debug", "reference",
)  # fmt: skip
(
    _INTEGER, _STRING, _BUFFER, _PACKAGE, _FIELD, _DEVICE, _EVENT, _METHOD, _MUTEX, _REGION,
    _POWER, _PROCESSOR, _THERMAL, _BUFFER_FIELD, _HANDLE, _DEBUG, _REFERENCE,
) = (1 << number for number in range(17))  # fmt: skip
ANY = (1 << len(_TYPES)) - 1
_COMPUTED = _INTEGER | _STRING | _BUFFER
_DATA = _COMPUTED | _PACKAGE | _HANDLE | _REFERENCE
_TARGET = _COMPUTED | _DEBUG | _REFERENCE

_KINDS = {
    "IntObj": _COMPUTED | _HANDLE,
    "StrObj": _COMPUTED,
    "BuffObj": _COMPUTED,
    "PkgObj": _PACKAGE,
    "FieldUnitObj": _COMPUTED | _FIELD,
    "BuffFieldObj": _COMPUTED | _BUFFER_FIELD,
    "DeviceObj": _DEVICE,
    "Scope": _DEVICE,
    "EventObj": _EVENT,
    "MethodObj": _METHOD,
    "MutexObj": _MUTEX,
    "OpRegionObj": _REGION,
    "PowerResObj": _POWER,
    "ProcessorObj": _PROCESSOR,
    "ThermalZoneObj": _THERMAL,
    "DDBHandleObj": _INTEGER | _HANDLE,
}
"""Kind of a symbol -> what an operator can take it for."""

_GIVES = {
    "String": _STRING,
    "ToString": _STRING,
    "ToHexString": _STRING,
    "ToDecimalString": _STRING,
    "ToBuffer": _BUFFER,
    "ConcatenateResTemplate": _BUFFER,
    "Concatenate": _COMPUTED,
    "Mid": _STRING | _BUFFER,
    "Package": _PACKAGE,
    "VarPackage": _PACKAGE,
    "Index": _REFERENCE,
    "RefOf": _REFERENCE,
    "DerefOf": _DATA,
    "Store": _DATA,
    "CopyObject": _DATA,
    "LoadTable": _HANDLE,
    "Debug": _DEBUG,
    **{f"Local{number}": ANY for number in range(8)},
    **{f"Arg{number}": ANY for number in range(7)},
}
"""Operator -> what it gives; the others that give something give integers."""
_LOOKED_UP = frozenset({"NamePath", "Call", "Buffer"})
_BUFFER_MACROS = {"ToUUID": _INTEGER, "Unicode": 0}
"""Macros that become buffers, and what iasl takes them for."""

_ONE, _TWO, _THREE = (_COMPUTED,), (_COMPUTED,) * 2, (_COMPUTED,) * 3
TAKES: dict[str, tuple[int, ...]] = {
    "Store": (_DATA, _COMPUTED | _PACKAGE | _DEBUG | _REFERENCE),
    **dict.fromkeys(
        ("Add", "Subtract", "Multiply", "Mod", "ShiftLeft", "ShiftRight", "And", "NAnd", "Or", "NOr", "XOr"),
        (*_TWO, _TARGET),
    ),
    "Divide": (*_TWO, _TARGET, _TARGET),
    **dict.fromkeys(("Not", "FindSetLeftBit", "FindSetRightBit"), (_COMPUTED, _TARGET)),
    "Concatenate": (ANY, ANY, _TARGET),
    "CopyObject": (ANY, ANY),
    "ConcatenateResTemplate": (*_TWO, _TARGET),
    "Increment": (_TARGET,),
    "Decrement": (_TARGET,),
    "DerefOf": (_STRING | _REFERENCE,),
    "RefOf": (ANY & ~_REFERENCE,),
    "CondRefOf": (ANY & ~_REFERENCE, _TARGET),
    "SizeOf": (_STRING | _BUFFER | _PACKAGE | _REFERENCE,),
    "Index": (_STRING | _BUFFER | _PACKAGE, _COMPUTED, _TARGET),
    **dict.fromkeys(("LAnd", "LOr", "LEqual", "LGreater", "LLess"), _TWO),
    "LNot": _ONE,
    **dict.fromkeys(("ToBuffer", "ToInteger", "ToDecimalString", "ToHexString", "FromBCD", "ToBCD"), _ONE),
    "ToString": _TWO,
    "Mid": (*_THREE, _TARGET),
    "Match": (_PACKAGE, ANY, _COMPUTED, ANY, _COMPUTED, _COMPUTED),
    "Notify": (_DEVICE | _PROCESSOR | _THERMAL, _COMPUTED),
    "Sleep": _ONE,
    "Stall": _ONE,
    "Acquire": (_MUTEX,),
    "Release": (_MUTEX,),
    "Signal": (_EVENT,),
    "Reset": (_EVENT,),
    "Wait": (_EVENT, _COMPUTED),
    "Load": (_BUFFER | _FIELD | _REGION, _TARGET),
    "Unload": (_HANDLE | _REFERENCE,),
    "LoadTable": (_COMPUTED,) * 5,
    "Fatal": (ANY, ANY, _COMPUTED),
    "DataTableRegion": (ANY, *_THREE),
    "OperationRegion": (ANY, ANY, *_TWO),
    "CreateField": _THREE,
    **dict.fromkeys(
        ("CreateBitField", "CreateByteField", "CreateWordField", "CreateDWordField", "CreateQWordField"), _TWO
    ),
    "BankField": (ANY, ANY, _COMPUTED),
    "Buffer": _ONE,
    "VarPackage": _ONE,
    "If": _ONE,
    "While": _ONE,
    "Switch": (_DATA,),
    "Return": (ANY,),
}
"""Operator -> the types of its operands, in order."""
_KEEPS_TYPE = frozenset({"Index", "RefOf", "Debug"})
"""What a Store takes as it is, whatever its target or source is."""


def check_operands(
    context: Context, op: str, args: Sequence[object], nodes: Sequence[Node | None], *, certain: bool = True
) -> None:
    """Report the operands of an operator that it cannot take; ``nodes`` are what was written for ``args``.

    Where it is not ``certain`` there is a warning only: iasl does not look at these.
    """
    takes = TAKES.get(op)
    if takes is None:
        return
    for wanted, term, node in zip(takes, args, nodes, strict=False):
        if node is None:
            continue
        if isinstance(term, NameString) and op == "Load":
            term = Term("NamePath", (term,))
        if not isinstance(term, Term) or term.op == "NullName":
            continue
        given = _GIVES.get(term.op, _INTEGER)
        if term.op in _LOOKED_UP:
            given = _looked_up(context, op, term, node, wanted)
        if not given & wanted:
            _refuse(context, op, node, given, wanted, certain=certain)


def check_store(context: Context, args: tuple[Term, Term], nodes: tuple[Node | None, Node | None]) -> None:
    """Report a Store that turns a package into something else, or something else into a package."""
    check_operands(context, "Store", args, nodes)
    value, target = args
    source, place = nodes
    if value.op == "Call" or source is None:
        return
    given = _given(context, value, source)
    if target.op == "Call" and isinstance(place, Call | Name):
        symbol = context.symbol(Name(place.start, place.name) if isinstance(place, Call) else place)
        if symbol is not None and symbol.external and not given & (_PACKAGE | _REFERENCE):
            context.misuse(
                start_of(place), "an external method may give a package, and only a package can be stored to one"
            )
        return
    if target.op != "NamePath" or not isinstance(place, Name):
        return
    if value == target:
        context.warning(start_of(place), f"{place.text} is stored to itself", "self-store")
    symbol = context.symbol(place)
    holds = ANY if symbol is None else _KINDS.get(symbol.kind, ANY)
    if given == ANY or holds == ANY or not given & TAKES["Store"][0] or value.op in _KEEPS_TYPE:
        return
    if holds == _PACKAGE and not given & _PACKAGE:
        context.misuse(start_of(place), f"{place.text} is a package: only a package can be stored to it")
    elif given == _PACKAGE and holds & _COMPUTED:
        context.misuse(start_of(place), f"a package cannot be stored to {place.text}, which is {_shown(holds)}")


def is_package(context: Context, term: Term, node: Node | None) -> bool:
    """Tell whether a term is certain to give a package."""
    return node is not None and _given(context, term, node) == _PACKAGE


def check_call(context: Context, op: str, term: Term, node: Node | None) -> None:
    """Look at the one operand of If, While and Return, where only calls are looked at."""
    if term.op == "Call" and node is not None:
        check_operands(context, op, (term,), (node,))


def note_return(context: Context, term: Term, node: Node) -> None:
    """Note what the method at hand returns here."""
    method = context.method
    if method is None:
        return
    if term.op == "Call" and isinstance(node, Name | Call):
        symbol = context.symbol(Name(node.start, node.name) if isinstance(node, Call) else node)
        if symbol is not None and symbol.kind == "MethodObj" and not symbol.external and symbol.start >= 0:
            method.returned.calls.add(symbol.path)
            return
    method.returned.types |= _given(context, term, node)


def _given(context: Context, term: Term, node: Node) -> int:
    if term.op == "Call":
        return ANY
    return _GIVES.get(term.op, _INTEGER) if term.op not in _LOOKED_UP else _looked_up(context, "", term, node, ANY)


def _looked_up(context: Context, op: str, term: Term, node: Node, wanted: int) -> int:
    if term.op == "Buffer":
        word = context.words[node.name] if type(node) is Call else None
        return _BUFFER_MACROS.get(word or "", _BUFFER)
    if type(node) is not Name and type(node) is not Call:
        return ANY
    name = Name(node.start, node.name) if type(node) is Call else node
    symbol = context.symbol(name)
    if symbol is None:
        return ANY
    if term.op == "Call":
        # What is called through an alias is not looked at: iasl does not know what that gives.
        if (
            context.namespace.find(context.scope, context.name(name)) is symbol
            and symbol.kind == "MethodObj"
            and not symbol.external
            and symbol.start >= 0
            and op
        ):
            context.pending.append(Pending(start_of(node), symbol.path, op, wanted))
        return ANY
    if symbol.kind in ("Resource", "ResourceField"):
        if wanted not in (_TARGET, TAKES["Store"][1]):
            return _INTEGER
        context.misuse(start_of(node), "this names a part of a resource: nothing can be stored to it")
        return ANY
    return _KINDS.get(symbol.kind, ANY)


def check_calls(context: Context) -> None:
    """Report the calls whose value an operator takes, and that give none, or one of another type."""
    for start, path, op, takes in context.pending:
        given, always = _given_by(context, path, set())
        if not given:
            context.misuse(start, f"{path_text(path)} returns nothing, and {op} takes its value")
        elif not always:
            context.warning(
                start, f"{path_text(path)} does not always return a value, and {op} takes it", "maybe-no-value"
            )
        elif not given & takes:
            context.misuse(start, f"{path_text(path)} returns {_shown(given)}; {op} takes {_shown(takes)}")


def _given_by(context: Context, path: bytes, seen: set[bytes]) -> tuple[int, bool]:
    # What a method returns, and whether it always does.
    returned = context.returned.get(path)
    if returned is None or path in seen:
        return ANY, True
    seen.add(path)
    given = returned.types
    for called in returned.calls:
        given |= _given_by(context, called, seen)[0]
    return given, returned.always


def _refuse(context: Context, op: str, node: Node, given: int, wanted: int, *, certain: bool) -> None:
    what = _shown(given) if given else "nothing that has a value"
    message = f"this is {what}; {op} takes {_shown(wanted)} here"
    if certain:
        context.misuse(start_of(node), message)
    else:
        context.warning(start_of(node), message, "operand-type")


def _shown(types: int) -> str:
    if types == ANY & ~_REFERENCE:
        return "an object, no reference"
    names = list(_names(types))
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def _names(types: int) -> Iterable[str]:
    for number, name in enumerate(_TYPES):
        if types >> number & 1:
            yield name if name == "Debug" else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
