"""Hot-plug against recorded machines: after each step zones, blocks, nodes, results and _OST are the kernel's."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median

import pytest

from tests.hotplug.recorded import action_of, check, is_sweep, sweep
from tests.records import record_id, record_paths, record_truth
from tests.support import FIXTURES, SHARED


def _has_actions(record: Path) -> bool:
    scenario = json.loads((record / "scenario.json").read_text())
    return bool(scenario.get("actions")) or "pc-dimm" in " ".join(scenario.get("qemu_args", ()))


SHIPPED = sorted(path.parent for path in FIXTURES.glob("hotplug/*/boot.json"))
RECORDS = [*SHIPPED, *(path for path in record_paths() if _has_actions(path))]
RUNS = [path for path in RECORDS if not is_sweep(path)]
SWEEPS = [path for path in RECORDS if is_sweep(path)]
_SHIPPED_RUNS, _SHIPPED_SWEEPS = 27, 2
_SHARED_RUNS, _SHARED_SWEEPS = 21, 22


def test_every_record_with_steps_is_compared() -> None:
    shared = SHARED.is_dir()
    assert len(RUNS) >= _SHIPPED_RUNS + shared * _SHARED_RUNS
    assert len(SWEEPS) >= _SHIPPED_SWEEPS + shared * _SHARED_SWEEPS
    for record in RUNS:
        told = [seen for seen in record_truth(record)["steps"] if action_of(seen) is None]
        assert all(seen["action"]["op"] == "sh" or seen["qmp"] for seen in told)


@pytest.mark.parametrize("record", RUNS, ids=record_id)
def test_each_step_is_the_kernels(record: Path) -> None:
    assert check(record).differences == []


@pytest.mark.parametrize("record", SWEEPS, ids=record_id)
def test_no_promise_of_a_sweep_is_broken(record: Path) -> None:
    # "yes" never refuses, "no" never goes offline, each for the kernel's own reason; the machine stays the kernel's.
    tried, differences = sweep(record)
    assert differences == []
    assert [one for one in tried if one.removable == "yes" and one.kernel] == []
    assert [one for one in tried if one.removable == "no" and not one.kernel] == []
    assert [one for one in tried if (one.model or "").partition(":")[0] != (one.kernel or "")] == []


@pytest.mark.parametrize("record", SWEEPS, ids=record_id)
def test_only_use_is_left_open(record: Path) -> None:
    # "maybe" is for blocks of kernel zones, where what is in use decides; everything else is known.
    tried, _ = sweep(record)
    assert all(one.why.startswith("in a kernel zone") for one in tried if one.removable == "maybe")


def test_managed_pages_stay_right_through_the_steps() -> None:
    errors = [error for record in RUNS for _, error in check(record).managed]
    assert median(errors) <= 0.0001
    assert max(errors) <= 0.005
