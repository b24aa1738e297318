"""Why each piece of RAM is movable or not: facts with their source."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from acpitools.core.ranges import AddrRange
from acpitools.core.units import MIB, PFN_PHYS, PFN_UP
from acpitools.kernel.cmdline import CoreSize
from acpitools.kernel.inputs import Affinity, AffinityType
from acpitools.kernel.layout import RangeView, Why
from acpitools.kernel.memblock import HOTPLUG, MIRROR, NUMA_NO_NODE, UNSET_NID, Region
from acpitools.kernel.state import Allocation, BootEnv, BootState, Zone

__all__ = ["explain_ranges"]

_NAMED: int = 3
"""How many sources of one kind are named before the rest is counted."""


_NO_OPTION = Why(
    code="no-option",
    text="none of movable_node, kernelcore= and movablecore= is given, so no zone is Movable",
    source="cmdline",
)


_NO_MARKS: str = "this kernel makes nothing of that: from 3.14 on, and where it is built in, movable_node does"


class _Srat:
    """The enabled memory structures, found by address."""

    def __init__(self, env: BootEnv) -> None:
        srat = env.inputs.srat
        entries = srat.entries if srat else ()
        self.memory = sorted(
            (e for e in entries if e.type == AffinityType.MEMORY and e.flags & 1 and e.size), key=lambda e: e.base
        )
        self._starts = [e.base for e in self.memory]
        self._reach: list[int] = []
        reach = 0
        for entry in self.memory:
            reach = max(reach, entry.base + entry.size)
            self._reach.append(reach)

    def over(self, start: int, end: int) -> list[Affinity]:
        """Give the structures that overlap ``[start, end)``, in address order."""
        found = []
        index = bisect_right(self._starts, end - 1) - 1
        while index >= 0 and self._reach[index] > start:
            entry = self.memory[index]
            if entry.base + entry.size > start:
                found.append(entry)
            index -= 1
        return found[::-1]


def _sources(entries: list[Affinity]) -> str:
    names = ", ".join(entry.source for entry in entries[:_NAMED])
    rest = len(entries) - _NAMED
    return f"{names} and {rest} more" if rest > 0 else names


def _holders(entries: tuple[Allocation, ...]) -> str:
    shown = [f"{a.owner} {AddrRange(a.start, a.end)}" for a in entries[:_NAMED]]
    rest = len(entries) - _NAMED
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")


def _zone_at(zones: list[Zone], pfn: int, *, mirrored: bool) -> Zone | None:
    # Where Normal and Movable share a span, mirrored memory is Normal's.
    found = [z for z in zones if z.start_pfn <= pfn < z.end_pfn and z.present_pages]
    if mirrored:
        found = [z for z in found if z.name != "Movable"]
    return found[-1] if found else None


class _Explainer:
    def __init__(self, state: BootState, env: BootEnv) -> None:
        self.state = state
        self.env = env
        self.srat = _Srat(env)

    # --- one piece --------------------------------------------------------------------------------------------

    def why(self, region: Region, zone: Zone | None, start: int, end: int) -> Iterator[Why]:
        options = self.env.options
        entries = self.srat.over(start, end)
        marks = self.env.policy.hotplug_marks and self.env.policy.movable_node_option
        if options.movable_node and marks:
            yield from self._movable_node(region, zone, entries)
        elif options.kernelcore_mirror:
            yield from self._mirror(zone)
        elif options.kernelcore != CoreSize() or options.movablecore != CoreSize():
            yield from self._cores(zone, start)
        else:
            yield _NO_OPTION
            hot = [e for e in entries if e.flags & 2]
            if hot:
                effect = "that has no effect without movable_node" if marks else _NO_MARKS
                text = f"the SRAT calls it hot-pluggable, but {effect}"
                yield Why(code="mark-unused", text=text, source=_sources(hot))

    def _movable_node(self, region: Region, zone: Zone | None, entries: list[Affinity]) -> Iterator[Why]:
        numa = self.state.numa
        hot = [e for e in entries if e.flags & 2]
        movable = zone is not None and zone.name == "Movable"
        if numa.source == "dummy":
            yield Why(
                code="srat-rejected" if self.env.inputs.srat else "no-srat",
                text=f"the SRAT is not used: {numa.rejected or 'there is none'}; one node holds everything",
                source="numa_init",
            )
            return
        if region.flags & HOTPLUG and movable:
            yield Why(code="srat-hotplug", text="the SRAT calls it hot-pluggable", source=_sources(hot))
            yield Why(code="movable_node", text="movable_node makes it Movable", source="cmdline: movable_node")
        elif movable:
            first = PFN_PHYS(self.state.movable_start[region.nid])
            yield Why(
                code="above-hotplug",
                text=f"everything of node {region.nid} from its first hot-pluggable range at {first:#x} on is Movable; "
                "this part is not hot-pluggable, so early allocations may lie in it",
                source="find_zone_movable_pfns_for_nodes",
            )
        elif region.flags & HOTPLUG:
            yield Why(
                code="movable-alignment",
                text="hot-pluggable, but below the next 4 MiB border: the Movable zone starts there",
                source="find_zone_movable_pfns_for_nodes",
            )
        elif hot and region.nid in numa.unmarked:
            held = numa.unmarked[region.nid]
            yield Why(code="srat-hotplug", text="the SRAT calls it hot-pluggable", source=_sources(hot))
            yield Why(
                code="node-reserved",
                text=f"but node {region.nid} holds memory that was in use before the SRAT was read, so all of the node "
                f"loses its marks: {_holders(held)}",
                source="numa_clear_kernel_node_hotplug",
            )
        elif entries:
            yield Why(code="srat-fixed", text="the SRAT does not call it hot-pluggable", source=_sources(entries))
        else:
            yield Why(
                code="no-srat-entry",
                text=f"no SRAT range holds it; node {region.nid}'s ranges were joined over it",
                source="numa_cleanup_meminfo",
            )

    def _mirror(self, zone: Zone | None) -> Iterator[Why]:
        movable = zone is not None and zone.name == "Movable"
        text = "not mirrored and above 4 GiB: Movable" if movable else "mirrored, or below 4 GiB: for the kernel"
        yield Why(code="kernelcore-mirror", text=text, source="cmdline: kernelcore=mirror")

    def _cores(self, zone: Zone | None, start: int) -> Iterator[Why]:
        movable = zone is not None and zone.name == "Movable"
        names = [name for name in ("kernelcore", "movablecore") if getattr(self.env.options, name) != CoreSize()]
        source = "cmdline: " + ", ".join(f"{name}=" for name in names)
        if movable:
            text = "what is left of the node above its share of kernel memory"
        elif zone is not None and not self.state.movable_start:
            text = "the amounts asked for leave nothing for Movable"
        elif start < 4096 * MIB < PFN_PHYS(self.state.max_pfn):
            text = "below the highest zone: Movable lies only in that"
        else:
            text = "the node's share of kernel memory (evenly spread, rounded up to 4 MiB)"
        yield Why(code="kernelcore", text=text, source=source)

    # --- all of them ------------------------------------------------------------------------------------------

    def pieces(self) -> Iterator[RangeView]:
        by_node: dict[int, list[Zone]] = {}
        for zone in self.state.zones:
            by_node.setdefault(zone.node, []).append(zone)
        for region in self.state.memblock.memory:
            if region.nid in (NUMA_NO_NODE, UNSET_NID):
                continue
            zones = by_node.get(region.nid, [])
            cuts = {region.base, region.end}
            for zone in zones:
                cuts.update(
                    c for c in (PFN_PHYS(zone.start_pfn), PFN_PHYS(zone.end_pfn)) if region.base < c < region.end
                )
            edges = sorted(cuts)
            for start, end in pairwise(edges):
                pfn = PFN_UP(start)
                zone_here = _zone_at(zones, pfn, mirrored=bool(region.flags & MIRROR))
                yield RangeView(
                    start=start,
                    end=end,
                    node=region.nid,
                    zone=zone_here.name if zone_here else "none",
                    movable=zone_here is not None and zone_here.name == "Movable",
                    hotpluggable=bool(region.flags & HOTPLUG),
                    why=tuple(self.why(region, zone_here, start, end)),
                )


def explain_ranges(state: BootState, env: BootEnv) -> tuple[RangeView, ...]:
    """Cut RAM into pieces of one fate, in address order, each with its reasons."""
    return tuple(_Explainer(state, env).pieces())
