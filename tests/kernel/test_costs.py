"""What the kernel keeps about each node, against what recorded boots traced, and distances against their sysfs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.core.units import GIB, MIB
from acpitools.kernel.costs import NodeCosts, costs_of, direct_map
from acpitools.kernel.distances import node_distance
from acpitools.kernel.inputs import HmatView, SlitView
from acpitools.kernel.predict import Prediction
from acpitools.report.numactl_view import numactl_text
from tests.kernel.boots import predict_record
from tests.kernel.machines import LOW, memory, predict, srat
from tests.records import record_id, record_paths, record_text, record_truth

BOOTED = [path for path in record_paths() if (path / "nodes.txt").exists()]
_ASKED = re.compile(
    r"memblock_alloc_(?:exact_nid|try_nid)_raw: (\d+) bytes align=0x200000 nid=(\d+) .* (?:sparse_init_nid|vmemmap_)"
)
_GIVEN = re.compile(r"memblock_reserve: \[(0x[0-9a-f]+)-(0x[0-9a-f]+)\]")
_RANGE = re.compile(r"\]\s+node +(\d+): \[mem (0x[0-9a-f]+)-(0x[0-9a-f]+)\]")
_DATA = re.compile(r"NODE_DATA\((\d+)\) allocated \[mem (0x[0-9a-f]+)-(0x[0-9a-f]+)\]")


def _costs(run: Prediction) -> dict[int, NodeCosts]:
    return {one.node: one for one in costs_of(run.layout, run.replay.state, run.replay.env)}


def _places(costs: dict[int, NodeCosts], what: str) -> dict[int, dict[int | None, int]]:
    return {
        node: {home.node: home.size for home in kind.homes}
        for node, one in costs.items()
        for kind in one.data
        if kind.what == what
    }


def _home(ranges: list[tuple[int, int, int]], address: int) -> int | None:
    return next((node for node, first, last in ranges if first <= address <= last), None)


def _traced(log: str) -> tuple[dict[int, Counter[int | None]], dict[int, Counter[int | None]]]:
    """Where the log says that memory maps and node data went: node -> node of the place -> bytes."""
    ranges = [(int(node), int(first, 16), int(last, 16)) for node, first, last in _RANGE.findall(log)]
    maps: dict[int, Counter[int | None]] = {}
    lines = log.splitlines()
    for number, line in enumerate(lines[:-1]):
        asked, given = _ASKED.search(line), _GIVEN.search(lines[number + 1])
        if asked and given:
            first, last = (int(edge, 16) for edge in given.groups())
            maps.setdefault(int(asked[2]), Counter())[_home(ranges, first)] += last + 1 - first
    data: dict[int, Counter[int | None]] = {}
    for node, first, last in _DATA.findall(log):
        data.setdefault(int(node), Counter())[_home(ranges, int(first, 16))] += int(last, 16) + 1 - int(first, 16)
    return maps, data


TRACED = [path for path in BOOTED if "sparse_init_nid" in record_text(path, "dmesg.txt")]


@pytest.mark.parametrize("record", TRACED, ids=record_id)
def test_memory_maps_and_node_data_lie_where_the_kernel_put_them(record: Path) -> None:
    costs = _costs(predict_record(record))
    maps, data = _traced(record_text(record, "dmesg.txt"))
    assert maps
    assert _places(costs, "memory map") == maps
    assert {node: homes for node, homes in _places(costs, "node data").items() if node in data} == data


@pytest.mark.parametrize("record", BOOTED, ids=record_id)
def test_distances_are_those_of_sysfs(record: Path) -> None:
    run = predict_record(record)
    text = record_text(record, "nodes.txt")
    online = re.findall(r"^node(\d+) distance=([\d,]+)", text, re.MULTILINE)
    assert online
    nodes = [int(node) for node, _ in online]
    for node, row in online:
        found = [node_distance(run.replay.state, run.replay.env, int(node), other) for other in nodes]
        assert found == [int(distance) for distance in row.split(",")]


@pytest.mark.parametrize("record", BOOTED, ids=record_id)
def test_the_view_of_numactl_has_the_nodes_and_cpus_of_sysfs(record: Path) -> None:
    from acpitools.cli.costs import numactl_view

    run = predict_record(record)
    shown = "".join(numactl_view(run))
    text = record_text(record, "nodes.txt")
    for node, cpus in re.findall(r"^node(\d+) distance=\S* cpulist=(\S*)", text, re.MULTILINE):
        listed = [
            str(cpu)
            for part in cpus.split(",")
            if part
            for cpu in range(int(part.split("-")[0]), int(part.split("-")[-1]) + 1)
        ]
        assert f"node {node} cpus:{''.join(f' {cpu}' for cpu in listed)}\n" in shown
    assert shown.startswith(f"available: {len(re.findall('^node[0-9]+ distance', text, re.MULTILINE))} nodes ")


def test_sizes_of_the_view_are_total_memory_of_the_nodes(shared: Callable[[str], Path]) -> None:
    """Node sizes against node_meminfo's MemTotal, over all records; the median is exact to a mebibyte."""
    shared("oracle/records")  # the shipped ones have no node_meminfo
    off = []
    for record in BOOTED:
        if not (record / "node_meminfo.txt").exists() or record_truth(record).get("steps"):
            continue
        run = predict_record(record)
        shown = dict(re.findall(r"^node (\d+) size: (\d+) MB$", "".join(_view(run)), re.MULTILINE))
        told = re.findall(r"^Node (\d+) MemTotal: +(\d+) kB", record_text(record, "node_meminfo.txt"), re.MULTILINE)
        off += [abs(int(shown[node]) - int(size) // 1024) for node, size in told if node in shown]
    assert off
    assert sorted(off)[len(off) // 2] == 0
    assert sorted(off)[len(off) * 9 // 10] <= 2


def _view(run: Prediction) -> list[str]:
    from acpitools.cli.costs import numactl_view

    return list(numactl_view(run))


# --- made machines ----------------------------------------------------------------------------------------------

HOT = srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True), cpus=((0, 0), (1, 1)))
SLIT = SlitView(localities=2, matrix=bytes((10, 32, 32, 10)))


def test_movable_node_takes_the_data_of_a_hotpluggable_node_to_the_other() -> None:
    costs = _costs(predict("movable_node", HOT, slit=SLIT, apic_ids=(0, 1)))
    assert costs[1].remote == costs[1].size > 32 * MIB
    assert [(home.node, home.distance) for home in costs[1].homes] == [(0, 32)]
    assert costs[1].mean_distance == 32
    assert (costs[0].remote, costs[1].kernel_managed) == (0, 0)
    assert costs[0].mean_distance == 10


def test_without_the_option_it_stays() -> None:
    costs = _costs(predict("", HOT, slit=SLIT, apic_ids=(0, 1)))
    assert [one.remote for one in costs.values()] == [0, 0]
    assert costs[1].kernel_managed > GIB


def test_a_gib_of_memory_has_16_mib_of_map() -> None:
    """Facts, section 8: 2 MiB for each present section, 1.5625 %."""
    assert _places(_costs(predict("", HOT)), "memory map") == {0: {0: 32 * MIB}, 1: {1: 32 * MIB}}


def test_latencies_come_from_the_hmat_by_domain() -> None:
    hmat = HmatView(read_latency={(0, 0): 80, (1, 1): 80, (1, 0): 140})
    costs = _costs(predict("movable_node", HOT, hmat=hmat))
    assert [home.read_latency for home in costs[1].homes] == [140]
    assert [home.read_latency for home in costs[0].homes] == [80]


def test_the_direct_map_needs_tables_for_unaligned_ends_only() -> None:
    """Facts, 4.4: two pages at the top of RAM, for the unaligned end of low RAM; with movable_node in the image."""
    run = predict("", HOT)
    found = direct_map(run.replay.state, run.replay.env)
    assert (found.homes, sum(pages for _, pages in found.needed)) == (((1, 2),), 2)
    run = predict("movable_node", HOT)
    found = direct_map(run.replay.state, run.replay.env)
    assert (found.homes, found.in_image, found.image_node) == ((), 2, 0)


def test_the_view_has_numactls_lines() -> None:
    run = predict("", HOT, slit=SLIT, apic_ids=(0, 1))
    env = run.replay.env
    lines = list(numactl_text(run.layout, {0: [0], 1: [1]}, lambda a, b: node_distance(run.replay.state, env, a, b)))
    assert lines[0] == "available: 2 nodes (0-1)\n"
    assert lines[1] == "node 0 cpus: 0\n"
    assert lines[-4:] == ["node distances:\n", "node    0   1\n", "   0:  10  32\n", "   1:  32  10\n"]
