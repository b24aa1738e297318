"""What each node's memory costs the kernel, and how far from the node that lies: its memory map, tables and data.

Kernel: mm/sparse.c:sparse_init_nid, arch/x86/mm/numa.c:alloc_node_data, arch/x86/kernel/setup_percpu.c.  Under
movable_node all of it lies outside hot-pluggable memory, and so, for a hot-pluggable node, on another node.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

from acpitools.core.units import PAGE_SIZE
from acpitools.core.value import value
from acpitools.kernel.distances import node_distance
from acpitools.kernel.layout import Layout
from acpitools.kernel.memblock import NUMA_NO_NODE, UNSET_NID
from acpitools.kernel.stages.late_alloc import cpu_nodes
from acpitools.kernel.stages.page_tables import tables_by_node
from acpitools.kernel.state import Allocation, BootEnv, BootState

__all__ = ["DirectMap", "Home", "KernelData", "NodeCosts", "costs_of", "direct_map"]

_KERNEL_ZONES: Final = ("DMA", "DMA32", "Normal")


@value
class Home:
    """The node on which some of a node's data lies."""

    node: int | None
    """None where the place belongs to no node."""
    size: int
    """Bytes."""
    distance: int | None
    """From the node that the data is about."""
    read_latency: int | None
    """Nanoseconds from that node's CPUs, where the HMAT tells."""


@value
class KernelData:
    """One kind of kernel data about a node."""

    what: str
    homes: tuple[Home, ...]

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(home.size for home in self.homes)


@value
class NodeCosts:
    """What the kernel keeps about one node; bytes."""

    node: int
    data: tuple[KernelData, ...]
    kernel_managed: int
    """Managed bytes of the node's kernel zones, an estimate: what added memory can be described from."""

    @property
    def size(self) -> int:
        """All of it."""
        return sum(kind.size for kind in self.data)

    @property
    def remote(self) -> int:
        """What lies on other nodes."""
        return sum(home.size for kind in self.data for home in kind.homes if home.node != self.node)

    @property
    def homes(self) -> tuple[Home, ...]:
        """All of it by the node on which it lies, the most first."""
        sizes: Counter[int | None] = Counter()
        known = {}
        for kind in self.data:
            for home in kind.homes:
                sizes[home.node] += home.size
                known[home.node] = home
        return tuple(
            Home(node=node, size=size, distance=known[node].distance, read_latency=known[node].read_latency)
            for node, size in sizes.most_common()
        )

    @property
    def mean_distance(self) -> Fraction | None:
        """How far the data is on average, by size; 10 where all of it is local."""
        near = [home for home in self.homes if home.distance is not None]
        size = sum(home.size for home in near)
        return Fraction(sum(home.size * (home.distance or 0) for home in near), size) if size else None


@value
class DirectMap:
    """The page tables of the direct map; pages of 4 KiB."""

    homes: tuple[tuple[int | None, int], ...]
    """(node on which they lie, pages), those in the kernel image's brk not counted."""
    in_image: int
    """Pages in the brk section of the image."""
    image_node: int | None
    needed: tuple[tuple[int, int], ...]
    """(node whose memory they map, pages); one that several share counts for the lowest of them."""


class _Homes:
    """Finds the node of addresses, and the way there."""

    def __init__(self, state: BootState, env: BootEnv) -> None:
        self.state = state
        self.env = env
        self.regions = state.memblock.memory
        self.starts = [region.base for region in self.regions]
        self.known = {region.nid for region in self.regions} - {NUMA_NO_NODE, UNSET_NID}
        self.pxm_of = {node: pxm for pxm, node in state.numa.pxm_to_node.items()}

    def node_at(self, address: int) -> int | None:
        index = bisect_right(self.starts, address) - 1
        region = self.regions[index] if index >= 0 else None
        if region is None or address >= region.end or region.nid in (NUMA_NO_NODE, UNSET_NID):
            return None
        return region.nid

    def latency(self, node: int, home: int) -> int | None:
        hmat, fake = self.env.inputs.hmat, self.state.numa.fake_of
        if hmat is None:
            return None
        ends = (self.pxm_of.get(fake.get(n, n)) for n in (node, home))
        initiator, target = ends
        return None if initiator is None or target is None else hmat.read_latency.get((initiator, target))

    def home(self, node: int, home: int | None, size: int) -> Home:
        if home is None:
            return Home(node=None, size=size, distance=None, read_latency=None)
        return Home(
            node=home,
            size=size,
            distance=node_distance(self.state, self.env, node, home),
            read_latency=self.latency(node, home),
        )


_Owned = tuple[int, str, Allocation]


def _sparse(ledger: Iterable[Allocation]) -> Iterator[_Owned]:
    # Each node's part of the ledger begins with its usage map; the memory map in it names the node.
    part: list[Allocation] = []
    for entry in ledger:
        if entry.owner == "section usage maps":
            yield from _part(part)
            part = []
        if entry.owner == "section usage maps" or entry.owner.startswith("memory map "):
            part.append(entry)
    yield from _part(part)


def _part(part: list[Allocation]) -> Iterator[_Owned]:
    own = [entry for entry in part if entry.owner.startswith("memory map of node ")]
    if own:
        node = int(own[0].owner.removeprefix("memory map of node "))
        for entry in part:
            yield node, "memory map" if entry.owner.startswith("memory map of") else entry.owner, entry


def _owned(state: BootState, env: BootEnv) -> Iterator[_Owned]:
    yield from _sparse(state.ledger)
    per_cpu = [node for node, count in Counter(cpu_nodes(state, env)).items() for _ in range(count)]
    for entry in state.ledger:
        if entry.owner.startswith("NODE_DATA("):
            yield int(entry.owner[len("NODE_DATA(") : -1]), "node data", entry
    areas = [entry for entry in state.ledger if entry.owner == "per-cpu areas"]
    for node, entry in zip(per_cpu, areas, strict=False):
        yield node, "per-cpu areas", entry


def costs_of(layout: Layout, state: BootState, env: BootEnv) -> tuple[NodeCosts, ...]:
    """Give the costs of each node that the kernel keeps data about, by number."""
    homes = _Homes(state, env)
    sizes: dict[int, dict[str, Counter[int | None]]] = {}
    for node, what, entry in _owned(state, env):
        sizes.setdefault(node, {}).setdefault(what, Counter())[homes.node_at(entry.start)] += entry.end - entry.start
    managed: Counter[int] = Counter()
    for zone in layout.zones:
        if zone.zone in _KERNEL_ZONES:
            managed[zone.node] += zone.managed_pages.estimate * PAGE_SIZE
    return tuple(
        NodeCosts(
            node=node,
            data=tuple(
                KernelData(what=what, homes=tuple(homes.home(node, home, size) for home, size in places.most_common()))
                for what, places in sizes[node].items()
            ),
            kernel_managed=managed[node],
        )
        for node in sorted(sizes)
    )


def direct_map(state: BootState, env: BootEnv) -> DirectMap:
    """Give where the page tables of the direct map lie, and how many each node's memory needs."""
    homes, places = _Homes(state, env), Counter[int | None]()
    for entry in state.ledger:
        if entry.owner == "direct-map page tables":
            places[homes.node_at(entry.start)] += (entry.end - entry.start) // PAGE_SIZE
    needed = {node: pages for node, pages in tables_by_node(state, env).items() if pages and node in homes.known}
    return DirectMap(
        homes=tuple(places.most_common()),
        in_image=max(0, sum(needed.values()) - places.total()),
        image_node=homes.node_at(env.image.start),
        needed=tuple(sorted(needed.items())),
    )
