"""Expectations against a predicted machine: one result each, and one for each node of a loop.

Three answers: a condition holds, fails, or cannot be decided, because it speaks of something that is not there.  What
cannot be decided is undecided when negated, and decides an ``and`` or ``or`` only where the other side does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Final, NamedTuple

from acpitools.core.errors import LimitError
from acpitools.expect import nodes
from acpitools.expect.claims import claimed
from acpitools.expect.evidence import MOST
from acpitools.expect.measure import measured
from acpitools.expect.nodes import Condition, Item, Quantity, Selector
from acpitools.expect.result import Evidence, Result, Verdict
from acpitools.expect.scene import Measured, Scene, UnmeasurableError, has_feature
from acpitools.expect.world import World

__all__ = ["MOST_STEPS", "evaluate", "expanded", "holds"]

MOST_STEPS: Final = 100_000
"""Comparisons and claims that one run may look at; loops within loops multiply them."""

_OPERATORS: Final = {"==": eq, "!=": ne, ">=": ge, "<=": le, ">": gt, "<": lt}


class _Answer(NamedTuple):
    verdict: Verdict
    text: str
    evidence: tuple[Evidence, ...] = ()


def _opposite(verdict: Verdict) -> Verdict:
    return {Verdict.HOLDS: Verdict.FAILS, Verdict.FAILS: Verdict.HOLDS}.get(verdict, verdict)


def evaluate(items: Sequence[Item], world: World) -> tuple[Result, ...]:
    """Give the results in the order of the items, those of a loop node by node.

    Raises LimitError where loops within loops ask for too much.
    """
    return tuple(_Evaluator(world).results(items))


def expanded(items: Sequence[Item], world: World) -> Iterator[tuple[nodes.Expectation, Mapping[str, int]]]:
    """Give the expectations in the order of the results, with the nodes that variables of loops stand for."""
    for item, bound, _ in _Evaluator(world).expanded(items, {}, None):
        yield item, bound


def holds(item: nodes.Expectation, bound: Mapping[str, int], world: World) -> bool:
    """Tell whether one expectation holds; ``bound`` gives the nodes that variables of loops stand for."""
    return _Evaluator(world).answer(item.condition, dict(bound)).verdict is Verdict.HOLDS


class _Evaluator:
    def __init__(self, world: World) -> None:
        self.world = world
        self.steps = 0

    # --- items ------------------------------------------------------------------------------------------------

    def expanded(
        self, items: Sequence[Item], bound: dict[str, int], name: str | None
    ) -> Iterator[tuple[nodes.Expectation, dict[str, int], str | None]]:
        for item in items:
            if isinstance(item, nodes.Loop):
                chosen = self.chosen(item.selectors)
                if not chosen:
                    yield item.of_nothing, bound, item.name or name
                for node in chosen:
                    yield from self.expanded(item.items, {**bound, item.variable: node}, item.name or name)
            else:
                yield item, bound, item.name or name

    def results(self, items: Sequence[Item]) -> Iterator[Result]:
        for item, bound, name in self.expanded(items, {}, None):
            answer = self.answer(item.condition, bound)
            yield Result(
                source=item.source,
                line=item.at.line,
                column=item.at.column,
                name=name,
                expression=item.text,
                nodes=tuple(bound.items()),
                verdict=answer.verdict,
                measured=answer.text,
                evidence=answer.evidence[:MOST],
            )

    def chosen(self, selectors: Sequence[Selector]) -> list[int]:
        found = sorted(self.world.nodes)
        for selector in selectors:
            if selector.feature is not None:
                found = [node for node in found if has_feature(self.world, node, selector.feature)]
            else:
                wanted = selector.kind == "in"
                found = [n for n in found if any(a <= n <= b for a, b in selector.numbers) == wanted]
        return found

    # --- conditions -------------------------------------------------------------------------------------------

    def answer(self, condition: Condition, bound: dict[str, int]) -> _Answer:
        match condition:
            case nodes.Not():
                inner = self.answer(condition.operand, bound)
                return inner._replace(verdict=_opposite(inner.verdict))
            case nodes.And():
                return self.joined([self.answer(c, bound) for c in condition.operands], every=True)
            case nodes.Or():
                return self.joined([self.answer(c, bound) for c in condition.operands], every=False)
            case nodes.Quantified():
                return self.quantified(condition, bound)
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise LimitError("too many expectations", "loops", f"more than {MOST_STEPS} comparisons")
        try:
            self.must_boot(condition)
            if isinstance(condition, nodes.Comparison):
                return self.compared(condition, bound)
            true, text, evidence = claimed(condition.quantity, Scene(self.world, bound))
        except UnmeasurableError as error:
            return _Answer(Verdict.UNDECIDED, str(error))
        return _Answer(Verdict.HOLDS if true else Verdict.FAILS, text, evidence)

    def must_boot(self, condition: nodes.Claim | nodes.Comparison) -> None:
        if self.world.layout.boots:
            return
        quantities = [condition.quantity] if isinstance(condition, nodes.Claim) else [condition.left, condition.right]
        if not all(map(_without_boot, quantities)):
            raise UnmeasurableError("the kernel does not come up")

    def compared(self, condition: nodes.Comparison, bound: dict[str, int]) -> _Answer:
        scene = Scene(self.world, bound)
        left, right = measured(condition.left, scene), measured(condition.right, scene)
        amounts = left.amount, right.amount
        if right.unit == "percent":
            amounts = _shares(left, right.amount)
        elif left.unit == "percent":
            amounts = _shares(right, left.amount)[::-1]
        true = bool(_OPERATORS[condition.operator](*amounts))
        text = "; ".join(side.text for side in (left, right) if side.text)
        # What is missing explains the smaller side, what is there the larger one.
        evidence = _deciding(left, smaller=amounts[0] < amounts[1]) + _deciding(right, smaller=amounts[1] < amounts[0])
        return _Answer(Verdict.HOLDS if true else Verdict.FAILS, text, evidence)

    def joined(self, answers: list[_Answer], *, every: bool) -> _Answer:
        decisive = Verdict.FAILS if every else Verdict.HOLDS
        if any(a.verdict is decisive for a in answers):
            verdict = decisive
        elif any(a.verdict is Verdict.UNDECIDED for a in answers):
            verdict = Verdict.UNDECIDED
        else:
            verdict = _opposite(decisive)
        told = [a for a in answers if a.verdict is verdict]
        texts = list(dict.fromkeys(a.text for a in told))
        shown = "; ".join(texts[:4]) + (f"; and {len(texts) - 4} more" if len(texts) > 4 else "")
        evidence = dict.fromkeys(piece for a in told[:MOST] for piece in a.evidence)
        return _Answer(verdict, shown, tuple(evidence))

    def quantified(self, condition: nodes.Quantified, bound: dict[str, int]) -> _Answer:
        chosen = self.chosen(condition.selectors)
        answers = []
        for node in chosen:
            answer = self.answer(condition.body, {**bound, condition.variable: node})
            answers.append(answer._replace(text=f"{condition.variable} = {node}: {answer.text}"))
        if not answers:
            return _Answer(Verdict.UNDECIDED, "no node is meant")
        return self.joined(answers, every=condition.every)


def _deciding(side: Measured, *, smaller: bool) -> tuple[Evidence, ...]:
    return (side.outside or side.inside) if smaller else (side.inside or side.outside)


def _shares(part: Measured, percent: Fraction) -> tuple[Fraction, Fraction]:
    if not part.whole:
        raise UnmeasurableError("it is a share of nothing")
    return part.amount * 100, percent * part.whole


def _without_boot(quantity: Quantity) -> bool:
    if isinstance(quantity, nodes.Fact):
        return quantity.kind in ("boots", "srat used", "findings", "errors", "warnings")
    return isinstance(quantity, nodes.FindingNamed | nodes.Number)
