"""Every opcode is run by something, or refused by name."""

from acpitools.aml.opcodes import OPS
from acpitools.interp.dispatch import DISPATCH, UNSUPPORTED
from acpitools.interp.plan import STRUCTURE


def test_every_opcode_is_run_or_refused() -> None:
    assert {op.name for op in OPS} == set(DISPATCH) | STRUCTURE | set(UNSUPPORTED)


def test_no_opcode_stands_in_two_tables() -> None:
    assert not set(DISPATCH) & STRUCTURE
    assert not set(UNSUPPORTED) & (set(DISPATCH) | STRUCTURE)
