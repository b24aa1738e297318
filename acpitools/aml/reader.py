"""AML bytes to terms: whole, or what can be read of them.

One loop with an explicit stack reads everything; nothing in it recurses.  Bytes that make no sense end the innermost
list of terms: its rest becomes a Raw term and a finding says where and why, and reading goes on after the list.  Which
names are methods, and with how many arguments, :mod:`acpitools.aml.machine` finds out first.
"""

from __future__ import annotations

import re
from typing import Any

from acpitools.aml.encoding import NameString, decode_name, decode_pkg_length
from acpitools.aml.names import NO_METHOD, Arities, declared_path, places
from acpitools.aml.opcodes import OPS
from acpitools.aml.starts import (
    BYTES,
    CHARS,
    CONSTANT,
    EXTENDED,
    FIELDS,
    LEAF,
    NAME,
    NO_CALL,
    ONE,
    OPERATOR,
    PATH,
    SIMPLE,
    SIZE,
    STRING,
    SUPER,
    TERM,
    TERMS,
    TWO,
)
from acpitools.aml.terms import MAX_DEPTH, NULL_NAME, Term
from acpitools.core.value import value

__all__ = ["Damage", "Doubt", "Reader"]

_NAME_FORM = re.compile(rb"\\?\^*(?:\.[A-Z_][A-Z0-9_]{3}[A-Z_][A-Z0-9_]{3}|[A-Z_][A-Z0-9_]{3})")
_SEGMENT = re.compile(rb"[A-Z_][A-Z0-9_]{3}")

STATEMENTS = frozenset(op.name for op in OPS if "statement" in op.flags) | {"Call", "NamePath", "Raw"}
_SCOPES = frozenset(op.name for op in OPS if "scope" in op.flags)
_NAME_AT = {op.name: op.arguments.index("NameString") if op.name != "Alias" else 1 for op in OPS if "named" in op.flags}
"""Op that declares a name -> which argument is the name."""

_new = tuple.__new__


@value
class Damage:
    """Bytes that could not be read."""

    offset: int
    """Where it shows, bytes from the start of the table."""
    message: str


@value
class Doubt:
    """A name of which it is not sure how many arguments it takes."""

    offset: int
    key: bytes
    """As Arities.key gives it."""


class _DamageError(Exception):
    """Reading cannot go on in this list: (offset, why)."""


