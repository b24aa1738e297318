"""PPTT of a described machine: packages, dies, cores and threads, and the caches of each.  Spec: ACPI 6.5, 5.2.30."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acpitools.codec.arrays import IntArray
from acpitools.codec.record import size_of
from acpitools.codec.structures import Structure
from acpitools.tables import pptt
from acpitools.tables.header import Table
from acpitools.topology.spec import Cache, ProcessorState, Spec

__all__ = ["build_pptt"]

_FIXED = 36
_KINDS = {"data": 0, "instruction": 1, "unified": 3}
_READ_AND_WRITE_ALLOCATE = pptt.CacheAttributes.READ_AND_WRITE_ALLOCATE
_WITH_CACHE_IDS = 3  # revision of the table
_VALID = pptt.CacheFlags(0x7F)
_Place = tuple[int, ...]


class _Writer:
    # Offsets are those of structures already there: a parent and a shared cache come before what points at them.
    def __init__(self, revision: int) -> None:
        self.structures: list[Structure] = []
        self._end = _FIXED
        self._revision = revision
        self._caches = 0

    def add(self, structure: Structure) -> int:
        offset = self._end
        self.structures.append(structure)
        self._end += size_of(structure)
        return offset

    def add_caches(self, caches: Sequence[Cache], next_level: int) -> tuple[list[int], int]:
        # Gives the offsets of private caches, and the one that a lower level's caches lead to.
        offsets: list[int] = []
        for level in sorted({cache.level for cache in caches}, reverse=True):
            first = None
            for cache in (c for c in caches if c.level == level):
                offset = self.add(self._cache(cache, next_level))
                offsets.append(offset)
                first = offset if first is None else first
            next_level = first or next_level
        return offsets, next_level

    def _cache(self, cache: Cache, next_level: int) -> Structure:
        self._caches += 1
        fields: dict[str, Any] = {
            "flags": _VALID,
            "next_level_of_cache": next_level,
            "size": cache.size,
            "number_of_sets": cache.size // (cache.ways * cache.line),
            "associativity": cache.ways,
            "attributes": _READ_AND_WRITE_ALLOCATE | pptt.CacheAttributes(_KINDS[cache.kind] << 2),
            "line_size": cache.line,
        }
        if self._revision >= _WITH_CACHE_IDS:
            fields["flags"] = _VALID | pptt.CacheFlags.CACHE_ID
            return pptt.Cache3(cache_id=self._caches, **fields)
        return pptt.Cache(**fields)

    def add_node(self, flags: pptt.ProcessorFlags, parent: int, uid: int, resources: Sequence[int]) -> int:
        node = pptt.ProcessorHierarchyNode(
            length=20 + 4 * len(resources),
            flags=flags,
            parent=parent,
            acpi_processor_id=uid,
            private_resource_count=len(resources),
            private_resources=IntArray.of(resources, 4),
        )
        return self.add(node)


def build_pptt(spec: Spec, header: dict[str, Any]) -> Table:
    """Give the PPTT: a node for each package, die (where there are several), core and thread."""
    writer = _Writer(header.get("revision", 3))
    listed = [p for p in spec.processors if p.state is not ProcessorState.UNLISTED]
    several_dies = any(p.die for p in listed)
    several_threads = any(p.thread for p in listed)
    shared = [cache for cache in spec.caches if cache.level > 2]
    private = [cache for cache in spec.caches if cache.level <= 2]
    valid, leaf = pptt.ProcessorFlags.PROCESSOR_ID_VALID, pptt.ProcessorFlags.NODE_IS_A_LEAF
    nodes: dict[_Place, tuple[int, int]] = {}  # place -> offset of the node, and of the cache behind it
    for processor in listed:
        package: _Place = (processor.package,)
        die: _Place = (*package, processor.die) if several_dies else package
        if package not in nodes:
            offsets, behind = writer.add_caches([] if several_dies else shared, 0)
            flags = pptt.ProcessorFlags.PHYSICAL_PACKAGE | pptt.ProcessorFlags.IDENTICAL_IMPLEMENTATION
            nodes[package] = (writer.add_node(flags, 0, 0, offsets), behind)
        if die not in nodes:
            offsets, behind = writer.add_caches(shared, 0)
            flags = pptt.ProcessorFlags.IDENTICAL_IMPLEMENTATION
            nodes[die] = (writer.add_node(flags, nodes[package][0], 0, offsets), behind)
        parent, behind = nodes[die]
        core: _Place = (processor.package, processor.die, processor.core)
        if not several_threads:
            offsets, _ = writer.add_caches(private, behind)
            writer.add_node(valid | leaf, parent, processor.uid, offsets)
            continue
        if core not in nodes:
            offsets, _ = writer.add_caches(private, behind)
            nodes[core] = (writer.add_node(pptt.ProcessorFlags.IDENTICAL_IMPLEMENTATION, parent, 0, offsets), 0)
        thread = pptt.ProcessorFlags.PROCESSOR_IS_A_THREAD
        writer.add_node(valid | leaf | thread, nodes[core][0], processor.uid, ())
    return pptt.Pptt(structures=tuple(writer.structures), **header)
