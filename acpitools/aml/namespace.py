"""What the tables of a machine declare, as one tree: the namespace before any code has run.

Objects inside If, Else and While are there, marked as conditional; what methods make when they run is not.  Where a
path is declared more than once the first declaration counts, as it does when tables are loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from acpitools.aml.encoding import NameString
from acpitools.aml.machine import AmlTable
from acpitools.aml.names import PREDEFINED, declared_path, places
from acpitools.aml.opcodes import BUFFER_FIELDS
from acpitools.aml.terms import Term
from acpitools.core.value import value

__all__ = ["Namespace", "NamespaceObject", "namespace"]

_KINDS = {
    "Device": "device",
    "Event": "event",
    "Method": "method",
    "Mutex": "mutex",
    "OperationRegion": "region",
    "DataTableRegion": "region",
    "PowerResource": "power resource",
    "Processor": "processor",
    "ThermalZone": "thermal zone",
    "NamedField": "field unit",
    "CreateBitField": "buffer field",
    "CreateByteField": "buffer field",
    "CreateDWordField": "buffer field",
    "CreateField": "buffer field",
    "CreateQWordField": "buffer field",
    "CreateWordField": "buffer field",
    "Alias": "alias",
}
_DATA = {
    "Zero": "integer",
    "One": "integer",
    "Ones": "integer",
    "Revision": "integer",
    "ByteConst": "integer",
    "WordConst": "integer",
    "DWordConst": "integer",
    "QWordConst": "integer",
    "String": "string",
    "Buffer": "buffer",
    "Package": "package",
    "VarPackage": "package",
}
_NAME_AT = {"Alias": 1} | BUFFER_FIELDS
_CONDITIONS = frozenset({"If", "Else", "While"})
_SCOPES = frozenset({"Device", "Processor", "PowerResource", "ThermalZone"})
_FIELDS = frozenset({"Field", "IndexField", "BankField"})


@value
class NamespaceObject:
    """One object and where it was declared."""

    path: bytes
    """Segments of four characters from the root."""
    kind: str
    """``device``, ``method``, ``integer``, ...; ``scope`` for the predefined ones."""
    term: Term | None = None
    """The declaration; the element, of a field."""
    table: int = -1
    """Number of the table among those of the machine; -1 for what is predefined."""
    conditional: bool = False
    """Whether it stands inside If, Else or While."""

    @property
    def arguments(self) -> int | None:
        """Give the number of arguments of a method, None of anything else."""
        if self.kind != "method":
            return None
        return 1 if self.term is None else int(self.term.args[1]) & 7


class Namespace(Mapping[bytes, NamespaceObject]):
    """Objects by path."""

    def __init__(self, objects: dict[bytes, NamespaceObject], tables: Sequence[AmlTable]) -> None:
        self._objects = objects
        self.tables = tuple(tables)

    def __getitem__(self, path: bytes) -> NamespaceObject:
        return self._objects[path]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._objects)

    def __len__(self) -> int:
        return len(self._objects)

    def find(self, scope: bytes, name: NameString) -> NamespaceObject | None:
        """Give what a name means in a scope, aliases followed, or None."""
        for _ in range(_MAX_ALIASES):
            found = next((self._objects[path] for path in places(scope, name) if path in self._objects), None)
            if found is None or found.kind != "alias" or found.term is None:
                return found
            scope, name = found.path[:-4], found.term.args[0]
        return None


_MAX_ALIASES = 16
"""Aliases of aliases that are followed."""


def namespace(tables: Sequence[AmlTable]) -> Namespace:
    """Give the namespace of a machine's tables, in the order in which they are loaded: the DSDT first."""
    objects = {
        path: NamespaceObject(path=path, kind=_PREDEFINED_KINDS.get(path, "scope")) for path in sorted(PREDEFINED)
    }
    order = sorted(range(len(tables)), key=lambda index: tables[index].signature != "DSDT")
    for index in order:
        for item in _declared(tables[index], index, objects):
            if item.path:  # damaged code may declare the root
                objects.setdefault(item.path, item)
    return Namespace(objects, tables)


_PREDEFINED_KINDS = {
    b"_GL_": "mutex",
    b"_OS_": "string",
    b"_OSI": "method",
    b"_REV": "integer",
    b"_SB_": "device",
    b"_TZ_": "device",
}
"""As ACPICA makes them."""


def _declared(table: AmlTable, index: int, known: Mapping[bytes, NamespaceObject]) -> Iterator[NamespaceObject]:
    stack: list[tuple[Sequence[Term], int, bytes, bool]] = [(table.terms, 0, b"", False)]
    while stack:
        terms, position, scope, conditional = stack.pop()
        while position < len(terms):
            term = terms[position]
            position += 1
            op = term.op
            if op in _CONDITIONS or op == "Scope" or op in _SCOPES:
                inner = scope
                if op == "Scope":
                    inner = next(
                        (path for path in places(scope, term.args[0]) if path in known), None
                    ) or declared_path(scope, term.args[0])
                elif op in _SCOPES:
                    inner = declared_path(scope, term.args[0])
                    yield NamespaceObject(path=inner, kind=_KINDS[op], term=term, table=index, conditional=conditional)
                stack.append((terms, position, scope, conditional))
                stack.append((term.args[-1], 0, inner, conditional or op in _CONDITIONS))
                break
            if op in _FIELDS:
                for element in term.args[-1]:
                    if element.op == "NamedField":
                        path = scope + element.args[0].path
                        yield NamespaceObject(
                            path=path, kind="field unit", term=element, table=index, conditional=conditional
                        )
            elif op == "Name":
                kind = _DATA.get(term.args[1].op, "uninitialized")
                path = declared_path(scope, term.args[0])
                yield NamespaceObject(path=path, kind=kind, term=term, table=index, conditional=conditional)
            elif op in _KINDS:
                path = declared_path(scope, term.args[_NAME_AT.get(op, 0)])
                yield NamespaceObject(path=path, kind=_KINDS[op], term=term, table=index, conditional=conditional)
