"""The first pass: every name that a source declares, before any use of a name is looked at.  ACPI 6.5, 5.3."""

from __future__ import annotations

from collections.abc import Callable

from acpitools.aml.names import declared_path, path_text
from acpitools.asl.keywords import OBJECT_TYPES, REGION_SPACES
from acpitools.asl.lower.context import Context, MisuseError, start_of
from acpitools.asl.lower.objects import method_arguments
from acpitools.asl.lower.resources import declare_tags
from acpitools.asl.namespace import Symbol
from acpitools.asl.nodes import Call, Integer, Name, Node, String

__all__ = ["declare", "declare_unnamed"]

_SCOPES = frozenset({"Scope", "Device", "ThermalZone", "Processor", "PowerResource", "Method", "Function"})
_CONDITIONS = frozenset({"If", "Else", "ElseIf", "While", "For", "Switch", "Case", "Default"})


def declare(context: Context, items: list[Node | None]) -> None:
    """Enter all names of a definition block into the namespace of the context; report those that clash."""
    _Declarations(context).block(items, b"", conditional=False, in_method=False)


def declare_unnamed(context: Context, items: list[Node | None]) -> None:
    """Enter the names of descriptors in templates that are not the value of a Name, into the scope around them."""

    def enter(symbol: Symbol) -> Symbol:
        return context.namespace.symbols.setdefault(symbol.path, symbol)

    todo: list[tuple[object, bytes]] = [(item, b"") for item in reversed(items)]
    while todo:
        node, scope = todo.pop()
        if not isinstance(node, Call):
            # Whatever else has parts: operators with their operands, lists.
            if isinstance(node, tuple | list):
                todo.extend((part, scope) for part in reversed(node))
            continue
        word = context.words[node.name]
        inner = scope
        try:
            if word == "ResourceTemplate":
                declare_tags(context, node, scope, enter)
                continue
            if word in _SCOPES:
                name = context.name(_argument(node, 0))
                found = context.namespace.find(scope, name) if word == "Scope" else None
                inner = declared_path(scope, name) if found is None else context.namespace.aliased(found).path
        except MisuseError:
            continue
        todo += [(node.body, inner), (node.arguments, scope)]


