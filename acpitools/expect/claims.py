"""Claims about a predicted machine: true or not, and what decides."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from acpitools.core.findings import Severity
from acpitools.core.ranges import coalesce, intersect, subtract
from acpitools.expect import nodes
from acpitools.expect.evidence import about_findings, about_holders, about_ranges, fact
from acpitools.expect.measure import attribute_amount, fact_amount
from acpitools.expect.nodes import Attribute, Place, Quantity
from acpitools.expect.result import Evidence
from acpitools.expect.scene import Scene, UnmeasurableError, has_feature, words_for
from acpitools.expect.world import World, touches

__all__ = ["claimed"]

_KNOWN: Final = {"exists": "possible", "online": "online"}


def claimed(quantity: Quantity, scene: Scene) -> tuple[bool, str, tuple[Evidence, ...]]:
    """Tell whether a claim is true, what was found, and what decides it.

    Raises UnmeasurableError where the machine does not have what the claim is about.
    """
    world = scene.world
    match quantity:
        case nodes.Of():
            return _attribute_claim(scene, quantity.place, quantity.attribute)
        case nodes.MemorySet() if quantity.attribute is not None:
            return _memory_claim(scene, quantity, quantity.attribute)
        case nodes.HeldBy():
            return _held_claim(scene, quantity)
        case nodes.FindingNamed():
            found = [f for f in world.layout.findings if fnmatchcase(f.code, quantity.code)]
            return bool(found) != quantity.none, f"findings {quantity.code}: {len(found)}", about_findings(found)
        case nodes.MachineZone():
            amount = scene.zone([z for z in world.layout.zones if z.zone == quantity.zone], None, quantity.zone)
            return amount.amount > 0, amount.text, amount.inside
        case nodes.Fact(kind="srat used"):
            numa = world.layout.numa
            why = numa.rejected or ("the SRAT was accepted" if numa.source == "srat" else "there is no SRAT")
            return numa.source == "srat", f"NUMA source: {numa.source}", (fact("SRAT", "srat", why, "numa_init"),)
        case nodes.Fact(kind="boots"):
            return _boot_claim(world)
        case nodes.Fact():
            amount = fact_amount(world, quantity.kind)
            return not amount.amount, amount.text, amount.inside
    raise AssertionError(f"{quantity!r} is no claim")


def _attribute_claim(scene: Scene, place: Place, attribute: Attribute) -> tuple[bool, str, tuple[Evidence, ...]]:
    world = scene.world
    match attribute.kind:
        case "exists" | "online" if place.node is not None:
            node = scene.node(place.node, must=False)
            there = node in (world.layout.online_nodes or () if attribute.kind == "online" else world.nodes)
            listed = sorted(world.nodes) if attribute.kind == "exists" else list(world.layout.online_nodes or ())
            text = f"node {node} {'is' if there else 'is not'} among the {_KNOWN[attribute.kind]} nodes"
            return there, text, (fact(f"{_KNOWN[attribute.kind]} nodes: {listed[:32]}", "nodes", text, "numa_init"),)
        case "exists" | "online":
            there = place.block is not None and world.run_of(place.block) is not None
            return there, f"block {place.block} {'exists' if there else 'does not exist'}", ()
        case "has" if place.node is not None and attribute.feature is not None:
            node, feature = scene.node(place.node), attribute.feature
            found = has_feature(world, node, feature)
            what = f"zone {feature.zone}" if feature.zone else feature.kind
            text = f"node {node} has {'' if found else 'no '}{what}"
            return found, text, about_ranges(world, world.of_node(node))
        case "zone" | "memory" | "ram" if place.node is not None:
            amount = attribute_amount(scene, place, attribute)
            return amount.amount > 0, amount.text, amount.inside or about_ranges(world, scene.place(place))
    whole = scene.place(place)
    if not whole:
        raise UnmeasurableError("there is no memory in it")
    amount = scene.share(whole, attribute)
    holds = amount.amount == amount.whole
    if place.address is not None:
        text = f"{place.address:#x} is {'' if holds else 'not '}{words_for(attribute)}"
        return holds, text, amount.inside if holds else amount.outside
    return holds, amount.text, amount.inside if holds else amount.outside


def _memory_claim(
    scene: Scene, quantity: nodes.MemorySet, attribute: Attribute
) -> tuple[bool, str, tuple[Evidence, ...]]:
    whole = intersect(scene.memory(quantity.memory.kind), scene.scope(quantity.memory.scope))
    amount = scene.share(whole, attribute)
    match quantity.quantifier:
        case "all":
            if not whole:
                raise UnmeasurableError("there is no such memory")
            holds = amount.amount == amount.whole
            return holds, amount.text, amount.inside if holds else amount.outside
        case "no":
            holds = not amount.amount
            return holds, amount.text, amount.outside if holds else amount.inside
    holds = amount.amount > 0
    return holds, amount.text, amount.inside if holds else amount.outside


def _held_claim(scene: Scene, quantity: nodes.HeldBy) -> tuple[bool, str, tuple[Evidence, ...]]:
    world, where, pattern = scene.world, scene.scope(quantity.scope), quantity.owner
    if pattern is not None and quantity.scope.node is not None:
        # By name also what is no RAM: a table in a hole of the node's range pins it as well.
        where = coalesce([*where, *world.nodes[scene.node(quantity.scope.node)].ranges])
    entries = [e for e in world.holders if pattern is None or fnmatchcase(e.owner, pattern)]
    if pattern is None:
        entries = [e for e in entries if touches(world.ram, e.start, e.end)]
    inside = [e for e in entries if touches(where, e.start, e.end)]
    what = f"allocations {pattern!r}" if pattern is not None else "kernel allocations"
    text = f"{what} there: {len(inside)}" + (f" of {len(entries)}" if len(entries) != len(inside) else "")
    if quantity.none or pattern is None:
        return bool(inside) != quantity.none, text, about_holders(world, inside)
    if not entries:
        raise UnmeasurableError(f"nothing called {pattern!r} is taken while booting")
    outside = [e for e in entries if subtract([(e.start, e.end)], where)]
    return not outside, text, about_holders(world, outside or inside)


def _boot_claim(world: World) -> tuple[bool, str, tuple[Evidence, ...]]:
    fatal = [f for f in world.layout.findings if f.severity is Severity.ERROR]
    if world.layout.boots:
        return True, "the kernel comes up", ()
    return False, f"does not boot: {world.state.panic}", about_findings(fatal)
