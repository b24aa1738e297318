"""The first pass: which names a table declares, without reading the bodies of its methods.

Terms whose end a PkgLength tells are passed over; what has to be read to be passed over (statements outside methods)
goes through the reader.  Names inside If, Else and While outside methods count as declared: which of them are there
is known only at run time.
"""

from __future__ import annotations

from typing import NamedTuple

from acpitools.aml.encoding import NameString, decode_name, decode_pkg_length
from acpitools.aml.names import NO_METHOD, Arities, declared_path, places
from acpitools.aml.reader import Doubt, Reader

__all__ = ["Declaration", "declarations"]


class Declaration(NamedTuple):
    """A name that a table declares outside methods."""

    path: bytes
    op: str
    """What it is: the op's name, or NamedField."""
    arity: int
    """Arguments of a method, or NO_METHOD."""
    start: int
    """Offset of the term, or of the field's element, bytes from the start of the table."""
    end: int
    """Offset of the first byte after it."""
    conditional: bool
    """Whether it stands inside If, Else or While."""
    source: NameString | None = None
    """Of an Alias, the name it stands for."""


_PACKAGED = {0x10: "Scope", 0x14: "Method", 0xA0: "If", 0xA1: "Else", 0xA2: "While"}
_PACKAGED_TWO = {
    0x81: "Field",
    0x82: "Device",
    0x83: "Processor",
    0x84: "PowerResource",
    0x85: "ThermalZone",
    0x86: "IndexField",
    0x87: "BankField",
}
_CONDITIONS = frozenset({"If", "Else", "While"})
_AFTER_NAME = {"Device": 0, "ThermalZone": 0, "Processor": 6, "PowerResource": 3, "Scope": 0}
"""Bytes between the name and the TermList."""
_NAMES_BEFORE_FIELDS = {"Field": 1, "IndexField": 2, "BankField": 2}
_SKIPPED = frozenset({0x11, 0x12, 0x13})
"""Buffer, Package, VarPackage."""
_CONSTANT_SIZES = {0x00: 1, 0x01: 1, 0xFF: 1, 0x0A: 2, 0x0B: 3, 0x0C: 5, 0x0E: 9}


class _StopError(Exception):
    """The rest of this list cannot be read; the second pass says why."""


def declarations(data: bytes, start: int, end: int, arities: Arities) -> tuple[list[Declaration], list[Doubt]]:
    """Give what the terms in ``[start, end)`` declare, and the names whose arity mattered but was not known."""
    reader = Reader(data, arities)
    walk = _Walk(data, reader)
    stack = [(start, end, b"", False)]
    while stack:
        pos, stop, scope, conditional = stack.pop()
        try:
            while pos < stop:
                inner = walk.step(pos, stop, scope, conditional)
                if inner is None:
                    pos = walk.after
                else:
                    stack.append((walk.after, stop, scope, conditional))
                    pos, stop, scope, conditional = inner
        except (_StopError, IndexError):
            continue
    return walk.found, reader.doubts


