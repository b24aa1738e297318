"""numa=fake: cutting physical nodes into fake ones.

Kernel: mm/numa_emulation.c (6.12), arch/x86/mm/numa_emulation.c (6.1).  Pieces are multiples of 32 MiB.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from types import MappingProxyType
from typing import Final

from acpitools.core.findings import Finding, Severity
from acpitools.core.ranges import AddrRange
from acpitools.core.units import (
    GIB,
    MIB,
    PAGE_SHIFT,
    PAGE_SIZE,
    PFN_DOWN,
    PFN_PHYS,
    PFN_UP,
    memparse,
    round_down,
    round_up,
)
from acpitools.core.units import simple_strtoull as strtoull
from acpitools.kernel import memblock
from acpitools.kernel.distances import LOCAL_DISTANCE, REMOTE_DISTANCE
from acpitools.kernel.memblock import Regions
from acpitools.kernel.policy import Policy
from acpitools.kernel.state import BootEnv, BootState, Event, MemBlk, took

__all__ = ["numa_emulation"]

_MIN_SIZE: Final = 32 * MIB
_DMA32_END: Final = 4 * GIB
_DISTANCES: Final = "NUMA distance table"
_MOST_DISTANCE: Final = 0xFF
_INT: Final = 0xFFFF_FFFF


class _FailedError(Exception):
    """Emulation gives up; the physical nodes stay."""


@dataclass(slots=True)
class _Cutter:
    """Moves pieces from the physical blocks to the fake ones."""

    memory: Regions
    policy: Policy
    physical: list[MemBlk]
    fake: list[MemBlk] = field(default_factory=list)
    fake_of: dict[int, int] = field(default_factory=dict)

    def ram(self, start: int, end: int) -> int:
        """Bytes of [start, end) less the holes of its whole pages."""
        first, last = PFN_UP(start), PFN_DOWN(end)
        if first >= last:
            return max(0, end - start)
        present, index = 0, memblock.first_overlap(self.memory, PFN_PHYS(first))
        while index < len(self.memory) and self.memory[index].base < PFN_PHYS(last):
            region = self.memory[index]
            low, high = max(PFN_UP(region.base), first), min(PFN_DOWN(region.end), last)
            present += max(0, high - low)
            index += 1
        return end - start - PFN_PHYS(last - first - present)

    def block_of(self, nid: int) -> int | None:
        return next((n for n, blk in enumerate(self.physical) if blk.nid == nid), None)

    def cut(self, number: int, size: int, nid: int) -> None:
        blk = self.physical[number]
        if len(self.fake) >= self.policy.nr_node_memblks:
            raise _FailedError
        self.fake.append(MemBlk(blk.start, blk.start + size, nid, blk.sources))
        self.fake_of.setdefault(nid, blk.nid)
        if blk.start + size >= blk.end:
            del self.physical[number]
        else:
            self.physical[number] = blk._replace(start=blk.start + size)

    def grown(self, start: int, end: int, limit: int, size: int) -> int:
        """Give the end at which [start, end) holds enough RAM, in steps of 32 MiB, at most the limit."""
        while self.ram(start, end) < size:
            end += _MIN_SIZE
            if end > limit:
                return limit
        return end

    def settled(self, end: int, limit: int, size: int, *, to_limit: bool) -> int:
        """Apply the two rules that swallow a rest too small for a node of its own."""
        if end < _DMA32_END and self.ram(end, _DMA32_END) < _MIN_SIZE:
            end = _DMA32_END
        if to_limit and end <= limit and self.ram(end, limit) < size:
            end = limit
        return min(end, limit)


def _round_robin(
    cutter: _Cutter, nodes: Sequence[int], size: int, ids: int, first_end: Callable[[int, int, int], int]
) -> None:
    # first_end(start, limit, counter) gives the end of a piece before the two rules.
    left, counter = list(nodes), 0
    while left:
        for nid in tuple(left):
            number = cutter.block_of(nid)
            if number is None:
                left.remove(nid)
                continue
            start, limit = cutter.physical[number].start, cutter.physical[number].end
            end = cutter.settled(first_end(start, limit, counter), limit, size, to_limit=True)
            cutter.cut(number, end - start, counter % ids)
            counter += 1


def _by_count(cutter: _Cutter, nodes: Sequence[int], top: int, count: int) -> None:
    if not 0 < count < 1 << 31:
        raise _FailedError
    count = min(count, cutter.policy.max_numnodes)
    share = PFN_PHYS((cutter.ram(0, top) >> PAGE_SHIFT) // count)
    big = (share % _MIN_SIZE) * count // _MIN_SIZE
    size = round_down(share, _MIN_SIZE)
    if not size:
        raise _FailedError

    def first_end(start: int, limit: int, counter: int) -> int:
        end = start + size + (_MIN_SIZE if counter < big else 0)
        return cutter.grown(start, end, limit, size)

    _round_robin(cutter, nodes, size, count, first_end)


def _by_size(cutter: _Cutter, nodes: Sequence[int], top: int, asked: int) -> None:
    if not asked:
        raise _FailedError
    ids = cutter.policy.max_numnodes
    least = PFN_PHYS((cutter.ram(0, top) >> PAGE_SHIFT) // ids)
    least = round_up(max(least, _MIN_SIZE), _MIN_SIZE)
    size = round_down(max(asked, least), _MIN_SIZE)
    _round_robin(cutter, nodes, size, ids, lambda start, limit, _: cutter.grown(start, start + size, limit, size))


def _uniform(cutter: _Cutter, nodes: Sequence[int], count: int) -> None:
    if not count:
        raise _FailedError
    made = 0
    for _ in nodes:
        if not cutter.physical:
            break  # the kernel goes on with a used-up block, which makes no node
        whole = cutter.physical[0]
        share = PFN_PHYS((PFN_DOWN(whole.end) - PFN_DOWN(whole.start)) // count)
        size = round_up(max(share, _MIN_SIZE), _MIN_SIZE)
        before = made
        while (number := cutter.block_of(whole.nid)) is not None:
            start, limit = cutter.physical[number].start, cutter.physical[number].end
            end = cutter.settled(start + size, limit, size, to_limit=False)
            cutter.cut(number, end - start, made % cutter.policy.max_numnodes)
            made += 1
        if 0 < made - before < count:
            raise _FailedError


def _split(state: BootState, env: BootEnv, text: str) -> tuple[_Cutter, str]:
    # The fake nodes, and what follows the number or size.
    cutter = _Cutter(state.memblock.memory, env.policy, list(state.numa.meminfo))
    nodes = sorted(state.numa.parsed)
    top = PFN_PHYS(state.max_pfn)
    sized = "U" not in text and ("M" in text or "G" in text)
    number, rest = memparse(text) if sized else strtoull(text)
    if "U" in text:
        _uniform(cutter, nodes, number)
    elif sized:
        _by_size(cutter, nodes, top, number)
    else:
        _by_count(cutter, nodes, top, number)
    return cutter, rest


def _given_distances(text: str, nodes: int) -> MappingProxyType[tuple[int, int], int]:
    # Row by row, each with a comma after it; the others are the physical ones.  Kernel: numa_emulation, get_option,
    # numa_set_distance, which refuses what does not fit into a byte or is not 10 from a node to itself, so that the
    # fresh table's 10 or 20 stay.
    found = {}
    text = text.removeprefix(":")
    for source, target in product(range(nodes), repeat=2):
        minus = text.startswith("-")
        digits = text[1:] if minus else text
        number, rest = strtoull(digits)
        if rest == digits and not minus:
            break  # no number stands here, and the kernel does not go past it
        given, text = rest != digits and rest.startswith(","), rest
        if given:
            text = rest[1:]
            distance = (-number if minus else number) & _INT
            if source == target:
                distance = LOCAL_DISTANCE
            found[source, target] = distance if distance <= _MOST_DISTANCE else REMOTE_DISTANCE
    return MappingProxyType(found)


def numa_emulation(
    state: BootState, env: BootEnv, clean_up: Callable[[Sequence[MemBlk]], tuple[MemBlk, ...]]
) -> tuple[BootState, list[Event]]:
    """Replace the nodes by fake ones where numa=fake asks for it; they stay where it cannot be done."""
    text = env.options.numa_fake
    if text is None or not env.policy.numa_emulation or (env.options.numa_off and env.policy.emulation_needs_pxm_map):
        return state, []
    try:
        cutter, rest = _split(state, env, text)
    except _FailedError:
        finding = Finding(
            code="NUMA004", severity=Severity.WARNING, message=f"numa=fake={text} cannot be done: physical nodes stay"
        )
        return replace(state, findings=(*state.findings, finding)), []
    events = []
    for blk in cutter.fake:
        line = f"Faking node {blk.nid} at [mem {blk.start:#018x}-{blk.end - 1:#018x}] ({(blk.end - blk.start) >> 20}MB)"
        events.append(
            Event("fake", line, (AddrRange(blk.start, blk.end),), blk.nid, f"cmdline: numa=fake={text}", line)
        )
    meminfo = clean_up(cutter.fake)
    parsed = {blk.nid for blk in meminfo}
    spare = set(state.numa.pxm_to_node.values()) - set(cutter.fake_of.values())
    panic = None
    if spare and parsed and not state.numa.disabled and env.policy.emulation_needs_pxm_map:
        # Physical nodes without a fake one are numbered above the fakes; their distances are read from the
        # physical table, which is there only with a SLIT.  So are those of an SRAT that was dropped without being
        # called bad: its domains keep their nodes.
        last = max(parsed)
        parsed |= set(range(last + 1, last + 1 + len(spare)))
        if not state.numa.slit_used:
            panic = "numa=fake: a physical node has no fake node, and the kernel reads a missing distance table"
    state = _new_distances(state, parsed)
    numa = replace(
        state.numa,
        meminfo=meminfo,
        parsed=frozenset(parsed),
        fake_of=MappingProxyType(cutter.fake_of),
        fake_distances=_given_distances(rest, max(cutter.fake_of, default=-1) + 1),
        apic_to_node=_moved_cpus(state, cutter.fake_of),
    )
    return replace(state, numa=numa, panic=panic), events


def _new_distances(state: BootState, nodes: set[int]) -> BootState:
    # Another distance table, of the fake nodes.  A copy of the physical one lies above it until it is filled.
    mb, old, copy = state.memblock, state.numa.distances, None
    if old:
        mb, copy = memblock.alloc_try_nid(mb, old.size, PAGE_SIZE)
        mb = memblock.free(mb, old.start, old.end)
    size = (max(nodes, default=0) + 1) ** 2
    mb, address = memblock.alloc_try_nid(mb, size, PAGE_SIZE)
    if old and copy is not None:
        mb = memblock.free(mb, copy, copy + old.size)
    ledger = tuple(a for a in state.ledger if old is None or a.owner != _DISTANCES)
    state = replace(state, memblock=mb, ledger=ledger, numa=replace(state.numa, distances=None))
    if address is None:
        return state
    state = took(state, mb, address, address + size, _DISTANCES, "numa_alloc_distance", temporary=True)
    return replace(state, numa=replace(state.numa, distances=AddrRange(address, address + size)))


def _moved_cpus(state: BootState, fake_of: dict[int, int]) -> MappingProxyType[int, int]:
    # A CPU goes to the first fake node of its physical one.  Kernel: numa_emu_update_cpu_to_node.
    first: dict[int, int] = {}
    for fake, physical in sorted(fake_of.items()):
        first.setdefault(physical, fake)
    return MappingProxyType({apic: first.get(node, 0) for apic, node in state.numa.apic_to_node.items()})
