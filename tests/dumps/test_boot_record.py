from __future__ import annotations

import json

import pytest

from acpitools.core.errors import BootInputError
from acpitools.core.observed import Observed, ObservedBlock, ObservedZone
from acpitools.dumps.boot_record import read_digest, read_node_list, read_status

DIGEST: dict[str, object] = {
    "boot": {"status": "ok"},
    "zones": [
        {"node": 1, "zone": "Movable", "spanned": 10, "present": 9, "managed": 8, "start_pfn": 7},
        {"node": 0, "zone": "DMA", "spanned": 4095, "present": 3998, "managed": 3840, "start_pfn": 1},
        {"node": 0, "zone": "Normal", "spanned": 0, "present": 0, "managed": 0},
    ],
    "zone_ranges": [{"zone": "DMA", "start": 4096, "end": 16777215}, {"zone": "Device", "empty": True}],
    "movable_zone_start": {"1": 4294967296},
    "early_node_ranges": [{"node": 1024, "start": 4096, "end": 8191}],
    "memory_blocks": {
        "block_size": 134217728,
        "blocks": [{"id": 3, "state": "online", "nodes": [0, 1], "valid_zones": ["none"]}],
    },
    "nodes": {"online": "0-1"},
}


def test_digest_is_read_with_half_open_ends() -> None:
    assert read_digest(json.dumps(DIGEST)) == Observed(
        source="record",
        boots=True,
        zones=(
            ObservedZone(node=0, zone="DMA", start_pfn=1, spanned_pages=4095, present_pages=3998, managed_pages=3840),
            ObservedZone(node=1, zone="Movable", start_pfn=7, spanned_pages=10, present_pages=9, managed_pages=8),
        ),
        zone_ranges=(("DMA", 4096, 16777216),),
        movable_zone_start=((1, 4294967296),),
        node_ranges=((-1, 4096, 8192),),
        block_size=134217728,
        blocks=(ObservedBlock(id=3, state="online", nodes=(0, 1), valid_zones=("none",)),),
        online_nodes=(0, 1),
    )


def test_what_a_digest_lacks_is_not_told() -> None:
    assert read_digest("{}") == Observed(source="record")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"boot": {"status": "fine"}}, "status is none of ok, panic, died, hang: 'fine'"),
        ({"zones": 7}, "zones is no list of objects"),
        ({"zones": [{"node": 0}]}, "not the digest of a boot"),
        ({"zones": [{"node": "0", "zone": "DMA", "present": 1}]}, "node is no integer"),
        ({"memory_blocks": []}, None),
        ({"memory_blocks": [1]}, "memory_blocks is no object"),
        ({"memory_blocks": {"blocks": [{"id": 1, "nodes": 0, "valid_zones": [], "state": "x"}]}}, "are lists"),
        ({"early_node_ranges": [{"node": 0, "start": 1}]}, "KeyError 'end'"),
        ({"nodes": {"online": "many"}}, "not a list such as 0-1,3"),
    ],
)
def test_digest_that_does_not_hold_together_is_an_error(change: dict[str, object], message: str | None) -> None:
    text = json.dumps(DIGEST | change)
    if message is None:
        assert read_digest(text).blocks is None
    else:
        with pytest.raises(BootInputError, match=message):
            read_digest(text)


@pytest.mark.parametrize("text", ["", "[1]", "{", "[" * 100_000])
def test_digest_is_a_json_object(text: str) -> None:
    with pytest.raises(BootInputError, match=r"record: t: (not JSON|no JSON object)"):
        read_digest(text, where="t")


@pytest.mark.parametrize(("status", "boots"), [("ok", True), ("panic", False), ("died", False), ("hang", False)])
def test_status(status: str, boots: bool) -> None:
    assert read_status(json.dumps({"status": status})) is boots


def test_status_has_to_be_there() -> None:
    with pytest.raises(BootInputError, match="status is none of"):
        read_status("{}")


def test_node_list() -> None:
    assert read_node_list("has_memory=0\nonline=0-2\npossible=0-3\n") == (0, 1, 2)
    assert read_node_list("possible=0-3\n") is None
