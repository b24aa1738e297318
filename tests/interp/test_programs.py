"""Random methods against acpiexec; ``python -m tests.against_acpiexec`` runs more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.against_acpiexec import difference
from tests.interp.programs import program

METHODS = 12
SEEDS = (0, 1, 2, 3, 4, 5)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_methods_give_what_acpiexec_gives(seed: int, tmp_path: Path, needs_tool: Callable[[str], str]) -> None:
    needs_tool("iasl")
    needs_tool("acpiexec")
    assert difference(program(seed, METHODS), tmp_path, METHODS) is None


def test_a_difference_is_found(tmp_path: Path, needs_tool: Callable[[str], str]) -> None:
    needs_tool("iasl")
    needs_tool("acpiexec")
    source = program(0, 1).replace("Method (M000) {", "Method (M000) {If (Timer) {} Return (Timer)", 1)
    found = difference(source, tmp_path, 1)
    assert found is not None
    assert found[0] == "\\M000"


def test_programs_follow_from_their_seed() -> None:
    assert program(7, 5) == program(7, 5) != program(8, 5)
