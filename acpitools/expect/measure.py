"""Amounts of a predicted machine, with what they are made of."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from acpitools.core.findings import Severity
from acpitools.core.ranges import intersect, total
from acpitools.core.units import PAGE_SIZE, PFN_PHYS, format_size
from acpitools.expect import nodes
from acpitools.expect.evidence import about_findings, about_holders, about_ranges, fact
from acpitools.expect.nodes import Attribute, Place, Quantity
from acpitools.expect.result import Evidence
from acpitools.expect.scene import Measured, Scene, UnmeasurableError, has_feature
from acpitools.expect.world import World, touches
from acpitools.kernel.distances import node_distance

__all__ = ["attribute_amount", "fact_amount", "measured"]

_OF_RAM: Final = frozenset({"movable", "removable", "possibly removable", "hotpluggable", "in zone", "on node"})


def measured(quantity: Quantity, scene: Scene) -> Measured:
    """Give an amount.

    Raises UnmeasurableError where the machine does not have what is measured.
    """
    world = scene.world
    match quantity:
        case nodes.Number():
            unit = "percent" if quantity.unit == "percent" else "count"
            return Measured(amount=quantity.amount, whole=None, unit=unit, text="")
        case nodes.Of():
            return attribute_amount(scene, quantity.place, quantity.attribute)
        case nodes.MemorySet():
            return _memory_amount(scene, quantity)
        case nodes.MachineZone():
            found = [z for z in world.layout.zones if z.zone == quantity.zone]
            return scene.zone(found, quantity.part, quantity.zone)
        case nodes.Distance():
            source, target = scene.node(quantity.source), scene.node(quantity.target)
            number = node_distance(world.state, world.env, source, target)
            used = "SLIT" if world.state.numa.slit_used else "no SLIT is used: the kernel's defaults"
            evidence = (fact(f"node {source} to node {target}", "distance", used, "node_distance"),)
            return _count(number, f"distance from node {source} to node {target}", evidence)
        case nodes.NodeCount():
            return _nodes(world, quantity)
        case nodes.Fact():
            return fact_amount(world, quantity.kind)
    raise AssertionError(f"{quantity!r} is no amount")


def attribute_amount(scene: Scene, place: Place, attribute: Attribute) -> Measured:
    """Give an attribute of a place as an amount; raises UnmeasurableError."""
    world = scene.world
    if place.node is None or attribute.kind in _OF_RAM:
        if attribute.kind in ("start", "end") and place.block is not None:
            block = world.block_range(scene.block(place.block))
            address = block.start if attribute.kind == "start" else block.end
            return _address(address, f"block {place.block}", attribute.kind)
        return scene.share(scene.place(place), attribute)
    node = scene.node(place.node)
    view, ranges = world.nodes[node], world.of_node(node)
    match attribute.kind:
        case "zone":
            found = [z for z in world.layout.zones if z.node == node and z.zone == attribute.zone]
            return scene.zone(found, attribute.part, f"{attribute.zone} of node {node}")
        case "cpus":
            return _count(view.cpus, f"CPUs of node {node}")
        case "pxm":
            if view.pxm is None:
                raise UnmeasurableError(f"node {node} has no proximity domain")
            return _count(view.pxm, f"proximity domain of node {node}")
        case "managed":
            pages = sum(z.managed_pages.estimate for z in world.layout.zones if z.node == node)
            return _bytes(pages * PAGE_SIZE, f"managed by the page allocator on node {node}, an estimate")
        case "start" | "end":
            if not ranges:
                raise UnmeasurableError(f"node {node} has no memory")
            address = ranges[0].start if attribute.kind == "start" else ranges[-1].end
            return _address(address, f"RAM of node {node}", attribute.kind)
    return _bytes(total(ranges), f"RAM of node {node}", about_ranges(world, ranges))


def _address(address: int, what: str, edge: str) -> Measured:
    text = f"{what} {'starts' if edge == 'start' else 'ends before'} {address:#x}"
    return Measured(amount=Fraction(address), whole=None, unit="address", text=text)


def _memory_amount(scene: Scene, quantity: nodes.MemorySet) -> Measured:
    kind, where = quantity.memory.kind, scene.scope(quantity.memory.scope)
    whole = intersect(scene.world.ram, where)
    if kind == "kernel":
        held = intersect(scene.world.held, where)
        entries = [e for e in scene.world.holders if touches(where, e.start, e.end)]
        evidence = about_holders(scene.world, entries)
        text = f"{format_size(total(held))} of {format_size(total(whole))} is taken by the kernel while it boots"
        return Measured(
            amount=Fraction(total(held)),
            whole=total(whole),
            unit="bytes",
            text=text,
            inside=evidence,
            outside=evidence,
        )
    return scene.share(whole, Attribute(kind if kind != "all" else "ram", quantity.at))


def _nodes(world: World, quantity: nodes.NodeCount) -> Measured:
    found = sorted(world.nodes)
    what = "possible nodes"
    if quantity.online:
        found, what = list(world.layout.online_nodes or ()), "online nodes"
    if quantity.feature is not None:
        found = [node for node in found if has_feature(world, node, quantity.feature)]
        what += f" with {quantity.feature.kind}{f' {quantity.feature.zone}' if quantity.feature.zone else ''}"
    listed = ", ".join(map(str, found[:16])) or "none"
    text = f"{what}: {len(found)} ({listed}{' ...' if len(found) > 16 else ''})"
    source = f"NUMA set-up from: {world.layout.numa.source}"
    evidence = (fact(text, "nodes", world.layout.numa.rejected or source, "numa_init"),)
    return Measured(amount=Fraction(len(found)), whole=None, unit="count", text=text, inside=evidence, outside=evidence)


def fact_amount(world: World, kind: str) -> Measured:
    """Give a fact of the whole machine as an amount."""
    if kind == "block size":
        return _bytes(world.layout.blocks.size, "block size", (_block_size_reason(world),))
    if kind == "blocks":
        return _count(sum(run.count for run in world.layout.blocks.runs), "memory blocks")
    found = [f for f in world.layout.findings if kind == "findings" or f.severity is _SEVERITIES[kind]]
    return _count(len(found), kind, about_findings(found))


_SEVERITIES = {"errors": Severity.ERROR, "warnings": Severity.WARNING}


def _block_size_reason(world: World) -> Evidence:
    end, policy = PFN_PHYS(world.state.max_pfn), world.env.policy
    if end < policy.large_block_from:
        why = f"memory ends at {end:#x}, below {format_size(policy.large_block_from)}: the smallest size"
    elif not world.env.inputs.hypervisor and policy.bare_metal_max_block:
        why = f"memory ends at {end:#x} and the CPU is not virtual: the largest size"
    else:
        most = format_size(policy.max_block_size)
        why = f"the largest power of two up to {most} that divides the end of memory, {end:#x}"
    return fact("block size", "block-size", why, "probe_memory_block_size")


def _count(number: int, what: str, evidence: tuple[Evidence, ...] = ()) -> Measured:
    return Measured(
        amount=Fraction(number), whole=None, unit="count", text=f"{what}: {number}", inside=evidence, outside=evidence
    )


def _bytes(size: int, what: str, evidence: tuple[Evidence, ...] = ()) -> Measured:
    text = f"{what}: {format_size(size)}"
    return Measured(amount=Fraction(size), whole=None, unit="bytes", text=text, inside=evidence, outside=evidence)
