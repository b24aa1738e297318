"""What each node's memory costs the kernel, where that lies, and what adding memory takes: text and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from acpitools.core.units import PAGE_SIZE, format_size
from acpitools.hotplug.forecast import Adding
from acpitools.hotplug.step import KernelMemory
from acpitools.kernel.costs import DirectMap, Home, NodeCosts
from acpitools.report.terminal import Palette, percent, table, wrapped

__all__ = ["costs_document", "costs_text"]


def costs_text(
    costs: Sequence[NodeCosts],
    mapping: DirectMap,
    without: Sequence[NodeCosts] | None,
    adding: Sequence[Adding],
    *,
    width: int,
    color: bool,
    verbose: bool = False,
) -> Iterator[str]:
    """Give the section in lines; ``without`` is the same machine without movable_node, where that is given."""
    palette = Palette(color)
    yield "\n" + palette.title("What the kernel keeps about each node, and where") + "\n"
    rows = [
        (
            one.node,
            format_size(one.size),
            f"{format_size(one.remote)} ({percent(one.remote, one.size)})" if one.remote else "none",
            _mean(one),
            _latency(one),
            ", ".join(_place(home) for home in one.homes),
        )
        for one in costs
    ]
    header = ("node", "kernel data", "on other nodes", "distance", "read latency", "lies on")
    yield from (line + "\n" for line in table(header, rows, "01", width=width))
    if verbose:
        yield from _kinds(costs)
    yield from (line + "\n" for line in wrapped(_mapping(mapping), width, "  "))
    if without is not None:
        text = (
            f"movable_node puts {_share(costs)} of it on other nodes than its own; without the option it would be "
            f"{_share(without)}."
        )
        yield from (line + "\n" for line in wrapped(text, width, "  "))
    if adding:
        yield from _adding(adding, palette, width)
    if len(adding) < len(costs):
        left = "On so large a machine what adding memory takes is worked out for the first nodes only."
        yield from (line + "\n" for line in wrapped(left, width, "  "))


def _kinds(costs: Sequence[NodeCosts]) -> Iterator[str]:
    for one in costs:
        for kind in one.data:
            places = ", ".join(f"{format_size(home.size)} on {_node(home.node)}" for home in kind.homes)
            yield f"  node {one.node}: {kind.what}: {places}\n"


def _mapping(mapping: DirectMap) -> str:
    places = [f"{pages} on {_node(node)}" for node, pages in mapping.homes]
    if mapping.in_image:
        places.append(f"{mapping.in_image} in the kernel image, on {_node(mapping.image_node)}")
    needed = ", ".join(f"{pages} for node {node}" for node, pages in mapping.needed)
    return f"Page tables of the direct map ({needed or 'none'}): {', '.join(places) or 'none'}."


def _share(costs: Sequence[NodeCosts]) -> str:
    remote, size = sum(one.remote for one in costs), sum(one.size for one in costs)
    return f"{format_size(remote)} of {format_size(size)} ({percent(remote, size)})" if remote else "nothing"


def _node(node: int | None) -> str:
    return "no node" if node is None else f"node {node}"


def _place(home: Home) -> str:
    distance = f", distance {home.distance}" if home.distance is not None else ""
    return f"{_node(home.node)} ({format_size(home.size)}{distance})"


def _mean(one: NodeCosts) -> str:
    mean = one.mean_distance
    return "-" if mean is None else f"{float(mean):.1f}"


def _latency(one: NodeCosts) -> str:
    known = [home for home in one.homes if home.read_latency is not None]
    if not known:
        return "-"
    size = sum(home.size for home in known)
    return f"{sum(home.size * (home.read_latency or 0) for home in known) / size:.0f} ns"


def _taken(memory: Sequence[KernelMemory]) -> str:
    sizes: dict[int | None, int] = {}
    for one in memory:
        sizes[one.node] = sizes.get(one.node, 0) + one.pages * PAGE_SIZE
    return ", ".join(f"{format_size(size)} of {_node(node)}" for node, size in sizes.items()) or "nothing"


def _adding(adding: Sequence[Adding], palette: Palette, width: int) -> Iterator[str]:
    first = adding[0]
    yield "\n" + palette.title(f"What adding {format_size(first.size)} at run time takes of kernel memory") + "\n"
    if first.refused is not None:
        yield from (line + "\n" for line in wrapped(f"The kernel refuses it: {first.refused}.", width, "  "))
        return
    rows = [
        (
            one.node,
            _taken(one.plain) if one.fits else f"more than there is: {_taken(one.plain)}",
            "not used for this size" if one.on_memory is None else _taken(one.on_memory),
            format_size(one.own_pages * PAGE_SIZE),
        )
        for one in adding
    ]
    header = ("to node", "takes", "with memmap_on_memory", "kernel memory of its own")
    yield from (line + "\n" for line in table(header, rows, "0", width=width))
    has, spare = (format_size(pages * PAGE_SIZE) for pages in (first.all_pages, first.spare_pages))
    failing = "" if first.fits else "That is too little for the memory map: the insertion fails. "
    text = (
        f"{failing}Of all kernel memory, {has}, an idle machine has about {spare} left (an estimate), which can "
        f"describe {format_size(first.spare_pages * PAGE_SIZE * 64)} of added memory: 16 MiB for each GiB."
    )
    yield from (line + "\n" for line in wrapped(text, width, "  "))


def _home(home: Home) -> dict[str, Any]:
    return {"node": home.node, "bytes": home.size, "distance": home.distance, "read_latency_ns": home.read_latency}


def _memory(memory: Sequence[KernelMemory]) -> list[dict[str, Any]]:
    return [{"node": one.node, "what": one.what, "pages": one.pages} for one in memory]


def costs_document(
    costs: Sequence[NodeCosts], mapping: DirectMap, without: Sequence[NodeCosts] | None, adding: Sequence[Adding]
) -> dict[str, Any]:
    """Give the value of ``costs`` in acpitools.layout/1."""
    return {
        "nodes": [
            {
                "node": one.node,
                "bytes": one.size,
                "remote_bytes": one.remote,
                "mean_distance": None if one.mean_distance is None else float(one.mean_distance),
                "kernel_managed_bytes": one.kernel_managed,
                "data": [{"what": kind.what, "homes": [_home(home) for home in kind.homes]} for kind in one.data],
            }
            for one in costs
        ],
        "direct_map": {
            "pages": [{"node": node, "pages": pages} for node, pages in mapping.homes],
            "in_image_pages": mapping.in_image,
            "image_node": mapping.image_node,
            "needed": [{"node": node, "pages": pages} for node, pages in mapping.needed],
        },
        "without_movable_node": None
        if without is None
        else {"bytes": sum(o.size for o in without), "remote_bytes": sum(o.remote for o in without)},
        "adding": [
            {
                "node": one.node,
                "bytes": one.size,
                "takes": _memory(one.plain),
                "with_memmap_on_memory": None if one.on_memory is None else _memory(one.on_memory),
                "refused": one.refused,
                "fits": one.fits,
                "spare_pages": one.spare_pages,
                "own_pages": one.own_pages,
                "all_pages": one.all_pages,
            }
            for one in adding
        ],
    }
