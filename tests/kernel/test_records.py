"""The model against recorded boots: from inputs only, equal to what the kernel did."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import pytest

from acpitools.dumps.observed import read_observed
from acpitools.kernel.compare import compare
from tests.kernel.boots import predict_record
from tests.records import record_id, record_paths, record_text


def _has_dimm_at_boot(record: Path) -> bool:
    # Devices on the command line of the virtual machine: the kernel adds their memory once it runs.
    return "pc-dimm" in json.loads(record_text(record, "boot.json"))["qemu"]


RECORDS = record_paths()


@pytest.mark.parametrize("record", RECORDS, ids=record_id)
def test_layout_equals_what_the_kernel_did(record: Path) -> None:
    layout = predict_record(record).layout
    differences = compare(layout, read_observed(record))
    if _has_dimm_at_boot(record):
        differences = tuple(d for d in differences if not (d.what == "block" and d.observed == "offline"))
    assert differences == ()


@pytest.mark.parametrize("record", [r for r in RECORDS if (r / "zoneinfo.txt").exists()], ids=record_id)
def test_observations_of_a_booted_machine_are_complete(record: Path) -> None:
    observed = read_observed(record)
    assert observed.zones
    assert observed.blocks
    assert observed.node_ranges
    assert observed.online_nodes is not None


def test_managed_pages_are_within_a_twentieth_of_a_per_cent_in_the_median() -> None:
    errors = []
    for record in RECORDS:
        seen = {(zone.node, zone.zone): zone for zone in read_observed(record).zones or ()}
        for zone in predict_record(record).layout.zones:
            truth = seen[zone.node, zone.zone].managed_pages
            assert truth is not None
            errors.append(abs(zone.managed_pages.estimate - truth) / max(1, truth))
    assert len(errors) > len(RECORDS)
    assert statistics.median(errors) <= 0.0005
    assert max(errors) <= 0.005
