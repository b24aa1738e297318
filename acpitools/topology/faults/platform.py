"""Faults of MSCT, CEDT and PPTT.  Spec: ACPI 6.5, 5.2.19 and 5.2.30; CXL 3.1, 9.18.  Kernel: drivers/cxl/acpi.c."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from acpitools.codec.arrays import IntArray
from acpitools.codec.record import size_of
from acpitools.core.units import GIB, MIB
from acpitools.tables.cedt import Cedt, CxlFixedMemoryWindow, CxlHostBridge, CxlXorInterleaveMath, InterleaveArithmetic
from acpitools.tables.header import Table
from acpitools.tables.msct import Msct
from acpitools.tables.pptt import Pptt, ProcessorFlags, ProcessorHierarchyNode
from acpitools.tables.registry import decode_table
from acpitools.tables.spans import structure_spans
from acpitools.topology.faults.fault import Fault, changed, nothing, resummed, with_structures

__all__ = ["FAULTS"]

_NOBODY = 9999


def _msct_all(change: Callable[[list[Any]], Sequence[Any]], least: int = 1) -> Callable[[Msct], Table]:
    def apply(msct: Msct) -> Table:
        if len(msct.structures) < least:
            raise nothing(f"the MSCT has fewer than {least} ranges of domains; give the domains different sizes")
        return with_structures(msct, change(list(msct.structures)))

    return apply


def _msct_fields(change: Callable[[Msct], dict[str, Any]]) -> Callable[[Msct], Table]:
    return lambda msct: changed(msct, **change(msct))


def _msct_offset(data: bytes) -> bytes:
    return resummed(data[:36] + (20).to_bytes(4, "little") + data[40:])


def _fewer_domains(msct: Msct) -> dict[str, Any]:
    if not msct.maximum_domains:
        raise nothing("the MSCT has one domain only")
    return {"maximum_domains": msct.maximum_domains - 1}


_MSCT = (
    Fault("msct-domains", "MSCT", "one domain less than there are", record=_msct_fields(_fewer_domains)),
    Fault(
        "msct-address",
        "MSCT",
        "the largest address is 1 GiB, below the end of memory",
        record=_msct_fields(lambda _: {"maximum_address": GIB - 1}),
    ),
    Fault(
        "msct-memory",
        "MSCT",
        "the first domain can hold 4 KiB, less than it has",
        record=_msct_all(lambda s: [changed(s[0], memory_capacity=4096), *s[1:]]),
    ),
    Fault("msct-unsorted", "MSCT", "ranges of domains in descending order", record=_msct_all(lambda s: s[::-1], 2)),
    Fault("msct-gap", "MSCT", "the first range of domains is missing", record=_msct_all(lambda s: s[1:], 2)),
    Fault("msct-offset", "MSCT", "the offset of the first structure points into the header", data=_msct_offset),
)


def _all(table: Any, cls: type[Any], what: str) -> list[int]:
    found = [index for index, item in enumerate(table.structures) if isinstance(item, cls)]
    if not found:
        raise nothing(f"the {table.signature} has no {what}")
    return found


def _each(cls: type[Any], what: str, change: Callable[[Any], Sequence[Any]]) -> Callable[[Any], Table]:
    def apply(table: Any) -> Table:
        index = _all(table, cls, what)[0]
        found = list(table.structures)
        return with_structures(table, [*found[:index], *change(found[index]), *found[index + 1 :]])

    return apply


def _window(change: Callable[[CxlFixedMemoryWindow], dict[str, Any]]) -> Callable[[Cedt], Table]:
    return _each(CxlFixedMemoryWindow, "windows", lambda window: [changed(window, **change(window))])


def _overlapping(window: CxlFixedMemoryWindow) -> Sequence[Any]:
    return [window, changed(window, base_hpa=window.base_hpa + window.window_size // 2 // (256 * MIB) * (256 * MIB))]


def _bridge(change: Callable[[CxlHostBridge], Sequence[Any]]) -> Callable[[Cedt], Table]:
    return _each(CxlHostBridge, "host bridges", change)


def _no_bridges(cedt: Cedt) -> Table:
    _all(cedt, CxlHostBridge, "host bridges")
    return with_structures(cedt, [s for s in cedt.structures if not isinstance(s, CxlHostBridge)])


def _xor_without_map(cedt: Cedt) -> Table:
    cut: Any = with_structures(cedt, [s for s in cedt.structures if not isinstance(s, CxlXorInterleaveMath)])
    targets = IntArray.of((0, 0), 4)
    fields = {"interleave_arithmetic": InterleaveArithmetic.XOR, "encoded_interleave_ways": 1, "targets": targets}
    return _window(lambda _: fields)(cut)


_CEDT = (
    Fault(
        "cedt-misaligned",
        "CEDT",
        "a window does not begin at a multiple of 256 MiB; cxl_acpi refuses it",
        record=_window(lambda w: {"base_hpa": w.base_hpa + MIB}),
    ),
    Fault(
        "cedt-size",
        "CEDT",
        "a window's size is no multiple of 256 MiB; cxl_acpi refuses it",
        record=_window(lambda w: {"window_size": w.window_size + MIB}),
    ),
    Fault("cedt-zero-size", "CEDT", "a window of no bytes", record=_window(lambda _: {"window_size": 0})),
    Fault(
        "cedt-wrap",
        "CEDT",
        "a window that reaches past 2^64",
        record=_window(lambda _: {"window_size": (1 << 64) - 256 * MIB}),
    ),
    Fault(
        "cedt-ways",
        "CEDT",
        "a window with reserved interleave ways 7",
        record=_window(lambda _: {"encoded_interleave_ways": 7}),
    ),
    Fault(
        "cedt-targets",
        "CEDT",
        "a window with twice the ways that it has targets for",
        record=_window(lambda w: {"encoded_interleave_ways": w.encoded_interleave_ways + 1}),
    ),
    Fault(
        "cedt-granularity",
        "CEDT",
        "a window with reserved granularity 7",
        record=_window(lambda _: {"encoded_granularity": 7}),
    ),
    Fault(
        "cedt-stranger",
        "CEDT",
        "a window's target has no host bridge",
        record=_window(lambda w: {"targets": IntArray.of((*tuple(w.targets)[:-1], _NOBODY), 4)}),
    ),
    Fault("cedt-over-ram", "CEDT", "a window over the RAM from 0 on", record=_window(lambda _: {"base_hpa": 0})),
    Fault("cedt-overlap", "CEDT", "two windows overlap", record=_each(CxlFixedMemoryWindow, "windows", _overlapping)),
    Fault("cedt-xor-no-map", "CEDT", "XOR arithmetic without XOR bitmaps", record=_xor_without_map),
    Fault("cedt-no-bridges", "CEDT", "no host bridge", record=_no_bridges),
    Fault(
        "cedt-bridge-twice",
        "CEDT",
        "two host bridges have one UID",
        record=_bridge(lambda b: [b, changed(b, base=b.base + 0x100000)]),
    ),
    Fault(
        "cedt-bridge-version",
        "CEDT",
        "a host bridge of unknown version 7",
        record=_bridge(lambda b: [changed(b, cxl_version=7)]),
    ),
    Fault(
        "cedt-register-length",
        "CEDT",
        "a host bridge with 4 KiB of registers",
        record=_bridge(lambda b: [changed(b, register_length=0x1000)]),
    ),
)


def _nodes(pptt: Pptt) -> list[tuple[int, int]]:
    # (index, offset) of the nodes
    found, offset = [], 36
    for index, item in enumerate(pptt.structures):
        if isinstance(item, ProcessorHierarchyNode):
            found.append((index, offset))
        offset += size_of(item)
    if not found:
        raise nothing("the PPTT has no nodes")
    return found


def _node(change: Callable[[list[tuple[int, int]], Pptt], tuple[int, dict[str, Any]]]) -> Callable[[Pptt], Table]:
    def apply(pptt: Pptt) -> Table:
        index, fields = change(_nodes(pptt), pptt)
        structures = list(pptt.structures)
        structures[index] = changed(structures[index], **fields)
        return with_structures(pptt, structures)

    return apply


def _cached(nodes: list[tuple[int, int]], pptt: Pptt) -> int:
    for index, _ in nodes:
        if len(pptt.structures[index].private_resources):  # type: ignore[attr-defined]
            return index
    raise nothing("no node of the PPTT has a cache; say [processors.caches]")


def _cache_loop(pptt: Pptt) -> Table:
    offset = 36
    for index, item in enumerate(pptt.structures):
        if item.type == 1:  # type: ignore[attr-defined]
            structures = list(pptt.structures)
            structures[index] = changed(item, next_level_of_cache=offset)
            return with_structures(pptt, structures)
        offset += size_of(item)
    raise nothing("the PPTT has no cache; say [processors.caches]")


def _no_package(pptt: Pptt) -> Table:
    keep = int(~ProcessorFlags.PHYSICAL_PACKAGE & 0xFFFFFFFF)
    return with_structures(
        pptt,
        [
            changed(item, flags=ProcessorFlags(int(item.flags) & keep & 0x1F))
            if isinstance(item, ProcessorHierarchyNode)
            else item
            for item in pptt.structures
        ],
    )


def _resource_count(data: bytes) -> bytes:
    last = None
    for _, offset, found in structure_spans(decode_table(data)):
        last = offset + 16 if isinstance(found, ProcessorHierarchyNode) else last
    if last is None:
        raise nothing("the PPTT has no nodes")
    return resummed(data[:last] + (5000).to_bytes(4, "little") + data[last + 4 :])


def _resources(number: int) -> Callable[[list[tuple[int, int]], Pptt], tuple[int, dict[str, Any]]]:
    return lambda nodes, pptt: (
        _cached(nodes, pptt),
        {"private_resources": IntArray.of((number,), 4), "private_resource_count": 1},
    )


_PPTT = (
    Fault(
        "pptt-loop",
        "PPTT",
        "a package's parent is its own child",
        record=_node(lambda n, _: (n[0][0], {"parent": n[-1][1]})),
    ),
    Fault("pptt-self", "PPTT", "a node is its own parent", record=_node(lambda n, _: (n[-1][0], {"parent": n[-1][1]}))),
    Fault(
        "pptt-dangling",
        "PPTT",
        "a node's parent lies past the end of the table",
        record=_node(lambda n, _: (n[-1][0], {"parent": 0x00FFFFF0})),
    ),
    Fault(
        "pptt-inside",
        "PPTT",
        "a node's parent lies inside another structure",
        record=_node(lambda n, _: (n[-1][0], {"parent": n[0][1] + 4})),
    ),
    Fault(
        "pptt-stranger",
        "PPTT",
        "a processor that the MADT does not have",
        record=_node(lambda n, _: (n[-1][0], {"acpi_processor_id": _NOBODY})),
    ),
    Fault("pptt-no-package", "PPTT", "no node is a physical package", record=_no_package),
    Fault("pptt-cache-loop", "PPTT", "a cache is its own next level", record=_cache_loop),
    Fault(
        "pptt-resource-dangling",
        "PPTT",
        "a cache of a node lies past the end of the table",
        record=_node(_resources(0x00FFFFF0)),
    ),
    Fault("pptt-count", "PPTT", "a node has more resources than bytes", data=_resource_count),
)
FAULTS = (*_MSCT, *_CEDT, *_PPTT)
