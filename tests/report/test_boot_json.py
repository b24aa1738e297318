"""Boot predictions as JSON: the documented keys and types, half-open ranges, and speed on large machines."""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from acpitools.core.firmware_map import E820Entry
from acpitools.core.observed import Observed
from acpitools.core.units import GIB, MIB, TIB
from acpitools.dumps.observed import read_observed
from acpitools.kernel.compare import compare
from acpitools.kernel.explain import explain
from acpitools.kernel.inputs import BootInputs
from acpitools.kernel.layout import Layout
from acpitools.kernel.predict import Prediction, boot
from acpitools.kernel.state import Phase
from acpitools.report.boot_json import differences_json, explanation_json, layout_json, replay_json
from tests import strategies
from tests.kernel.boots import predict_record
from tests.kernel.machines import E820, LOW, memory, predict, srat
from tests.records import record_id, record_paths
from tests.support import FIXTURES

SHIPPED = [path for path in record_paths() if FIXTURES in path.parents]
NUMBER, WORD, TRUTH = int, str, bool
MAYBE_NUMBER, MAYBE_WORD = (int, type(None)), (str, type(None))
SHAPES: dict[str, dict[str, Any]] = {
    "": {
        "schema": WORD,
        "kernel": WORD,
        "cmdline": WORD,
        "boots": TRUTH,
        "numa": dict,
        "memory": list,
        "reserved": list,
        "zones": list,
        "movable_zone_start": dict,
        "ranges": list,
        "blocks": dict,
        "assumed": list,
        "findings": list,
        "zone_ranges": (list, type(None)),
        "online_nodes": (list, type(None)),
    },
    "numa": {"source": WORD, "rejected": MAYBE_WORD, "nodes": list},
    "numa.nodes": {
        "node": NUMBER,
        "pxm": MAYBE_NUMBER,
        "ranges": list,
        "hotpluggable": list,
        "cpus": NUMBER,
        "memory": TRUTH,
    },
    "memory": {"start": NUMBER, "end": NUMBER, "node": MAYBE_NUMBER, "flags": list},
    "reserved": {"start": NUMBER, "end": NUMBER, "node": MAYBE_NUMBER, "owner": WORD, "certain": TRUTH},
    "zones": {
        "node": NUMBER,
        "zone": WORD,
        "start_pfn": NUMBER,
        "spanned_pages": NUMBER,
        "present_pages": NUMBER,
        "managed_pages": dict,
    },
    "zones.managed_pages": {"estimate": NUMBER, "low": NUMBER, "high": NUMBER},
    "ranges": {
        "start": NUMBER,
        "end": NUMBER,
        "node": NUMBER,
        "zone": WORD,
        "movable": TRUTH,
        "hotpluggable": TRUTH,
        "why": list,
    },
    "ranges.why": {"code": WORD, "text": WORD, "source": MAYBE_WORD},
    "blocks": {"size": NUMBER, "blocks": list},
    "blocks.blocks": {
        "id": NUMBER,
        "start": NUMBER,
        "nodes": list,
        "state": WORD,
        "valid_zones": list,
        "removable": WORD,
        "why": WORD,
    },
    "assumed": {"what": WORD, "value": object, "why": WORD},
    "findings": {"code": WORD, "severity": WORD, "message": WORD, "source": MAYBE_WORD},
    "zone_ranges": {"zone": WORD, "start": NUMBER, "end": NUMBER},
}


def check_shape(found: dict[str, Any], path: str = "") -> None:
    """Hold a part of a layout against the documented keys and types, and all that is in it."""
    shape = SHAPES[path]
    assert set(found) == set(shape), path
    for key, kind in shape.items():
        value, inner = found[key], f"{path}.{key}".lstrip(".")
        assert isinstance(value, kind), inner
        assert kind is not NUMBER or not isinstance(value, bool), inner
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and inner in SHAPES:
                check_shape(item, inner)


def document(layout: Layout) -> dict[str, Any]:
    """Give the layout as a reader of its JSON has it."""
    found: dict[str, Any] = json.loads("".join(layout_json(layout)))
    return found


# --- layout -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", SHIPPED, ids=record_id)
def test_a_layout_has_the_documented_keys_and_types(record: Path) -> None:
    found = document(predict_record(record).layout)
    check_shape(found)
    assert found["schema"] == "acpitools.layout/1"


