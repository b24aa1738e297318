"""Single statements as ASL: declarations, assignments, operators that stand alone."""

from __future__ import annotations

from collections.abc import Callable

from acpitools.aml.encoding import NameString, segment_text
from acpitools.aml.names import declared_path, places
from acpitools.aml.opcodes import BUFFER_FIELDS
from acpitools.aml.predefined import NOTIFICATIONS, describe_name
from acpitools.aml.terms import NULL_NAME, Term
from acpitools.asl.format.buffers import identifier_text
from acpitools.asl.format.expressions import DeepError, Expressions
from acpitools.asl.format.fields import field_text
from acpitools.asl.format.lexical import (
    CONSTANTS,
    SLOTS,
    SPACES,
    external_name,
    note,
    raw_note,
    string_text,
)
from acpitools.asl.format.operators import BINARY
from acpitools.asl.format.printing import find_format
from acpitools.asl.format.refusals import Refusals

__all__ = ["FIELDS", "LOCATION", "MERGED", "OBJECT_TYPES", "Single"]

_VALUES = frozenset(
    {*CONSTANTS, *SLOTS, "Zero", "One", "Ones", "Revision", "String", "Buffer", "Package", "VarPackage"}
)
_VALUES |= {"Debug", "NullName"}
"""What is no statement in ASL, but may stand among them in AML."""
_BARE = frozenset({"Noop", "Break", "Continue", "BreakPoint"})
FIELDS = frozenset({"Field", "IndexField", "BankField"})
MERGED = frozenset({*BINARY, "Not", "Index", "Divide"})
"""Ops whose target an assignment fills, while it is not given."""
_OF_BUFFERS = frozenset(
    {"CreateBitField", "CreateByteField", "CreateWordField", "CreateDWordField", "CreateQWordField", "CreateField"}
)
_LEAST_PRINTED = 2
"""Arguments of a Fprintf; with fewer, Concatenate reads as well."""
_PLACES = frozenset({"Zero", "One", "ByteConst", "WordConst"})
"""Constants that may be those of the name of a field."""
_IDS = frozenset({b"_HID", b"_CID"})
LOCATION = b"_PLD"


