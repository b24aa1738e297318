"""Fields that are handed over whole: what a bus is given, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from acpitools.asl.compile import compile_source
from acpitools.asl.options import Options
from acpitools.core.errors import AmlError, AmlRuntimeError, AmlTypeError
from acpitools.interp.evaluate import evaluate
from acpitools.interp.hardware import ACPIEXEC, built_in
from acpitools.interp.load import load
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Buffer, Integer, Transfer
from acpitools.interp.regions import BusHandler
from acpitools.interp.scripted import Board
from acpitools.interp.start import start
from acpitools.report.value_json import as_data
from fixtures.record_interp import evaluated
from tests.support import FIXTURES

PROGRAM = FIXTURES / "interp" / "buses" / "buses.asl"
BUS = (
    "OperationRegion (BUSR, GenericSerialBus, 0x10, 0x100) Field (BUSR, BufferAcc, NoLock, Preserve) {"
    ' Connection (I2cSerialBusV2 (0x1A, , 100000, , "\\\\_SB.I2C")), AccessAs (BufferAcc, AttribBytes (5)),'
    " Offset (3), FLD0, 8, AccessAs (BufferAcc, AttribWord), FLD1, 8, AccessAs (BufferAcc, 0), FLD2, 8}"
)


class Recorder:
    """Notes each transfer, and turns the bytes round."""

    def __init__(self) -> None:
        self.seen: list[Transfer] = []

    def transfer(self, transfer: Transfer) -> bytes:
        self.seen.append(transfer)
        return transfer.data[::-1]


def table(body: str) -> bytes:
    done = compile_source(
        f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {body} }}', "test.asl", options=Options(force=True)
    )
    assert done.tables, done.diagnostics
    return done.tables[0].data


def loaded(body: str, **buses: BusHandler) -> Machine:
    return load([table(body)], buses=buses)


def test_a_bus_is_told_the_address_the_protocol_and_the_connection() -> None:
    bus = Recorder()
    machine = loaded(BUS, GenericSerialBus=bus)
    value = evaluate(machine, "FLD0")
    assert isinstance(value, Buffer)
    assert len(value.data) == 257
    [seen] = bus.seen
    assert (seen.address, seen.attribute, seen.access_length, seen.writes) == (0x13, 0x0B, 5, False)
    assert seen.connection[:1] == b"\x8e"
    assert b"\\_SB.I2C\0" in seen.connection


def test_what_a_bus_hands_back_is_the_value_of_the_store() -> None:
    bus = Recorder()
    machine = loaded(BUS + " Method (STOR) {Return (Store (Buffer () {1, 2, 3, 4, 5}, FLD1))}", GenericSerialBus=bus)
    value = evaluate(machine, "STOR")
    assert isinstance(value, Buffer)
    assert value.data == bytes((4, 3, 2, 1))
    assert bus.seen[0].data == bytes((1, 2, 3, 4))


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("FLD1 = 5", AmlTypeError),
        ('FLD1 = "text"', AmlTypeError),
        ("FLD2 = Buffer (4) {}", AmlRuntimeError),
        ("Local0 = FLD2", AmlRuntimeError),
    ],
)
def test_a_bus_takes_buffers_of_a_protocol(statement: str, error: type[AmlError]) -> None:
    bus = Recorder()
    machine = loaded(f"{BUS} Method (STOR) {{{statement}}}", GenericSerialBus=bus)
    with pytest.raises(error):
        evaluate(machine, "STOR")
    assert not bus.seen


def test_pins_count_from_their_connection() -> None:
    bus = Recorder()
    machine = loaded(
        "OperationRegion (PINR, GeneralPurposeIo, 0, 16) Field (PINR, ByteAcc, NoLock, Preserve) {"
        ' Connection (GpioIo (Exclusive, PullUp, , , , "\\\\_SB.GPO") {5, 6, 7}), PIN0, 1, PIN1, 2,'
        ' Connection (GpioIo (Exclusive, PullUp, , , , "\\\\_SB.GPO") {9}), PIN2, 1}'
        " Method (STOR) {PIN1 = 2 Return (PIN2)}",
        GeneralPurposeIo=bus,
    )
    evaluate(machine, "STOR")
    assert [(seen.pin, seen.pins, seen.writes, seen.data) for seen in bus.seen] == [
        (1, 2, True, b"\2"),
        (0, 1, False, b"\0"),
    ]


def test_a_channel_holds_what_is_written_and_its_command_reaches_the_handler() -> None:
    bus = Recorder()
    body = (
        "OperationRegion (CHAN, PCC, 1, 8) Field (CHAN, ByteAcc, NoLock, Preserve) {SIGN, 32, COMD, 16}"
        " Method (FILL) {SIGN = Buffer () {1, 2, 3, 4} Return (SIGN)}"
        " Method (TELL) {SIGN = Buffer () {1, 2, 3, 4} COMD = Buffer () {5, 6} Return (SIGN)}"
    )
    machine = loaded(body, PCC=bus)
    value = evaluate(machine, "FILL")
    assert isinstance(value, Integer)
    assert value.value == 0x0403_0201
    assert not bus.seen
    value = evaluate(machine, "TELL")
    assert isinstance(value, Integer)
    assert [seen.data for seen in bus.seen] == [bytes((1, 2, 3, 4, 5, 6, 0, 0))]
    assert value.value == 0x0506_0000
    assert isinstance(evaluate(loaded(body), "FILL"), Integer)  # without a handler, too


def outcome(machine: Machine, path: str) -> dict[str, Any]:
    try:
        return as_data(machine, evaluate(machine, path))
    except AmlError as error:
        return {"type": "error", "status": error.status}


def test_the_buses_of_acpiexec_give_what_it_gave() -> None:
    recorded = json.loads(PROGRAM.with_suffix(".json").read_text(encoding="utf-8"))
    hardware = built_in(ACPIEXEC)
    assert hardware is not None
    ours = {}
    for name in recorded:
        board = Board(hardware)
        machine = load([PROGRAM.with_suffix(".aml").read_bytes()], handlers=board.handlers, buses=board.buses)
        start(machine)
        ours[name] = outcome(machine, name)
    assert len(ours) > 50
    assert ours == recorded


def test_the_record_is_what_acpiexec_gives(needs_tool: Callable[[str], str]) -> None:
    needs_tool("acpiexec")
    recorded = json.loads(PROGRAM.with_suffix(".json").read_text(encoding="utf-8"))
    some = list(recorded)[::12]
    assert {name: evaluated(PROGRAM.with_suffix(".aml"), name) for name in some} == {n: recorded[n] for n in some}
