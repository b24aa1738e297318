"""Lists of terms as ASL statements: blocks and control flow; with a stack, since they nest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from acpitools.aml.encoding import NameString
from acpitools.aml.names import declared_path, places
from acpitools.aml.terms import Term
from acpitools.asl.format.expressions import INDENT
from acpitools.asl.format.lexical import (
    note,
    package_note,
    raw_note,
)
from acpitools.asl.format.loops import is_for
from acpitools.asl.format.single import FIELDS, LOCATION, MERGED, Single
from acpitools.asl.format.switches import Switch, find_switches

__all__ = ["Statements"]

_Work = str | tuple[Sequence[Term], int, int, bytes, bool]
"""Text, or a list: (terms, index of the next, level, scope, whether its first If goes on an Else)."""


class Statements(Single):
    """Writes the statements of one table; made as Single is."""

    def __init__(
        self,
        used: Callable[[bytes, NameString, str, int], None],
        exists: Callable[[bytes], bool],
        declared: Callable[[bytes, int], None],
    ) -> None:
        super().__init__(used, exists, declared)
        self._switches: dict[int, Switch] = {}

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
            self.scope = self.expressions.scope = scope
            self.refusals.enter(scope)
            self.expressions.locations = scope[-4:] == LOCATION
            self.expressions.level = level
            indent = INDENT * level
            while index < count:
                term = terms[index]
                index += 1
                if index < count and terms[index].op == "While" and self._is_for(term, terms[index]):
                    opening, body = self._for(term, terms[index])
                    index += 1
                    after = "\n" if index < count else ""
                    work.append((terms, index, level, scope, chained))
                    work.append(f"{indent}}}\n{after}")
                    work.append((body, 0, level + 1, scope, False))
                    yield f"{indent}{opening}\n{indent}{{\n"
                    break
                head = self.whole(term) if term.op not in _BLOCKS else None
                if head is not None:
                    apart = term.op in FIELDS and index < count
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

    def _is_for(self, start: Term, loop: Term) -> bool:
        if id(loop) in self._switches or not is_for(start, loop):
            return False
        # One that is an assignment in the text.
        source = start.args[0]
        return start.op != "Store" or not (source.op in MERGED and source.args[-1].op == "NullName")

    def _for(self, start: Term, loop: Term) -> tuple[str, Sequence[Term]]:
        body: Sequence[Term] = loop.args[1]
        first, condition = self.whole(start), self.safe(loop.args[0])
        return f"For ({first}, {condition}, {self.whole(body[-1])})", body[:-1]

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
        parts: list[_Work] = [f"{outer}Switch ({self.safe(switch.value)})\n{outer}{{\n"]
        for number, (label, body) in enumerate(switch.cases):
            head = "Default" if label is None else f"Case ({self.safe(label)})"
            apart = "\n" if number else ""
            parts += [f"{apart}{inner}{head}\n{inner}{{\n", (body, 0, level + 2, self.scope, False), f"{inner}}}\n"]
        return [*parts, f"{outer}}}\n"]

    def _block(self, term: Term, chained: bool) -> tuple[str, Sequence[Term], bytes]:
        # (what stands before the brace, the list inside, its scope)
        op, args = term.op, term.args
        notes = package_note(term)
        if op in ("If", "While"):
            keyword = "ElseIf" if chained else op
            return f"{notes}{keyword} ({self.safe(args[0])})", args[1], self.scope
        if op == "Else":
            return f"{notes}Else", args[0], self.scope
        name: NameString = args[0]
        shown = self.expressions.name(name)
        path = declared_path(self.scope, name)
        if op == "Scope":
            path = next((place for place in places(self.scope, name) if self._exists(place)), path)
            self._used(self.scope, name, op, 0)
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
        return f"{notes}{op} ({shown}{numbers}){self.comment(name)}", args[-1], path

    def _method_head(self, term: Term, shown: str) -> str:
        name, flags, _ = term.args
        serialized = flags >> 3 & 1
        level = flags >> 4
        parts = [shown, str(flags & 7), "Serialized" if serialized else "NotSerialized"]
        if level and serialized:
            parts.append(str(level))
        notes = note("flags", f"0x{flags:02X}") if level and not serialized else ""
        return f"{notes}{package_note(term)}Method ({', '.join(parts)}){self.comment(name)}"


def _chain(term: Term) -> tuple[Term, ...] | None:
    # What an Else holds, where that is one If and what belongs to it: it is written as ElseIf.
    body: tuple[Term, ...] = term.args[0]
    if term.form or not body or body[0].op != "If" or len(body) > 2:
        return None
    return body if len(body) == 1 or body[1].op == "Else" else None


_HEADS = {
    "Device": (),
    "ThermalZone": (),
    "Processor": ("0x%02X", "0x%08X", "0x%02X"),
    "PowerResource": ("0x%02X", "0x%04X"),
}
_BLOCKS = frozenset({"If", "Else", "While", "Scope", "Method", *_HEADS})
