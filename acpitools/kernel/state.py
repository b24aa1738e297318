"""The state that boot stages hand on, the facts they report, and what they are given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple

from acpitools.core.findings import Finding
from acpitools.core.firmware_map import E820Entry
from acpitools.core.ranges import AddrRange
from acpitools.core.value import value
from acpitools.kernel import memblock
from acpitools.kernel.cmdline import Options
from acpitools.kernel.inputs import BootInputs, KernelImage
from acpitools.kernel.memblock import Direction, Memblock
from acpitools.kernel.policy import Policy

__all__ = [
    "Allocation",
    "BootEnv",
    "BootState",
    "Event",
    "MemBlk",
    "NumaState",
    "Outcome",
    "Phase",
    "Stage",
    "StageSpec",
    "Zone",
    "hold",
    "hold_all",
    "replace_memblock",
    "took",
]


class Phase(Enum):
    """The five pictures of the original design (2013)."""

    MEMBLOCK_READY = "memblock ready"
    BEFORE_SRAT = "before SRAT"
    PARSING_SRAT = "parsing SRAT"
    AFTER_SRAT = "after SRAT"
    MEMORY_INITIALIZED = "memory initialized"


class Allocation(NamedTuple):
    """Who holds a range: a line of the ledger.  Half open, bytes."""

    start: int
    end: int
    owner: str
    function: str
    """The kernel function that took it."""
    direction: Direction | None = None
    """None where the place was given, not searched for."""
    certain: bool = True
    temporary: bool = False
    """Given back before or after the page allocator starts."""


class MemBlk(NamedTuple):
    """An element of numa_meminfo: bytes ``[start, end)`` of a node, and the SRAT structures it came from."""

    start: int
    end: int
    nid: int
    sources: tuple[int, ...] = ()


_FRESH = Memblock()


def _nothing() -> Mapping[Any, Any]:
    return MappingProxyType({})


@value
class NumaState:
    """What NUMA set-up knows."""

    source: str = "none"
    """``none`` so far, ``srat`` or ``dummy``."""
    rejected: str | None = None
    """Why the SRAT was not used."""
    disabled: bool = False
    """The kernel called the SRAT bad, by an option or for a structure in it (bad_srat)."""
    meminfo: tuple[MemBlk, ...] = ()
    reserved_meminfo: tuple[MemBlk, ...] = ()
    pxm_to_node: Mapping[int, int] = field(default_factory=_nothing)
    parsed: frozenset[int] = frozenset()
    possible: frozenset[int] = frozenset()
    apic_to_node: Mapping[int, int] = field(default_factory=_nothing)
    initiators: frozenset[int] = frozenset()
    distances: AddrRange | None = None
    """Where the distance table lies."""
    slit_used: bool = False
    marks: tuple[tuple[AddrRange, int], ...] = ()
    """Ranges marked hot-pluggable and the index of their SRAT structure."""
    fake_of: Mapping[int, int] = field(default_factory=_nothing)
    """Fake node to the physical node of its first piece (numa=fake)."""
    fake_distances: Mapping[tuple[int, int], int] = field(default_factory=_nothing)
    """Distances that numa=fake itself gives."""
    unmarked: Mapping[int, tuple[Allocation, ...]] = field(default_factory=_nothing)
    """Nodes that lost their marks, and what was reserved in them."""


@value
class Zone:
    """A zone of a node that has a span (PFN and pages)."""

    node: int
    name: str
    start_pfn: int
    spanned_pages: int
    present_pages: int

    @property
    def end_pfn(self) -> int:
        """First page frame past the span."""
        return self.start_pfn + self.spanned_pages


@value
class BootState:
    """One moment of the boot; later fields start empty."""

    e820: tuple[E820Entry, ...] = ()
    memblock: Memblock = _FRESH
    ledger: tuple[Allocation, ...] = ()
    max_pfn: int = 0
    max_possible_pfn: int = 0
    user_defined_map: bool = False
    numa: NumaState = NumaState()
    movable_start: Mapping[int, int] = field(default_factory=_nothing)
    """Node to the first page frame of its Movable zone."""
    zones: tuple[Zone, ...] = ()
    free_pages: int = 0
    """Pages that nobody held when the zones were set up: boot-time hash tables are sized by them."""
    panic: str | None = None
    """Why the boot ends here."""
    findings: tuple[Finding, ...] = ()


class Event(NamedTuple):
    """A fact that a stage reports."""

    kind: str
    message: str
    ranges: tuple[AddrRange, ...] = ()
    node: int | None = None
    cause: str | None = None
    """What it rests on: ``SRAT[5] at offset 0x98``, ``cmdline: mem=2G``."""
    dmesg: str | None = None
    """The line that the kernel prints, where it prints one."""


class BootEnv(NamedTuple):
    """What never changes during a boot."""

    inputs: BootInputs
    options: Options
    policy: Policy
    image: KernelImage
    """Where the kernel lies in this boot: known, or one of the places it may choose."""


class Outcome(NamedTuple):
    """What a stage gives back."""

    state: BootState
    events: tuple[Event, ...] = ()


Stage = Callable[[BootState, BootEnv], Outcome]


class StageSpec(NamedTuple):
    """A stage in a kernel's list: its phase, its function, and where the kernel does it."""

    phase: Phase
    run: Stage
    function: str


def hold(state: BootState, start: int, end: int, owner: str, function: str, *, certain: bool = True) -> BootState:
    """Reserve a given range (bytes) and enter its holder in the ledger.  Kernel: memblock_reserve."""
    entry = Allocation(start, end, owner, function, None, certain)
    return replace(state, memblock=memblock.reserve(state.memblock, start, end), ledger=(*state.ledger, entry))


def hold_all(state: BootState, entries: Iterable[Allocation]) -> BootState:
    """Reserve many given ranges in their order, each as `hold` does."""
    mb, held = memblock.thawed(state.memblock), tuple(entries)
    for entry in held:
        mb = memblock.reserve(mb, entry.start, entry.end)
    return replace_memblock(state, memblock.frozen(mb), held)


def took(
    state: BootState, mb: Memblock, start: int, end: int, owner: str, function: str, *, temporary: bool = False
) -> BootState:
    """Enter an allocation that memblock made in the ledger, with the direction of its search."""
    entry = Allocation(start, end, owner, function, mb.direction, True, temporary)
    return replace(state, memblock=mb, ledger=(*state.ledger, entry))


def replace_memblock(
    state: BootState, mb: Memblock, entries: Iterable[Allocation], *, panic: str | None = None
) -> BootState:
    """Put an allocator and the entries it made for the ledger into a state; a panic ends the boot."""
    return replace(state, memblock=mb, ledger=(*state.ledger, *entries), panic=panic or state.panic)
