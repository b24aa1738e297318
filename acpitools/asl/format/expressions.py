"""Terms that have a value, as ASL expressions.

Operators are written with their symbols where iasl encodes these back to the same opcode: an operator that stands for
a value has no target; one with a target is an assignment, and a statement (:mod:`acpitools.asl.format.statements`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acpitools.aml.encoding import NameString
from acpitools.aml.opcodes import BY_NAME
from acpitools.aml.terms import Term
from acpitools.asl.format.lexical import CONSTANTS, is_word, name_text, note, package_note, raw_note, string_text

__all__ = ["BINARY", "INDENT", "MATCH", "DeepError", "Expressions"]

INDENT = "    "
_DEEP = 120
"""Levels of terms that one call goes down; deeper ones are written first, and looked up."""

BINARY = {
    "Add": "+",
    "Subtract": "-",
    "Multiply": "*",
    "Mod": "%",
    "ShiftLeft": "<<",
    "ShiftRight": ">>",
    "And": "&",
    "Or": "|",
    "XOr": "^",
}
"""Ops of two operands and a target."""
_LOGICAL = {"LAnd": "&&", "LOr": "||", "LEqual": "==", "LGreater": ">", "LLess": "<"}
_NEGATED = {"LEqual": "!=", "LGreater": "<=", "LLess": ">="}
MATCH = ("MTR", "MEQ", "MLE", "MLT", "MGE", "MGT")

_MAX_TAGS = 256
_WIDE = 96
"""Characters up to which a package stands in one line."""


class DeepError(Exception):
    """A term so deep inside others that it is to be written before them: (term, level)."""


class Expressions:
    """Writes expressions; told of every name that is used."""

    def __init__(self, used: Callable[[NameString, str, int], None], path_of: Callable[[NameString], str]) -> None:
        self._path_of = path_of
        """Gives the whole path of what a name means."""
        self._used = used
        """Called with a name, what is known of it (Call, NamePath, ...), and the number of arguments."""
        self._names: dict[bytes, str] = {}
        self._written: dict[tuple[int, int], str] = {}
        self._depth = 0
        self._tags = 0
        self.locations = False
        """Whether buffers are physical locations, as in _PLD."""
        self.level = 0
        """Indentation of the statement."""

    def new_tag(self) -> str:
        """Give a name for a resource descriptor that no other has: ``_Y00``."""
        self._tags += 1
        return f"_Y{self._tags - 1:02X}" if self._tags <= _MAX_TAGS else ""

    def use(self, name: NameString) -> str:
        """Give a name that is used where it stands."""
        self._used(name, "NamePath", 0)
        return self.name(name)

    def name(self, name: NameString) -> str:
        """Give a name."""
        text = self._names.get(name.raw)
        if text is None:
            if is_word(name):
                return note("name", name.raw.hex().upper()) + self._path_of(name)
            text = self._names[name.raw] = name_text(name)
        return text

    def value(self, term: Term) -> str:
        """Give an expression that stands alone: between parentheses, commas or after Return.

        Raises DeepError; write that term with :meth:`ahead` first, then this one again.
        """
        op = term.op
        form = CONSTANTS.get(op)
        if form is not None:
            return form % term.args
        if not term.args:
            return op if op != "NullName" else f"{note('name', '00')}\\"
        if op == "NamePath":
            name = term.args[0]
            if not name.path:  # only prefixes: beside operators they would be taken for one
                return raw_note(term)
            self._used(name, op, 0)
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

    def operand(self, term: Term) -> str:
        """Give an expression that stands beside an operator: one with an operator of its own in parentheses."""
        text = self.value(term)
        return f"({text})" if self._has_symbol(term) else text

    def ahead(self, term: Term, level: int) -> None:
        """Write a term that stands deep inside another; raises DeepError as value does."""
        depth, outer = self._depth, self.level
        self._depth, self.level = 0, level
        try:
            self._written[id(term), level] = self._operator(term)
        finally:
            self._depth, self.level = depth, outer

    @staticmethod
    def _has_symbol(term: Term) -> bool:
        op, args = term.op, term.args
        if op in BINARY or op == "Not":
            return bool(args[-1].op == "NullName")
        if op == "Divide":
            return bool(args[2].op == "NullName" and args[3].op == "NullName")
        return op in _LOGICAL or op == "LNot"

    def _operator(self, term: Term) -> str:
        op, args = term.op, term.args
        if op == "Call":
            if not args[0].path:
                return raw_note(term)
            self._used(args[0], op, len(args) - 1)
            return f"{self.name(args[0])} ({', '.join([self.value(arg) for arg in args[1:]])})"
        if op in BINARY and args[2].op == "NullName":
            return f"{self.operand(args[0])} {BINARY[op]} {self.operand(args[1])}"
        if op in _LOGICAL:
            return f"{self.operand(args[0])} {_LOGICAL[op]} {self.operand(args[1])}"
        if op == "String":
            return string_text(args[0])
        if op in _SPECIAL:
            text: str = getattr(self, f"_{op.lower()}")(term)
            return text
        return self.plain(term) if op in _PLAIN else raw_note(term)

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
            return "" if word == "Target" and arg.op == "NullName" else self.value(arg)
        if isinstance(arg, int):
            return {"WordData": "0x%04X", "DWordData": "0x%08X"}.get(word, "0x%02X") % arg
        raise TypeError(f"{word} is no operand of an expression")

    def _not(self, term: Term) -> str:
        value, target = term.args
        return f"~{self.operand(value)}" if target.op == "NullName" else self.plain(term)

    def _lnot(self, term: Term) -> str:
        (value,) = term.args
        symbol = _NEGATED.get(value.op)
        if symbol is None:
            return f"!{self.operand(value)}"
        return f"{self.operand(value.args[0])} {symbol} {self.operand(value.args[1])}"

    def _divide(self, term: Term) -> str:
        left, right, *targets = term.args
        if all(target.op == "NullName" for target in targets):
            return f"{self.operand(left)} / {self.operand(right)}"
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
            shown = [self.value(element) for element in term.args[1]]
        finally:
            self.level -= 1
        if not shown:
            return f"{head} {{}}"
        line = ", ".join(shown)
        if len(line) <= _WIDE and "{" not in line and "\n" not in line and "/*=raw" not in line:
            return f"{head} {{ {line} }}"
        inner = f"\n{outer}{INDENT}"
        return f"{head}\n{outer}{{{inner}{f',{inner}'.join(shown)}\n{outer}}}"

    def _buffer(self, term: Term) -> str:
        from acpitools.asl.format.buffers import buffer_text

        return buffer_text(self, term)


_WORDS = {name: op.arguments for name, op in BY_NAME.items()}
_PLAIN = frozenset(name for name, op in BY_NAME.items() if "value" in op.flags)
"""What may stand in an expression; damaged code has more there."""
_SPECIAL = frozenset({"Not", "LNot", "Divide", "Index", "Match", "Raw", "Package", "VarPackage", "Buffer"})
_INDEXED = frozenset({"NamePath", *(f"Local{number}" for number in range(8)), *(f"Arg{number}" for number in range(7))})
"""What may stand before ``[``."""
