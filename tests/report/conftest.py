"""The machine that most tests of boot reports look at."""

from __future__ import annotations

import pytest

from acpitools.core.units import GIB
from acpitools.kernel.predict import Prediction
from tests.kernel.machines import LOW, memory, predict, srat


@pytest.fixture(scope="session")
def machine() -> Prediction:
    """Three nodes, of which 1 and 2 are hot-pluggable, booted with movable_node."""
    view = srat(
        *LOW, memory(1, 4 * GIB, 5 * GIB, hot=True), memory(2, 5 * GIB, 6 * GIB, hot=True), cpus=[(0, 0), (1, 1)]
    )
    return predict("movable_node", view, apic_ids=(0, 1))


@pytest.fixture(scope="session")
def pinned() -> Prediction:
    """Two nodes; the initrd lies in node 1, which the SRAT calls hot-pluggable."""
    view = srat(memory(0, 0, GIB), memory(1, GIB, 2 * GIB, hot=True), memory(1, 4 * GIB, 6 * GIB, hot=True))
    return predict("movable_node", view)