class _Walk:
    """The pass over one table: where it is, and what it found."""

    def __init__(self, data: bytes, reader: Reader) -> None:
        self.data = data
        self.reader = reader
        self.found: list[Declaration] = []
        self.known: set[bytes] = set()
        self.after = 0
        """Where the term ends that the last step looked at."""

    def step(self, pos: int, stop: int, scope: bytes, conditional: bool) -> tuple[int, int, bytes, bool] | None:
        """Look at one term; give (start, end, scope, conditional) of a list inside that has to be walked too."""
        data = self.data
        byte = data[pos]
        if byte == 0x5B:
            label = _PACKAGED_TWO.get(data[pos + 1])
            body = pos + 2
        else:
            label = _PACKAGED.get(byte)
            body = pos + 1
        if label is None:
            self._plain(pos, stop, scope, conditional)
            return None
        value, size = decode_pkg_length(data, body)
        last = min(body + value, stop)
        body += size
        self.after = last
        if body > last:
            raise _StopError
        if label in _CONDITIONS:
            if label != "Else":
                body = self._skip(body, last, scope)
            return body, last, scope, True
        if label in _NAMES_BEFORE_FIELDS:
            self._fields(label, body, last, scope, conditional)
            return None
        name = self._name(body, last)
        path = declared_path(scope, name)
        body += len(name.raw)
        if label == "Method":
            self._declare(path, label, data[body] & 7, (pos, last), conditional)
            return None
        if label == "Scope":
            path = next((place for place in places(scope, name) if self._exists(place)), path)
        else:
            self._declare(path, label, NO_METHOD, (pos, last), conditional)
        return body + _AFTER_NAME[label], last, path, conditional

    def _exists(self, path: bytes) -> bool:
        arities = self.reader.arities
        return path in self.known or path in arities.own or path in arities.others

    def _plain(self, pos: int, stop: int, scope: bytes, conditional: bool) -> None:
        data = self.data
        byte = data[pos]
        if byte == 0x08:
            name = self._name(pos + 1, stop)
            self.after = self._skip(pos + 1 + len(name.raw), stop, scope)
            self._declare(declared_path(scope, name), "Name", NO_METHOD, (pos, self.after), conditional)
        elif byte == 0x5B and data[pos + 1] == 0x80:
            name = self._name(pos + 2, stop)
            self.after = self._skip(self._skip(pos + 3 + len(name.raw), stop, scope), stop, scope)
            self._declare(declared_path(scope, name), "OperationRegion", NO_METHOD, (pos, self.after), conditional)
        else:
            self._other(pos, stop, scope, conditional)

    def _other(self, pos: int, stop: int, scope: bytes, conditional: bool) -> None:
        term = self.reader.term(pos, stop, scope)
        if term.op == "Raw":
            raise _StopError
        self.after = term.end
        if term.end < 0:  # a term without arguments
            self.after = pos + (2 if self.data[pos] == 0x5B else 1)
        span = (pos, self.after)
        names = [arg for arg in term.args if isinstance(arg, NameString)]
        if term.op == "Alias":
            self._declare(declared_path(scope, names[1]), "Alias", NO_METHOD, span, conditional, names[0])
        elif term.op == "External":
            arity = term.args[2] & 7 if term.args[1] == 8 else NO_METHOD
            self._declare(declared_path(scope, names[0]), "External", arity, span, conditional)
        elif term.op in _DECLARE_LAST:
            self._declare(declared_path(scope, names[-1]), term.op, NO_METHOD, span, conditional)

    def _skip(self, pos: int, stop: int, scope: bytes) -> int:
        # Give where the operand at pos ends.
        data = self.data
        if pos >= stop:
            raise _StopError
        byte = data[pos]
        size = _CONSTANT_SIZES.get(byte)
        if size is not None:
            return pos + size
        if byte in _SKIPPED:
            return min(stop, pos + 1 + decode_pkg_length(data, pos + 1)[0])
        if byte == 0x0D:
            last = data.find(b"\0", pos, stop)
            if last < 0:
                raise _StopError
            return last + 1
        term = self.reader.term(pos, stop, scope)
        if term.op == "Raw":
            raise _StopError
        return term.end if term.end >= 0 else pos + (2 if byte == 0x5B else 1)

    def _fields(self, label: str, pos: int, last: int, scope: bytes, conditional: bool) -> None:
        for _ in range(_NAMES_BEFORE_FIELDS[label]):
            pos += len(self._name(pos, last).raw)
        if label == "BankField":
            pos = self._skip(pos, last, scope)
        for element in self.reader.fields(pos + 1, last, scope):
            if element.op == "NamedField":
                path = scope + element.args[0].path
                self._declare(path, "NamedField", NO_METHOD, (element.start, element.end), conditional)

    def _name(self, pos: int, stop: int) -> NameString:
        name = decode_name(self.data, pos, stop)
        if name is None:
            raise _StopError
        return name

    def _declare(
        self,
        path: bytes,
        op: str,
        arity: int,
        span: tuple[int, int],
        conditional: bool,
        source: NameString | None = None,
    ) -> None:
        self.known.add(path)
        self.found.append(Declaration(path, op, arity, *span, conditional, source))


_DECLARE_LAST = frozenset(
    {
        "CreateBitField",
        "CreateByteField",
        "CreateDWordField",
        "CreateField",
        "CreateQWordField",
        "CreateWordField",
        "DataTableRegion",
        "Event",
        "Mutex",
    }
)
"""Ops with one name, the one they declare."""
