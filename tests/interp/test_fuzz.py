"""Damaged tables run: a part of ``python -m tests.fuzz run``."""

from __future__ import annotations

import random

import pytest

from tests.fuzz import aml_seeds, check_run, damaged_bytes


@pytest.mark.parametrize("seed", range(4))
def test_damaged_tables_run_or_fail_with_an_error(seed: int) -> None:
    generator = random.Random(seed)
    tables = aml_seeds([])
    outcomes = {check_run(damaged_bytes(generator.choice(tables), generator), generator) for _ in range(40)}
    assert "ran" in outcomes
