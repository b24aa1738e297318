"""What the costs of a layout and its view as numactl are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from acpitools.hotplug.forecast import Adding
    from acpitools.kernel.costs import DirectMap, NodeCosts
    from acpitools.kernel.predict import Prediction

__all__ = ["Costs", "node_costs", "numactl_view"]


class Costs(NamedTuple):
    """What the kernel keeps about each node, the same without movable_node, and what adding memory takes."""

    nodes: tuple[NodeCosts, ...]
    mapping: DirectMap
    without: tuple[NodeCosts, ...] | None
    adding: tuple[Adding, ...]


def node_costs(prediction: Prediction, size: int) -> Costs:
    """Give the costs of a boot, of the same without movable_node if it has that, and of adding memory (bytes)."""
    from dataclasses import replace

    from acpitools.expect.changes import words_of
    from acpitools.hotplug.forecast import forecast
    from acpitools.kernel.costs import costs_of, direct_map
    from acpitools.kernel.predict import boot

    env, without = prediction.replay.env, None
    if env.options.movable_node:
        words = words_of(env.inputs.cmdline)
        rest = " ".join(w for w in words if w.partition("=")[0].replace("-", "_") != "movable_node")
        other = boot(replace(env.inputs, cmdline=rest), policy=env.policy)
        if other.layout.boots:
            without = costs_of(other.layout, other.replay.state, other.replay.env)
    state = prediction.replay.state
    nodes = costs_of(prediction.layout, state, env)
    return Costs(nodes, direct_map(state, env), without, forecast(prediction, size))


def numactl_view(prediction: Prediction) -> Iterator[str]:
    """Give the machine as numactl would show it."""
    from acpitools.kernel.distances import node_distances
    from acpitools.kernel.stages.late_alloc import cpu_nodes
    from acpitools.report.numactl_view import numactl_text

    state, env = prediction.replay.state, prediction.replay.env
    layout, fake = prediction.layout, state.numa.fake_of
    # All nodes made of one physical node show its CPUs.  Kernel: mm/numa_emulation.c:numa_add_cpu.  CPUs that only
    # possible_cpus= makes possible, without an id, are not there.
    named = sum(apic >= 0 for apic in env.inputs.apic_ids)
    of_cpu = [fake.get(node, node) for node in cpu_nodes(state, env)[:named]]
    cpus = {
        node: [cpu for cpu, own in enumerate(of_cpu) if own == fake.get(node, node)]
        for node in layout.online_nodes or ()
    }
    rows = {node: node_distances(state, env, node) for node in layout.online_nodes or ()}
    return numactl_text(layout, cpus, lambda one, other: rows[one](other))
