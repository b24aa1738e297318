"""What one AML table declares, object by object, each with its own content only: what two tables are compared by.

Devices and the like have what is inside them apart; a method's content is its code.  Statements outside methods are
kept by the scope that they stand in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from acpitools.aml.encoding import NameString
from acpitools.aml.machine import AmlTable
from acpitools.aml.names import PREDEFINED, declared_path, places
from acpitools.aml.opcodes import BUFFER_FIELDS
from acpitools.aml.terms import Term
from acpitools.asl.format.statements import Statements

__all__ = ["CONTAINERS", "Item", "TableObjects", "asl_of", "objects_of"]

_KINDS = {
    "Alias": "alias",
    "DataTableRegion": "region",
    "Device": "device",
    "Event": "event",
    "Method": "method",
    "Mutex": "mutex",
    "Name": "name",
    "OperationRegion": "region",
    "PowerResource": "power resource",
    "Processor": "processor",
    "ThermalZone": "thermal zone",
}
_NAME_AT = {"Alias": 1} | BUFFER_FIELDS
CONTAINERS = frozenset({"device", "power resource", "processor", "thermal zone"})
"""Kinds whose objects are told apart from them."""
_SCOPES = frozenset({"Device", "PowerResource", "Processor", "ThermalZone"})
_CONDITIONS = frozenset({"If", "Else", "While"})
_FIELDS = frozenset({"Field", "IndexField", "BankField"})
_ACCESS = ("AnyAcc", "ByteAcc", "WordAcc", "DWordAcc", "QWordAcc", "BufferAcc")
_NOTE = re.compile(r"/\*=(?!raw|name).*?\*/ ?")
"""What keeps an encoding; bytes and names that ASL cannot write count."""
_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|\b0x0*([0-9A-F]+)\b|\b(Zero|One)\b')
"""A number, or what may hold the same characters and is none."""


class Item(NamedTuple):
    """One declaration."""

    kind: str
    content: Any
    """What is compared: the term without what is inside it, or the place of a field unit."""
    scope: bytes
    """Path of the scope that it stands in."""

    def text(self) -> str:
        """Give it as ASL, or in words where it is no statement of its own."""
        if isinstance(self.content, _FieldUnit):
            return self.content.text()
        return asl_of((self.content,), self.scope)


class _FieldUnit(NamedTuple):
    statement: str
    of: tuple[Any, ...]
    """Names of region or registers, and the bank's value."""
    flags: int
    access: Term | None
    """The AccessAs before it."""
    connection: Term | None
    offset: int
    """Bits from the start of the region."""
    bits: int

    def text(self) -> str:
        of = ", ".join(str(each) if isinstance(each, NameString) else asl_of((each,), b"").strip() for each in self.of)
        access = self.flags & 15 if self.access is None else self.access.args[0] & 15
        words = [_ACCESS[access] if access < len(_ACCESS) else f"access {access}"]
        words += ["Lock"] * (self.flags >> 4 & 1) + ["own connection"] * (self.connection is not None)
        words += ["", "WriteAsOnes", "WriteAsZeros", "reserved update"][self.flags >> 5 & 3 :][:1]
        place = f"{self.offset // 8:#x}" + (f" bit {self.offset % 8}" if self.offset % 8 else "")
        return f"{self.bits} bits at {place} of {of}, {', '.join(filter(None, words))}"


class TableObjects(NamedTuple):
    """What one table declares."""

    items: dict[bytes, list[Item]]
    """By path; several where it is declared several times, in the order of the bytes."""
    loose: dict[bytes, list[Term]]
    """Statements outside methods that declare nothing, by the path of their scope; blocks without what is inside."""


def objects_of(table: AmlTable) -> TableObjects:
    """Give what a table declares outside methods."""
    found = TableObjects({}, {})
    stack: list[tuple[Sequence[Term], int, bytes]] = [(table.terms, 0, b"")]
    while stack:
        terms, position, scope = stack.pop()
        while position < len(terms):
            term = terms[position]
            position += 1
            op = term.op
            if op in _CONDITIONS or op in _SCOPES or op == "Scope":
                inner = _entered(found, scope, term)
                stack += [(terms, position, scope), (term.args[-1], 0, inner)]
                break
            if op in _FIELDS:
                for path, unit in _units(scope, term):
                    found.items.setdefault(path, []).append(Item("field unit", unit, scope))
            elif op in _KINDS or op in BUFFER_FIELDS:
                path = declared_path(scope, term.args[_NAME_AT.get(op, 0)])
                found.items.setdefault(path, []).append(Item(_KINDS.get(op, "buffer field"), term, scope))
            elif op != "External":
                found.loose.setdefault(scope, []).append(term)
    return found


def _entered(found: TableObjects, scope: bytes, term: Term) -> bytes:
    # Notes the block itself, and gives the scope inside it.
    bare = term._replace(args=(*term.args[:-1], ()), form=0)
    if term.op in _CONDITIONS:
        found.loose.setdefault(scope, []).append(bare)
        return scope
    if term.op == "Scope":
        known = (path for path in places(scope, term.args[0]) if path in found.items or path in PREDEFINED)
        return next(known, declared_path(scope, term.args[0]))
    path = declared_path(scope, term.args[0])
    found.items.setdefault(path, []).append(Item(_KINDS[term.op], bare, scope))
    return path


def _units(scope: bytes, term: Term) -> Iterator[tuple[bytes, _FieldUnit]]:
    *of, flags, elements = term.args
    access = connection = None
    offset = 0
    for element in elements:
        if element.op == "NamedField":
            bits = element.args[1]
            unit = _FieldUnit(term.op, tuple(of), flags, access, connection, offset, bits)
            yield scope + element.args[0].path, unit
        if element.op in ("NamedField", "ReservedField"):
            offset += element.args[-1]
        elif element.op in ("AccessField", "ExtendedAccessField"):
            access = element
        elif element.op == "ConnectField":
            connection = element


def asl_of(terms: Sequence[Term], scope: bytes) -> str:
    """Give terms that stand in a scope as ASL for a reader: how names and numbers are encoded does not show."""
    statements = Statements(lambda *_: None, lambda _: False, lambda *_: None)
    text = "".join(statements.text(terms, 0, scope))
    return _NUMBER.sub(_number, _NOTE.sub("", text))


def _number(match: re.Match[str]) -> str:
    digits, word = match.groups()
    if word is not None:
        return "0" if word == "Zero" else "1"
    return match[0] if digits is None else f"{'0x' * (len(digits) > 1 or digits > '9')}{digits}"
