"""The parts of an expectation, as frozen values.  Sizes and addresses are bytes, ranges half open."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from acpitools.core.ranges import AddrRange
from acpitools.core.value import value

__all__ = [
    "And",
    "Attribute",
    "Claim",
    "Comparison",
    "Condition",
    "Distance",
    "Expectation",
    "Fact",
    "FindingNamed",
    "HeldBy",
    "Item",
    "Loop",
    "MachineZone",
    "MemoryClass",
    "MemorySet",
    "NodeCount",
    "NodeRef",
    "Not",
    "Number",
    "Of",
    "Or",
    "Place",
    "Position",
    "Quantified",
    "Quantity",
    "Scope",
    "Selector",
    "mentions_marks",
]


class Position(NamedTuple):
    """Where something is written: lines and columns count from 1."""

    line: int
    column: int


class NodeRef(NamedTuple):
    """A node by number, or by the variable of a loop."""

    at: Position
    number: int | None = None
    name: str | None = None


class Feature(NamedTuple):
    """Something that a node may have: memory, CPUs, hotpluggable memory, movable memory, a zone."""

    kind: str
    zone: str | None = None


class Selector(NamedTuple):
    """One clause that narrows the nodes of a loop: ``with FEATURE``, ``in NUMBERS``, ``except NUMBERS``."""

    kind: str
    feature: Feature | None = None
    numbers: tuple[tuple[int, int], ...] = ()
    """(first, last), both inclusive."""


class Scope(NamedTuple):
    """Where to look: a node, a range or a zone."""

    node: NodeRef | None = None
    range: AddrRange | None = None
    zone: str | None = None


class MemoryClass(NamedTuple):
    """All RAM, or the movable, removable, hotpluggable or kernel part of it."""

    kind: str
    scope: Scope


class Place(NamedTuple):
    """What an attribute is said of: exactly one of these is not None."""

    at: Position
    node: NodeRef | None = None
    address: int | None = None
    range: AddrRange | None = None
    block: int | None = None
    memory: MemoryClass | None = None

    @property
    def kind(self) -> str:
        """The name of the field that is set."""
        return next(name for name in ("node", "address", "range", "block", "memory") if getattr(self, name) is not None)


class Attribute(NamedTuple):
    """What is said of a place: ``movable``, ``in zone Z``, ``on node N``, ``zone Z managed`` ..."""

    kind: str
    at: Position
    zone: str | None = None
    part: str | None = None
    node: NodeRef | None = None
    block: int | None = None
    feature: Feature | None = None


@value
class Number:
    """A literal; ``unit`` is ``bytes``, ``percent`` or ``plain``, which stands for either bytes or a count."""

    at: Position
    amount: Fraction
    unit: str


@value
class Of:
    """An attribute of a place: a claim, an amount, or a share."""

    at: Position
    place: Place
    attribute: Attribute


@value
class Fact:
    """Something of the machine as a whole: boots, srat used, block size, blocks, findings, errors, warnings."""

    at: Position
    kind: str
    none: bool = False
    """``no findings``: a claim."""


@value
class NodeCount:
    """How many nodes there are: all possible ones, the online ones, or those with a feature."""

    at: Position
    online: bool
    feature: Feature | None


@value
class FindingNamed:
    """A finding with this code, where ``*`` stands for any characters, is there or is not."""

    at: Position
    code: str
    none: bool


@value
class Distance:
    """The distance from one node to another, as the kernel uses it."""

    at: Position
    source: NodeRef
    target: NodeRef


@value
class MemorySet:
    """A class of memory: its size; or, with a quantifier, a claim about it."""

    at: Position
    memory: MemoryClass
    quantifier: str | None = None
    """``all``, ``no`` or ``some``."""
    attribute: Attribute | None = None


@value
class MachineZone:
    """A zone over all nodes."""

    at: Position
    zone: str
    part: str | None


@value
class HeldBy:
    """What the kernel took while it booted: any of it, or what an owner's name matches."""

    at: Position
    owner: str | None
    scope: Scope
    none: bool


Quantity = Number | Of | Fact | NodeCount | FindingNamed | Distance | MemorySet | MachineZone | HeldBy


@value
class Claim:
    """A quantity that is true or not by itself."""

    quantity: Quantity


@value
class Comparison:
    """Two quantities and how they are compared."""

    at: Position
    left: Quantity
    operator: str
    right: Quantity


@value
class Not:
    """The opposite."""

    operand: Condition
    depth: int


@value
class And:
    """All of them."""

    operands: tuple[Condition, ...]
    depth: int


@value
class Or:
    """One of them at least."""

    operands: tuple[Condition, ...]
    depth: int


@value
class Quantified:
    """A condition for every node, or for some node."""

    at: Position
    every: bool
    variable: str
    selectors: tuple[Selector, ...]
    body: Condition
    depth: int


Condition = Claim | Comparison | Not | And | Or | Quantified


@value
class Expectation:
    """One expectation: its name, if it has one, and its text as written."""

    at: Position
    source: str
    """File, or ``-e[1]``."""
    name: str | None
    text: str
    condition: Condition


@value
class Loop:
    """Expectations for each node: one result for every node and item."""

    at: Position
    source: str
    name: str | None
    text: str
    """Its first line, without the brace."""
    variable: str
    selectors: tuple[Selector, ...]
    items: tuple[Item, ...]
    depth: int

    @property
    def of_nothing(self) -> Expectation:
        """What stands for the loop where it is about no node: that there is one, which cannot be decided then."""
        body = Claim(quantity=Fact(at=self.at, kind="boots"))
        condition = Quantified(
            at=self.at, every=True, variable=self.variable, selectors=self.selectors, body=body, depth=1
        )
        return Expectation(at=self.at, source=self.source, name=self.name, text=self.text, condition=condition)


Item = Expectation | Loop


def mentions_marks(condition: Condition) -> bool:
    """Tell whether a condition is about the memory that the SRAT calls hot-pluggable."""
    match condition:
        case Not():
            return mentions_marks(condition.operand)
        case And() | Or():
            return any(map(mentions_marks, condition.operands))
        case Quantified():
            return mentions_marks(condition.body)
        case Comparison():
            return any(_of_marks(side) for side in (condition.left, condition.right))
    return _of_marks(condition.quantity)


def _of_marks(quantity: Quantity) -> bool:
    return isinstance(quantity, MemorySet) and quantity.memory.kind == "hotpluggable"
