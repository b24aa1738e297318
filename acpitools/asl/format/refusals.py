"""What iasl refuses to compile though it can be encoded: mistakes of the firmware, found while its text is written.

iasl takes the text where it is told not to look at them: ``#pragma disable (6080)``.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from acpitools.aml.encoding import NameString
from acpitools.aml.names import places
from acpitools.aml.opcodes import BY_NAME
from acpitools.aml.terms import Term
from acpitools.asl.format.lexical import SLOTS
from acpitools.asl.reserved import reserved

__all__ = ["MESSAGES", "Refusals"]

MESSAGES = {
    6001: "a range and its alignment do not fit",
    6005: "a method is called with fewer arguments than it takes",
    6006: "an Arg is used that the method does not have",
    6022: "two Cases of a Switch have one value",
    6023: "a number is twice in an interrupt list",
    6027: "an interrupt list is empty",
    6043: "a length and fixed ends of a range do not go together",
    6047: "a range with fixed ends has a granularity",
    6048: "a granularity is no power of two less one",
    6049: "a range is longer than what lies between its ends",
    6050: "the length of a range with fixed ends is another than its ends say",
    6051: "a range ends before it begins",
    6054: "a priority is none",
    6058: "an object of this type has no such operation",
    6062: "a package has more elements than it says",
    6066: "a Local is used before anything is stored to it",
    6074: "a name is declared twice",
    6080: "the result of a method is used that returns none",
    6103: "a predefined name has to be a method",
    6105: "a predefined name is of another type",
    6114: "the result of an operator is not used",
    6139: "a descriptor has a type that is reserved",
    6163: "an object inside a method is used elsewhere",
    6167: "the _UID of a Processor is no integer",
}
"""Number of iasl's message to what it means."""

_EFFECTS = frozenset(
    {
        "Store", "CopyObject", "Increment", "Decrement", "Acquire", "Release", "Signal", "Wait", "Reset", "Notify",
        "Sleep", "Stall", "Fatal", "Load", "LoadTable", "Unload", "Event", "Mutex", "DataTableRegion", "Return",
        "External", "Alias", "OperationRegion", "Name", "Call", "NamePath", "Raw", "CondRefOf", "CreateBitField",
        "CreateByteField", "CreateWordField", "CreateDWordField", "CreateQWordField", "CreateField",
    }
)  # fmt: skip
"""Statements that do something without a target."""
_KINDS = {"String": "StrObj", "Buffer": "BuffObj", "Package": "PkgObj", "VarPackage": "PkgObj"}
_KINDS |= dict.fromkeys(("Zero", "One", "Ones", "ByteConst", "WordConst", "DWordConst", "QWordConst"), "IntObj")
_OF_PACKAGES = frozenset({b"_ALR", b"_ART", b"_CSD", b"_HPX", b"_PRT", b"_PSD", b"_PSS", b"_TRT", b"_TSD", b"_TSS"})
"""Predefined packages whose elements are packages."""

_UNSET = [set(SLOTS) - {f"Arg{number}" for number in range(arguments)} for arguments in range(8)]
"""Number of arguments to what holds nothing when a method begins."""
_NOTHING: set[str] = set()


