"""Every opcode is run by something."""

from acpitools.aml.opcodes import OPS
from acpitools.interp.dispatch import DISPATCH
from acpitools.interp.forms import STRUCTURE


def test_every_opcode_is_run() -> None:
    assert {op.name for op in OPS} == set(DISPATCH) | STRUCTURE


def test_no_opcode_stands_in_two_tables() -> None:
    assert not set(DISPATCH) & STRUCTURE
