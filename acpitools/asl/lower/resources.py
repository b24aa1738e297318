"""ResourceTemplate: macros to descriptors, and the names by which programs refer to their fields.  ACPI 6.5, 6.4."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from acpitools.aml.terms import Term
from acpitools.asl.descriptor_checks import check_descriptor
from acpitools.asl.descriptor_layout import Contents, DescriptorSizeError, assemble, seal, tag_fields
from acpitools.asl.lower.context import Context, Lower, MisuseError, start_of
from acpitools.asl.lower.data import buffer_of, byte_list
from acpitools.asl.lower.state import listed
from acpitools.asl.namespace import Symbol
from acpitools.asl.nodes import Call, Name, Node, String
from acpitools.asl.resource_macros import MACROS, Macro, Parameter
from acpitools.asl.resource_words import WORDS

__all__ = ["FUNCTIONS", "declare_tags"]

_END_TAG = b"\x79\0"
_BY_LOWER = {name.lower(): name for name in MACROS} | {"csi2serialbus": "Csi2Bus"}
_PIN_SIZE = 2
_VENDOR_WORDS = 0x80
_OWN_SOURCE = ("source", "clock")
"""Tails whose resource source may be left out."""


class _Tag(NamedTuple):
    """A named descriptor and what can be referred to in it; offsets in bits from the start of the template."""

    name: Name
    start: int
    size: int
    fields: list[tuple[str, int, int]]


def declare_tags(context: Context, template: Call, scope: bytes, enter: Callable[[Symbol], Symbol]) -> None:
    """Enter the names of a template's descriptors, and those of their fields, into the scope of its Name."""
    tags: list[_Tag] = []
    _descriptors(context, template, template.body or [], tags, 0)
    for tag in tags:
        name = context.name(tag.name)
        if name.root or name.parents or len(name.path) != 4:
            raise MisuseError(tag.name.start, "a descriptor has a name of one segment")
        if not tag.fields:
            continue  # of a vendor's own: nothing in it can be referred to, and iasl forgets its name
        symbol = Symbol(scope + name.path, "Resource", tag.name.start)
        if enter(symbol) is not symbol:
            continue
        _enter(context, symbol, tag.start // 8, tag.size)
        for field, start, size in tag.fields:
            path = scope + name.path + field.ljust(4, "_").encode()
            _enter(context, Symbol(path, "ResourceField", tag.name.start), tag.start + start, size)


def _enter(context: Context, symbol: Symbol, start: int, size: int) -> None:
    symbol.tag = (start, size)
    symbol.used = True
    context.namespace.symbols[symbol.path] = symbol


def _template(context: Context, node: Call) -> Term:
    if node.arguments not in (None, [None]) or node.body is None:
        raise MisuseError(node.start, "ResourceTemplate takes descriptors in braces, and no arguments")
    if not node.body:
        context.warning(node.start, "this template holds no descriptor", "empty")
    return buffer_of(context, _descriptors(context, node, node.body, [], 0) + _END_TAG)


def _connection(context: Context, node: Call) -> Term:
    given = node.arguments or []
    macro = given[0] if len(given) == 1 else None
    if not isinstance(macro, Call) or macro.name.lower() not in _BY_LOWER:
        raise MisuseError(node.start, "Connection takes a name or the macro of a descriptor")
    return buffer_of(context, _descriptor(context, macro, [], 0))


def _descriptors(context: Context, node: Call, items: list[Node | None], tags: list[_Tag], offset: int) -> bytes:
    done: list[bytes] = []
    dependent = False
    for item in items:
        if not isinstance(item, Call):
            raise MisuseError(node.start if item is None else item.start, "the macro of a descriptor is expected here")
        context.bare(item, "a descriptor")
        dependent = _follows(context, item, dependent)
        data = _descriptor(context, item, tags, offset)
        offset += len(data)
        done.append(data)
    if dependent:
        context.misuse(node.start, "the dependent functions of this template have no EndDependentFn ()")
    return b"".join(done)


def _follows(context: Context, item: Call, dependent: bool) -> bool:
    # Whether dependent functions are open after a descriptor.
    word = item.name.lower()
    if word.startswith("startdependentfn"):
        return True
    if word == "enddependentfn":
        if not dependent:
            context.misuse(item.start, "there is no StartDependentFn () before this")
        return False
    return dependent


def _descriptor(context: Context, node: Call, tags: list[_Tag], offset: int) -> bytes:
    name = _BY_LOWER.get(node.name.lower())
    if name is None:
        raise MisuseError(node.start, f"there is no descriptor {node.name}")
    macro = MACROS[name]
    if (node.body is None) != (macro.body == ""):
        raise MisuseError(node.start, f"{name} takes {'a list in braces' if macro.body else 'no list in braces'}")
    given, tag = _arguments(context, node, name, macro)
    items = node.body or []
    if macro.body == "macros":
        check_descriptor(context, node, name, macro, given, tagged=True)
        head = _sealed(node, assemble(macro, given)[0])
        return head + _descriptors(context, node, items, tags, offset + len(head))
    if macro.body:
        given = given._replace(body=_BODIES[macro.body](context, node, items))
        if name == "GpioInt" and len(given.body) != _PIN_SIZE and not context.exact:
            raise MisuseError(node.start, "GpioInt takes one pin")
    if not context.exact:
        check_descriptor(context, node, name, macro, given, tagged=tag is not None)
    data, vendor_at = assemble(macro, given)
    if tag is not None:
        tags.append(_Tag(tag, 8 * offset, 8 * len(data), tag_fields(macro, given, vendor_at)))
    return _sealed(node, data)


def _sealed(node: Call, data: bytearray) -> bytes:
    try:
        return seal(data)
    except DescriptorSizeError as error:
        raise MisuseError(node.start, str(error)) from None


def _arguments(context: Context, node: Call, name: str, macro: Macro) -> tuple[Contents, Name | None]:
    given = node.arguments or []
    if given == [None]:
        given = []
    parameters = macro.parameters
    if node.arguments is None or len(given) > len(parameters):
        raise MisuseError(node.start, f"{name} takes at most {len(parameters)} arguments, in parentheses")
    values = 0
    index: int | None = None
    texts: dict[str, bytes] = {}
    said: int | None = None
    tag: Name | None = None
    for place, parameter in enumerate(parameters):
        argument = given[place] if place < len(given) else None
        kind = parameter.kind
        if kind == "tag":
            if argument is not None:
                context.name(argument)
                tag = argument if isinstance(argument, Name) else None
        elif kind in ("source", "label"):
            if argument is not None:
                texts[kind] = context.text(argument) + b"\0"
            elif (kind == "label" or macro.tail not in _OWN_SOURCE) and not context.exact:
                what = "resource label" if kind == "label" else "resource source"
                raise MisuseError(node.start, f"argument {place + 1} of {name}, the {what}, is missing")
        elif kind == "vendor":
            if argument is not None:
                texts[kind], said = _vendor(context, argument)
        elif kind == "index":
            index = None if argument is None else context.constant(argument, "a source index", bits=8)
        else:
            values |= _bits(context, node, name, parameter, argument, place) << parameter.bit
    source = texts.get("source")
    if source is not None and index is None and macro.tail in _OWN_SOURCE:
        if macro.tail == "source":
            raise MisuseError(node.start, "a resource source needs a source index before it")
        index = 0
    return Contents(values, b"", index, source, texts.get("label"), texts.get("vendor", b""), said), tag


def _bits(context: Context, node: Call, name: str, parameter: Parameter, argument: Node | None, place: int) -> int:
    if argument is None:
        if parameter.default is None:
            raise MisuseError(node.start, f"argument {place + 1} of {name} is missing")
        value = parameter.default
    elif parameter.kind == "number":
        return context.constant(argument, f"a number of {parameter.size} bits", bits=parameter.size)
    elif parameter.kind in ("pull", "space") and type(argument) is not Name:
        value = context.constant(argument, bits=8)
        if value < _VENDOR_WORDS and not context.exact:
            raise MisuseError(start_of(argument), f"{value:#x} has a name, or is reserved; vendors' begin at 0x80")
        return value
    else:
        value = context.keyword_value(argument, WORDS[parameter.kind], "one of these")
    return value & (1 << parameter.size) - 1


def _vendor(context: Context, node: Node) -> tuple[bytes, int | None]:
    # The bytes, and how many the descriptor says there are, where these are not all.
    if not isinstance(node, Call) or node.name.lower() not in ("rawdatabuffer", "databuffer") or node.body is None:
        raise MisuseError(node.start, "RawDataBuffer (size) {bytes} is expected here")
    if len(node.body) == 1 and isinstance(node.body[0], String):
        return context.text(node.body[0]) + b"\0", None
    data = byte_list(context, node.body)
    given = (node.arguments or [None])[0]
    if given is None or context.exact or context.constant(given) <= len(data):
        return data, None
    context.warning(start_of(given), "iasl gives less bytes than this a length of 0; leave it out", "as-iasl")
    return data, 0


# What the braces hold: (context, macro, items) -> bytes.


def _mask(largest: int, what: str) -> Callable[[Context, Call, list[Node | None]], bytes]:
    def body(context: Context, node: Call, items: list[Node | None]) -> bytes:
        mask = 0
        for number in byte_list(context, items):
            if number > largest:
                raise MisuseError(node.start, f"{what} are 0 to {largest}, not {number}")
            if mask >> number & 1:
                context.misuse(node.start, f"{number} is twice in the braces")
            mask |= 1 << number
        return mask.to_bytes((largest + 1) // 8, "little")

    return body


def _bytes(context: Context, _node: Call, items: list[Node | None]) -> bytes:
    return byte_list(context, items)


def _list(context: Context, items: list[Node | None], size: int) -> list[bytes]:
    done: list[bytes] = []
    for item in listed(items, "number"):
        value = context.constant(item, f"a number of {8 * size} bits", bits=64 if size == _PIN_SIZE else 8 * size)
        if value >> 8 * size:
            context.warning(start_of(item), f"{value:#x} is cut to {8 * size} bits", "literal")
        done.append((value & (1 << 8 * size) - 1).to_bytes(size, "little"))
    return done


def _interrupts(context: Context, node: Call, items: list[Node | None]) -> bytes:
    numbers = _list(context, items, 4)
    if len(numbers) > 0xFF:
        raise MisuseError(node.start, "Interrupt has at most 255 interrupts")
    return b"".join(numbers)


def _pins(context: Context, _node: Call, items: list[Node | None]) -> bytes:
    return b"".join(_list(context, items, _PIN_SIZE))


_BODIES = {
    "irq": _mask(15, "interrupts of IRQ"),
    "dma": _mask(7, "channels of DMA"),
    "bytes": _bytes,
    "interrupts": _interrupts,
    "pins": _pins,
}
FUNCTIONS: dict[str, Lower] = {"ResourceTemplate": _template, "Connection": _connection}
