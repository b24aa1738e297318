"""The allocator against recorded kernels: each search, on the state before it, gives the address that they took."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from acpitools.core.units import PAGE_SIZE, round_up
from acpitools.kernel import memblock
from acpitools.kernel.memblock import NUMA_NO_NODE, UNSET_NID, Direction, Memblock, Region, Regions

RECORDS = Path(__file__).resolve().parents[3] / "shared" / "oracle" / "records"
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "replays"

MAX_NUMNODES = 1024  # of the recorded kernels (CONFIG_NODES_SHIFT=10)


def _records() -> list[Path]:
    found = [path.parent for path in (*RECORDS.glob("*/truth.json*"), *FIXTURES.glob("*/truth.json*"))]
    return sorted(found) or [RECORDS]


def _truth(record: Path) -> dict[str, Any]:
    packed = record / "truth.json.gz"
    data = gzip.decompress(packed.read_bytes()) if packed.exists() else (record / "truth.json").read_bytes()
    loaded: dict[str, Any] = json.loads(data)
    return loaded


def _log(record: Path) -> list[str]:
    packed = record / "dmesg.txt.gz"
    data = gzip.decompress(packed.read_bytes()) if packed.exists() else (record / "dmesg.txt").read_bytes()
    return data.decode(errors="replace").split("\n")


def _regions(dumped: list[dict[str, Any]]) -> Regions:
    return Regions(
        Region(d["base"], d["end"] + 1, UNSET_NID if d["node"] is None else d["node"], d["flags"]) for d in dumped
    )


class Machine:
    """Follows the operations of one recorded log."""

    def __init__(self, truth: dict[str, Any], log: list[str]) -> None:
        self.truth = truth
        self.mark_lines = [n for n, text in enumerate(log) if "SRAT: Node" in text and "hotplug" in text]
        self.reset_line = next((n for n, text in enumerate(log) if "NUMA: Node" in text or "Faking" in text), 1 << 30)
        self.movable_node = "movable_node" in truth["cmdline"].split()
        self.marks = [m for m in truth["srat"]["memory"] if m.get("hotplug")]
        self.mb = Memblock(movable_node=self.movable_node, can_resize=True)
        self.seen_dump = -1
        self.checked = 0

    def load(self, index: int) -> None:
        dump = self.truth["memblock"]["dumps"][index]
        top = max(d["end"] for d in dump["memory"]) + 1
        bottom_up = self.movable_node and index == 0
        self.mb = Memblock(
            memory=_regions(dump["memory"]),
            reserved=_regions(dump["reserved"]),
            direction=Direction.BOTTOM_UP if bottom_up else Direction.TOP_DOWN,
            movable_node=self.movable_node,
            can_resize=True,
            current_limit=top,
        )
        self.seen_dump = index

    def expected(self, op: dict[str, Any]) -> int | None:
        size, align = op["size"], op["align"] or 64
        nid = op.get("nid", NUMA_NO_NODE)
        if nid == MAX_NUMNODES:
            nid = UNSET_NID
        name = op["op"]
        if name == "memblock_phys_alloc_range":
            return memblock.alloc(self.mb, size, align, op["from"], op["max"], nid)[1]
        exact = "exact" in name
        return memblock.alloc_try_nid(self.mb, size, align, op["from"], op["max"], nid, exact=exact)[1]

    def parse_srat_until(self, line: int) -> None:
        while self.mark_lines and self.mark_lines[0] < line:
            self.mark_lines.pop(0)
            entry = self.marks.pop(0)
            self.mb = memblock.mark(self.mb, entry["start"], entry["end"] + 1, memblock.HOTPLUG)
        if line > self.reset_line:
            self.mb = self.mb._replace(direction=Direction.TOP_DOWN)


@pytest.mark.parametrize("record", _records(), ids=lambda path: path.name)
def test_each_allocation_finds_the_address_the_kernel_took(record: Path) -> None:
    if not record.joinpath("boot.json").exists():
        pytest.skip("no recorded boots here: ../shared/oracle/records is missing")
    machine = Machine(_truth(record), _log(record))
    trace = machine.truth["memblock"]["trace"]
    if not machine.truth["memblock"]["dumps"]:
        pytest.skip("this boot logged no memblock configuration")
    for number, op in enumerate(trace):
        if op["op"] == "dump":
            machine.load(op["index"])
            continue
        if machine.seen_dump < 0:
            continue
        if machine.seen_dump == 0:
            machine.parse_srat_until(op["line"])
        if "size" in op:
            after = trace[number + 1] if number + 1 < len(trace) else {"op": "end of the log"}
            took = after["base"] if after["op"] == "memblock_reserve" else None
            assert machine.expected(op) == took, f"{op} took {took}"
            machine.checked += 1
        elif op["op"] == "memblock_reserve":
            machine.mb = memblock.reserve(machine.mb, op["base"], op["end"] + 1)
        elif op["op"] == "memblock_phys_free":
            machine.mb = memblock.free(machine.mb, op["base"], op["end"] + 1)
        elif op["op"] == "memblock_add":
            machine.mb = memblock.add(machine.mb, op["base"], op["end"] + 1)
        elif op["op"] == "memblock_free_late":
            break  # the page allocator has taken over
        elif op["op"] == "doubled":
            array = machine.mb.reserved_array if op["type"] == "reserved" else machine.mb.memory_array
            assert array is not None
            assert (array.base, array.end) == (op["base"], round_up(op["end"] + 1, PAGE_SIZE))
        else:
            pytest.fail(f"unknown operation {op}")
    assert machine.checked, "no allocation in this trace"
