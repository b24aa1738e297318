"""Which changes may help on this machine: everything that can move a border between kernel and movable memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from acpitools.core.ranges import AddrRange, coalesce, intersect, subtract, total
from acpitools.core.units import GIB, MIB, PFN_PHYS, format_size, round_down, round_up
from acpitools.expect import changes
from acpitools.expect.changes import Change
from acpitools.expect.world import World
from acpitools.kernel import cmdline
from acpitools.kernel.inputs import Affinity, AffinityType, KernelImage
from acpitools.kernel.versions import registry

__all__ = ["candidates"]

_MOST_STRUCTURES: Final = 48
_MOST_PLACES: Final = 6
_ENABLED: Final = 1
_HOT: Final = 2
_CORE_SHARES: Final = (50, 25, 75, 10, 20, 30, 40, 60, 70, 80, 90)
"""Per cent of all memory for movablecore=, the coarse ones first."""
_LARGE_BLOCK: Final = 2 * GIB


def candidates(world: World) -> tuple[Change, ...]:
    """Give the changes worth trying, the cheapest first."""
    found = [
        *_options(world),
        *_initrd(world),
        *_structures(world),
        *_borders(world),
        *_firmware(world),
        *_image(world),
        *_kernels(world),
    ]
    return tuple(sorted(found, key=lambda change: change.cost))


# --- the command line -------------------------------------------------------------------------------------------


def _options(world: World) -> Iterator[Change]:
    line, options = world.env.inputs.cmdline, world.env.options
    for word in dict.fromkeys(changes.words_of(line)):
        removed = changes.remove_option(word)
        if cmdline.parse(removed.apply(world.env.inputs).cmdline) != cmdline.parse(line):
            yield removed
    if not options.movable_node and world.env.policy.movable_node_option:
        yield changes.add_option("movable_node")
    if options.kaslr:
        yield changes.add_option("nokaslr")
    if not options.movable_node:
        for percent in _CORE_SHARES:
            yield changes.add_option(f"movablecore={percent}%", cost=2)
    end = PFN_PHYS(world.state.max_pfn)
    for size in (world.env.policy.min_block_size, _LARGE_BLOCK):
        lower = round_down(end, size)
        if 0 < lower < end:
            yield changes.add_option(f"mem={_sized(lower)}", cost=3)


def _sized(size: int) -> str:
    for shift, letter in ((30, "G"), (20, "M"), (10, "K")):
        if size % (1 << shift) == 0:
            return f"{size >> shift}{letter}"
    return f"{size:#x}"


# --- places -----------------------------------------------------------------------------------------------------


def _safe_places(world: World, size: int) -> list[tuple[int, AddrRange]]:
    """Give free RAM (node, range) where something may lie without harm: memory that is not hot-pluggable first."""
    taken = [(entry.start, entry.end) for entry in world.layout.reserved]
    pinned = {node.node for node in world.nodes.values() if not total(world.of_node(node.node))}
    places = []
    for node in sorted(world.nodes):
        ranges = subtract(subtract(world.of_node(node), world.hotpluggable), taken)
        fitting = [r for r in ranges if r.size >= size + 2 * MIB and r.start >= MIB]
        if fitting and node not in pinned:
            places.append((node, max(fitting, key=lambda r: r.size)))
    hot = subtract(world.hotpluggable, taken)
    for node in sorted(world.unmarked):
        own = [r for r in coalesce(hot) if r.size >= size + 2 * MIB and r in _within(world, node, r)]
        places += [(node, max(own, key=lambda r: r.size))] if own else []
    return places[:_MOST_PLACES]


def _within(world: World, node: int, place: AddrRange) -> list[AddrRange]:
    return [place] if any(r.start <= place.start and place.end <= r.end for r in world.of_node(node)) else []


def _initrd(world: World) -> Iterator[Change]:
    initrd = world.env.inputs.initrd
    if initrd is None:
        return
    for node, place in _safe_places(world, initrd.size):
        # Below 4 GiB where there is room: not every boot loader goes higher.
        end = min(place.end, 4 * GIB) if place.start + initrd.size + 2 * MIB <= 4 * GIB else place.end
        start = round_down(end - initrd.size, 2 * MIB)
        if start >= place.start:
            yield changes.move_initrd(AddrRange(start, start + initrd.size), f"node {node}")


def _image(world: World) -> Iterator[Change]:
    image = world.env.image
    size = image.end - image.start
    for node, place in _safe_places(world, size + MIB):
        start = round_up(max(place.start, world.env.policy.physical_start), 2 * MIB)
        if start + size + MIB <= place.end:
            yield changes.move_image(KernelImage(start=start, end=start + size), f"node {node}")


# --- tables -----------------------------------------------------------------------------------------------------


def _name(entry: Affinity) -> str:
    return f"{entry.source} (domain {entry.pxm}, {AddrRange(entry.base, entry.base + entry.size)})"


def _memory_structures(world: World) -> list[Affinity]:
    srat = world.env.inputs.srat
    return [e for e in (srat.entries if srat else ()) if e.type == AffinityType.MEMORY and e.size]


def _structures(world: World) -> Iterator[Change]:
    entries = _memory_structures(world)
    enabled = [e for e in entries if e.flags & _ENABLED]
    for entry in enabled[:_MOST_STRUCTURES]:
        verb = "clear" if entry.flags & _HOT else "set"
        text = f"{verb} the hot-plug flag of {_name(entry)}"
        yield changes.set_affinities("srat-flag", text, 3, [entry._replace(flags=entry.flags ^ _HOT)])
    domains: dict[int, list[Affinity]] = {}
    for entry in enabled:
        domains.setdefault(entry.pxm, []).append(entry)
    for pxm, own in list(domains.items())[:_MOST_STRUCTURES]:
        for verb, wanted in (("set", 0), ("clear", _HOT)):
            chosen = [e for e in own if e.flags & _HOT == wanted]
            if len(chosen) > 1:
                text = f"{verb} the hot-plug flag of all memory of domain {pxm}: {_listed(chosen)}"
                changed = [e._replace(flags=e.flags ^ _HOT) for e in chosen]
                yield changes.set_affinities("srat-flag", text, 4, changed)
    for entry in [e for e in entries if not e.flags & _ENABLED][:_MOST_STRUCTURES]:
        text = f"enable {_name(entry)}"
        yield changes.set_affinities("srat-enable", text, 4, [entry._replace(flags=entry.flags | _ENABLED)])
    if world.state.numa.slit_used:
        yield changes.drop_slit()


def _listed(entries: Sequence[Affinity]) -> str:
    shown = ", ".join(f"SRAT[{e.number}]" for e in entries[:8])
    return f"{shown} and {len(entries) - 8} more" if len(entries) > 8 else shown


def _borders(world: World) -> Iterator[Change]:
    """Move the border of two structures to a multiple of 4 MiB or of the block size; close gaps; cut overlaps."""
    entries = sorted((e for e in _memory_structures(world) if e.flags & _ENABLED), key=lambda e: e.base)
    block = world.layout.blocks.size or world.env.policy.min_block_size
    for left, right in list(pairwise(entries))[: 4 * _MOST_STRUCTURES]:
        end = left.base + left.size
        if end == right.base:
            steps = {f(end, size) for size in (4 * MIB, block) if end % size for f in (round_down, round_up)}
            yield from _moved(left, right, sorted(steps, key=lambda step: abs(step - end)))
        elif end > right.base:
            yield from _moved(left, right, [right.base], "srat-overlap")
        elif subtract(_ram_between(world, end, right.base), [(e.base, e.base + e.size) for e in entries]):
            yield from _moved(left, right, [end, right.base], "srat-gap")
    ram = _ram_between(world, 0, 1 << 64)
    if entries and ram and entries[-1].base + entries[-1].size < ram[-1].end:
        last = entries[-1]
        text = f"let {_name(last)} reach to the end of RAM, {ram[-1].end:#x}"
        yield changes.set_affinities("srat-gap", text, 3, [last._replace(size=ram[-1].end - last.base)])


def _ram_between(world: World, start: int, end: int) -> list[AddrRange]:
    found = [(max(r.base, start), min(r.end, end)) for r in world.state.memblock.memory]
    return coalesce(found)


def _moved(left: Affinity, right: Affinity, borders: Iterable[int], kind: str = "srat-border") -> Iterator[Change]:
    for border in borders:
        size, rest = border - left.base, right.base + right.size - border
        if size <= 0 or rest <= 0:
            continue
        text = f"let {_name(left)} and {_name(right)} meet at {border:#x}, a multiple of {_alignment(border)}"
        pair = [left._replace(size=size), right._replace(base=border, size=rest)]
        yield changes.set_affinities(kind, text, 3, pair)


def _alignment(border: int) -> str:
    return format_size(min(border & -border, GIB))


def _firmware(world: World) -> Iterator[Change]:
    if world.env.inputs.overrides:
        yield changes.drop_overrides()
    size = sum(-(-t.length // 4096) * 4096 for t in world.env.inputs.acpi_tables) + 16 * MIB
    places = _safe_places(world, size)
    domains: dict[int, list[AddrRange]] = {}
    for e in _memory_structures(world):
        if e.flags & _ENABLED and e.flags & _HOT:
            domains.setdefault(e.pxm, []).append(AddrRange(e.base, e.base + e.size))
    kept = changes.kept_by_firmware(world.env.inputs)
    for pxm, areas in domains.items():
        others = [place for _, place in places if not intersect([place], areas)]
        if others and intersect(kept, areas):
            to = max(round_down(others[0].end - size, 2 * MIB), others[0].start)
            yield changes.move_firmware(pxm, tuple(areas), to)


def _kernels(world: World) -> Iterator[Change]:
    model = registry.find(world.env.inputs.release)[0]
    if model.policy != world.env.policy:
        return  # built with a configuration of its own: another release would not have it
    for other in registry.KERNELS:
        if other.exact and other.release != model.release:
            yield changes.other_kernel(other.release)
