"""What compiles and is likely a mistake: warnings about methods, reserved names and devices, as iasl gives them."""

from __future__ import annotations

from acpitools.aml.predefined import PREDEFINED_NAMES
from acpitools.asl.lost_results import report_lost
from acpitools.asl.lower.context import Context
from acpitools.asl.lower.objects import method_arguments
from acpitools.asl.lower.state import MisuseError
from acpitools.asl.method_checks import check_method
from acpitools.asl.nodes import Call, Integer, Name, Node, String
from acpitools.asl.reserved import Reserved, reserved

__all__ = ["check", "check_unused"]

_KINDS = {
    "Buffer": "BuffObj",
    "ResourceTemplate": "BuffObj",
    "ToUUID": "BuffObj",
    "Unicode": "BuffObj",
    "ToBuffer": "BuffObj",
    "ConcatenateResTemplate": "BuffObj",
    "Package": "PkgObj",
    "EisaId": "IntObj",
    "Zero": "IntObj",
    "One": "IntObj",
    "Ones": "IntObj",
    "ToInteger": "IntObj",
    "ToString": "StrObj",
    "ToHexString": "StrObj",
    "ToDecimalString": "StrObj",
}
"""Operator -> the type of what it gives, where that is certain."""
_SHOWN = {
    "IntObj": "an integer",
    "StrObj": "a string",
    "BuffObj": "a buffer",
    "PkgObj": "a package",
    "RefObj": "a name",
}


_RUN_ON_LOAD = frozenset({"DefinitionBlock", "If", "ElseIf", "Else", "While", "For", "Case", "Default"})
"""What holds statements that run when a table is loaded; what is inside Scope and Device too, but iasl passes over."""


def check(context: Context, items: list[Node | None]) -> None:
    """Warn about the terms of a definition block."""
    todo: list[tuple[list[Node | None], str]] = [(items, "DefinitionBlock")]
    while todo:
        nodes, around = todo.pop()
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
                todo.append((node.body or [], "Method"))
            elif word == "Name":
                _name(context, node)
            elif node.body is not None and word not in ("Field", "IndexField", "BankField", None):
                if word == "Device":
                    _device(context, node)
                elif word == "Processor":
                    _processor(context, node)
                todo.append((node.body, around if around == "Method" else word))
                if word == "For" and node.arguments and around != "Method":
                    todo.append((node.arguments[2:], word))


def check_unused(context: Context) -> None:
    """Warn about what methods declare for themselves and nothing refers to."""
    symbols = context.namespace.symbols
    for symbol in symbols.values():
        if symbol.used or symbol.external or symbol.start < 0 or symbol.path[-4:-3] == b"_":
            continue
        parent = symbols.get(symbol.path[:-4])
        if parent is not None and parent.kind == "MethodObj" and symbol.kind != "FieldUnitObj":
            name = symbol.path[-4:].decode().rstrip("_")
            context.warning(symbol.start, f"{name} is declared inside a method, and nothing uses it")


def _last_segment(node: Node | None) -> str:
    if not isinstance(node, Name):
        return ""
    return node.text.rpartition(".")[2].lstrip("\\^").upper().ljust(4, "_")


def _method(context: Context, node: Call) -> None:
    given = node.arguments or [None]
    name = _last_segment(given[0])
    padded = given + [None] * 6
    number, types = (padded[1], padded[5]) if context.words[node.name] == "Method" else (None, padded[2])
    try:
        count = method_arguments(number, types, context.constant)
    except MisuseError:
        return  # told already
    returned = check_method(context, node, count)
    known = reserved(name) if name.startswith("_") else None
    if known is None:
        _unknown(context, node, name)
        return
    if count != known.arguments:
        context.warning(node.start, f"{name} takes {known.arguments} arguments by the specification, not {count}")
    values = [value for value in returned if value is not None]
    if known.silent and any(getattr(value, "text", "") not in ("Zero", "0", "0x00") for value in values):
        context.warning(node.start, f"{name} gives nothing by the specification; what it returns is not used")
    elif known.gives and not values:
        context.warning(node.start, f"{name} has to return {_wanted(known)}")
    for value in values:
        _type(context, name, known, value)


def _name(context: Context, node: Call) -> None:
    given = node.arguments or [None]
    name = _last_segment(given[0])
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
    if name.startswith("_") and name not in PREDEFINED_NAMES and reserved(name) is None and name[:3] != "_T_":
        context.warning(node.start, f"names that begin with _ are reserved, and the specification has no {name}")


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
    if isinstance(value, Integer):
        kind: str | None = "IntObj"
    elif isinstance(value, String):
        kind = "StrObj"
    elif isinstance(value, Call | Name):
        kind = _KINDS.get(context.words[value.name if isinstance(value, Call) else value.text] or "")
    else:
        kind = None
    if kind is not None and known.gives and kind not in known.gives:
        if kind == "PkgObj" and "RefObj" in known.gives:
            return
        context.misuse(value.start, f"{name} is {_wanted(known)} by the specification, not {_SHOWN[kind]}")


def _processor(context: Context, node: Call) -> None:
    # ACPI 6.5, 5.2.12: the MADT refers to processors by number.
    for item in node.body or []:
        if isinstance(item, Call) and context.words[item.name] == "Name" and len(item.arguments or ()) == 2:
            name, value = item.arguments or []
            if _last_segment(name) == "_UID" and isinstance(value, String):
                context.misuse(item.start, "the _UID of a Processor is an integer")


def _device(context: Context, node: Call) -> None:
    names = {
        _last_segment(item.arguments[0])
        for item in node.body or []
        if isinstance(item, Call) and item.arguments and context.words[item.name] in ("Name", "Method", "Alias")
    }
    if names >= {"_HID", "_ADR"}:
        context.warning(node.start, "a device has a _HID or an _ADR; this one has both")
    elif not names & {"_HID", "_ADR"}:
        context.warning(node.start, "a device has a _HID or an _ADR; this one has neither here")