class Reader:
    """Reads the terms of one table."""

    def __init__(self, data: bytes, arities: Arities) -> None:
        self.data = data
        self.arities = arities
        self.damages: list[Damage] = []
        self.strays: list[int] = []
        """Offsets of constants and the like that stand where only statements may: signs of a wrong arity."""
        self.doubts: list[Doubt] = []
        """Uses of names that no table declares, or several differently."""
        self._names: dict[bytes, NameString] = {}
        self._known: dict[bytes, dict[bytes, int]] = {}

    def terms(self, start: int, end: int, scope: bytes = b"") -> tuple[Term, ...]:
        """Give all terms in ``[start, end)``; scope is the path where they stand."""
        return tuple(self._read(start, end, scope, single=False))

    def term(self, start: int, end: int, scope: bytes = b"") -> Term:
        """Give the first term in ``[start, end)``; Raw up to the end where there is none."""
        return self._read(start, end, scope, single=True)[0]

    def _read(self, pos: int, stop: int, scope: bytes, *, single: bool) -> list[Term]:
        data = self.data
        stack: list[Any] = []
        # The frame: a term whose operands are being read.  In a list, items is that list.
        op: str = ""
        kinds: tuple[int, ...] = ()
        index = 0
        args: list[Any] = []
        items: list[Term] | None = []
        mode = TERM if single else TERMS
        begin = pos
        form: int | bytes = 0
        known = self._known.setdefault(scope, {})
        while True:
            try:
                while True:
                    if items is not None:
                        if pos >= stop or (single and not stack and items):
                            if not stack:
                                return items
                            args.append(tuple(items))
                            items = None
                            continue
                        want = mode
                    elif index < len(kinds):
                        want = kinds[index]
                        index += 1
                        if want > SIMPLE:
                            if want == NAME:
                                name = self._name(pos, stop)
                                args.append(name)
                                pos += len(name.raw)
                            elif want < CHARS:
                                size = SIZE[want]
                                if pos + size > stop:
                                    raise _DamageError(pos, f"{op} ends before its operands do")
                                args.append(int.from_bytes(data[pos : pos + size], "little"))
                                pos += size
                            elif want == BYTES:
                                args.append(data[pos:stop])
                                pos = stop
                            elif want == FIELDS:
                                args.append(self.fields(pos, stop, scope))
                                pos = stop
                            else:
                                items, mode = [], want
                                if op in _SCOPES:
                                    scope = self._scope(op, scope, args)
                                    known = self._known.setdefault(scope, {})
                            continue
                    else:
                        # The term is complete.
                        term = _new(Term, (op, tuple(args), begin, pos, form))
                        done = op
                        op, kinds, index, args, items, mode, begin, stop, form, outer = stack.pop()
                        if outer is not scope:
                            scope = outer
                            known = self._known.setdefault(scope, {})
                        if items is None:
                            args.append(term)
                        else:
                            items.append(term)
                            if mode == TERMS:
                                if done in _NAME_AT:
                                    self._declare(term, scope)
                                elif done not in STATEMENTS:
                                    self.strays.append(term.start)
                        continue

                    # A term has to begin here.
                    if pos >= stop:
                        raise _DamageError(pos, f"{op} ends before its operands do")
                    byte = data[pos]
                    if byte == 0 and SUPER <= want <= SIMPLE:
                        args.append(NULL_NAME)
                        pos += 1
                        continue
                    what, label, more, packaged = ONE[byte]
                    at = pos
                    if what == EXTENDED:
                        if pos + 1 >= stop:
                            raise _DamageError(pos, "an opcode of two bytes ends after the first")
                        what, label, more, packaged = TWO[data[pos + 1]]
                        pos += 1
                    if what == LEAF:
                        pos += 1
                        if items is None:
                            args.append(label)
                        else:
                            items.append(label)
                            if mode == TERMS and label.op not in STATEMENTS:
                                self.strays.append(at)
                    elif what == PATH:
                        match = _NAME_FORM.match(data, pos, stop)
                        text = match.group() if match else self._name(pos, stop).raw
                        found = self._names.get(text)
                        if found is None:
                            found = self._name(pos, stop)
                        pos += len(text)
                        if want in NO_CALL:
                            term = _new(Term, ("NamePath", (found,), at, pos, 0))
                        else:
                            arity = known.get(text)
                            if arity is None:
                                arity = self._arity(scope, found, at, known)
                            if arity > 0:
                                if len(stack) >= MAX_DEPTH:
                                    raise _DamageError(at, f"terms inside terms, {MAX_DEPTH} deep")
                                stack.append((op, kinds, index, args, items, mode, begin, stop, form, scope))
                                op, kinds, index, args, items, begin, form = (
                                    "Call", (TERM,) * arity, 0, [found], None, at, 0,
                                )  # fmt: skip
                                continue
                            if arity < NO_METHOD:
                                self.doubts.append(Doubt(offset=at, key=self.arities.key(scope, found)))
                            term = _new(Term, ("Call" if arity == 0 else "NamePath", (found,), at, pos, 0))
                        if items is None:
                            args.append(term)
                        else:
                            items.append(term)
                    elif what == CONSTANT:
                        pos += 1
                        last = pos + more[0]
                        if last > stop:
                            raise _DamageError(at, f"{label} ends before its bytes do")
                        term = _new(Term, (label, (int.from_bytes(data[pos:last], "little"),), at, last, 0))
                        pos = last
                        if items is None:
                            args.append(term)
                        else:
                            items.append(term)
                            if mode == TERMS:
                                self.strays.append(at)
                    elif what == OPERATOR:
                        if len(stack) >= MAX_DEPTH:
                            raise _DamageError(at, f"terms inside terms, {MAX_DEPTH} deep")
                        pos += 1
                        stack.append((op, kinds, index, args, items, mode, begin, stop, form, scope))
                        op, kinds, index, args, items, begin, form = label, more, 0, [], None, at, 0
                        if packaged:
                            pos, stop, form = self._package(label, pos, stop)
                    elif what == STRING:
                        last = data.find(b"\0", pos + 1, stop)
                        if last < 0:
                            raise _DamageError(at, "a string without an end")
                        term = _new(Term, (label, (data[pos + 1 : last],), at, last + 1, 0))
                        pos = last + 1
                        if items is None:
                            args.append(term)
                        else:
                            items.append(term)
                            if mode == TERMS:
                                self.strays.append(at)
                    else:
                        pos = at
                        code = data[at : at + 2] if byte == 0x5B else data[at : at + 1]
                        raise _DamageError(at, f"no opcode: {code.hex(' ').upper()}")
            except _DamageError as problem:
                offset, why = problem.args
                self.damages.append(Damage(offset=offset, message=why))
                first = offset if items is not None else begin
                while items is None:
                    first = begin
                    op, kinds, index, args, items, mode, begin, stop, form, scope = stack.pop()
                known = self._known.setdefault(scope, {})
                items.append(_new(Term, ("Raw", (data[first:stop],), first, stop, 0)))
                pos = stop

    def _name(self, pos: int, stop: int) -> NameString:
        name = decode_name(self.data, pos, stop)
        if name is None:
            raise _DamageError(pos, f"no name: {self.data[pos : min(pos + 8, stop)].hex(' ').upper()}")
        return self._names.setdefault(name.raw, name)

    def _arity(self, scope: bytes, name: NameString, offset: int, known: dict[bytes, int]) -> int:
        arities = self.arities
        arity = arities.find(scope, name)
        if arities.unsure and arities.key(scope, name) in arities.unsure:
            self.doubts.append(Doubt(offset=offset, key=arities.key(scope, name)))
        else:
            known[name.raw] = arity
        return arity

    def _package(self, label: str, pos: int, stop: int) -> tuple[int, int, int | bytes]:
        # Gives where the operands begin, where the term ends, and the form of the PkgLength.
        data = self.data
        if pos >= stop or pos + 1 + (data[pos] >> 6) > stop:
            raise _DamageError(pos, f"{label} ends inside its PkgLength")
        value, size = decode_pkg_length(data, pos)
        last = pos + value
        begin = pos + size
        if last < begin:
            raise _DamageError(pos, f"the PkgLength of {label} is {value}, less than its own size")
        form: int | bytes = 0
        if last > stop:
            self.damages.append(
                Damage(
                    offset=pos,
                    message=f"{label} says it ends at {last:#x}, but what it stands in ends at {stop:#x}",
                )
            )
            form, last = data[pos:begin], stop
        elif size > 1:
            if data[pos] & 0x30:
                form = data[pos:begin]
            elif value - 1 < (0x40, 0x1000, 0x10_0000)[size - 2]:
                form = size
        return begin, last, form

    def _scope(self, op: str, scope: bytes, args: list[Any]) -> bytes:
        name: NameString = args[0]
        if op == "Scope":
            own, others = self.arities.own, self.arities.others
            for path in places(scope, name):
                if path in own or path in others:
                    return path
        path = declared_path(scope, name)
        if op == "Method" and path not in self.arities.own:
            self._note(path, args[1] & 7)
        return path

    def _declare(self, term: Term, scope: bytes) -> None:
        # Names made inside methods are not known from the first pass, and hide what is above them.
        path = declared_path(scope, term.args[_NAME_AT[term.op]])
        if path not in self.arities.own:
            arity = NO_METHOD
            if term.op == "Alias":
                arity = max(NO_METHOD, self.arities.find(scope, term.args[0]))
            self._note(path, arity)

    def _note(self, path: bytes, arity: int) -> None:
        self.arities.own[path] = arity
        known = self._known.get(path[:-4])
        if known is not None:
            known.pop(path[-4:], None)

    def fields(self, pos: int, stop: int, scope: bytes) -> tuple[Term, ...]:
        """Give the elements in ``[pos, stop)``; where they make no sense the last one is Raw."""
        data = self.data
        found: list[Term] = []
        own = self.arities.own
        while pos < stop:
            at = pos
            byte = data[pos]
            try:
                if byte == 0 or byte > 3:
                    args: tuple[Any, ...] = ()
                    op = "ReservedField"
                    if byte:
                        op = "NamedField"
                        text = data[pos : pos + 4]
                        name = self._names.get(text)
                        if name is None:
                            if _SEGMENT.fullmatch(text) is None:
                                raise _DamageError(pos, f"no element of a field: {text.hex(' ').upper()}")
                            name = self._name(pos, stop)
                        args = (name,)
                        if scope + text not in own:
                            self._note(scope + text, NO_METHOD)
                        pos += 3
                    pos += 1
                    if pos >= stop or pos + 1 + (data[pos] >> 6) > stop:
                        raise _DamageError(at, f"{op} ends before its length does")
                    bits, size = decode_pkg_length(data, pos)
                    form: int | bytes = 0
                    if size > 1:
                        if data[pos] & 0x30:
                            form = data[pos : pos + size]
                        elif bits < (0x40, 0x1000, 0x10_0000)[size - 2]:
                            form = size
                    pos += size
                    found.append(_new(Term, (op, (*args, bits), at, pos, form)))
                elif byte == 2:
                    if pos + 1 < stop and data[pos + 1] == 0x11:
                        buffer = self.term(pos + 1, stop, scope)
                        if buffer.op == "Raw":
                            raise _DamageError(pos + 1, "a connection without an end")
                        found.append(Term("ConnectField", (buffer,), at, buffer.end))
                        pos = buffer.end
                    else:
                        name = self._name(pos + 1, stop)
                        pos += 1 + len(name.raw)
                        found.append(Term("ConnectField", (name,), at, pos))
                else:
                    count = 2 if byte == 1 else 3
                    pos += 1 + count
                    if pos > stop:
                        raise _DamageError(at, "an access element without an end")
                    op = "AccessField" if byte == 1 else "ExtendedAccessField"
                    found.append(Term(op, tuple(data[at + 1 : pos]), at, pos))
            except _DamageError as problem:
                offset, why = problem.args
                self.damages.append(Damage(offset=offset, message=why))
                found.append(Term("Raw", (data[at:stop],), at, stop))
                break
        return tuple(found)
