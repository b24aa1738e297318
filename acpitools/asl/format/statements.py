"""Lists of terms as ASL statements: declarations, control flow, assignments; with a stack, since they nest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from acpitools.aml.encoding import NameString, segment_text
from acpitools.aml.names import declared_path, path_text, places
from acpitools.aml.predefined import NOTIFICATIONS, describe_name
from acpitools.aml.terms import Term
from acpitools.asl.format.buffers import eisa_id
from acpitools.asl.format.expressions import BINARY, INDENT, DeepError, Expressions
from acpitools.asl.format.fields import field_text
from acpitools.asl.format.lexical import CONSTANTS, SLOTS, SPACES, external_name, note, package_note, raw_note
from acpitools.asl.format.refusals import Refusals
from acpitools.asl.format.switches import Switch, find_switches

__all__ = ["Statements"]

_VALUES = frozenset(
    {*CONSTANTS, *SLOTS, "Zero", "One", "Ones", "Revision", "String", "Buffer", "Package", "VarPackage"}
)
_VALUES |= {"Debug", "NullName"}
"""What is no statement in ASL, but may stand among them in AML."""
_BARE = frozenset({"Noop", "Break", "Continue", "BreakPoint"})
_FIELDS = frozenset({"Field", "IndexField", "BankField"})
_MERGED = frozenset({*BINARY, "Not", "Index", "Divide"})
"""Ops whose target an assignment fills, while it is not given."""
_OF_BUFFERS = frozenset(
    {"CreateBitField", "CreateByteField", "CreateWordField", "CreateDWordField", "CreateQWordField", "CreateField"}
)
_PLACES = frozenset({"Zero", "One", "ByteConst", "WordConst"})
"""Constants that may be those of the name of a field."""
_IDS = frozenset({b"_HID", b"_CID"})
_LOCATION = b"_PLD"

_Work = str | tuple[Sequence[Term], int, int, bytes, bool]
"""Text, or a list: (terms, index of the next, level, scope, whether its first If goes on an Else)."""


class Statements:
    """Writes the statements of one table.

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
        self._used = used
        self._exists = exists
        self._declared = declared
        self._switches: dict[int, Switch] = {}
        self.refusals = Refusals()
        self.expressions = Expressions(self._use, self._path_of, self.refusals)

    def _use(self, name: NameString, kind: str, arguments: int) -> None:
        if kind == "Result":
            self.refusals.result(self.scope, name)
            kind = "Call"
        self._used(self.scope, name, kind, arguments)

    def _declare(self, path: bytes, arity: int = -1) -> None:
        self.refusals.declared(path)
        self._declared(path, arity)

    def _path_of(self, name: NameString) -> str:
        known = (path for path in places(self.scope, name) if self._exists(path))
        return path_text(next(known, declared_path(self.scope, name)))

    def declare_field(self, segment: bytes) -> None:
        """Tell of a field's element, which stands in the scope of the statement."""
        self._declare(self.scope + segment)

    def text(self, terms: Sequence[Term], level: int, scope: bytes = b"") -> Iterator[str]:
        """Yield the text of a list of terms, at a level of indentation, in parts that end with lines."""
        work: list[_Work] = [(terms, 0, level, scope, False)]
        while work:
            item = work.pop()
            if isinstance(item, str):
                yield item
                continue
            terms, index, level, scope, chained = item
            count = len(terms)
            self.scope = scope
            self.refusals.enter(scope)
            self.expressions.locations = scope[-4:] == _LOCATION
            self.expressions.level = level
            indent = INDENT * level
            while index < count:
                term = terms[index]
                index += 1
                head = self._whole(term) if term.op not in _BLOCKS else None
                if head is not None:
                    apart = term.op in _FIELDS and index < count
                    yield f"{indent}{head}\n\n" if apart else f"{indent}{head}\n"
                    continue
                if term.op == "Else" and not self._follows_if(terms, index - 1):
                    yield f"{indent}{raw_note(term)}\n"
                    continue
                after = "\n" if index < count and not self._else_follows(terms, index) else ""
                if term.op == "Else":
                    chain = _chain(term)
                    if chain is not None:
                        # Its If goes on the chain, at the same level.
                        work.append((terms, index, level, scope, False))
                        work.append(after)
                        work.append((chain, 0, level, scope, True))
                        break
                switch = self._switches.get(id(term)) if term.op == "While" else None
                if switch is not None:
                    work += [(terms, index, level, scope, False), after, *reversed(self._switch(switch, level))]
                    break
                opening, body, inner = self._block(term, chained and index == 1)
                work.append((terms, index, level, scope, chained))
                work.append(f"{indent}}}\n{after}")
                work.append((body, 0, level + 1, inner, False))
                yield f"{indent}{opening}\n{indent}{{\n"
                break

    # --- control flow ---

    @staticmethod
    def _follows_if(terms: Sequence[Term], index: int) -> bool:
        return index > 0 and terms[index - 1].op == "If"

    @staticmethod
    def _else_follows(terms: Sequence[Term], index: int) -> bool:
        return terms[index].op == "Else" and terms[index - 1].op == "If"

    def _switch(self, switch: Switch, level: int) -> list[_Work]:
        outer, inner = INDENT * level, INDENT * (level + 1)
        if switch.repeats:
            self.refusals.numbers.add(6022)
        parts: list[_Work] = [f"{outer}Switch ({self._safe(switch.value)})\n{outer}{{\n"]
        for number, (label, body) in enumerate(switch.cases):
            head = "Default" if label is None else f"Case ({self._safe(label)})"
            apart = "\n" if number else ""
            parts += [f"{apart}{inner}{head}\n{inner}{{\n", (body, 0, level + 2, self.scope, False), f"{inner}}}\n"]
        return [*parts, f"{outer}}}\n"]

    def _block(self, term: Term, chained: bool) -> tuple[str, Sequence[Term], bytes]:
        # (what stands before the brace, the list inside, its scope)
        op, args = term.op, term.args
        notes = package_note(term)
        if op in ("If", "While"):
            keyword = "ElseIf" if chained else op
            return f"{notes}{keyword} ({self._safe(args[0])})", args[1], self.scope
        if op == "Else":
            return f"{notes}Else", args[0], self.scope
        name: NameString = args[0]
        shown = self.expressions.name(name)
        path = declared_path(self.scope, name)
        if op == "Scope":
            path = next((place for place in places(self.scope, name) if self._exists(place)), path)
            self._use(name, op, 0)
        else:
            self.refusals.block(op, path)
            self._declare(path, (args[1] & 7) if op == "Method" else -1)
        numbers = "".join(
            f", {form % value}" for form, value in zip(_HEADS.get(op, ()), args[1:-1], strict=bool(op in _HEADS))
        )
        if op == "Method":
            hidden, switches = find_switches(term)
            self._switches.update(switches)
            self.refusals.method(path, args[1] & 7)
            return self._method_head(term, shown), args[2][hidden:], path
        return f"{notes}{op} ({shown}{numbers}){self._comment(name)}", args[-1], path

    def _method_head(self, term: Term, shown: str) -> str:
        name, flags, _ = term.args
        serialized = flags >> 3 & 1
        level = flags >> 4
        parts = [shown, str(flags & 7), "Serialized" if serialized else "NotSerialized"]
        if level and serialized:
            parts.append(str(level))
        notes = note("flags", f"0x{flags:02X}") if level and not serialized else ""
        return f"{notes}{package_note(term)}Method ({', '.join(parts)}){self._comment(name)}"

    @staticmethod
    def _comment(name: NameString) -> str:
        segment = name.path[-4:].decode()
        meaning = describe_name(segment) if segment else None
        return f"  // {segment_text(segment)}: {meaning}" if meaning else ""

    # --- whole statements ---

    def _safe(self, term: Term) -> str:
        return self._deep(lambda: self.expressions.value(term))

    def _deep(self, write: Callable[[], str]) -> str:
        # What is too deep for one go is written first, the deepest first.
        pending: list[tuple[Term, int]] = []
        while True:
            try:
                while pending:
                    self.expressions.ahead(*pending[-1])
                    pending.pop()
                return write()
            except DeepError as deep:
                pending.append((deep.args[0], deep.args[1]))

    def _whole(self, term: Term) -> str:
        return self._deep(lambda: self._statement(term))

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
        if op in _FIELDS:
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
                value = expressions.operand(term.args[0])
                return f"{expressions.target(term.args[1])} = ~{value}"
            case "Divide" if term.args[2].op == "NullName" and self._assignable(term.args[3]):
                return self._compound(term.args[0], term.args[1], term.args[3], "/")
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
        self.refusals.statement(term)
        return expressions.plain(term) if op != "Match" else expressions.value(term)

    def _alone(self, term: Term) -> str:
        # A name alone does something only if it is that of a method, and parentheses are no bytes.
        if any(self._exists(path) for path in places(self.scope, term.args[0])):
            return f"{raw_note(term)} // {self.expressions.use(term.args[0])}"
        return self.expressions.call(Term("Call", term.args))

    @staticmethod
    def _assignable(target: Term) -> bool:
        return target.op in _ASSIGNED or (target.op == "Index" and target.args[2].op == "NullName")

    def _store(self, term: Term) -> str:
        source, target = term.args
        merged = source.op in _MERGED and source.args[-1].op == "NullName"
        self.refusals.operand(self.scope, source, stored=True)
        if merged or not self._assignable(target):
            return self.expressions.plain(term)
        value = self.expressions.operand(source)
        return f"{self.expressions.target(target)} = {value}"

    def _binary(self, term: Term) -> str:
        left, right, target = term.args
        if not self._assignable(target):
            self.refusals.statement(term)
            return self.expressions.plain(term)
        return self._compound(left, right, target, BINARY[term.op])

    def _compound(self, left: Term, right: Term, target: Term, symbol: str) -> str:
        self.refusals.operand(self.scope, left, stored=False)
        value = self.expressions.operand(right)
        if left.op == target.op and left == target:
            return f"{self.expressions.value(target)} {symbol}= {value}"
        other = self.expressions.operand(left)
        return f"{self.expressions.target(target)} = ({other} {symbol} {value})"

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
        self.expressions.locations = name.path[-4:] == _LOCATION
        shown, descriptors = self.expressions.data(value)
        if descriptors:
            self.expressions.tags.template(path, descriptors)
        self.expressions.locations = self.scope[-4:] == _LOCATION
        if name.path[-4:] in _IDS and value.op == "DWordConst":
            shown = eisa_id(value.args[0]) or shown
        text = f"Name ({self.expressions.name(name)}, {shown})"
        comment = self._comment(name)
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


def _chain(term: Term) -> tuple[Term, ...] | None:
    # What an Else holds, where that is one If and what belongs to it: it is written as ElseIf.
    body: tuple[Term, ...] = term.args[0]
    if term.form or not body or body[0].op != "If" or len(body) > 2:
        return None
    return body if len(body) == 1 or body[1].op == "Else" else None


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

_HEADS = {
    "Device": (),
    "ThermalZone": (),
    "Processor": ("0x%02X", "0x%08X", "0x%02X"),
    "PowerResource": ("0x%02X", "0x%04X"),
}
_BLOCKS = frozenset({"If", "Else", "While", "Scope", "Method", *_HEADS})
_ASSIGNED = frozenset({"NamePath", "Debug", *SLOTS})
"""What may stand before an assignment."""
_DECLARATIONS = {
    "Alias": 1,
    "CreateBitField": 2,
    "CreateByteField": 2,
    "CreateDWordField": 2,
    "CreateField": 3,
    "CreateQWordField": 2,
    "CreateWordField": 2,
    "DataTableRegion": 0,
    "Event": 0,
    "Mutex": 0,
    "OperationRegion": 0,
}
"""Op that declares a name -> which argument is the name."""