class Single:
    """Writes statements without lists, in the scope that it is told.

    ``used`` is called with the scope, the name, what it is used for and the number of arguments, for every use of a
    name; ``exists`` tells whether a path is declared anywhere.
    """

    def __init__(
        self,
        used: Callable[[bytes, NameString, str, int], None],
        exists: Callable[[bytes], bool],
        declared: Callable[[bytes, int], None],
    ) -> None:
        self.scope = b""
        """That of the statement."""
        self._used = used
        self._exists = exists
        self._declared = declared
        self.refusals = Refusals()
        self.expressions = Expressions(used, exists, self.refusals)

    def _declare(self, path: bytes, arity: int = -1) -> None:
        declared = self.refusals.declared
        if path in declared:
            self.refusals.numbers.add(6074)
        declared.add(path)
        self._declared(path, arity)

    def declare_field(self, segment: bytes) -> None:
        """Tell of a field's element, which stands in the scope of the statement."""
        self._declare(self.scope + segment)

    @staticmethod
    def comment(name: NameString) -> str:
        """Give what a predefined name stands for, as a comment."""
        segment = name.path[-4:].decode()
        meaning = describe_name(segment) if segment else None
        return f"  // {segment_text(segment)}: {meaning}" if meaning else ""

    def safe(self, term: Term) -> str:
        """Give an expression, however deep it is."""
        try:
            return self.expressions.value(term)
        except DeepError as deep:
            return self._deep(lambda: self.expressions.value(term), deep)

    def _deep(self, write: Callable[[], str], first: DeepError) -> str:
        # What is too deep for one go is written first, the deepest first.
        pending: list[tuple[Term, int]] = [(first.args[0], first.args[1])]
        while True:
            try:
                while pending:
                    self.expressions.ahead(*pending[-1])
                    pending.pop()
                return write()
            except DeepError as deep:
                pending.append((deep.args[0], deep.args[1]))

    def whole(self, term: Term) -> str:
        """Give a statement that has no list, however deep it is."""
        try:
            return self._statement(term)
        except DeepError as deep:
            return self._deep(lambda: self._statement(term), deep)

    def _statement(self, term: Term) -> str:
        op = term.op
        expressions = self.expressions
        if op == "Store":
            return self._store(term)
        if op == "Call":
            return expressions.call(term)
        if op in BINARY:
            return self._binary(term)
        if op in _VALUES or op == "Raw":
            return raw_note(term)
        if op in _BARE:
            return op
        if op == "Name":
            return self._name(term)
        if op in FIELDS:
            return field_text(self, term)
        if op in _DECLARATIONS:
            self._declare(declared_path(self.scope, term.args[_DECLARATIONS[op]]))
            if op in _OF_BUFFERS and term.args[0].op == "NamePath" and term.args[1].op in _PLACES:
                return self._create(term)
        match op:
            case "NamePath":
                return self._alone(term)
            case "Increment" | "Decrement" if term.args[0].op in _ASSIGNED:
                return f"{expressions.value(term.args[0])}{'++' if op == 'Increment' else '--'}"
            case "Not" if self._assignable(term.args[1]):
                value = expressions.operand(term.args[0], "~")
                return f"{expressions.target(term.args[1])} = ~{value}"
            case "Divide" if term.args[2].op == "NullName" and self._assignable(term.args[3]):
                return self._compound(term.args[0], term.args[1], term.args[3], "/")
            case "Index" if self._assignable(term.args[2]):
                return self._assignment(term.args[2], expressions.value(Term(op, (*term.args[:2], NULL_NAME))))
            case "Notify":
                return expressions.plain(term) + _notification(term.args[1])
            case "OperationRegion":
                return self._region(term)
            case "External":
                return self._external(term)
            case "Timer":
                return op
            case "Return":
                self.refusals.returned(self.scope, term.args[0])
                if self.scope[-4:] in _IDS:
                    return f"Return ({expressions.identifier(term.args[0])})"
        self.refusals.statement(term)
        return expressions.plain(term) if op != "Match" else expressions.value(term)

    def _alone(self, term: Term) -> str:
        # A name alone does something only if it is that of a method, and parentheses are no bytes.
        if any(self._exists(path) for path in places(self.scope, term.args[0])):
            return f"{raw_note(term)} // {self.expressions.use(term.args[0])}"
        return self.expressions.call(Term("Call", term.args))

    @staticmethod
    def _assignable(target: Term) -> bool:
        return (
            target.op in _ASSIGNED
            or target.op == "DerefOf"
            or (target.op == "Index" and target.args[2].op == "NullName")
        )

    def _store(self, term: Term) -> str:
        source, target = term.args
        merged = source.op in MERGED and source.args[-1].op == "NullName"
        self.refusals.operand(self.scope, source, stored=True)
        if merged or not self._assignable(target):
            return self.expressions.plain(term)
        return self._printf(source, target) or self._assignment(target, self.expressions.operand(source))

    def _assignment(self, target: Term, value: str) -> str:
        return f"{self.expressions.target(target)} = {value}"

    def _printf(self, source: Term, target: Term) -> str | None:
        found = find_format(source) if source.op == "Concatenate" else None
        if found is None or (target.op != "Debug" and len(found[1]) < _LEAST_PRINTED):
            return None
        shown = [string_text(found[0]), *map(self.expressions.value, found[1])]
        if target.op == "Debug":
            return f"Printf ({', '.join(shown)})"
        return f"Fprintf ({', '.join([self.expressions.target(target), *shown])})"

    def _binary(self, term: Term) -> str:
        left, right, target = term.args
        if not self._assignable(target):
            self.refusals.statement(term)
            return self.expressions.plain(term)
        return self._compound(left, right, target, BINARY[term.op])

    def _compound(self, left: Term, right: Term, target: Term, symbol: str) -> str:
        self.refusals.operand(self.scope, left, stored=False)
        if left.op == target.op and left == target:
            return f"{self.expressions.value(target)} {symbol}= {self.expressions.operand(right)}"
        return self._assignment(target, self.expressions.binary(left, symbol, right))

    def _create(self, term: Term) -> str:
        # The index may be the name of a field of a descriptor, which is known at the end.
        expressions = self.expressions
        source = expressions.value(term.args[0])
        index, comment = expressions.tags.use(self.scope, term, expressions.value(term.args[1]))
        rest = [expressions.value(arg) for arg in term.args[2:-1]]
        return f"{term.op} ({', '.join([source, index, *rest, expressions.use(term.args[-1])])}){comment}"

    def _name(self, term: Term) -> str:
        name, value = term.args
        path = declared_path(self.scope, name)
        self._declare(path)
        self.refusals.named(self.scope, path, value)
        self.expressions.locations = name.path[-4:] == LOCATION
        self.expressions.identifiers = name.path[-4:] in _IDS
        shown, descriptors = self.expressions.data(value)
        if descriptors:
            self.expressions.tags.template(path, descriptors)
        self.expressions.locations = self.scope[-4:] == LOCATION
        if self.expressions.identifiers:
            shown = identifier_text(value) or shown
            self.expressions.identifiers = False
        text = f"Name ({self.expressions.name(name)}, {shown})"
        comment = self.comment(name)
        if comment and "\n" in text:
            head, _, rest = text.partition("\n")
            return f"{head}{comment}\n{rest}"
        return text + comment

    def _region(self, term: Term) -> str:
        name, space, offset, length = term.args
        shown = SPACES[space] if space < len(SPACES) else "FFixedHW" if space == 0x7F else f"0x{space:02X}"
        values = f"{self.expressions.value(offset)}, {self.expressions.value(length)}"
        return f"OperationRegion ({self.expressions.name(name)}, {shown}, {values})"

    def _external(self, term: Term) -> str:
        # Stands alone: those in an If (Zero) at the start are written with the other External lines.
        name, kind, arguments = term.args
        if kind >= len(OBJECT_TYPES):
            return raw_note(term)
        return f"{note('bare', arguments)}External ({external_name(self.scope, name)}, {OBJECT_TYPES[kind]})"


def _notification(value: Term) -> str:
    number = {"Zero": 0, "One": 1}.get(value.op, value.args[0] if value.op == "ByteConst" else None)
    meaning = NOTIFICATIONS.get(number) if isinstance(number, int) else None
    return f" // {meaning}" if meaning else ""


OBJECT_TYPES = [
    "UnknownObj",
    "IntObj",
    "StrObj",
    "BuffObj",
    "PkgObj",
    "FieldUnitObj",
    "DeviceObj",
    "EventObj",
    "MethodObj",
    "MutexObj",
    "OpRegionObj",
    "PowerResObj",
    "ProcessorObj",
    "ThermalZoneObj",
    "BuffFieldObj",
]
"""Numbers of object types in ExternalOp.  Spec: ACPI 6.5, 19.6.97 (ObjectType)."""

_ASSIGNED = frozenset({"NamePath", "Debug", *SLOTS})
"""What may stand before an assignment."""
_DECLARATIONS = {
    **BUFFER_FIELDS,
    "Alias": 1,
    "DataTableRegion": 0,
    "Event": 0,
    "Mutex": 0,
    "OperationRegion": 0,
}
"""Op that declares a name -> which argument is the name."""
