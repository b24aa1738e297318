"""Described buses and pins behind the regions of a machine that runs."""

from __future__ import annotations

import pytest

from acpitools.core.errors import AmlRuntimeError, AmlUnsupported, InputError
from acpitools.interp.evaluate import evaluate
from acpitools.interp.hardware import parse_hardware
from acpitools.interp.load import load
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Buffer, Integer
from acpitools.interp.scripted import Board
from tests.interp.test_buses import table

SERIAL = (
    "OperationRegion (BUSR, GenericSerialBus, 0, 0x100) Field (BUSR, BufferAcc, NoLock, Preserve) {"
    ' Connection (I2cSerialBusV2 (0x1A, , 100000, , "\\\\_SB.I2C1")), AccessAs (BufferAcc, AttribWord),'
    " Offset (5), WRD0, 8, AccessAs (BufferAcc, AttribBytes (3)), Offset (7), BYT0, 8,"
    ' Connection (SpiSerialBusV2 (2, , , 8, , 1000, ClockPolarityLow, ClockPhaseFirst, "\\\\_SB.SPI1")),'
    " Offset (9), SPI0, 8}"
    " Method (STOR) {Return (Store (Buffer () {0, 2, 0x11, 0x22}, WRD0))}"
)
PINS = (
    "OperationRegion (PINR, GeneralPurposeIo, 0, 16) Field (PINR, ByteAcc, NoLock, Preserve) {"
    ' Connection (GpioIo (Exclusive, PullUp, , , , "\\\\_SB.GPO0") {5, 6, 7}), PIN0, 1, PIN1, 2, PIN3, 1}'
    " Method (STOR, 1) {PIN1 = Arg0}"
)
PLAIN = (
    "OperationRegion (SMBR, SMBus, 0x4200, 0x100)"
    " Field (SMBR, BufferAcc, NoLock, Preserve) {AccessAs (BufferAcc, AttribByte), Offset (5), SMB0, 8}"
    " OperationRegion (IPMR, IPMI, 0x3000, 0x100) Field (IPMR, BufferAcc, NoLock, Preserve) {IPM0, 8}"
    " OperationRegion (CHAN, PCC, 2, 8) Field (CHAN, ByteAcc, NoLock, Preserve) {SIGN, 32, COMD, 16}"
    " Method (TELL) {COMD = Buffer () {5, 6} Return (SIGN)}"
    " OperationRegion (OEMR, 0x80, 0, 8) Field (OEMR, ByteAcc, NoLock, Preserve) {OEM0, 8}"
)


def loaded(body: str, description: str) -> Machine:
    board = Board(parse_hardware(description))
    return load([table(body)], handlers=board.handlers, buses=board.buses)


def data(machine: Machine, path: str) -> bytes:
    value = evaluate(machine, path)
    assert isinstance(value, Buffer)
    return bytes(value.data)


def number(machine: Machine, path: str, *arguments: int) -> int:
    value = evaluate(machine, path, [Integer(argument) for argument in arguments])
    return value.value if isinstance(value, Integer) else -1


def transfer(address: int, more: str, space: str = "GenericSerialBus") -> str:
    return f'[[transfers]]\nspace = "{space}"\naddress = {address}\n{more}\n'


def test_an_answer_is_status_length_and_data() -> None:
    machine = loaded(SERIAL, transfer(5, 'data = "12 34"') + transfer(7, 'status = 7\ndata = ""'))
    assert data(machine, "WRD0") == bytes((0, 2, 0x12, 0x34))
    assert data(machine, "BYT0") == bytes((7, 0)).ljust(257, b"\0")


def test_answers_belong_to_a_device_of_a_controller() -> None:
    machine = loaded(
        SERIAL,
        transfer(9, "device = 2\ncontroller = '\\_SB.SPI1'\ndata = \"AA\"")
        + transfer(5, 'device = 0x1A\non = "read"\ndata = "BB"')
        + transfer(5, 'on = "write"\nstatus = 1'),
    )
    assert data(machine, "SPI0")[:3] == bytes((0, 1, 0xAA))
    assert data(machine, "WRD0")[:3] == bytes((0, 1, 0xBB))
    assert data(machine, "STOR") == bytes((1, 2, 0x11, 0x22))


def test_a_list_is_what_one_transfer_after_another_gives() -> None:
    machine = loaded(SERIAL, transfer(5, 'data = ["01", "02"]'))
    assert [data(machine, "WRD0")[2] for _ in range(3)] == [1, 2, 2]


def test_transfers_that_nothing_describes_are_errors() -> None:
    machine = loaded(SERIAL, transfer(5, 'on = "read"\ndevice = 3'))
    with pytest.raises(AmlUnsupported, match=r"nothing describes a read of 0x5 of device 0x1a on \\_SB.I2C1"):
        evaluate(machine, "WRD0")


