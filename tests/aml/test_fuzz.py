"""Damaged tables are read, written back as they were, disassembled, and the text compiles to the same bytes."""

from __future__ import annotations

import random

from tests.fuzz import aml_seeds, check_aml, damaged_bytes


def test_damaged_tables() -> None:
    generator, tables = random.Random(1), aml_seeds([])
    outcomes = {check_aml(damaged_bytes(generator.choice(tables), generator)) for _ in range(600)}
    assert outcomes == {"damaged", "sound"}