class _Declarations:
    """The walk over the blocks of a source."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.symbols = context.namespace.symbols

    def block(self, items: list[Node | None], scope: bytes, *, conditional: bool, in_method: bool) -> None:
        words = self.context.words
        for node in items:
            if type(node) is not Call:
                continue
            word = words[node.name]
            if word is None:
                continue
            if word in _CONDITIONS:
                if node.body:
                    self.block(node.body, scope, conditional=True, in_method=in_method)
                continue
            declarer = _DECLARERS.get(word)
            if declarer is None:
                continue
            try:
                inner = declarer(self, node, scope, conditional)
            except MisuseError:
                continue  # the second pass meets the same mistake, and tells
            if inner is not None and node.body:
                method = in_method or word in ("Method", "Function")
                self.block(node.body, inner, conditional=conditional and not method, in_method=method)

    def add(self, node: Node | None, scope: bytes, kind: str, conditional: bool, *, arity: int = 0) -> Symbol:
        name = self.context.name(node)
        path = declared_path(scope, name)
        parent = path[:-4]
        # In the order of the text; scopes around that are not there are told of themselves.  ACPICA: acpi_ns_lookup.
        above = 4 * name.parents > len(scope)
        if (above or (parent not in self.symbols and not scope.startswith(parent))) and not self.context.exact:
            why = "nothing is above the root" if above else f"{path_text(parent)} is not declared before"
            self.context.error(start_of(node), f"{path_text(path)} cannot be declared: {why}")
        return self.enter(Symbol(path, kind, start_of(node), arity=arity), conditional)

    def enter(self, symbol: Symbol, conditional: bool) -> Symbol:
        known = self.symbols.get(symbol.path)
        symbol.conditional = conditional
        if known is None:
            self.symbols[symbol.path] = symbol
            return symbol
        if known.external or symbol.external:
            self._agree(known, symbol)
        if known.external:
            if not symbol.external:
                symbol.since = known.since
                self.symbols[symbol.path] = symbol
                return symbol
            if known.kind == "UnknownObj":
                known.kind, known.arity = symbol.kind, symbol.arity
            return known
        if symbol.external:
            return known
        if known.start < 0 and known.kind == "Scope":
            return known
        if self.context.exact:
            return known
        if known.start < 0:
            self.context.error(symbol.start, f"{path_text(symbol.path)} is predefined: a table cannot declare it again")
            return known
        _, line, _ = self.context.source.place(known.start)
        # Only one of two Ifs may hold, but the names of a table are known before any of it runs.
        report = self.context.misuse if known.conditional and conditional else self.context.error
        report(symbol.start, f"{path_text(symbol.path)} is declared already, in line {line}")
        return known

    def _agree(self, known: Symbol, symbol: Symbol) -> None:
        kinds = {known.kind, symbol.kind}
        field = any(one.kind == "FieldUnitObj" and not one.external for one in (known, symbol))
        if len(kinds) == 1 or kinds & _ANY_TYPE or field or self.context.exact:
            return
        here, there = (known, symbol) if known.external and not symbol.external else (symbol, known)
        _, line, _ = self.context.source.place(max(there.start, 0))
        where = f"in line {line}" if there.start >= 0 else "by the specification"
        message = f"{path_text(symbol.path)} is of type {here.kind} here, and of type {there.kind} {where}"
        self.context.warning(here.start, message, "external-type")


_ANY_TYPE = frozenset({"UnknownObj", "Scope", "Alias"})
_Declarer = Callable[[_Declarations, Call, bytes, bool], "bytes | None"]


def _argument(node: Call, index: int) -> Node | None:
    given = node.arguments or []
    return given[index] if index < len(given) else None


def _scope(work: _Declarations, node: Call, scope: bytes, _conditional: bool) -> bytes:
    name = work.context.name(_argument(node, 0))
    found = work.context.namespace.find(scope, name)
    return declared_path(scope, name) if found is None else work.context.namespace.aliased(found).path


def _opens(kind: str) -> _Declarer:
    def declarer(work: _Declarations, node: Call, scope: bytes, conditional: bool) -> bytes | None:
        name = _argument(node, 0)
        symbol = work.add(name, scope, kind, conditional)
        # What is inside the second of two would be told of again, name by name.
        return None if symbol.start >= 0 and symbol.start != start_of(name) and not work.context.exact else symbol.path

    return declarer


def _declares(kind: str, index: int = 0) -> _Declarer:
    def declarer(work: _Declarations, node: Call, scope: bytes, conditional: bool) -> None:
        work.add(_argument(node, index), scope, kind, conditional)

    return declarer


def _method(work: _Declarations, node: Call, scope: bytes, conditional: bool) -> bytes:
    count = method_arguments(_argument(node, 1), _argument(node, 5), work.context.constant)
    return work.add(_argument(node, 0), scope, "MethodObj", conditional, arity=count).path


def _function(work: _Declarations, node: Call, scope: bytes, conditional: bool) -> bytes:
    count = method_arguments(None, _argument(node, 2), work.context.constant)
    return work.add(_argument(node, 0), scope, "MethodObj", conditional, arity=count).path


_KINDS = {"Buffer": "BuffObj", "ToUUID": "BuffObj", "Unicode": "BuffObj", "ToPLD": "BuffObj", "Package": "PkgObj"}


def _name(work: _Declarations, node: Call, scope: bytes, conditional: bool) -> None:
    value = _argument(node, 1)
    kind = "IntObj"
    if isinstance(value, Call):
        word = work.context.words[value.name]
        if word == "ResourceTemplate":
            work.add(_argument(node, 0), scope, "BuffObj", conditional)
            declare_tags(work.context, value, scope, lambda symbol: work.enter(symbol, conditional))
            return
        kind = _KINDS.get(word or "", kind)
    elif isinstance(value, String):
        kind = "StrObj"
    work.add(_argument(node, 0), scope, kind, conditional)


def _alias(work: _Declarations, node: Call, scope: bytes, conditional: bool) -> None:
    symbol = work.add(_argument(node, 1), scope, "Alias", conditional)
    symbol.target = work.context.name(_argument(node, 0))


def _fields(work: _Declarations, node: Call, scope: bytes, conditional: bool) -> None:
    items = node.body or []
    for position, item in enumerate(items):
        if type(item) is Name and position + 1 < len(items) and items[position + 1] is None:
            work.add(item, scope, "FieldUnitObj", conditional)


def _region(work: _Declarations, node: Call, scope: bytes, conditional: bool) -> None:
    symbol = work.add(_argument(node, 0), scope, "OpRegionObj", conditional)
    space, length = _argument(node, 1), _argument(node, 3)
    if isinstance(space, Name | Integer):
        code = (
            work.context.keyword_value(space, REGION_SPACES, "an address space, or its number,")
            if isinstance(space, Name)
            else work.context.constant(space)
        )
        symbol.tag = (code, 8 * work.context.constant(length) if isinstance(length, Integer) else 0)


def _external(work: _Declarations, node: Call, scope: bytes, conditional: bool) -> None:
    context = work.context
    name = context.name(_argument(node, 0))
    kind = _argument(node, 1)
    code = 0 if kind is None else context.keyword_value(kind, OBJECT_TYPES, "an object type")
    word = next(word for word, number in OBJECT_TYPES.items() if number == code)
    path = declared_path(scope, name)
    arity = _external_arity(node) if word == "MethodObj" else 0
    work.enter(Symbol(path, word, node.start, arity=arity, external=True), conditional)
    for end in range(4, len(path), 4):
        # What holds an external object is external too, if nothing else is known of it.
        if path[:end] not in work.symbols:
            work.symbols[path[:end]] = Symbol(path[:end], "UnknownObj", node.start, external=True)
    context.externals.append((path, code))
    if word == "MethodObj":
        context.external_methods.add(path)


def _external_arity(node: Call) -> int:
    types = _argument(node, 3)
    if types is None:
        return -1
    if isinstance(types, Integer):
        return int(types.text, 0) if types.text.isdecimal() else -1
    return method_arguments(None, types, lambda _: -1)


_DECLARERS: dict[str, _Declarer] = {
    "Scope": _scope,
    "Device": _opens("DeviceObj"),
    "ThermalZone": _opens("ThermalZoneObj"),
    "Processor": _opens("ProcessorObj"),
    "PowerResource": _opens("PowerResObj"),
    "Method": _method,
    "Function": _function,
    "Name": _name,
    "Alias": _alias,
    "Field": _fields,
    "IndexField": _fields,
    "BankField": _fields,
    "External": _external,
    "Event": _declares("EventObj"),
    "Mutex": _declares("MutexObj"),
    "OperationRegion": _region,
    "DataTableRegion": _declares("OpRegionObj"),
    "CreateField": _declares("BuffFieldObj", 3),
    **dict.fromkeys(
        ("CreateBitField", "CreateByteField", "CreateWordField", "CreateDWordField", "CreateQWordField"),
        _declares("BuffFieldObj", 2),
    ),
}