class Refusals:
    """Numbers of the messages that iasl would have for one text."""

    def __init__(self) -> None:
        self.numbers: set[int] = set()
        self.unset: set[str] = set()
        """Locals, and Args that are no arguments, that hold nothing yet in the method that is written."""
        self._unset: dict[bytes, set[str]] = {}
        self.declared: set[bytes] = set()
        """Paths of what is declared in the text up to now."""
        self._processors: set[bytes] = set()
        self._methods: dict[bytes, bool] = {}
        """Path of each method to whether it returns something."""
        self._objects: dict[bytes, str] = {}
        """Path of what has no value, and of packages, to its op."""
        self._operands: dict[tuple[bytes, bytes, bool], NameString] = {}

    def method(self, path: bytes, arguments: int) -> None:
        """Tell that a method begins."""
        self._methods.setdefault(path, False)
        # Only the methods around this one go on after it.
        self._unset = {outer: unset for outer, unset in self._unset.items() if path.startswith(outer)}
        self._unset[path] = set(_UNSET[arguments])

    def enter(self, scope: bytes) -> None:
        """Tell in which scope the next statements stand."""
        self.unset = self._unset.get(scope, _NOTHING)

    def block(self, op: str, path: bytes) -> None:
        """Tell that a Device, Processor or the like begins."""
        if op != "Scope":
            self._objects[path] = op
            if op == "Processor":
                self._processors.add(path)

    def read(self, op: str) -> None:
        """Tell that a Local or Arg is read that holds nothing; other reads of it are not looked at."""
        self.unset.discard(op)
        self.numbers.add(6006 if op[0] == "A" else 6066)

    def operand(self, scope: bytes, term: Term, *, stored: bool) -> None:
        """Tell what is stored, or is an operand of an operator."""
        if term.op == "NamePath":
            name: NameString = term.args[0]
            self._operands[scope, name.raw, stored] = name

    def target(self, term: Term) -> None:
        """Tell that something is stored to."""
        self.unset.discard(term.op)
        if term.op == "Call":
            self.numbers.add(6058)

    def statement(self, term: Term) -> None:
        """Tell of an operator that is a statement, where it is no assignment."""
        if term.op in _EFFECTS:
            return
        words = BY_NAME[term.op].arguments
        targets = [arg for word, arg in zip(words, term.args, strict=True) if word == "Target"]
        if all(target.op == "NullName" for target in targets):
            self.numbers.add(6114)

    def external(self, path: bytes) -> None:
        """Tell of an External."""
        if self._method_of(path[:-4]):
            self.numbers.add(6163)

    def used(self, scope: bytes, path: bytes, kind: str) -> None:
        """Tell that a name of this text is used in a scope, and for what: Result, where it is a value that is used."""
        if kind == "Result" and not self._methods.get(path, True):
            self.numbers.add(6080)
        parent = path[:-4]
        if parent != scope and parent in self._methods and self._method_of(scope) != parent:
            self.numbers.add(6163)

    def _method_of(self, scope: bytes) -> bytes:
        # The method that a scope is in, or empty.
        while scope and scope not in self._methods:
            scope = scope[:-4]
        return scope

    def pragmas(self, declared: Container[bytes]) -> Iterator[str]:
        """Yield the lines that make iasl pass over all this, when the whole text is written."""
        segments = {path[-4:] for path in self._objects}
        for (scope, _, stored), name in self._operands.items():
            if name.path[-4:] not in segments:
                continue
            path = next((path for path in places(scope, name) if path in declared), b"")
            if path in self._objects and not (stored and self._objects[path] == "Package"):
                self.numbers.add(6058)
        for number in sorted(self.numbers):
            yield f"#pragma disable ({number}) // {MESSAGES[number]}\n"

    def returned(self, scope: bytes, value: Term) -> None:
        """Tell that a method returns a value."""
        self._methods[scope] = True
        self._typed(scope[-4:], value)

    def named(self, scope: bytes, path: bytes, value: Term) -> None:
        """Tell of a Name."""
        segment = path[-4:]
        if value.op in ("Package", "VarPackage"):
            self._objects[path] = "Package"
        if segment == b"_UID" and value.op == "String" and scope in self._processors:
            self.numbers.add(6167)
        if segment[:1] == b"_":
            known = reserved(segment.decode("latin-1"))
            if known is not None and (known.arguments or known.silent):
                self.numbers.add(6103)
            self._typed(segment, value)

    def _typed(self, segment: bytes, value: Term) -> None:
        kind = _KINDS.get(value.op)
        known = reserved(segment.decode("latin-1")) if kind is not None and segment[:1] == b"_" else None
        if known is not None and known.gives:
            elements = value.args[1] if kind == "PkgObj" and segment in _OF_PACKAGES else ()
            if kind not in known.gives or any(element.op in _KINDS and element.op != "Package" for element in elements):
                self.numbers.add(6105)
