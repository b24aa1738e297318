"""What compiles and is likely a mistake: warnings about methods, reserved names and devices, as iasl gives them."""

from __future__ import annotations

from acpitools.aml.predefined import PREDEFINED_NAMES
from acpitools.asl.lost_results import report_lost
from acpitools.asl.lower.context import Context
from acpitools.asl.lower.objects import method_arguments
from acpitools.asl.lower.state import MisuseError, start_of
from acpitools.asl.method_checks import check_method
from acpitools.asl.nodes import Block, Call, Node, String
from acpitools.asl.package_checks import check_package, kind_of
from acpitools.asl.reserved import RESERVED, Reserved, reserved
from acpitools.asl.scope_checks import check_scope, last_segment

__all__ = ["check", "check_unused"]

_KINDS = {"I": "IntObj", "S": "StrObj", "B": "BuffObj", "P": "PkgObj"}
_SHOWN = {
    "IntObj": "an integer",
    "StrObj": "a string",
    "BuffObj": "a buffer",
    "PkgObj": "a package",
    "RefObj": "a name",
}


_UNKNOWN = frozenset({"_GL_", "_OSI", "_S5D"})
"""Predefined names that mean nothing where a table declares them."""
_NO_METHODS = {
    "Event": "an event",
    "Mutex": "a mutex",
    "OperationRegion": "an operation region",
    "PowerResource": "a power resource",
    "Processor": "a processor",
    "ThermalZone": "a thermal zone",
}
"""Operators that declare what no reserved name can be."""
_RUN_ON_LOAD = frozenset({"DefinitionBlock", "If", "ElseIf", "Else", "While", "For", "Case", "Default"})
"""What holds statements that run when a table is loaded; what is inside Scope and Device too, but iasl passes over."""


def check(context: Context, items: list[Node | None]) -> None:
    """Warn about the terms of a definition block."""
    todo: list[tuple[list[Node | None], str, Call | None]] = [(items, "DefinitionBlock", None)]
    while todo:
        nodes, around, device = todo.pop()
        check_scope(context, nodes, device)
        for node in nodes:
            if node is None:
                continue
            if around in _RUN_ON_LOAD:
                report_lost(context, node)
            if not isinstance(node, Call):
                continue
            word = context.words[node.name]
            if word in ("Method", "Function"):
                _method(context, node)
                todo.append((node.body or [], "Method", None))
            elif word == "Name":
                _name(context, node)
            elif node.body is not None and word not in ("Field", "IndexField", "BankField", None):
                if word == "Processor":
                    _processor(context, node)
                if word in _NO_METHODS:
                    _misnamed(context, node, str(word))
                inside = around if around == "Method" else word
                todo.append((node.body, inside, node if word == "Device" else None))
                if word == "For" and node.arguments and around != "Method":
                    todo.append((node.arguments[2:], word, None))
            elif word in _NO_METHODS:
                _misnamed(context, node, str(word))


def check_unused(context: Context) -> None:
    """Warn about what methods declare for themselves and nothing refers to."""
    symbols = context.namespace.symbols
    for symbol in symbols.values():
        if symbol.used or symbol.external or symbol.start < 0 or symbol.path[-4:-3] == b"_":
            continue
        parent = symbols.get(symbol.path[:-4])
        if parent is not None and parent.kind == "MethodObj" and symbol.kind != "FieldUnitObj":
            name = symbol.path[-4:].decode().rstrip("_")
            context.warning(symbol.start, f"{name} is declared inside a method, and nothing uses it", "unused-name")


def _method(context: Context, node: Call) -> None:
    given = node.arguments or [None]
    name = last_segment(given[0])
    padded = given + [None] * 6
    number, types = (padded[1], padded[5]) if context.words[node.name] == "Method" else (None, padded[2])
    try:
        count = method_arguments(number, types, context.constant)
    except MisuseError:
        return  # told already
    if isinstance(types, Block) and number is not None:
        listed = sum(item is not None for item in types.items)
        if listed != count:
            context.warning(
                node.start, f"this method takes {count} arguments, and lists the types of {listed}", "types"
            )
    values, bare = check_method(context, node, count)
    known = reserved(name) if name.startswith("_") else None
    if known is None:
        _unknown(context, node, name)
        return
    if count != known.arguments:
        context.warning(
            node.start,
            f"{name} takes {known.arguments} arguments by the specification, not {count}",
            "reserved-arguments",
        )
    if known.silent:
        for value in values:
            if getattr(value, "text", "") != "Zero":
                message = f"{name} gives nothing by the specification; what it returns is not used"
                context.warning(start_of(value), message, "reserved-return")
    elif known.gives and not values:
        context.warning(node.start, f"{name} has to return {_wanted(known)}", "reserved-return")
    for value in values:
        _type(context, name, known, value)
    if known.gives and "IntObj" not in known.gives:
        for item in bare:  # what it gives is 0
            context.misuse(start_of(item), f"{name} has to return {_wanted(known)}, and this returns nothing")


