"""The firmware in the loop against recorded machines: each step through the firmware's own AML is the kernel's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotplug.recorded import check, is_sweep
from tests.records import record_id, record_paths, record_truth
from tests.support import FIXTURES, SHARED

FIRMWARE = sorted(path.parent for path in FIXTURES.glob("firmware/*/boot.json"))
"""Records with all their AML."""
PLUGS = sorted(path.parent for path in FIXTURES.glob("hotplug/*/boot.json") if not is_sweep(path.parent))
"""Records whose DSDT is that of QEMU for eight slots, or which have their devices in an SSDT."""
SHARED_PLUGS = [path for path in record_paths() if FIXTURES not in path.parents and path.name.startswith("hp-")]
RECORDS = [*FIRMWARE, *PLUGS, *SHARED_PLUGS]


def test_every_record_is_compared() -> None:
    assert (len(FIRMWARE), len(PLUGS)) == (15, 27)
    if SHARED.is_dir():
        assert len(SHARED_PLUGS) == 21
        assert sum(len(record_truth(record)["steps"]) for record in SHARED_PLUGS) >= 98


@pytest.mark.parametrize("record", RECORDS, ids=record_id)
def test_each_step_through_the_firmware_is_the_kernels(record: Path) -> None:
    assert check(record, firmware=True).differences == []
