"""The order in which nodes serve allocations, against what recorded kernels printed when they started."""

from __future__ import annotations

from pathlib import Path

import pytest

from acpitools.hotplug.run import start
from acpitools.hotplug.zonelists import fallback_orders
from tests.hotplug.recorded import present_at_boot
from tests.kernel.boots import predict_record
from tests.records import record_id, record_paths, record_truth

# Memory added while the kernel boots makes the lists anew, with CPUs counted.
RECORDS = [path for path in record_paths() if not present_at_boot(path)]


@pytest.mark.parametrize("record", RECORDS, ids=record_id)
def test_nodes_serve_each_other_in_the_kernels_order(record: Path) -> None:
    truth = record_truth(record)
    if truth["boot"]["status"] != "ok":
        return
    machine = start(predict_record(record))
    machine.cpu_nodes = frozenset()  # when the lists are made for the first time, no CPU is counted for its node yet
    seen = {int(nid): order for nid, order in truth["fallback_order"].items()}
    assert fallback_orders(machine, machine.memory_nodes) == seen
