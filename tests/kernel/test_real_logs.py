"""The model against logs of real machines, 3.10 to 6.16: node ranges, zones and Movable starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from acpitools.dumps.observed import read_observed
from acpitools.kernel.compare import compare
from tests.kernel.boots import predict_log
from tests.support import SHARED, shared_cases

LOGS = list(shared_cases("corpus/dmesg", "*.txt")) or [SHARED / "corpus" / "dmesg" / "missing.txt"]


@pytest.mark.parametrize("log", LOGS, ids=lambda path: path.stem)
def test_layout_equals_what_the_log_prints(log: Path) -> None:
    if not log.exists():
        pytest.skip(f"no reference data at {SHARED}")
    observed = read_observed(log)
    assert observed.node_ranges
    assert observed.zone_ranges
    assert compare(predict_log(log).layout, observed) == ()
