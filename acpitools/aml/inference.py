"""How many arguments a method takes that no table declares, worked out from its uses.

A call read with too few arguments leaves the others behind as statements, and constants, arguments and locals are no
statements; a call read with too many eats what follows.  The number that leaves the least behind is taken.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from acpitools.aml.declarations import Declaration
from acpitools.aml.names import Arities
from acpitools.aml.opcodes import OPS
from acpitools.aml.reader import Reader
from acpitools.aml.terms import Term

__all__ = ["Evidence", "infer"]

MAX_ARGUMENTS = 7
_NO_VALUES = frozenset(op.name for op in OPS if "value" not in op.flags)
_DAMAGE, _EATEN = 10, 2
"""What weighs more than a constant left behind: damage takes the rest of its list with it."""
_SITES = 6
"""Methods looked at for one name."""
_ROUNDS = 4


class Evidence:
    """One table as first read: its reader knows the doubts, and what went wrong."""

    def __init__(self, data: bytes, end: int, reader: Reader, methods: Sequence[Declaration]) -> None:
        self.data = data
        self.reader = reader
        self.spans = sorted((item.start, item.end, item.path[:-4]) for item in methods if item.op == "Method")
        self.starts = [start for start, _, _ in self.spans]
        self.whole = (36, end, b"")

    def problems(self) -> list[int]:
        """Give the offsets where something went wrong."""
        return sorted([*self.reader.strays, *(damage.offset for damage in self.reader.damages)])

    def region(self, offset: int) -> tuple[int, int, bytes]:
        """Give (start, end, scope) of the method around an offset, or of the whole table."""
        index = bisect_left(self.starts, offset + 1) - 1
        if index >= 0 and offset < self.spans[index][1]:
            return self.spans[index]
        return self.whole

    def score(self, region: tuple[int, int, bytes], guesses: Mapping[bytes, int]) -> int:
        """Give how much goes wrong in a region under these guesses."""
        start, end, scope = region
        known = self.reader.arities
        arities = Arities(known.own, known.others, known.unsure, guesses)
        reader = Reader(self.data, arities)
        found = reader.terms(start, end, scope) if region is self.whole else (reader.term(start, end, scope),)
        return len(reader.strays) + _DAMAGE * len(reader.damages) + _EATEN * _eaten(found)


def _eaten(terms: tuple[Term, ...]) -> int:
    # Statements that stand where operands may: signs of a call that was given too many.
    count = 0
    todo: list[object] = [terms]
    while todo:
        item = todo.pop()
        if isinstance(item, Term):
            count += sum(isinstance(arg, Term) and arg.op in _NO_VALUES for arg in item.args)
            todo += [arg for arg in item.args if isinstance(arg, tuple)]
        elif isinstance(item, tuple):
            todo += item
    return count


def infer(tables: Sequence[Evidence]) -> dict[bytes, int]:
    """Give the number of arguments of names that are declared nowhere, by key, where their uses tell.

    The work is bounded: all in all some times the size of the tables is read again.
    """
    guesses: dict[bytes, int] = {}
    budget = [(1 << 20) + 4 * sum(len(table.data) for table in tables)]
    suspects = [table for table in tables if table.reader.doubts and table.problems()]
    for _ in range(_ROUNDS):
        better = False
        for table in suspects:
            for key in list(_candidates(table)):
                better |= _try(key, suspects, guesses, budget)
        if not better:
            break
    return guesses


def _candidates(table: Evidence) -> Iterator[bytes]:
    # The last name in doubt before each problem, in the same method.
    doubts = table.reader.doubts
    offsets = [doubt.offset for doubt in doubts]
    seen = set()
    for problem in table.problems():
        index = bisect_left(offsets, problem) - 1
        if index >= 0 and doubts[index].offset >= table.region(problem)[0] and doubts[index].key not in seen:
            seen.add(doubts[index].key)
            yield doubts[index].key


def _try(key: bytes, tables: Sequence[Evidence], guesses: dict[bytes, int], budget: list[int]) -> bool:
    sites = []
    for table in tables:
        regions = dict.fromkeys(table.region(doubt.offset) for doubt in table.reader.doubts if doubt.key == key)
        sites += [(table, region) for region in regions]
    sites = sorted(sites, key=lambda site: site[1][1] - site[1][0])[:_SITES]
    size = sum(region[1] - region[0] for _, region in sites)
    best = (sum(table.score(region, guesses) for table, region in sites), guesses.get(key, -1))
    found = best
    for arity in range(MAX_ARGUMENTS + 1):
        if best[0] == 0 or budget[0] < 0:
            break
        budget[0] -= size
        best = min(best, (sum(table.score(region, {**guesses, key: arity}) for table, region in sites), arity))
    if best == found:
        return False
    guesses[key] = best[1]
    return True
