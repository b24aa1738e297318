"""Named objects and scopes.  ACPI 6.5, 19.6."""

from __future__ import annotations

from collections.abc import Callable

from acpitools.aml.names import declared_path
from acpitools.aml.terms import Term
from acpitools.asl.fold import FOLDABLE
from acpitools.asl.keywords import REGION_SPACES, SERIALIZE_RULES
from acpitools.asl.lower.context import Context, Lower, MethodState, MisuseError, start_of
from acpitools.asl.lower.data import DATA, constant_value
from acpitools.asl.lower.external import check_types
from acpitools.asl.lower.statements import lower_statements
from acpitools.asl.namespace import Symbol
from acpitools.asl.nodes import Block, Call, Integer, Name, Node

__all__ = ["FUNCTIONS", "method_arguments"]

_SCOPES = frozenset({"Scope", "DeviceObj", "PowerResObj", "ProcessorObj", "ThermalZoneObj"})
_PERHAPS_SCOPES = frozenset({"IntObj", "StrObj", "BuffObj"})
"""What iasl lets be a scope, with a warning: a name whose object another one may replace."""


_NO_SCOPES = {
    "UnknownObj": "its type is not known; External (..., DeviceObj) says that it is one",
    "Alias": "it is an alias",
}


def _given(node: Call, least: int, most: int, *, body: bool = False) -> list[Node | None]:
    # The arguments of an operator, as many as it can have, None for those left out.
    given = node.arguments
    if given is None or not least <= len(given) <= most or None in given[:least]:
        words = f"{least}" if least == most else f"{least} to {most}"
        raise MisuseError(node.start, f"{node.name} takes {words} argument{'' if most == 1 else 's'}")
    if body and node.body is None:
        raise MisuseError(node.start, f"{node.name} takes a body in braces")
    if not body and node.body is not None:
        raise MisuseError(node.start, f"{node.name} takes no body")
    return given + [None] * (most - len(given))


def _inside(context: Context, symbol: Symbol, node: Call) -> tuple[Term, ...]:
    outer, context.scope = context.scope, symbol.path
    body = lower_statements(context, node.body or [])
    context.scope = outer
    return body


def _scope(context: Context, node: Call) -> Term:
    given = _given(node, 1, 1, body=True)
    try:
        name, symbol = context.declared(given[0], "Scope")
    except MisuseError:
        # What is inside is looked at all the same: it has errors of its own.
        _inside(context, Symbol(declared_path(context.scope, context.name(given[0])), "Scope"), node)
        raise
    if symbol.kind not in _SCOPES and not context.exact:
        message = f"{name} is no scope: {_NO_SCOPES.get(symbol.kind, f'it is of type {symbol.kind}')}"
        if symbol.kind in _PERHAPS_SCOPES:
            context.warning(start_of(given[0]), message, "scope-type")
        else:
            context.misuse(start_of(given[0]), message)
    if symbol.since > start_of(given[0]) and not context.exact:
        context.misuse(start_of(given[0]), f"{name} is declared only further down: it is no scope yet")
    if symbol.external and context.dsdt and not context.exact:
        context.misuse(start_of(given[0]), f"{name} is external, and no table is before a DSDT that could have it")
    symbol.used = True
    return Term("Scope", (name, _inside(context, symbol, node)))


def _device(context: Context, node: Call) -> Term:
    given = _given(node, 1, 1, body=True)
    op = str(context.words[node.name])
    name, symbol = context.declared(given[0], op)
    return Term(op, (name, _inside(context, symbol, node)))


def _processor(context: Context, node: Call) -> Term:
    given = _given(node, 2, 4, body=True)
    name, symbol = context.declared(given[0], "Processor")
    number = context.constant(given[1], bits=8)
    address = 0 if given[2] is None else context.constant(given[2], bits=32)
    length = 0 if given[3] is None else context.constant(given[3], bits=8)
    return Term("Processor", (name, number, address, length, _inside(context, symbol, node)))


