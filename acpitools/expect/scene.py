"""What the words of an expectation stand for on a predicted machine: sets of memory, shares of them, zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from acpitools.core.ranges import AddrRange, intersect, subtract, total
from acpitools.core.units import PAGE_SIZE, PFN_PHYS, format_size
from acpitools.core.value import value
from acpitools.expect.evidence import about_blocks, about_ranges, fact
from acpitools.expect.nodes import Attribute, Feature, MemoryClass, NodeRef, Place, Scope
from acpitools.expect.result import Evidence
from acpitools.expect.world import World
from acpitools.kernel.layout import ZoneView

__all__ = ["Measured", "Scene", "UnmeasurableError", "has_feature", "words_for"]

_OF_BLOCKS: Final = frozenset({"removable", "possibly removable"})


class UnmeasurableError(Exception):
    """The quantity is of something that this machine does not have; the text says what."""


@value
class Measured:
    """An amount, with what it is made of."""

    amount: Fraction
    whole: int | None
    """What a share is of, in bytes."""
    unit: str
    """``bytes``, ``count``, ``address`` or ``percent``."""
    text: str
    inside: tuple[Evidence, ...] = ()
    """What counts for it."""
    outside: tuple[Evidence, ...] = ()
    """What does not, of the whole."""


class Scene:
    """A machine, and the nodes that variables stand for.  Its methods raise UnmeasurableError."""

    def __init__(self, world: World, bound: Mapping[str, int]) -> None:
        self.world = world
        self.bound = bound

    # --- what places and attributes stand for -----------------------------------------------------------------

    def node(self, ref: NodeRef, *, must: bool = True) -> int:
        """Give the number of a node; unless it need not exist, of one that does."""
        number = self.bound[ref.name] if ref.name is not None else ref.number or 0
        if must and number not in self.world.nodes:
            known = ", ".join(map(str, sorted(self.world.nodes)[:16]))
            raise UnmeasurableError(f"there is no node {number}; nodes: {known}")
        return number

    def block(self, number: int) -> int:
        """Give the number of a memory block that exists."""
        if self.world.run_of(number) is None:
            raise UnmeasurableError(f"there is no memory block {number}")
        return number

    def scope(self, scope: Scope) -> list[AddrRange]:
        """Give the addresses that a scope names; all of them where it names none."""
        if scope.node is not None:
            return self.world.of_node(self.node(scope.node))
        if scope.range is not None:
            return [scope.range]
        return self.world.of_zone(scope.zone) if scope.zone else [AddrRange(0, 1 << 64)]

    def memory(self, kind: str) -> list[AddrRange]:
        """Give the RAM of one kind."""
        world = self.world
        match kind:
            case "movable":
                return world.movable
            case "removable":
                return world.of_runs("yes")
            case "possibly removable":
                return world.of_runs("yes", "maybe")
            case "hotpluggable":
                return world.hotpluggable
            case "kernel":
                return world.held
        return world.ram

    def place(self, place: Place) -> list[AddrRange]:
        """Give the addresses of a place: the RAM of a node or block, an address or range as it is."""
        if place.node is not None:
            node = self.node(place.node)
            return self.world.of_node(node)
        if place.address is not None:
            return [AddrRange(place.address, place.address + 1)]
        if place.range is not None:
            return [place.range]
        if place.block is not None:
            return intersect(self.world.ram, [self.world.block_range(self.block(place.block))])
        memory = place.memory or MemoryClass("all", Scope())
        return intersect(self.memory(memory.kind), self.scope(memory.scope))

    def subset(self, attribute: Attribute) -> list[AddrRange]:
        """Give all memory of which an attribute is true."""
        if attribute.kind == "in zone" and attribute.zone:
            return self.world.of_zone(attribute.zone)
        if attribute.node is not None:
            return self.world.of_node(self.node(attribute.node))
        if attribute.block is not None:
            return [self.world.block_range(self.block(attribute.block))]
        return self.memory(attribute.kind)

    # --- evidence ---------------------------------------------------------------------------------------------

    def about(self, attribute: Attribute | None, ranges: Sequence[AddrRange]) -> tuple[Evidence, ...]:
        """Give what is known of some addresses: by memory block where that decides."""
        if attribute is not None and attribute.kind in _OF_BLOCKS:
            return about_blocks(self.world, ranges)
        return about_ranges(self.world, ranges)

    def share(self, whole: Sequence[AddrRange], attribute: Attribute) -> Measured:
        """Give how much of some memory has an attribute."""
        inside = intersect(whole, self.subset(attribute))
        outside = subtract(whole, inside)
        part, everything = total(inside), total(whole)
        sizes = f"{format_size(part)} of {format_size(everything)}"
        return Measured(
            amount=Fraction(part),
            whole=everything,
            unit="bytes",
            text=f"{sizes} is {words_for(attribute)} ({_percent(part, everything)})",
            inside=self.about(attribute, inside),
            outside=self.about(attribute, outside),
        )

    def zone(self, found: Sequence[ZoneView], part: str | None, name: str) -> Measured:
        """Give a number of one or more zones: present memory where no part is named."""
        if part in ("start", "end"):
            if not found:
                raise UnmeasurableError(f"there is no zone {name} there")
            pfn = min(z.start_pfn for z in found) if part == "start" else max(z.end_pfn for z in found)
            text = f"zone {name} {'starts' if part == 'start' else 'ends'} at {PFN_PHYS(pfn):#x}"
            return Measured(amount=Fraction(PFN_PHYS(pfn)), whole=None, unit="address", text=text)
        pages = sum(_pages(zone, part) for zone in found)
        size = pages * PAGE_SIZE
        word = {"managed": " (an estimate)"}.get(part or "", "")
        evidence = tuple(
            fact(
                f"node {z.node}, zone {z.zone}: {z.spanned_pages} spanned, {z.present_pages} present, "
                f"{z.managed_pages.estimate} managed pages from {PFN_PHYS(z.start_pfn):#x}",
                "zone",
                "zone borders and what RAM lies between them",
                "free_area_init",
            )
            for z in found
        )
        text = f"zone {name} has {format_size(size)} {part or 'present'}, {pages} pages{word}"
        return Measured(amount=Fraction(size), whole=None, unit="bytes", text=text, inside=evidence, outside=evidence)


def _pages(zone: ZoneView, part: str | None) -> int:
    if part == "managed":
        return zone.managed_pages.estimate
    return zone.spanned_pages if part == "spanned" else zone.present_pages


def words_for(attribute: Attribute) -> str:
    """Give an attribute as text for people."""
    if attribute.kind == "in zone":
        return f"in zone {attribute.zone}"
    if attribute.node is not None:
        return "on that node"
    return {"ram": "RAM", "in block": f"in block {attribute.block}"}.get(attribute.kind, attribute.kind)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.4g} %" if whole else "of nothing"


def has_feature(world: World, node: int, feature: Feature) -> bool:
    """Tell whether a node has what a loop or ``has`` asks for."""
    match feature.kind:
        case "cpus":
            return bool(world.nodes[node].cpus)
        case "zone":
            return any(z.node == node and z.zone == feature.zone for z in world.layout.zones)
        case "movable memory":
            return bool(intersect(world.of_node(node), world.movable))
        case "hotpluggable memory":
            return bool(intersect(world.of_node(node), world.hotpluggable))
    return bool(world.of_node(node))
