"""DIMMs and the slots of QEMU's memory hot-plug controller: which one a DIMM goes into, and what is refused."""

from __future__ import annotations

import json

import pytest

from acpitools.core.errors import InputError
from acpitools.core.units import GIB, MIB
from acpitools.hotplug.actions import Action, Plug, parse_actions
from acpitools.hotplug.platform import platform_of
from acpitools.hotplug.run import run_actions
from acpitools.hotplug.step import HotplugStep
from acpitools.interp.hardware import Hardware, MemoryHotplug
from tests.hotplug.test_laws import VIEW
from tests.kernel.machines import predict
from tests.support import FIXTURES

DSDT = (FIXTURES / "firmware" / "qemu-q35" / "tables" / "DSDT").read_bytes()
SLOTS = 3
HERE = 8 * GIB


def run(*actions: Action) -> tuple[HotplugStep, ...]:
    prediction = predict("memhp_default_state=online_movable", VIEW, apic_ids=(0, 1))
    platform = platform_of([DSDT], Hardware(controller=MemoryHotplug(slots=SLOTS)))
    return run_actions(prediction, actions, platform)


def dimm(name: str, address: int | None = None, size: int = 256 * MIB) -> Plug:
    return Plug(device=name, size=size, pxm=0, address=address)


def paths(step: HotplugStep) -> dict[str, str | None]:
    return {view.device: view.path for view in step.devices}


def test_a_dimm_goes_into_the_first_slot_that_is_empty() -> None:
    step = run(dimm("a"), dimm("b"))[-1]
    assert {name: (path or "")[-4:] for name, path in paths(step).items()} == {"a": "MP00", "b": "MP01"}


def test_a_device_of_the_tables_names_its_slot() -> None:
    slot = next(path for path in paths(run(dimm("a"))[-1]).values() if path)
    step = run(dimm(slot.replace("MP00", "MP02")))[-1]
    assert [(path or "")[-4:] for path in paths(step).values()] == ["MP02"]


def test_a_controller_that_is_full_takes_no_more() -> None:
    *_, last = run(*(dimm(name) for name in "abcd"))
    assert last.reason == f"no slot is free: the controller has {SLOTS}, all of them taken"


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        (HERE - 256 * MIB, False),  # up to the first
        (HERE - 128 * MIB, True),
        (HERE, True),
        (HERE + 128 * MIB, True),
        (HERE + 256 * MIB, False),  # behind it
    ],
)
def test_dimms_do_not_lie_on_each_other(address: int, refused: bool) -> None:
    last = run(dimm("a", HERE), dimm("b", address))[-1]
    told = f"there is a DIMM in part of {256 * MIB:#x} bytes at {address:#x} already"
    assert last.reason == (told if refused else None)
    assert set(paths(last)) == ({"a"} if refused else {"a", "b"})


def test_a_device_whose_slot_is_empty_cannot_come_without_a_size() -> None:
    slot = next(path for path in paths(run(dimm("a"))[-1]).values() if path)
    with pytest.raises(InputError, match="its slot in the memory controller is empty"):
        run(*parse_actions(json.dumps([{"op": "plug", "device": slot}])))