@pytest.mark.parametrize("record", SHIPPED, ids=record_id)
def test_zones_and_blocks_are_those_that_the_kernel_had(record: Path) -> None:
    found, seen = document(predict_record(record).layout), read_observed(record)
    assert found["boots"] == seen.boots
    assert [(z["node"], z["zone"], z["start_pfn"], z["spanned_pages"], z["present_pages"]) for z in found["zones"]] == [
        (z.node, z.zone, z.start_pfn, z.spanned_pages, z.present_pages) for z in seen.zones or ()
    ]
    assert [(b["id"], b["nodes"], b["state"], b["valid_zones"]) for b in found["blocks"]["blocks"]] == [
        (b.id, list(b.nodes or ()), b.state, list(b.valid_zones or ())) for b in seen.blocks or ()
    ]


def test_ranges_are_half_open_and_in_bytes(machine: Prediction) -> None:
    found = document(machine.layout)
    assert [node["ranges"] for node in found["numa"]["nodes"]][1:] == [[[4 * GIB, 5 * GIB]], [[5 * GIB, 6 * GIB]]]
    assert [node["hotpluggable"] for node in found["numa"]["nodes"]] == [
        [],
        [[4 * GIB, 5 * GIB]],
        [[5 * GIB, 6 * GIB]],
    ]
    assert [(r["start"], r["end"]) for r in found["ranges"] if r["movable"]] == [
        (4 * GIB, 5 * GIB),
        (5 * GIB, 6 * GIB),
    ]
    assert {"start": 0, "end": 0x10000, "node": None, "owner": "first 64 KiB", "certain": True} in found["reserved"]


def test_movable_starts_are_bytes_by_node(machine: Prediction) -> None:
    assert document(machine.layout)["movable_zone_start"] == {"1": 4 * GIB, "2": 5 * GIB}


def test_zones_are_in_the_order_of_nodes_and_kinds(machine: Prediction) -> None:
    order = ["DMA", "DMA32", "Normal", "Movable"]
    found = [(zone["node"], order.index(zone["zone"])) for zone in document(machine.layout)["zones"]]
    assert found == sorted(found)
    assert len(found) == 4


def test_every_block_is_spelled_out(machine: Prediction) -> None:
    blocks = document(machine.layout)["blocks"]
    assert blocks["size"] == 128 * MIB
    assert [block["id"] for block in blocks["blocks"]] == [*range(16), *range(32, 48)]
    assert all(block["start"] == block["id"] * 128 * MIB for block in blocks["blocks"])
    assert blocks["blocks"][-1] == {
        "id": 47,
        "start": 47 * 128 * MIB,
        "nodes": [2],
        "state": "online",
        "valid_zones": ["Movable"],
        "removable": "yes",
        "why": "Movable, no kernel memory",
    }


def test_a_machine_that_dies_is_a_document_with_the_finding() -> None:
    found = document(predict("memmap=exactmap").layout)
    check_shape(found)
    assert found["boots"] is False
    assert [(f["code"], f["severity"]) for f in found["findings"]] == [("BOOT001", "error")]
    assert found["zone_ranges"] is None
    assert found["zones"] == found["blocks"]["blocks"] == []


@settings(max_examples=40, deadline=None)
@given(strategies.boot_inputs())
def test_any_layout_is_a_document(inputs: BootInputs) -> None:
    check_shape(document(boot(inputs).layout))