def _power_resource(context: Context, node: Call) -> Term:
    given = _given(node, 3, 3, body=True)
    name, symbol = context.declared(given[0], "PowerResource")
    level, order = context.constant(given[1], bits=8), context.constant(given[2], bits=16)
    return Term("PowerResource", (name, level, order, _inside(context, symbol, node)))


def method_arguments(number: Node | None, types: Node | None, constant: Callable[[Node], int]) -> int:
    """Return how many arguments a method takes: as written, or else as many as their types are listed.

    Braces with nothing in them are one type to iasl.
    """
    if number is not None:
        return constant(number)
    if isinstance(types, Block):
        return max(1, sum(item is not None for item in types.items))
    return int(types is not None)


def _method(context: Context, node: Call) -> Term:
    given = _given(node, 1, 6, body=True)
    name, symbol = context.declared(given[0], "Method")
    count = method_arguments(given[1], given[5], context.constant)
    if count > 7:
        raise MisuseError(given[1].start if given[1] else node.start, "a method takes at most 7 arguments")
    serialized = 0
    if given[2] is not None:
        serialized = context.keyword_value(given[2], SERIALIZE_RULES, "a serialize rule")
    level = 0 if given[3] is None else context.constant(given[3], "a sync level of 0 to 15", bits=4)
    check_types(context, given[4:])
    return _method_term(context, node, symbol, (name, count | serialized | level << 4))


def _function(context: Context, node: Call) -> Term:
    given = _given(node, 1, 3, body=True)
    name, symbol = context.declared(given[0], "Method")
    check_types(context, given[1:])
    return _method_term(context, node, symbol, (name, method_arguments(None, given[2], context.constant)))


def _method_term(context: Context, node: Call, symbol: Symbol, head: tuple[object, int]) -> Term:
    outer, loops = context.method, context.loops
    context.method, context.loops, context.switches = MethodState(symbol, node.start), 0, 0
    context.methods += 1
    body = _inside(context, symbol, node)
    context.methods -= 1
    temporaries = context.method.temporaries
    context.returned[symbol.path] = context.method.returned
    context.method, context.loops = outer, loops
    name, flags = head
    return Term("Method", (name, flags | 8 if temporaries else flags, (*temporaries, *body)))


def _name(context: Context, node: Call) -> Term:
    given = _given(node, 2, 2)
    if given[1] is None:
        raise MisuseError(node.start, "Name takes a name and a value")
    context.bare(given[1], "the value of a Name")
    name, symbol = context.declared(given[0], "Name")
    value = context.value(given[1])
    if value.op == "LNot" and value.args[0].op in FOLDABLE:
        inner = value.args[0]
        value = context.folded("LNot", (context.folded(inner.op, inner.args, node.start),), node.start)
    named = isinstance(given[1], Name) and context.words[given[1].text] is None
    if (named or value.op not in (_DATA if context.fold else DATA)) and not context.exact:
        raise MisuseError(node.start, "the value of a Name must be known: a constant, string, buffer or package")
    if value.op == "Buffer":
        symbol.tag = (0, 8 * max(constant_value(value.args[0]) or 0, 0))
    return Term("Name", (name, value))


_DATA = frozenset(
    {"Zero", "One", "Ones", "ByteConst", "WordConst", "DWordConst", "QWordConst", "String", "Buffer", "Package"}
) | {"VarPackage", "Revision"}


def _alias(context: Context, node: Call) -> Term:
    given = _given(node, 2, 2)
    if not isinstance(given[0], Name):
        raise MisuseError(node.start, "Alias takes two names")
    context.defer(given[0])
    _source, source_name = context.reference(given[0])
    name, _symbol = context.declared(given[1], "Alias")
    return Term("Alias", (source_name, name))


_OEM_SPACES = 0x80


