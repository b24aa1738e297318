"""Descriptions of hardware: what they may say, and what is refused with which words."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.core.errors import InputError
from acpitools.interp.hardware import (
    ACPIEXEC,
    BUILT_IN,
    REFERENCE,
    Hardware,
    MemoryHotplug,
    Register,
    built_in,
    parse_hardware,
)
from acpitools.interp.memory_controller import Dimm

MODEL = '[[models]]\nmodel = "qemu-memory-hotplug"\n'


def test_the_reference_is_a_description() -> None:
    found = parse_hardware(REFERENCE)
    assert {register.space for register in found.registers} == {"SystemIO", "SystemMemory", "PCI_Config"}
    assert found.unclaimed == (("SystemIO", 0xFF), ("GeneralPurposeIo", 0))
    dimm = Dimm(address=0x1_4000_0000, size=1 << 30, node=0)
    assert found.controller == MemoryHotplug(slots=8, event="\\_GPE._E03", dimms=((0, dimm, "none"),))


def test_bytes_are_registers_of_a_byte() -> None:
    found = parse_hardware('[[bytes]]\nspace = "SystemCMOS"\naddress = 0x10\ndata = "0a FF"\nwrite = "ignore"\n')
    assert found.registers == (
        Register(space="SystemCMOS", address=0x10, width=8, values=(0x0A,), write="ignore"),
        Register(space="SystemCMOS", address=0x11, width=8, values=(0xFF,), write="ignore"),
    )


def test_dimms_without_a_slot_take_the_lowest_free_one() -> None:
    dimms = "".join(
        f'[[models.dimms]]\n{slot}address = "{address}"\nsize = "1G"\n'
        for slot, address in (("slot = 1\n", "4G"), ("", "5G"), ("", "6G"))
    )
    controller = parse_hardware(MODEL + dimms).controller
    assert controller is not None
    assert [slot for slot, *_ in controller.dimms] == [0, 1, 2]


def test_what_is_built_in_has_a_name() -> None:
    assert built_in(BUILT_IN) == Hardware(controller=MemoryHotplug())
    assert built_in(ACPIEXEC) == Hardware(acpiexec=True)
    assert built_in("other.toml") is None


REGISTER = '[[registers]]\nspace = "SystemIO"\naddress = 0x10\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[registers]\n", "no valid TOML"),
        ("colour = 1\n", "colour: no such key"),
        (REGISTER + "valeu = 1\n", "registers[0].valeu: no such key; did you mean value?"),
        (REGISTER + "width = 24\n", "registers[0].width: 24 is none of 8, 16, 32 and 64"),
        (REGISTER + "value = 256\n", "registers[0].value: 256 is not between 0 and 255"),
        (REGISTER + "values = [1, 256]\n", "256 is not between 0 and 255"),
        (REGISTER + "values = []\n", "registers[0].values: give either one value, or a list"),
        (REGISTER + "values = [1]\nvalue = 2\n", "registers[0].values: give either one value, or a list"),
        (REGISTER + 'values = [1, 2]\nwrite = "keep"\n', "registers[0].write: a register with a list"),
        (REGISTER + 'write = "drop"\n', "is none of keep, ignore, clear"),
        (REGISTER + "device = '\\_SB.PCI0'\n", "registers[0].device: PCI_Config needs"),
        ('[[registers]]\nspace = "PCI_Config"\naddress = 0\n', "registers[0].device: PCI_Config needs"),
        ('[[registers]]\nspace = "GPIO"\naddress = 0\n', "registers[0].space"),
        ('[[registers]]\nspace = "SystemIO"\n', "registers[0].address: it has to be given"),
        ('[[registers]]\nspace = "SystemIO"\naddress = 0xFFFF\nwidth = 16\n', "not between 0 and 65534"),
        (REGISTER + "width = 32\n" + REGISTER, "registers: SystemIO 0x10 is described twice"),
        ('[[bytes]]\nspace = "SystemIO"\naddress = 0\ndata = "0x"\n', "bytes[0].data: expected bytes in hexadecimal"),
        ('[[bytes]]\nspace = "SystemIO"\naddress = 0\n', "bytes[0].data: there are no bytes"),
        ("[unclaimed]\nSystemIO = 256\n", "unclaimed.SystemIO: 256 is not between 0 and 255"),
        ('[[models]]\nmodel = "memory"\n', "models[0].model"),
        (MODEL + MODEL, "models[1]: a machine has one"),
        (MODEL + "[[models.dimms]]\naddress = 0\n", "models[0].dimms[0].size: it has to be given"),
        (MODEL + 'slots = 1\n[[models.dimms]]\nslot = 1\naddress = 0\nsize = "1G"\n', "1 slots, and a DIMM in slot 1"),
        (MODEL + "slots = 257\n", "models[0].slots: 257 is not between 0 and 256"),
        (MODEL + "base = 0xFFF0\n", "models[0].base"),
    ],
)
def test_what_is_wrong_is_named(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_hardware(text, where="board.toml")
    assert words in str(caught.value)
    assert str(caught.value).startswith("hardware: board.toml")


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: REFERENCE + data.decode("latin-1")))
def test_any_text_is_a_description_or_an_error(text: str) -> None:
    with contextlib.suppress(InputError):
        parse_hardware(text)
