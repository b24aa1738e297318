"""What would make a failed expectation hold: changes found by replaying them, the smallest first.

Single changes are tried first, cheapest first; then pairs; then all at once of what lifts the usual obstacles, thinned
out until nothing in it is superfluous.  The search ends at a bound and says how far it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import Final

from acpitools.core.errors import AcpiToolsError
from acpitools.core.firmware_map import E820Type
from acpitools.expect.candidates import candidates
from acpitools.expect.changes import Change
from acpitools.expect.evaluate import evaluate, expanded, holds
from acpitools.expect.nodes import Expectation, Item, mentions_marks
from acpitools.expect.result import Result, Suggestion, Suggestions, Verdict
from acpitools.expect.world import World
from acpitools.kernel.inputs import AffinityType, BootInputs
from acpitools.kernel.policy import Policy
from acpitools.kernel.predict import boot

__all__ = ["MOST_TRIES", "Search", "changed_inputs", "suggest"]

MOST_TRIES: Final = 600
"""Boots that are replayed for one expectation."""
_MOST_FOUND: Final = 3
_WORK: Final = 10_000_000
"""Of a machine with much memory or many ranges fewer boots are replayed: sections of memory in all, ranges each as dear
as 400, other structures as 20."""
_LIFTING: Final = frozenset(
    {"option-remove", "firmware-move", "initrd-move", "override-drop", "slit-drop", "kernel-move"}
)
"""Kinds of changes that take something away which stands in the way."""


def changed_inputs(inputs: BootInputs, changes: Sequence[Change]) -> BootInputs:
    """Give the inputs after some changes."""
    for change in changes:
        inputs = change.apply(inputs)
    return inputs


class Search:
    """One machine to try changes on; remembers nothing between expectations but what it costs."""

    def __init__(self, inputs: BootInputs, policy: Policy, items: Sequence[Item], results: Sequence[Result]) -> None:
        self.inputs = inputs
        self.policy = policy
        self.items = items
        self.before = tuple(results)
        structures = inputs.srat.entries if inputs.srat else ()
        memory = len(inputs.e820) + sum(e.type == AffinityType.MEMORY for e in structures)
        sections = sum(entry.end - entry.start for entry in inputs.e820 if entry.type == E820Type.RAM) >> 27
        self.most = min(MOST_TRIES, _WORK // (sections + 400 * memory + 20 * len(structures) + 1))

    def world(self, changes: Sequence[Change]) -> World | None:
        """Give the machine after some changes; None where they leave nothing to boot."""
        other_release = any(change.kind == "kernel-release" for change in changes)
        try:
            inputs = changed_inputs(self.inputs, changes)
            return World(boot(inputs, policy=None if other_release else self.policy))
        except AcpiToolsError:
            return None

    def for_expectation(
        self, item: Expectation, bound: Mapping[str, int], here: World, *, seen: Callable[[int], None] | None = None
    ) -> tuple[Suggestions, tuple[tuple[Change, ...], ...]]:
        """Search for what makes one expectation hold: the answer, and the changes themselves, the smallest first.

        ``seen`` is told of each boot.
        """
        about_marks = mentions_marks(item.condition)
        # Flagging less memory would empty what the expectation is about, not fulfil it.
        known = tuple(c for c in candidates(here) if not (about_marks and c.kind == "srat-flag"))
        attempt = _Attempt(self, item, bound, seen)
        found = list(islice(attempt.single(known), _MOST_FOUND))
        if not found:
            found = list(islice(attempt.pairs(known), _MOST_FOUND))
        if not found:
            found = list(islice(attempt.thinned(known), 1))
        told = [(self.told(changes), changes) for changes in found]
        told.sort(key=lambda pair: (len(pair[1]), len(pair[0].breaks)))
        answer = Suggestions(
            found=tuple(suggestion for suggestion, _ in told),
            tried=attempt.tried,
            kinds=tuple(dict.fromkeys(change.kind for change in known)),
            exhausted=not attempt.cut,
        )
        return answer, tuple(changes for _, changes in told)

    def told(self, changes: Sequence[Change]) -> Suggestion:
        """Put changes into words, with what they break."""
        line = changed_inputs(self.inputs, changes).cmdline
        world = self.world(changes)
        after = {_key(result): result.verdict for result in evaluate(self.items, world)} if world else {}
        broken = [r.title for r in self.before if r.verdict is Verdict.HOLDS and after.get(_key(r)) is not r.verdict]
        return Suggestion(
            changes=tuple(change.text for change in changes),
            kinds=tuple(change.kind for change in changes),
            cmdline=line if line != self.inputs.cmdline else None,
            breaks=tuple(broken),
        )


def _key(result: Result) -> tuple[object, ...]:
    return result.source, result.line, result.column, result.nodes


class _Attempt:
    """The search for one expectation."""

    def __init__(
        self, search: Search, item: Expectation, bound: Mapping[str, int], seen: Callable[[int], None] | None
    ) -> None:
        self.search = search
        self.item = item
        self.bound = bound
        self.seen = seen
        self.tried = 0
        self.cut = False

    @property
    def left(self) -> bool:
        self.cut = self.cut or self.tried >= self.search.most
        return self.tried < self.search.most

    def works(self, changes: Sequence[Change]) -> bool:
        self.tried += 1
        if self.seen is not None:
            self.seen(self.tried)
        world = self.search.world(changes)
        return world is not None and holds(self.item, self.bound, world)

    def single(self, known: Sequence[Change]) -> Iterator[tuple[Change, ...]]:
        for change in known:
            if not self.left:
                return
            if self.works((change,)):
                yield (change,)

    def pairs(self, known: Sequence[Change]) -> Iterator[tuple[Change, ...]]:
        # Half of what is left, so that the last way is tried too.
        stop = self.tried + (self.search.most - self.tried) // 2
        ranked = sorted(combinations(known, 2), key=lambda pair: pair[0].cost + pair[1].cost)
        for first, second in ranked:
            if self.tried >= stop:
                self.cut = True
                return
            if first.subject != second.subject and self.works((first, second)):
                yield first, second

    def thinned(self, known: Sequence[Change]) -> Iterator[tuple[Change, ...]]:
        subjects: dict[str, Change] = {}
        for change in known:
            if change.kind in _LIFTING and change.subject != "option movable_node":
                subjects.setdefault(change.subject, change)
        lifting = tuple(subjects.values())
        starts: list[tuple[Change, ...]] = [(), *((c,) for c in known if c.kind not in _LIFTING)]
        for start in starts:
            if not self.left:
                return
            everything = (*start, *lifting)
            if len(everything) > 2 and self.works(everything):
                yield self.thin(everything)

    def thin(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        # Without one of them, what could not be left out before may have become superfluous: until nothing is.
        before: tuple[Change, ...] = ()
        while changes != before:
            before = changes
            for change in sorted(changes, key=lambda c: -c.cost):
                fewer = tuple(c for c in changes if c is not change)
                if fewer and self.works(fewer):
                    changes = fewer
        return changes


def suggest(
    inputs: BootInputs,
    policy: Policy,
    items: Sequence[Item],
    here: World,
    *,
    seen: Callable[[int], None] | None = None,
) -> tuple[Result, ...]:
    """Give the results of all expectations, those that do not hold with what would make them hold."""
    results = evaluate(items, here)
    search = Search(inputs, policy, items, results)
    told = []
    for result, (item, bound) in zip(results, expanded(items, here), strict=True):
        if result.verdict is not Verdict.HOLDS:
            result = result.with_suggestions(search.for_expectation(item, bound, here, seen=seen)[0])
        told.append(result)
    return tuple(told)
