"""Predict: from inputs to the layout, with what had to be assumed."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import replace

from acpitools.core.findings import Finding, Severity
from acpitools.core.ranges import AddrRange
from acpitools.core.units import PFN_PHYS
from acpitools.kernel import kaslr
from acpitools.kernel.blocks import boot_blocks
from acpitools.kernel.inputs import BootInputs
from acpitools.kernel.layout import (
    Assumption,
    Blocks,
    Layout,
    MemoryRegion,
    NodeView,
    Numa,
    ReservedRegion,
    ZoneView,
)
from acpitools.kernel.managed import managed_pages
from acpitools.kernel.memblock import HOTPLUG, NUMA_NO_NODE, UNSET_NID, flag_names
from acpitools.kernel.policy import Policy
from acpitools.kernel.reasons import explain_ranges
from acpitools.kernel.replay import Replay, replay
from acpitools.kernel.stages.late_alloc import cpu_nodes, online_nodes
from acpitools.kernel.stages.zones import arch_zones
from acpitools.kernel.state import BootEnv, BootState
from acpitools.kernel.versions import registry

_OWN = frozenset({"kernel image", "kernel brk"})

__all__ = ["Prediction", "boot", "layout_of", "predict"]


class Prediction:
    """A boot and its layout; the layout is made on first use."""

    def __init__(self, run: Replay, extra: tuple[Finding, ...]) -> None:
        self.replay = run
        self._extra = extra

    @property
    def layout(self) -> Layout:
        """The layout that this boot leaves."""
        made = layout_of(self.replay.state, self.replay.env)
        return replace(made, findings=(*made.findings, *self._extra))


def _node(nid: int | None) -> int | None:
    return None if nid in (NUMA_NO_NODE, UNSET_NID) else nid


def _numa(state: BootState, env: BootEnv) -> Numa:
    numa = state.numa
    pxm_of = dict(zip(numa.pxm_to_node.values(), numa.pxm_to_node, strict=True))
    cpus = Counter(cpu_nodes(state, env))
    ranges: dict[int, list[AddrRange]] = {}
    for blk in numa.meminfo:
        ranges.setdefault(blk.nid, []).append(AddrRange(blk.start, blk.end))
    nodes = []
    for nid in sorted(numa.possible):
        memory = state.memblock.memory.by_nid.get(nid, ())
        physical = numa.fake_of.get(nid, nid)
        nodes.append(
            NodeView(
                node=nid,
                pxm=pxm_of.get(physical) if numa.source == "srat" else None,
                ranges=tuple(sorted(ranges.get(nid, ()))),
                hotpluggable=tuple(AddrRange(r.base, r.end) for r in memory if r.flags & HOTPLUG),
                cpus=cpus.get(nid, 0),
                memory=bool(memory),
            )
        )
    return Numa(source=numa.source, rejected=numa.rejected, nodes=tuple(nodes))


def _reserved(state: BootState) -> tuple[ReservedRegion, ...]:
    regions = state.memblock.memory
    starts = [r.base for r in regions]
    found = []
    for entry in sorted(state.ledger, key=lambda a: (a.start, a.end)):
        index = bisect_right(starts, entry.start) - 1
        inside = index >= 0 and entry.start < regions[index].end
        found.append(
            ReservedRegion(
                start=entry.start,
                end=entry.end,
                node=_node(regions[index].nid) if inside else None,
                owner=entry.owner,
                certain=entry.certain,
            )
        )
    return tuple(found)


def layout_of(state: BootState, env: BootEnv) -> Layout:
    """Give the layout of a booted state; of a boot that died, as far as it came."""
    boots = state.panic is None
    managed = managed_pages(state, env) if boots else {}
    findings = list(state.findings)
    if state.panic:
        findings.append(Finding(code="BOOT001", severity=Severity.ERROR, message=f"does not boot: {state.panic}"))
    return Layout(
        kernel=env.policy.release,
        cmdline=env.inputs.cmdline,
        boots=boots,
        numa=_numa(state, env),
        memory=tuple(
            MemoryRegion(start=r.base, end=r.end, node=_node(r.nid), flags=flag_names(r.flags))
            for r in state.memblock.memory
        ),
        reserved=_reserved(state),
        zones=tuple(
            ZoneView(
                node=zone.node,
                zone=zone.name,
                start_pfn=zone.start_pfn,
                spanned_pages=zone.spanned_pages,
                present_pages=zone.present_pages,
                managed_pages=managed[zone.node, zone.name],
            )
            for zone in state.zones
            if boots and zone.present_pages
        ),
        movable_zone_start=tuple((nid, PFN_PHYS(pfn)) for nid, pfn in sorted(state.movable_start.items())),
        ranges=explain_ranges(state, env) if boots else (),
        blocks=boot_blocks(state, env) if boots else Blocks(size=0, runs=()),
        assumed=env.inputs.assumed,
        findings=tuple(findings),
        zone_ranges=tuple(
            (z.name, PFN_PHYS(z.start), PFN_PHYS(z.end)) for z in arch_zones(state, env.policy) if z.start < z.end
        )
        if state.memblock.memory
        else None,
        online_nodes=tuple(sorted(online_nodes(state, env))) if boots else None,
    )


def boot(inputs: BootInputs, *, policy: Policy | None = None) -> Prediction:
    """Replay a boot from its inputs; the release picks the model.

    Where KASLR leaves the kernel's place open, the likeliest one is taken, and what depends on it is a finding.
    """
    model, note = registry.find(inputs.release)
    if note:
        told = Assumption(what="kernel model", value=model.release, why=note)
        inputs = replace(inputs, assumed=(*inputs.assumed, told))
    policy = policy or model.policy
    if inputs.image is not None:
        return Prediction(replay(inputs, model, inputs.image, policy=policy), ())
    places, told = kaslr.places(inputs, policy)
    inputs = replace(inputs, assumed=(*inputs.assumed, told))
    run = replay(inputs, model, places[0].image, policy=policy)
    return Prediction(run, tuple(_elsewhere(run.state, places)))


def predict(inputs: BootInputs, *, policy: Policy | None = None) -> Layout:
    """Predict the layout that a boot leaves."""
    return boot(inputs, policy=policy).layout


def _elsewhere(state: BootState, places: tuple[kaslr.Place, ...]) -> list[Finding]:
    # The kernel takes the marks of the node that it lies in: which of the shown ones depend on its place?
    numa = state.numa
    if state.panic or numa.source != "srat" or len(places) < 2:
        return []
    nodes = [node for place in places if (node := numa.pxm_to_node.get(place.pxm or 0)) is not None]
    here, others = nodes[0], sorted(set(nodes[1:]) & set(state.movable_start))
    pinned = numa.unmarked.get(here, ())
    parts = []
    if others:
        parts.append(f"in node {_listed(others)} it makes that one unmovable")
    if pinned and {entry.owner for entry in pinned} <= _OWN:
        parts.append(f"in any other node it leaves node {here} movable")
    if not parts:
        return []
    text = f"KASLR may put the kernel elsewhere than in node {here}: {'; '.join(parts)}"
    return [Finding(code="KASLR001", severity=Severity.WARNING, message=text)]


def _listed(nodes: list[int]) -> str:
    shown = ", ".join(map(str, nodes[:8]))
    return f"{shown} or one of {len(nodes) - 8} more" if len(nodes) > 8 else shown.replace(", ", " or ")
