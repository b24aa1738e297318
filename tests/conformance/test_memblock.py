"""The memblock model against the kernel's own memblock, on random sequences of operations."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.conformance.memblock_simulator import VARIABLE, build, differences, source_trees

_SEQUENCES = int(os.environ.get("MEMBLOCK_SEQUENCES", "400"))


@pytest.mark.parametrize("tree", source_trees() or [None], ids=lambda tree: tree.name if tree else "no-tree")
def test_random_sequences_leave_the_kernels_state(tree: Path | None, tmp_path: Path) -> None:
    if tree is None:
        pytest.skip(f"{VARIABLE} names no kernel source tree")
    if shutil.which("gcc") is None:
        pytest.skip("the program gcc is not installed")
    assert list(differences(build(tree, tmp_path), _SEQUENCES)) == []
