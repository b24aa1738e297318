"""Distances between nodes as the kernel answers them.

Kernel: drivers/acpi/numa/srat.c:acpi_numa_slit_init, mm/numa_memblks.c:__node_distance, mm/numa_emulation.c.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from acpitools.kernel.state import BootEnv, BootState

__all__ = ["LOCAL_DISTANCE", "REMOTE_DISTANCE", "node_distance", "node_distances"]

LOCAL_DISTANCE: Final = 10
REMOTE_DISTANCE: Final = 20


def node_distance(state: BootState, env: BootEnv, source: int, target: int) -> int:
    """Give the distance from a node to another: the SLIT's where it was accepted, else 10 to itself and 20 to others.

    Nodes made by numa=fake are as far apart as the physical nodes of their first pieces; those numbered above the
    fake ones as the physical nodes from 1 on, whatever they were.  numa=fake=N:d,d, gives distances of its own.
    """
    return node_distances(state, env, source)(target)


def node_distances(state: BootState, env: BootEnv, source: int) -> Callable[[int], int]:
    """Give the distance from a node to another as a function of the other; see `node_distance`."""
    numa, slit = state.numa, env.inputs.slit
    domains = {node: pxm for pxm, node in numa.pxm_to_node.items()} if numa.slit_used else {}
    above = max(numa.fake_of, default=0)

    def physical(node: int) -> int:
        return numa.fake_of.get(node, node - above) if numa.fake_of else node

    start = physical(source)
    row = domains.get(start)

    def distance(target: int) -> int:
        given = numa.fake_distances.get((source, target))
        if given is not None:
            return given
        end = physical(target)
        column = domains.get(end)
        if slit is None or row is None or column is None or max(row, column) >= slit.localities:
            return LOCAL_DISTANCE if start == end else REMOTE_DISTANCE
        return slit.matrix[row * slit.localities + column]

    return distance
