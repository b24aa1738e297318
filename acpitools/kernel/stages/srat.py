"""Parsing SRAT, SLIT and the CXL windows: domains become nodes, hot-pluggable ranges get their mark.

Kernel: drivers/acpi/numa/srat.c:acpi_numa_init, arch/x86/mm/srat.c, mm/numa_memblks.c.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from acpitools.core.findings import Finding, Location, Severity
from acpitools.core.ranges import AddrRange
from acpitools.core.units import PAGE_SIZE, PFN_DOWN, U64_MAX
from acpitools.kernel import memblock
from acpitools.kernel.inputs import Affinity, AffinityType, CedtWindow, SlitView, SratView
from acpitools.kernel.memblock import HOTPLUG, NUMA_NO_NODE, UNSET_NID
from acpitools.kernel.policy import Policy
from acpitools.kernel.state import BootEnv, BootState, Event, MemBlk, NumaState, Outcome, took

__all__ = ["acpi_numa_init"]

_ENABLED: Final = 1
_HOT_PLUGGABLE: Final = 2
_NON_VOLATILE: Final = 4
_MAX_LOCAL_APIC: Final = 32768
_LENGTHS: Final = {AffinityType.APIC: 16, AffinityType.X2APIC: 24, AffinityType.MEMORY: 40}
_LOCAL_DISTANCE: Final = 10


@dataclass(slots=True)
class _Parser:
    """Domains, nodes and ranges as they grow while the table is walked."""

    policy: Policy
    x2apic: bool
    max_possible_pfn: int
    node_of: dict[int, int] = field(default_factory=dict)
    nodes_used: int = 0
    parsed: set[int] = field(default_factory=set)
    apics: dict[int, int] = field(default_factory=dict)
    initiators: set[int] = field(default_factory=set)
    meminfo: list[MemBlk] = field(default_factory=list)
    marks: list[tuple[AddrRange, int]] = field(default_factory=list)
    accepted: int = 0
    bad: str | None = None
    events: list[Event] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def node(self, pxm: int) -> int | None:
        # Kernel: acpi_map_pxm_to_node: the lowest node that no domain has yet.
        if pxm >= self.policy.max_pxm_domains:
            return None
        known = self.node_of.get(pxm)
        if known is not None:
            return known
        if self.nodes_used >= self.policy.max_numnodes:
            return None
        self.node_of[pxm] = self.nodes_used
        self.nodes_used += 1
        return self.node_of[pxm]

    def seed(self, node_of: dict[int, int]) -> None:
        self.node_of = dict(node_of)
        self.nodes_used = max(node_of.values(), default=-1) + 1

    def reject(self, entry: Affinity, why: str) -> None:
        self.bad = f"{entry.source}: {why}"
        self.events.append(Event("reject", why, cause=entry.source, dmesg="SRAT: SRAT not used."))

    def note(self, entry: Affinity, code: str, why: str) -> None:
        place = Location(signature="SRAT", index=entry.number, offset=entry.offset if entry.offset >= 0 else None)
        self.findings.append(Finding(code=code, severity=Severity.WARNING, message=why, location=place))

    # --- first pass -------------------------------------------------------------------------------------------

    def cpu(self, entry: Affinity) -> None:
        x2apic = entry.type == AffinityType.X2APIC
        short = entry.length < 24 if x2apic else entry.length != 16
        if short:
            self.reject(entry, f"processor structure of {entry.length} bytes")
            return
        if not entry.flags & _ENABLED:
            return
        if x2apic and not self.x2apic and entry.apic_id > 254:
            self.note(entry, "SRAT001", f"x2APIC id {entry.apic_id:#x} ignored: x2APIC mode is off this early")
            return
        node = self.node(entry.pxm)
        if node is None:
            self.reject(entry, f"too many proximity domains: {entry.pxm:#x}")
            return
        if entry.apic_id >= _MAX_LOCAL_APIC:
            self.note(entry, "SRAT002", f"APIC id {entry.apic_id:#x} is too big for the kernel; its node is taken")
            return
        self.apics[entry.apic_id] = node
        self.parsed.add(node)
        kind = "APIC 0x%04x" if x2apic else "APIC 0x%02x"
        line = f"SRAT: PXM {entry.pxm} -> {kind % entry.apic_id} -> Node {node}"
        self.events.append(
            Event("cpu", line, node=node, cause=entry.source, dmesg=line if self.policy.logs_srat_cpus else None)
        )

    def initiator(self, entry: Affinity) -> bool:
        node = self.node(entry.pxm) if entry.flags & _ENABLED else None
        if node is None:
            why = "disabled" if not entry.flags & _ENABLED else "its domain has no node"
            self.note(entry, "SRAT003", f"generic initiator {why}: the kernel ignores every processor entry after it")
            return False
        self.parsed.add(node)
        self.initiators.add(node)
        self.events.append(Event("initiator", "generic initiator", node=node, cause=entry.source))
        return True

    def first_pass(self, entries: Iterable[Affinity]) -> None:
        for entry in entries:
            if entry.type in (AffinityType.APIC, AffinityType.X2APIC):
                if self.bad is None:
                    self.cpu(entry)
            elif entry.type == AffinityType.GENERIC_INITIATOR and not self.initiator(entry):
                return
            if not entry.length:
                return

    # --- second pass ------------------------------------------------------------------------------------------

    def memory(self, entry: Affinity, revision: int) -> None:
        if entry.length < _LENGTHS[AffinityType.MEMORY]:
            self.reject(entry, f"memory structure of {entry.length} bytes")
            return
        if not entry.flags & _ENABLED:
            return
        pxm = entry.pxm & 0xFF if revision <= 1 else entry.pxm
        node = self.node(pxm)
        if node is None:
            self.reject(entry, f"too many proximity domains: {pxm:#x}")
            return
        start, end = entry.base, (entry.base + entry.size) & U64_MAX
        if start > end:
            self.note(entry, "SRAT004", f"range {start:#x}, {entry.size:#x} bytes long, wraps: no memory, but a node")
        elif start < end:
            if len(self.meminfo) >= self.policy.nr_node_memblks:
                self.reject(entry, f"more than {self.policy.nr_node_memblks} memory ranges")
                return
            self.meminfo.append(MemBlk(start, end, node, (entry.number,)))
        self.parsed.add(node)
        self.accepted += 1
        hotplug = bool(entry.flags & _HOT_PLUGGABLE)
        words = (" hotplug" if hotplug else "") + (" non-volatile" if entry.flags & _NON_VOLATILE else "")
        line = f"ACPI: SRAT: Node {node} PXM {pxm} [mem {start:#010x}-{(end - 1) & U64_MAX:#010x}]{words}"
        self.events.append(Event("memory", line, (AddrRange(start, end),), node, entry.source, line))
        if hotplug and entry.size:
            # A range that wraps is marked as far as addresses go.
            self.marks.append((AddrRange(start, min(start + entry.size, U64_MAX)), entry.number))
        self.max_possible_pfn = max(self.max_possible_pfn, PFN_DOWN((end + PAGE_SIZE - 2) & U64_MAX))

    def second_pass(self, srat: SratView) -> str | None:
        for entry in srat.entries:
            if entry.type == AffinityType.MEMORY and self.bad is None:
                self.memory(entry, srat.revision)
            if not entry.length:
                return f"{entry.source}: structure of length 0"
        return None


def _rejection(parser: _Parser, env: BootEnv) -> str | None:
    # Walk both passes; say why the SRAT gives no nodes, or None.
    srat = env.inputs.srat
    if env.options.acpi_off:
        return "cmdline: acpi=off"
    if not env.policy.acpi_numa:
        return "the kernel is built without CONFIG_ACPI_NUMA"
    if srat is None:
        return "no SRAT"
    if env.options.numa_noacpi:
        parser.bad = "cmdline: numa=noacpi"  # generic initiators are read all the same
    if srat.node_of is not None:
        parser.seed(dict(srat.node_of))
    parser.first_pass(srat.entries)
    stopped = parser.second_pass(srat)
    if stopped or parser.bad:
        return parser.bad or stopped
    return None if parser.accepted else "the SRAT has no enabled memory range"


def slit_is_valid(slit: SlitView) -> bool:
    """Tell whether the kernel takes a SLIT: 10 on the diagonal, more everywhere else.  Kernel: slit_valid."""
    n, matrix = slit.localities, slit.matrix
    if len(matrix) < n * n:
        return False
    matrix = matrix[: n * n]
    if matrix[:: n + 1] != bytes([_LOCAL_DISTANCE]) * n:
        return False
    near = sum(map(matrix.count, range(_LOCAL_DISTANCE + 1)))
    return near == n


def _distance_table(state: BootState, parser: _Parser, env: BootEnv) -> tuple[BootState, AddrRange | None, bool]:
    slit = env.inputs.slit
    if slit is None or env.options.acpi_off:
        return state, None, False
    if not slit_is_valid(slit):
        line = "SLIT table looks invalid. Not used."
        parser.events.append(Event("slit", line, cause="SLIT", dmesg=line))
        parser.findings.append(
            Finding(
                code="SLIT001",
                severity=Severity.WARNING,
                message="the kernel does not use this SLIT: the diagonal must be 10 and all else greater",
                location=Location(signature="SLIT"),
            )
        )
        return state, None, False
    nodes = parser.parsed | {block.nid for block in parser.meminfo}
    if not nodes or not any(pxm < slit.localities for pxm in parser.node_of):
        return state, None, True
    size = (max(nodes) + 1) ** 2
    mb, address = memblock.alloc_try_nid(state.memblock, size, PAGE_SIZE)
    if address is None:
        return state, None, True
    state = took(state, mb, address, address + size, "NUMA distance table", "numa_alloc_distance", temporary=True)
    return state, AddrRange(address, address + size), True


def _fill_windows(parser: _Parser, windows: tuple[CedtWindow, ...], first_pxm: int) -> None:
    # Kernel: acpi_parse_cfmws, numa_fill_memblks.
    pxm, touch = first_pxm, parser.policy.windows_stretch_touching
    for window in windows:
        hit = sorted(
            (n for n, blk in enumerate(parser.meminfo) if blk.start < window.end + touch and window.start < blk.end),
            key=lambda n: parser.meminfo[n].start,
        )
        cause = f"CEDT[{window.number}]"
        if hit:
            _stretch(parser.meminfo, hit, window)
            parser.events.append(
                Event("cxl", "window extends SRAT ranges", (AddrRange(window.start, window.end),), cause=cause)
            )
            continue
        node = parser.node(pxm)
        if node is None:
            return
        if window.start < window.end and len(parser.meminfo) < parser.policy.nr_node_memblks:
            parser.meminfo.append(MemBlk(window.start, window.end, node))
        parser.parsed.add(node)
        place = (AddrRange(window.start, window.end),)
        parser.events.append(Event("cxl", "window gets a node of its own", place, node, cause))
        pxm += 1


def _stretch(meminfo: list[MemBlk], hit: list[int], window: CedtWindow) -> None:
    first, last = hit[0], hit[-1]
    meminfo[first] = meminfo[first]._replace(start=min(meminfo[first].start, window.start))
    meminfo[last] = meminfo[last]._replace(end=max(meminfo[last].end, window.end))
    reach = meminfo[first].end
    for n in hit[1:]:
        if reach < meminfo[n].start:
            meminfo[n] = meminfo[n]._replace(start=reach)
        reach = max(reach, meminfo[n].end)


def forget_nodes(state: BootState, env: BootEnv) -> BootState:
    """Clear nodes and hot-plug marks before a NUMA method is tried.  Kernel: numa_init, numa_memblks_init."""
    unset = NUMA_NO_NODE if env.policy.no_node_is_minus_one else UNSET_NID
    mb = memblock.set_node(state.memblock, 0, U64_MAX, unset)
    mb = memblock.set_node(mb, 0, U64_MAX, unset, reserved=True)
    mb = memblock.mark(mb, 0, U64_MAX, HOTPLUG, clear=True)
    table = state.numa.distances
    ledger = state.ledger
    if table:
        mb = memblock.free(mb, table.start, table.end)
        ledger = tuple(a for a in ledger if not (a.temporary and a.start == table.start))
    return replace(state, memblock=mb, ledger=ledger, numa=replace(state.numa, distances=None))


def acpi_numa_init(state: BootState, env: BootEnv) -> Outcome:
    """Read SRAT, SLIT and CEDT; leave why where the SRAT is not used.

    Entries of processors and generic initiators are numbered first, then memory, each in table order.
    """
    if env.options.numa_off:
        numa = replace(state.numa, rejected="cmdline: numa=off" if env.inputs.srat else None)
        return Outcome(replace(state, numa=numa))
    state = forget_nodes(state, env)
    parser = _Parser(env.policy, env.inputs.boot_x2apic, state.max_possible_pfn)
    rejected = _rejection(parser, env)
    mb = memblock.thawed(state.memblock, memory=True)
    for place, _ in parser.marks if env.policy.hotplug_marks else ():
        mb = memblock.mark(mb, place.start, place.end, HOTPLUG)
    state = replace(state, memblock=memblock.frozen(mb), max_possible_pfn=parser.max_possible_pfn)
    state, distances, slit_used = _distance_table(state, parser, env)
    if not env.options.acpi_off:
        first_pxm = max((p for p in parser.node_of), default=-1) + 1
        _fill_windows(parser, env.inputs.cedt, first_pxm)
    numa = NumaState(
        source="none" if rejected else "srat",
        rejected=rejected,
        disabled=parser.bad is not None,
        meminfo=() if rejected else tuple(parser.meminfo),
        pxm_to_node=MappingProxyType(dict(parser.node_of)),
        parsed=frozenset() if rejected else frozenset(parser.parsed),
        apic_to_node=MappingProxyType({} if rejected else parser.apics),
        initiators=frozenset(parser.initiators),
        distances=distances,
        slit_used=slit_used and distances is not None,
        marks=() if rejected else tuple(parser.marks),
    )
    done = replace(state, numa=numa, findings=(*state.findings, *parser.findings))
    return Outcome(done, tuple(parser.events))