def _name(context: Context, node: Call) -> None:
    given = node.arguments or [None]
    name = last_segment(given[0])
    known = reserved(name) if name.startswith("_") else None
    if name in ("_HID", "_CID") and len(given) > 1:
        _identifiers(context, name, given[1])
    if known is None or len(given) < 2:
        _unknown(context, node, name)
        return
    if known.arguments or known.silent:
        context.misuse(node.start, f"{name} has to be a method, with {known.arguments} arguments")
    elif given[1] is not None:
        _type(context, name, known, given[1])


def _unknown(context: Context, node: Call, name: str) -> None:
    # _T_0 and the like are the compiler's own.
    known = (name in PREDEFINED_NAMES and name not in _UNKNOWN) or reserved(name) is not None
    if name.startswith("_") and not known and name[:3] != "_T_":
        context.warning(
            node.start, f"names that begin with _ are reserved, and the specification has no {name}", "unknown-name"
        )


def _misnamed(context: Context, node: Call, word: str) -> None:
    name = last_segment(node.arguments[0] if node.arguments else None)
    if name[:1] != "_":
        return
    if name in RESERVED:
        context.misuse(node.start, f"{name} is reserved for something else: it cannot be {_NO_METHODS[word]}")
    else:
        _unknown(context, node, name)


def _identifiers(context: Context, name: str, value: Node | None) -> None:
    # _CID may hold a package of them.
    if isinstance(value, Call) and context.words[value.name] == "Package":
        for item in value.body or []:
            _identifiers(context, name, item)
    elif isinstance(value, String):
        message = _identifier_fault(context.text(value).decode("latin-1"), strict=name == "_HID")
        if message is not None:
            context.misuse(value.start, f"{name} {message}")


def _identifier_fault(text: str, *, strict: bool) -> str | None:
    # ACPI 6.5, 6.1.5: PNP IDs have three capital letters and four digits, ACPI IDs four capitals or digits and four.
    if not text:
        return "is empty"
    if text[0] == "*":
        return "begins with an asterisk, which no operating system expects"
    if not strict:
        return None
    if not (text.isascii() and text.isalnum()):
        return "holds letters and digits only"
    if len(text) not in (7, 8):
        return f"has 7 or 8 characters, as PNP0A03 or ACPI0003, not {len(text)}"
    prefix, number = text[:-4], text[-4:]
    if prefix != prefix.upper() or (len(text) == 7 and not prefix.isalpha()):
        return f"begins with capital letters, {prefix} are none"
    return None if set(number) <= _HEX_DIGITS else f"ends with four hexadecimal digits, {number} are none"


_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")


def _wanted(known: Reserved) -> str:
    return " or ".join(_SHOWN[kind] for kind in _SHOWN if kind in known.gives)


def _type(context: Context, name: str, known: Reserved, value: Node) -> None:
    kind = _KINDS.get(kind_of(context, value))
    if kind is not None and known.gives and kind not in known.gives:
        if kind == "PkgObj" and "RefObj" in known.gives:
            return
        context.misuse(start_of(value), f"{name} is {_wanted(known)} by the specification, not {_SHOWN[kind]}")
    elif isinstance(value, Call) and context.words[value.name] == "Package":
        check_package(context, name, value)


def _processor(context: Context, node: Call) -> None:
    message = "Processor is gone since ACPI 6.4: a Device whose _HID is ACPI0007 takes its place"
    context.warning(node.start, message, "processor")
    # ACPI 6.5, 5.2.12: the MADT refers to processors by number.
    for item in node.body or []:
        if isinstance(item, Call) and context.words[item.name] == "Name" and len(item.arguments or ()) == 2:
            name, value = item.arguments or []
            if last_segment(name) == "_UID" and isinstance(value, String):
                context.misuse(item.start, "the _UID of a Processor is an integer")
