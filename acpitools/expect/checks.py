"""What can be claimed, and what can be compared with what; checked before anything is replayed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from acpitools.expect import nodes
from acpitools.expect.errors import ExpectationError
from acpitools.expect.nodes import Condition, Item, NodeRef, Position, Quantity, Scope

__all__ = ["check_items"]


class _Kind(NamedTuple):
    """How a quantity may be used."""

    claim: bool
    """It is true or not by itself."""
    unit: str | None
    """``bytes``, ``share`` (bytes of a whole), ``count`` or ``address``; None where it is no amount."""


_SHARE: Final = _Kind(True, "share")
_YES_OR_NO: Final = _Kind(True, None)
_BYTES: Final = _Kind(False, "bytes")
_COUNT: Final = _Kind(False, "count")
_ADDRESS: Final = _Kind(False, "address")

_PLACES: Final = ("node", "address", "range", "block", "memory")
_ATTRIBUTES: Final[dict[str, dict[str, _Kind]]] = {
    **{
        kind: dict.fromkeys(_PLACES, _SHARE) | {"address": _YES_OR_NO}
        for kind in ("movable", "removable", "possibly removable", "hotpluggable", "in zone")
    },
    "on node": dict.fromkeys(("range", "block", "memory"), _SHARE) | {"address": _YES_OR_NO},
    "in block": dict.fromkeys(("range", "memory"), _SHARE) | {"address": _YES_OR_NO},
    "ram": {"address": _YES_OR_NO, "range": _SHARE, "block": _SHARE, "node": _Kind(True, "bytes")},
    "memory": {"node": _Kind(True, "bytes")},
    "online": {"node": _YES_OR_NO, "block": _YES_OR_NO},
    "exists": {"node": _YES_OR_NO, "block": _YES_OR_NO},
    "has": {"node": _YES_OR_NO},
    "managed": {"node": _BYTES},
    "cpus": {"node": _COUNT},
    "pxm": {"node": _COUNT},
    "start": {"node": _ADDRESS, "block": _ADDRESS},
    "end": {"node": _ADDRESS, "block": _ADDRESS},
    "zone": {"node": _Kind(True, "bytes")},
}
"""Attribute -> place -> how it may be used."""

_ZONE_PARTS: Final = {None: _Kind(True, "bytes"), "start": _ADDRESS, "end": _ADDRESS}
_FACTS: Final = {"boots": _YES_OR_NO, "srat used": _YES_OR_NO, "block size": _BYTES}
_COMPARABLE: Final = {
    "bytes": frozenset({"bytes", "share", "plain"}),
    "share": frozenset({"bytes", "share", "plain", "percent"}),
    "count": frozenset({"count", "plain"}),
    "address": frozenset({"address", "plain", "bytes"}),
    "plain": frozenset({"bytes", "share", "count", "address"}),
    "percent": frozenset({"share"}),
}
_SAYS: Final = {
    "bytes": "an amount of memory",
    "share": "an amount of memory",
    "count": "a number",
    "address": "an address",
    "plain": "a literal number",
    "percent": "a percentage",
}


def check_items(items: Sequence[Item], source: str) -> None:
    """Refuse what the grammar lets pass but nobody can mean.

    Raises ExpectationError for an unknown variable, a comparison of unlike things, or a claim that is none.
    """
    checker = _Checker(source)
    for item in items:
        checker.item(item, frozenset())


class _Checker:
    def __init__(self, source: str) -> None:
        self.source = source

    def refuse(self, why: str, at: Position) -> ExpectationError:
        return ExpectationError(why, self.source, at)

    def item(self, item: Item, bound: frozenset[str]) -> None:
        if isinstance(item, nodes.Loop):
            bound = self.bind(item.variable, item.at, bound)
            for inner in item.items:
                self.item(inner, bound)
        else:
            self.condition(item.condition, bound)

    def bind(self, variable: str, at: Position, bound: frozenset[str]) -> frozenset[str]:
        if not variable.isidentifier():
            raise self.refuse(f"{variable!r} cannot name a node", at)
        if variable in bound:
            raise self.refuse(f"{variable!r} already names the node of an outer loop", at)
        return bound | {variable}

    def condition(self, condition: Condition, bound: frozenset[str]) -> None:
        match condition:
            case nodes.Not():
                self.condition(condition.operand, bound)
            case nodes.And() | nodes.Or():
                for operand in condition.operands:
                    self.condition(operand, bound)
            case nodes.Quantified():
                self.condition(condition.body, self.bind(condition.variable, condition.at, bound))
            case nodes.Claim():
                kind = self.kind(condition.quantity, bound)
                if not kind.claim:
                    example = "60 %" if kind.unit == "share" else "128M" if kind.unit == "bytes" else "2"
                    why = f"this is {_SAYS[kind.unit or 'plain']}: compare it with something, such as == {example}"
                    raise self.refuse(why, condition.quantity.at)
            case nodes.Comparison():
                self.comparison(condition, bound)

    def comparison(self, condition: nodes.Comparison, bound: frozenset[str]) -> None:
        units = [self.unit(side, bound) for side in (condition.left, condition.right)]
        left, right = units
        if right not in _COMPARABLE[left]:
            if {left, right} <= {"plain", "percent"}:
                raise self.refuse("two literals: nothing of the layout is compared", condition.at)
            if "percent" in units:
                other = left if right == "percent" else right
                raise self.refuse(f"{_SAYS[other]} is no share of anything, so no percentage fits", condition.at)
            raise self.refuse(f"{_SAYS[left]} cannot be compared with {_SAYS[right]}", condition.at)

    def unit(self, quantity: Quantity, bound: frozenset[str]) -> str:
        unit = self.kind(quantity, bound).unit
        if unit is None:
            raise self.refuse("this is true or not: it cannot be compared", quantity.at)
        return unit

    def kind(self, quantity: Quantity, bound: frozenset[str]) -> _Kind:
        match quantity:
            case nodes.Number():
                return _Kind(False, quantity.unit)
            case nodes.Of():
                return self.attribute(quantity.place, quantity.attribute, bound)
            case nodes.Fact():
                return _YES_OR_NO if quantity.none else _FACTS.get(quantity.kind, _COUNT)
            case nodes.NodeCount():
                return _COUNT
            case nodes.FindingNamed():
                return _YES_OR_NO
            case nodes.Distance():
                self.node(quantity.source, bound)
                self.node(quantity.target, bound)
                return _COUNT
            case nodes.MachineZone():
                return _ZONE_PARTS.get(quantity.part, _BYTES)
            case nodes.HeldBy():
                self.scope(quantity.scope, bound)
                return _YES_OR_NO
        return self.memory(quantity, bound)

    def memory(self, quantity: nodes.MemorySet, bound: frozenset[str]) -> _Kind:
        self.scope(quantity.memory.scope, bound)
        if quantity.attribute is None:
            return _Kind(False, "share")
        place = nodes.Place(quantity.at, memory=quantity.memory)
        self.attribute(place, quantity.attribute, bound)
        return _YES_OR_NO

    def attribute(self, place: nodes.Place, attribute: nodes.Attribute, bound: frozenset[str]) -> _Kind:
        for node in (place.node, attribute.node):
            if node is not None:
                self.node(node, bound)
        kind = _ATTRIBUTES[attribute.kind].get(place.kind)
        if kind is None:
            words = sorted(name for name, places in _ATTRIBUTES.items() if place.kind in places)
            what = {"range": "a range", "address": "an address"}.get(place.kind, f"a {place.kind}")
            why = f"{attribute.kind!r} cannot be said of {what}; what can: {', '.join(words)}"
            raise self.refuse(why, attribute.at)
        return _ZONE_PARTS.get(attribute.part, _BYTES) if attribute.kind == "zone" else kind

    def scope(self, scope: Scope, bound: frozenset[str]) -> None:
        if scope.node is not None:
            self.node(scope.node, bound)

    def node(self, node: NodeRef, bound: frozenset[str]) -> None:
        if node.name is not None and node.name not in bound:
            names = ", ".join(sorted(bound)) or "none"
            raise self.refuse(f"no loop names a node {node.name!r} (named here: {names}); or give a number", node.at)
