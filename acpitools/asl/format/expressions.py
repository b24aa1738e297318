"""Terms that have a value, as ASL expressions.

Operators are written with their symbols where iasl encodes these back to the same opcode: an operator that stands for
a value has no target; one with a target is an assignment, and a statement (:mod:`acpitools.asl.format.statements`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from acpitools.aml.encoding import NameString
from acpitools.aml.names import declared_path, path_text, places
from acpitools.aml.opcodes import BY_NAME
from acpitools.aml.terms import Term
from acpitools.asl.format.lexical import CONSTANTS, SLOTS, is_word, name_text, note, package_note, raw_note, string_text
from acpitools.asl.format.operators import BINARY, LOGICAL, NEGATED, needs_parentheses, symbol_of
from acpitools.asl.format.refusals import Refusals
from acpitools.asl.format.tags import Tags

__all__ = ["INDENT", "MATCH", "DeepError", "Expressions"]

INDENT = "    "
_DEEP = 120
"""Levels of terms that one call goes down; deeper ones are written first, and looked up."""

MATCH = ("MTR", "MEQ", "MLE", "MLT", "MGE", "MGT")

_WIDE = 96
"""Characters up to which a package stands in one line."""


class DeepError(Exception):
    """A term so deep inside others that it is to be written before them: (term, level)."""


class Expressions:
    """Writes expressions; told of every name that is used."""

    def __init__(
        self,
        used: Callable[[bytes, NameString, str, int], None],
        exists: Callable[[bytes], bool],
        refusals: Refusals,
    ) -> None:
        self.scope = b""
        """Where names are looked up."""
        self.refusals = refusals
        self.tags = Tags()
        self.descriptors: Sequence[bytes] = ()
        """Those of the last buffer that is a resource template."""
        self._exists = exists
        self._used = used
        """Called with scope, name, what it is used for (Call, Result, Asked, NamePath), and the number of arguments."""
        self._names: dict[bytes, str] = {}
        self._written: dict[tuple[int, int], str] = {}
        self._depth = 0
        self.locations = False
        """Whether buffers are physical locations, as in _PLD."""
        self.identifiers = False
        """Whether packages hold device identifiers, as in _CID."""
        self.level = 0
        """Indentation of the statement."""

    def use(self, name: NameString) -> str:
        """Give a name that is used where it stands."""
        self._used(self.scope, name, "NamePath", 0)
        return self.name(name)

    def name(self, name: NameString) -> str:
        """Give a name."""
        text = self._names.get(name.raw)
        if text is None:
            if is_word(name):
                return note("name", name.raw.hex().upper()) + self._path_of(name)
            text = self._names[name.raw] = name_text(name)
        return text

    def _path_of(self, name: NameString) -> str:
        known = (path for path in places(self.scope, name) if self._exists(path))
        return path_text(next(known, declared_path(self.scope, name)))

    def value(self, term: Term) -> str:
        """Give an expression that stands alone: between parentheses, commas or after Return.

        Raises DeepError; write that term with :meth:`ahead` first, then this one again.
        """
        op = term.op
        form = CONSTANTS.get(op)
        if form is not None:
            return form % term.args
        if not term.args:
            if op in self.refusals.unset:
                self.refusals.read(op)
            return op if op != "NullName" else f"{note('name', '00')}\\"
        if op == "NamePath":
            name = term.args[0]
            if not name.path:  # only prefixes: beside operators they would be taken for one
                return raw_note(term)
            self._used(self.scope, name, op, 0)
            return self._names.get(name.raw) or self.name(name)
        if self._depth >= _DEEP:
            found = self._written.get((id(term), self.level))
            if found is None:
                raise DeepError(term, self.level)
            return found
        self._depth += 1
        try:
            return self._operator(term)
        finally:
            self._depth -= 1

    def data(self, term: Term) -> tuple[str, Sequence[bytes]]:
        """Give the value of a Name, and the descriptors where it is a resource template."""
        self.descriptors = ()
        text = self.value(term)
        return text, self.descriptors if term.op == "Buffer" else ()

    def operand(self, term: Term, outer: str = "", *, left: bool = False) -> str:
        """Give what stands beside an operator, ``left`` of it or right; by default what is assigned."""
        text = self.value(term)
        return f"({text})" if needs_parentheses(symbol_of(term), outer, left=left) else text

    def binary(self, left: Term, symbol: str, right: Term) -> str:
        """Give two operands with a symbol between them."""
        text = f"{self.operand(left, symbol, left=True)} {symbol} {self.operand(right, symbol)}"
        return text + _object_type(right) if left.op == "ObjectType" else text

    def ahead(self, term: Term, level: int) -> None:
        """Write a term that stands deep inside another; raises DeepError as value does."""
        depth, outer = self._depth, self.level
        self._depth, self.level = 0, level
        try:
            self._written[id(term), level] = self._operator(term)
        finally:
            self._depth, self.level = depth, outer

    def _operator(self, term: Term) -> str:
        op, args = term.op, term.args
        if op == "Call":
            return self._invocation(term, "Result")
        if op in BINARY and args[2].op == "NullName":
            return self.binary(args[0], BINARY[op], args[1])
        if op in LOGICAL:
            return self.binary(args[0], LOGICAL[op], args[1])
        if op == "String":
            return string_text(args[0])
        if op in _SPECIAL:
            text: str = getattr(self, f"_{op.lower()}")(term)
            return text
        return self.plain(term) if op in _PLAIN else raw_note(term)

    def call(self, term: Term) -> str:
        """Give a method invocation whose result is not used."""
        return self._invocation(term, "Call")

    def _invocation(self, term: Term, use: str) -> str:
        name, *arguments = term.args
        if not name.path:
            return raw_note(term)
        self._used(self.scope, name, use, len(arguments))
        shown = [self.value(arg) for arg in arguments]
        if shown and shown[-1].startswith("/*=raw"):
            self.refusals.numbers.add(6005)
        return f"{self.name(name)} ({', '.join(shown)})"

    def target(self, term: Term) -> str:
        """Give what is stored to."""
        self.refusals.target(term)
        return self.value(term)

    def plain(self, term: Term) -> str:
        """Give a term as ``Op (arguments)``, targets that are not given left out."""
        words = _WORDS[term.op]
        shown = [self._argument(word, arg) for word, arg in zip(words, term.args, strict=True)]
        while shown and not shown[-1]:
            shown.pop()
        return f"{package_note(term)}{term.op} ({', '.join(shown)})"

    def _argument(self, word: str, arg: Any) -> str:
        if isinstance(arg, NameString):
            return self.use(arg)
        if isinstance(arg, Term):
            if arg.op == "NamePath" and not arg.args[0].path:
                return self.name(arg.args[0])
            if word in _STORED:
                self.refusals.target(arg)
                return "" if word == "Target" and arg.op == "NullName" else self.value(arg)
            return self.value(arg)
        if isinstance(arg, int):
            return {"WordData": "0x%04X", "DWordData": "0x%08X"}.get(word, "0x%02X") % arg
        raise TypeError(f"{word} is no operand of an expression")

    def _condrefof(self, term: Term) -> str:
        asked, target = term.args
        if asked.op != "NamePath" or not asked.args[0].path:
            return self.plain(term)
        self._used(self.scope, asked.args[0], "Asked", 0)
        rest = "" if target.op == "NullName" else f", {self.target(target)}"
        return f"CondRefOf ({self.name(asked.args[0])}{rest})"

    def _tostring(self, term: Term) -> str:
        # All of a buffer is meant where no length is given.
        value, length, target = term.args
        whole = length.op == "Ones" and target.op == "NullName"
        return f"ToString ({self.value(value)})" if whole else self.plain(term)

    def _not(self, term: Term) -> str:
        value, target = term.args
        return f"~{self.operand(value, '~')}" if target.op == "NullName" else self.plain(term)

    def _lnot(self, term: Term) -> str:
        (value,) = term.args
        symbol = NEGATED.get(value.op)
        if symbol is None:
            return f"!{self.operand(value, '!')}"
        return self.binary(value.args[0], symbol, value.args[1])

    def _divide(self, term: Term) -> str:
        left, right, *targets = term.args
        if all(target.op == "NullName" for target in targets):
            return self.binary(left, "/", right)
        return self.plain(term)

    def _index(self, term: Term) -> str:
        base, index, target = term.args
        if target.op != "NullName" or base.op not in _INDEXED:
            return self.plain(term)
        return f"{self.value(base)} [{self.value(index)}]"

    def _match(self, term: Term) -> str:
        package, first, one, second, other, start = term.args
        if max(first, second) >= len(MATCH):
            return raw_note(term)
        shown = map(self.value, (one, other, start))
        return (
            f"Match ({self.value(package)}, {MATCH[first]}, {next(shown)}, {MATCH[second]}, {next(shown)}, "
            f"{next(shown)})"
        )

    def _raw(self, term: Term) -> str:
        return raw_note(term)

    def _package(self, term: Term) -> str:
        return self._elements(term, f"0x{term.args[0]:02X}", "")

    def _varpackage(self, term: Term) -> str:
        count = term.args[0]
        plain = count.op in CONSTANTS or count.op in ("Zero", "One", "Ones")
        return self._elements(term, self.value(count), note("var") if plain else "")

    def _elements(self, term: Term, count: str, notes: str) -> str:
        outer = INDENT * self.level
        head = f"{notes}{package_note(term)}Package ({count})"
        self.level += 1
        try:
            shown = [self.identifier(element) if self.identifiers else self.value(element) for element in term.args[1]]
        finally:
            self.level -= 1
        if not shown:
            return f"{head} {{}}"
        if term.op == "Package" and len(shown) > term.args[0]:
            self.refusals.numbers.add(6062)
        line = ", ".join(shown)
        if len(line) <= _WIDE and "{" not in line and "\n" not in line and "/*=raw" not in line:
            return f"{head} {{ {line} }}"
        inner = f"\n{outer}{INDENT}"
        return f"{head}\n{outer}{{{inner}{f',{inner}'.join(shown)}\n{outer}}}"

    def identifier(self, term: Term) -> str:
        """Give a device identifier, or a package of them."""
        from acpitools.asl.format.buffers import identifier_text

        return identifier_text(term) or self.value(term)

    def _buffer(self, term: Term) -> str:
        from acpitools.asl.format.buffers import buffer_text

        return buffer_text(self, term)


def _object_type(term: Term) -> str:
    # What a number stands for that ObjectType is compared with.
    number = {"Zero": 0, "One": 1}.get(term.op, term.args[0] if term.op == "ByteConst" else -1)
    return f" /* {_OBJECT_TYPES[number]} */" if 0 <= number < len(_OBJECT_TYPES) else ""


_OBJECT_TYPES = (
    "Uninitialized",
    "Integer",
    "String",
    "Buffer",
    "Package",
    "Field unit",
    "Device",
    "Event",
    "Method",
    "Mutex",
    "Operation region",
    "Power resource",
    "Processor",
    "Thermal zone",
    "Buffer field",
)
"""Spec: ACPI 6.5, 19.6.97 (ObjectType)."""
_WORDS = {name: op.arguments for name, op in BY_NAME.items()}
_PLAIN = frozenset(name for name, op in BY_NAME.items() if "value" in op.flags)
"""What may stand in an expression; damaged code has more there."""
_SPECIAL = frozenset(
    {"CondRefOf", "ToString", "Not", "LNot", "Divide", "Index", "Match", "Raw", "Package", "VarPackage", "Buffer"}
)
_STORED = frozenset({"Target", "SuperName", "SimpleName"})
_INDEXED = frozenset({"NamePath", "DerefOf", *SLOTS})
"""What may stand before ``[``."""
