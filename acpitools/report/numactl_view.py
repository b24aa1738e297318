"""The predicted machine as ``numactl --hardware`` would show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from acpitools.core.units import MIB, PAGE_SIZE
from acpitools.kernel.layout import Layout
from acpitools.report.terminal import numbers

__all__ = ["numactl_text"]


def numactl_text(
    layout: Layout, cpus: Mapping[int, Sequence[int]], distance: Callable[[int, int], int]
) -> Iterator[str]:
    """Give the online nodes with CPUs, size and distances, in numactl's lines; what is free nobody can predict.

    Sizes are the managed pages, an estimate, in MiB rounded down.
    """
    nodes = list(layout.online_nodes or ())
    listed = numbers(nodes).replace(" ", "")
    yield f"available: {len(nodes)} nodes ({listed})\n"
    for node in nodes:
        pages = sum(zone.managed_pages.estimate for zone in layout.zones if zone.node == node)
        names = "".join(f" {cpu}" for cpu in cpus.get(node, ()))
        yield f"node {node} cpus:{names}\n"
        yield f"node {node} size: {pages * PAGE_SIZE // MIB} MB\n"
    yield "node distances:\n"
    yield "node " + "".join(f"{node:>4}" for node in nodes) + "\n"
    for node in nodes:
        yield f"{node:>4}:" + "".join(f"{distance(node, other):>4}" for other in nodes) + "\n"
