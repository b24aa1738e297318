"""The order in which nodes serve allocations, and what the kernel prints when it makes the lists anew.

Kernel: mm/page_alloc.c:build_all_zonelists, find_next_best_node.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from acpitools.hotplug.machine import KERNEL_ZONES, Machine
from acpitools.kernel.distances import node_distances

__all__ = ["fallback_orders", "new_node", "rebuilt"]

_LOAD_UNIT = 1 << 16  # more than any count of nodes: the load of a node decides only between equals


def _crowded(machine: Machine) -> set[int]:
    fakes = machine.boot.numa.fake_of
    # With numa=fake a CPU counts for every fake node of its physical one.  Kernel: mm/numa_emulation.c:numa_add_cpu.
    physical = {fakes.get(node, node) for node in machine.cpu_nodes}
    return {node for node in machine.possible_nodes if fakes.get(node, node) in physical}


def _order(
    machine: Machine, nid: int, memory: Collection[int], load: dict[int, int], crowded: Collection[int]
) -> list[int]:
    distance = node_distances(machine.boot, machine.env, nid)

    def cost(node: int) -> tuple[int, int]:
        value = distance(node) + (node < nid) + (node in crowded)
        return value * _LOAD_UNIT + load.get(node, 0), node

    found = [nid] if nid in memory or machine.env.policy.memoryless_serves_itself else []
    previous = nid
    # Taking a node changes its own load only, so one sort gives what taking the best one again and again gives.
    for best in sorted({*memory} - {nid}, key=cost):
        if distance(best) != distance(previous):
            load[best] = load.get(best, 0) + 1
        found.append(best)
        previous = best
    return found


def fallback_orders(machine: Machine, memory: Collection[int]) -> Mapping[int, list[int]]:
    """Give for each possible node the nodes that serve its allocations, the first choice first.

    Only nodes in ``memory`` can.  Nodes at one distance take turns in being the nearest.
    """
    key = frozenset(memory), machine.cpu_nodes
    if machine.orders is None or machine.orders[0] != key:
        load: dict[int, int] = {}
        crowded = _crowded(machine)
        orders = {nid: _order(machine, nid, memory, load, crowded) for nid in sorted(machine.possible_nodes)}
        machine.orders = key, orders
    return machine.orders[1]


def _line(nid: int, order: list[int]) -> str:
    return f"Fallback order for Node {nid}: " + "".join(f"{node} " for node in order)


def _policy_zone(machine: Machine) -> str:
    populated = {name for (_, name), zone in machine.zones.items() if zone.present}
    return next((name for name in reversed(KERNEL_ZONES) if name in populated), KERNEL_ZONES[0])


def rebuilt(machine: Machine, memory: Collection[int]) -> None:
    """Print what making all lists anew prints, with the nodes that have memory at that moment.

    The line with the number of pages in between is left out: it depends on watermarks.
    """
    machine.log += [_line(nid, order) for nid, order in fallback_orders(machine, memory).items()]
    machine.log.append(f"Policy zone: {_policy_zone(machine)}")


def new_node(machine: Machine, nid: int) -> None:
    """Print what a node that comes online without memory prints."""
    machine.log.append(_line(nid, _order(machine, nid, machine.memory_nodes, {}, _crowded(machine))))
    machine.log.append(f"Policy zone: {_policy_zone(machine)}")