def test_an_answer_is_no_longer_than_its_protocol() -> None:
    with pytest.raises(AmlRuntimeError, match="an answer of 3 bytes, the protocol has 2"):
        evaluate(loaded(SERIAL, transfer(5, 'data = "01 02 03"')), "WRD0")


def test_the_other_spaces_are_described_alike() -> None:
    machine = loaded(
        PLAIN,
        transfer(0x4205, 'data = "99"', "SMBus")
        + transfer(0x3000, 'data = "00 20"', "IPMI")
        + transfer(2, 'data = "01 02 03 04"', "PCC")
        + '[[registers]]\nspace = "0x80"\naddress = 0\nvalue = 0x77\n',
    )
    assert data(machine, "SMB0") == bytes((0, 1, 0x99)).ljust(34, b"\0")
    assert data(machine, "IPM0") == bytes((0, 2, 0, 0x20)).ljust(66, b"\0")
    assert number(machine, "TELL") == 0x0403_0201
    assert number(machine, "OEM0") == 0x77


@pytest.mark.parametrize("path", ["SMB0", "IPM0", "TELL", "OEM0"])
def test_what_is_not_described_does_not_answer(path: str) -> None:
    with pytest.raises(AmlUnsupported):
        evaluate(loaded(PLAIN, ""), path)


def test_pins_are_bits_of_their_fields() -> None:
    machine = loaded(
        PINS,
        "[[pins]]\npin = 5\nvalues = [0, 1]\n[[pins]]\npin = 6\nvalue = 1\n"
        "[[pins]]\npin = 7\ncontroller = '\\_SB.GPO0'\nvalue = 1\nwrite = \"ignore\"\n",
    )
    assert [number(machine, "PIN0") for _ in range(3)] == [0, 1, 1]
    assert number(machine, "PIN1") == 3
    number(machine, "STOR", 0)
    assert number(machine, "PIN1") == 2


def test_a_pin_that_is_not_there_is_an_error() -> None:
    machine = loaded(PINS, "[[pins]]\npin = 5\n")
    with pytest.raises(AmlUnsupported, match=r"nothing describes pin 6 of \\_SB.GPO0"):
        evaluate(machine, "PIN1")


def test_other_pins_may_have_a_value() -> None:
    machine = loaded(PINS, "[unclaimed]\nGeneralPurposeIo = 1\n")
    assert number(machine, "PIN1") == 3
    number(machine, "STOR", 1)
    assert number(machine, "PIN1") == 1


def test_a_field_has_no_more_pins_than_its_connection() -> None:
    machine = loaded(PINS.replace("PIN3, 1", "PIN3, 4"), "[unclaimed]\nGeneralPurposeIo = 1\n")
    with pytest.raises(AmlRuntimeError, match="4 pins from the one of number 2, the Connection has 3"):
        evaluate(machine, "PIN3")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[transfers]]\nspace = "GPIO"\naddress = 1\n', "transfers[0].space"),
        ('[[transfers]]\nspace = "SMBus"\n', "transfers[0].address: it has to be given"),
        (transfer(1, "device = 1", "SMBus"), "transfers[0].device: only GenericSerialBus has one"),
        (transfer(1, "controller = 'A'", "IPMI"), "transfers[0].controller: only GenericSerialBus has one"),
        (transfer(1, "status = 1", "PCC"), "transfers[0].status: PCC has none"),
        (transfer(1, "status = 256"), "256 is not between 0 and 255"),
        (transfer(1, 'data = "0x"'), "transfers[0].data: expected bytes in hexadecimal"),
        (transfer(1, "data = [1]"), "transfers[0].data: expected bytes in hexadecimal"),
        (transfer(1, "data = []"), "transfers[0].data: there is nothing in the list"),
        (transfer(1, f'data = "{"00" * 33}"', "SMBus"), "33 bytes, at most 32 are handed over"),
        (transfer(1, 'on = "call"'), "is none of any, read, write"),
        ("[[pins]]\nvalue = 1\n", "pins[0].pin: it has to be given"),
        ("[[pins]]\npin = 1\nvalue = 2\n", "2 is not between 0 and 1"),
        ("[[pins]]\npin = 1\nvalues = [2]\n", "pins[0].values: give either one value, or a list of zeros and ones"),
        ('[[pins]]\npin = 1\nvalues = [0, 1]\nwrite = "keep"\n', "pins[0].write: a pin with a list"),
        ("[[pins]]\npin = 1\n[[pins]]\npin = 1\n", "pins[1].pin: pin 1 is described twice"),
        ("[unclaimed]\nGeneralPurposeIo = 2\n", "2 is not between 0 and 1"),
        ('[[registers]]\nspace = "0x7E"\naddress = 0\n', "'0x7E' is none of SystemMemory"),
    ],
)
def test_what_is_wrong_in_a_description_is_named(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_hardware(text)
    assert words in str(caught.value)
