"""Distances between nodes as the kernel answers them.

Kernel: drivers/acpi/numa/srat.c:acpi_numa_slit_init, mm/numa_memblks.c:__node_distance, mm/numa_emulation.c.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from acpitools.kernel.state import BootEnv, BootState

__all__ = ["LOCAL_DISTANCE", "REMOTE_DISTANCE", "node_distance"]

LOCAL_DISTANCE: Final = 10
REMOTE_DISTANCE: Final = 20


def node_distance(state: BootState, env: BootEnv, source: int, target: int) -> int:
    """Give the distance from a node to another: the SLIT's where it was accepted, else 10 to itself and 20 to others.

    Nodes made by numa=fake are as far apart as the physical nodes of their first pieces; those numbered above the
    fake ones as the physical nodes from 1 on, whatever they were.
    """
    numa, slit = state.numa, env.inputs.slit
    source, target = (_physical(numa.fake_of, node) for node in (source, target))
    default = LOCAL_DISTANCE if source == target else REMOTE_DISTANCE
    if not numa.slit_used or slit is None:
        return default
    domains = {node: pxm for pxm, node in numa.pxm_to_node.items()}
    row, column = domains.get(source), domains.get(target)
    if row is None or column is None or max(row, column) >= slit.localities:
        return default
    return slit.matrix[row * slit.localities + column]


def _physical(fake_of: Mapping[int, int], node: int) -> int:
    return fake_of.get(node, node - max(fake_of)) if fake_of else node