def _region(context: Context, node: Call) -> Term:
    given = _given(node, 4, 4)
    name, _symbol = context.declared(given[0], "OperationRegion")
    if isinstance(given[1], Integer):
        space = context.constant(given[1], bits=8)
        if space < _OEM_SPACES and not context.exact:
            context.misuse(
                given[1].start, f"{space:#x} has a name, or is reserved; the numbers of vendors begin at 0x80"
            )
    else:
        space = context.keyword_value(given[1], REGION_SPACES, "an address space, or its number,")
    context.defer(*given[2:])
    args = (name, space, context.value(given[2]), context.value(given[3]))
    constant = isinstance(given[2], Integer) and isinstance(given[3], Integer)
    if constant and context.method is not None and not context.exact:
        message = "this region is the same whenever the method runs: it can be declared outside of it, once"
        context.warning(node.start, message, "static-region")
    if isinstance(given[3], Integer) and not context.parse_integer(given[3]):
        context.misuse(start_of(given[3]), "an operation region has at least one byte")
    return Term("OperationRegion", context.checked("OperationRegion", args, *given))


def _external(_context: Context, node: Call) -> Term:
    raise MisuseError(node.start, "External is a statement")


def _definition_block(_context: Context, node: Call) -> Term:
    raise MisuseError(node.start, "a DefinitionBlock cannot be inside another")


_CREATED = {
    "CreateBitField": 1,
    "CreateByteField": 8,
    "CreateWordField": 16,
    "CreateDWordField": 32,
    "CreateQWordField": 64,
}


def _create(context: Context, node: Call) -> Term:
    op = str(context.words[node.name])
    count = 4 if op == "CreateField" else 3
    given = _given(node, count, count)
    source = context.value(given[0])
    bits = op in ("CreateField", "CreateBitField")
    index = _offset(context, given[1], bits=bits, length=_CREATED.get(op, 0))
    lengths = (context.value(given[2]),) if count == 4 else ()
    name, _symbol = context.declared(given[-1], op)
    if not context.exact:
        _check_end(context, node, (index, *lengths), bits=bits)
    return Term(op, context.checked(op, (source, index, *lengths, name), *given))


def _check_end(context: Context, node: Call, places: tuple[Term, ...], *, bits: bool) -> None:
    # Whether a field has any bits, and ends inside of a buffer whose size is known.
    numbers = [constant_value(place) for place in places]
    if len(numbers) > 1 and numbers[1] == 0:
        context.warning(node.start, "this field has no bits", "empty")
    source = node.arguments[0] if node.arguments else None
    buffer = None if source is None else context.symbol(source)
    if buffer is None or buffer.kind != "BuffObj" or not buffer.tag[1]:
        return
    length = numbers[1] if len(numbers) > 1 else _CREATED[str(context.words[node.name])]
    if numbers[0] is not None and length is not None:
        end = numbers[0] * (1 if bits else 8) + length
        if end > buffer.tag[1]:
            message = f"this field ends at bit {end}, and the buffer has {buffer.tag[1]}"
            context.warning(node.start, message, "buffer-field")


def _offset(context: Context, node: Node | None, *, bits: bool, length: int) -> Term:
    # The name of a resource's field stands for where the field is, in bits or bytes as the operator counts.
    if isinstance(node, Name) and context.words[node.text] is None:
        symbol, name = context.reference(node)
        if symbol.kind in ("Resource", "ResourceField"):
            start, size = symbol.tag
            if length and size and size != length:
                context.warning(node.start, f"{name} has {size} bits, the field made of it {length}", "buffer-field")
            if bits:
                return context.offset(start)
            if symbol.kind == "Resource":
                message = f"{name} is an offset in bytes, and iasl takes it for one in bits here"
                context.warning(node.start, message, "as-iasl")
            elif start % 8:
                message = f"{name} is bit {start % 8} of a byte; what is made here begins at bit 0"
                context.warning(node.start, message, "buffer-field")
            return context.offset(start // 8)
    return context.value(node)


FUNCTIONS: dict[str, Lower] = {
    "Scope": _scope,
    "Device": _device,
    "ThermalZone": _device,
    "Processor": _processor,
    "PowerResource": _power_resource,
    "Method": _method,
    "Function": _function,
    "Name": _name,
    "Alias": _alias,
    "OperationRegion": _region,
    "External": _external,
    "DefinitionBlock": _definition_block,
    **dict.fromkeys((*_CREATED, "CreateField"), _create),
}
