"""What kernels did, written as expectations: a prediction must meet every one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from acpitools.expect.evaluate import evaluate
from acpitools.expect.parser import parse_expectations
from acpitools.expect.result import Verdict
from acpitools.expect.world import World
from tests.kernel.boots import predict_record
from tests.records import record_id, record_paths, record_truth
from tests.support import FIXTURES

RECORDS = [path for path in record_paths() if FIXTURES in path.parents]


def _expectations(truth: dict[str, Any]) -> list[str]:
    if truth["boot"]["status"] != "ok":
        return ["not boots", "errors >= 1"]
    zones = [zone for zone in truth["zones"] if zone["present"]]
    found = ["boots", f"block size == {truth['memory_blocks']['block_size']}"]
    for zone in zones:
        name = f"node {zone['node']} zone {zone['zone']}"
        found += [
            f"{name} present == {zone['present']} pages",
            f"{name} spanned == {zone['spanned']} pages",
            f"{name} start == {zone['start_pfn'] * 4096:#x}",
        ]
    for zone in {zone["zone"] for zone in zones}:
        pages = sum(z["present"] for z in zones if z["zone"] == zone)
        found.append(f"zone {zone} == {pages} pages")
    for node, start in truth["movable_zone_start"].items():
        if any(zone["zone"] == "Movable" and zone["node"] == int(node) for zone in zones):
            found.append(f"node {node} zone Movable start >= {start:#x}")
    blocks = truth["memory_blocks"]["blocks"]
    found.append(f"blocks == {len(blocks)}")
    for block in blocks[:: max(1, len(blocks) // 12)]:
        if block["valid_zones"] != ["none"]:
            found.append(f"block {block['id']} in zone {block['valid_zones'][0]}")
            found.append(f"memory{block['id']} on node {block['nodes'][0]}")
    return found


@pytest.mark.parametrize("record", RECORDS, ids=record_id)
def test_a_recorded_boot_meets_what_its_kernel_did(record: Path) -> None:
    world = World(predict_record(record))
    items = parse_expectations("\n".join(_expectations(record_truth(record))), source="truth")
    assert [(r.expression, r.measured) for r in evaluate(items, world) if r.verdict is not Verdict.HOLDS] == []
