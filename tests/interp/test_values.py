"""Values that an evaluated machine hands to who describes devices."""

from __future__ import annotations

import pytest

from acpitools.asl.compile import compile_source
from acpitools.interp.limits import Limits
from acpitools.interp.load import load
from acpitools.interp.values import Evaluated


def test_objects_become_plain_values_and_failures_are_told() -> None:
    body = (
        'Device (DEV0) {} Name (NUMB, 5) Name (PACK, Package () {1, "x", Buffer () {2}, Package () {3}, NUMB, DEV0})'
        " Method (NONE) {} Method (FAIL) {Local0 = 0 Return (1 / Local0)} Method (CALL) {Return (NUMB + 1)}"
    )
    done = compile_source(f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {body} }}', "test.asl")
    failed: list[str] = []
    values = Evaluated(load([done.tables[0].data]), lambda path, why: failed.append(f"{path}: {why}"))
    assert values(b"PACK") == (1, "x", b"\2", (3,), 5, None)
    assert (values(b"CALL"), values(b"NONE"), values(b"DEV0")) == (6, None, None)
    assert failed == []
    assert values(b"FAIL") is None
    assert failed == ["\\FAIL: Divide: \\FAIL: division by zero (AE_AML_DIVIDE_BY_ZERO)"]


def test_objects_share_a_budget_of_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acpitools.interp.values._MOST_STEPS", 1500)
    body = "Method (LOOP) {While (One) {}} Method (GOOD) {Return (1)}"
    done = compile_source(f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {body} }}', "test.asl")
    failed: list[str] = []
    machine = load([done.tables[0].data], limits=Limits(steps=1000))
    values = Evaluated(machine, lambda path, why: failed.append(f"{path}: {why}"))
    assert [values(path) for path in (b"GOOD", b"LOOP", b"LOOP", b"GOOD")] == [1, None, None, None]
    assert failed[-1] == "\\GOOD: objects before it took too many steps"