def test_half_a_million_blocks_take_seconds_and_little_memory() -> None:
    e820 = (*E820[:3], E820Entry(4 * GIB, 64 * TIB + 128 * MIB, 1))
    found = predict("", e820=e820, la57=True).layout
    assert found.blocks.size == 128 * MIB
    start = time.process_time()
    count = sum(piece.count('"valid_zones"') for piece in layout_json(found))
    assert time.process_time() - start < 5
    assert count == sum(run.count for run in found.blocks.runs) > 500_000
    tracemalloc.start()
    longest = max(map(len, layout_json(found)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert longest < 1 << 20
    assert peak < 16 * MIB


# --- replay -------------------------------------------------------------------------------------------------------


def steps(run: Prediction, until: Phase | None = None) -> list[dict[str, Any]]:
    """Give the steps as a reader of the JSON has them."""
    found: dict[str, Any] = json.loads("".join(replay_json(run.replay, until=until)))
    assert found["schema"] == "acpitools.replay/1"
    assert (found["kernel"], found["cmdline"]) == (run.replay.env.policy.release, run.replay.env.inputs.cmdline)
    listed: list[dict[str, Any]] = found["steps"]
    return listed


def test_each_step_has_phase_stage_function_and_arrays(machine: Prediction) -> None:
    found = steps(machine)
    assert [(step["phase"], step["stage"], step["function"]) for step in found] == [
        (step.phase.value, step.stage, step.function) for step in machine.replay.steps
    ]
    last = machine.replay.state.memblock
    assert [(r["start"], r["end"], r["node"]) for r in found[-1]["memory"]] == [
        (r.base, r.end, r.nid) for r in last.memory
    ]
    assert [(r["start"], r["end"]) for r in found[-1]["reserved"]] == [(r.base, r.end) for r in last.reserved]
    assert {tuple(r["flags"]) for r in found[-1]["memory"]} == {(), ("hotplug",)}


def test_a_node_that_is_not_known_yet_is_null(machine: Prediction) -> None:
    found = steps(machine, Phase.MEMBLOCK_READY)
    assert {region["node"] for region in found[-1]["memory"]} == {None}


def test_every_entry_of_the_ledger_is_in_the_step_that_made_it(machine: Prediction) -> None:
    made = [
        (entry["start"], entry["end"], entry["owner"], entry["function"])
        for step in steps(machine)
        for entry in step["allocations"]
    ]
    assert made == [(a.start, a.end, a.owner, a.function) for a in machine.replay.state.ledger]


def test_limits_and_direction_are_those_after_the_step(machine: Prediction) -> None:
    by_stage = {step["stage"]: step for step in steps(machine)}
    assert by_stage["set_direction"]["direction"] == "bottom-up"
    assert by_stage["numa_init"]["direction"] == "top-down"
    assert by_stage["set_direction"]["limits"]["skips_hotpluggable"] is True
    assert by_stage["early_reserve_memory"]["limits"] == {
        "address": None,
        "memory_regions": 128,
        "reserved_regions": 128,
        "may_grow": False,
        "skips_hotpluggable": False,
    }
    assert by_stage["swiotlb"]["limits"]["may_grow"] is True


def test_events_carry_the_kernels_line_and_the_source(machine: Prediction) -> None:
    events = next(step for step in steps(machine) if step["stage"] == "acpi_numa_init")["events"]
    marked = [event for event in events if "hotplug" in (event["dmesg"] or "")]
    assert [event["ranges"] for event in marked] == [[[4 * GIB, 5 * GIB]], [[5 * GIB, 6 * GIB]]]
    assert all(event["source"].startswith("SRAT[") for event in marked)


def test_a_replay_ends_with_the_phase_asked_for(machine: Prediction) -> None:
    assert steps(machine, Phase.BEFORE_SRAT)[-1]["phase"] == "before SRAT"


def test_a_replay_comes_step_by_step() -> None:
    view = srat(*LOW, *(memory(1 + n, 4 * GIB + (n << 22), 4 * GIB + (n + 1 << 22)) for n in range(512)))
    run = predict("movable_node", view)
    pieces = list(replay_json(run.replay))
    assert len(pieces) > len(run.replay.steps)
    assert max(map(len, pieces)) < sum(map(len, pieces)) / 4


def test_the_panic_is_in_the_step_where_it_happened() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 4096, 6 * GIB))
    run = predict("", view)
    first = next(step for step in steps(run) if step["panic"])
    assert (first["stage"], first["panic"]) == ("free_area_init", run.replay.state.panic)


# --- explain, differences -----------------------------------------------------------------------------------------


def test_an_explanation_says_what_the_text_says(pinned: Prediction) -> None:
    found = json.loads(explanation_json(explain(pinned, pinned.layout, 0x7FED4000)))
    assert found["schema"] == "acpitools.explain/1"
    assert (found["address"], found["movable"], found["removable"]) == (0x7FED4000, False, "no")
    assert found["entry"] == [MIB, 0x7FFDF000]
    assert found["block"] == {"id": 15, "range": [15 << 27, 16 << 27], "nodes": [1], "valid_zones": ["DMA32"]}
    assert [held["owner"] for held in found["held_by"]] == ["initrd"]
    assert "node-reserved" in [why["code"] for why in found["why_movable"]]
    assert found["range"]["start"] <= 0x7FED4000 < found["range"]["end"]


def test_an_explanation_outside_memory_has_nulls(machine: Prediction) -> None:
    found = json.loads(explanation_json(explain(machine, machine.layout, 1 << 50)))
    assert (found["entry"], found["range"], found["block"], found["held_by"]) == (None, None, None, [])


def test_differences_are_a_list_with_both_sides(machine: Prediction) -> None:
    observed = Observed(source="x", movable_zone_start=((1, 4 * GIB),))
    found = json.loads("".join(differences_json(machine.layout, "boot.log", compare(machine.layout, observed))))
    assert found == {
        "schema": "acpitools.differences/1",
        "kernel": "6.12",
        "observed": "boot.log",
        "equal": False,
        "differences": [
            {"what": "movable_zone_start", "where": "node 2", "predicted": 5 * GIB, "observed": None},
        ],
    }


def test_no_differences_are_an_empty_list(machine: Prediction) -> None:
    found = json.loads("".join(differences_json(machine.layout, "boot.log", ())))
    assert (found["equal"], found["differences"]) == (True, [])
