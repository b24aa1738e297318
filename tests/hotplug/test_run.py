"""Rules of adding and removing memory, one machine each."""

from __future__ import annotations

import json

import pytest

from acpitools.core.errors import InputError
from acpitools.core.units import GIB, MIB
from acpitools.hotplug.actions import Action, Plug, SetState, Unplug, Write
from acpitools.hotplug.run import run_actions
from acpitools.hotplug.step import HotplugStep
from acpitools.report.hotplug_json import hotplug_json
from acpitools.report.hotplug_text import hotplug_text
from tests.kernel.machines import LOW, memory, predict, srat

VIEW = srat(*LOW, memory(1, 4 * GIB, 6 * GIB), memory(1, 6 * GIB, 16 * GIB, hot=True), cpus=[(0, 0), (1, 1)])


def run(
    *actions: Action, cmdline: str = "memhp_default_state=offline", release: str = "6.12"
) -> tuple[HotplugStep, ...]:
    """Carry out actions on two nodes with the memory of node 1 from 4 to 6 GiB."""
    return run_actions(predict(cmdline, VIEW, apic_ids=(0, 1), release=release), actions)


def states(step: HotplugStep, first: int, last: int) -> set[tuple[str, tuple[str, ...]]]:
    """Give state and zones of blocks."""
    return {(b.state, b.valid_zones) for b in step.blocks if first <= b.id <= last}


DIMM = Plug(device="d", pxm=1, size=GIB)


def test_a_device_goes_to_the_first_gib_above_ram() -> None:
    step = run(DIMM)[1]
    assert states(step, 48, 55) == {("offline", ("Normal", "Movable"))}
    assert (step.result, step.ost) == ("ok", 0)


@pytest.mark.parametrize(("release", "state"), [("6.1", "offline"), ("6.12", "online")])
def test_what_new_blocks_become_depends_on_the_kernels_configuration(release: str, state: str) -> None:
    step = run(DIMM, cmdline="", release=release)[1]
    assert {b.state for b in step.blocks if b.id >= 48} == {state}


def test_a_size_that_is_no_multiple_of_a_block_fails_and_reports_success() -> None:
    step = run(Plug(device="d", pxm=1, size=64 * MIB))[1]
    assert (step.result, step.ost) == ("failed", 0)
    assert "unaligned hotplug range" in step.dmesg[0]
    assert step.blocks[-1].id == 47


def test_a_failed_eject_turns_movable_blocks_into_normal_ones() -> None:
    steps = run(
        DIMM,
        SetState(state="online_kernel", blocks=(48,)),
        SetState(state="online_movable", blocks=tuple(range(49, 56))),
        SetState(state="offline", blocks=tuple(range(40, 48))),
        Unplug(device="d"),
        cmdline="memhp_default_state=offline kernelcore=99%",
    )
    assert states(steps[3], 49, 55) == {("online", ("Movable",))}


def test_an_eject_of_movable_memory_succeeds() -> None:
    steps = run(DIMM, SetState(state="online_movable", device="d"), Unplug(device="d"))
    assert [step.result for step in steps] == [None, "ok", "ok", "ok"]
    assert steps[3].ost == 0
    assert steps[3].zones == steps[0].zones


def test_ejecting_can_be_switched_off() -> None:
    off = Write(path="/sys/firmware/acpi/hotplug/memory/enabled", value="0")
    step = run(DIMM, off, Unplug(device="d"))[3]
    assert (step.result, step.ost) == ("failed", 0x80)


def test_a_domain_that_the_srat_did_not_name_goes_to_the_first_blocks_node() -> None:
    step = run(Plug(device="d", pxm=77, size=GIB))[1]
    assert {b.nodes for b in step.blocks if b.id >= 48} == {(0,)}


def test_mem_refuses_devices_while_the_kernel_boots_only() -> None:
    cold = Plug(device="c", pxm=1, size=GIB, at_boot=True)
    steps = run(cold, Plug(device="d", pxm=1, size=GIB), cmdline="mem=6G memhp_default_state=offline", release="6.1")
    assert steps[0].blocks[-1].id == 47
    assert steps[1].result == "ok"


@pytest.mark.parametrize(
    ("path", "value", "result"),
    [
        ("/sys/devices/system/memory/auto_online_blocks", "online_movable", "ok"),
        ("/sys/devices/system/memory/auto_online_blocks", "maybe", "failed"),
        ("/sys/module/memory_hotplug/parameters/online_policy", "auto-movable", "ok"),
        ("/sys/module/memory_hotplug/parameters/online_policy", "none", "failed"),
        ("/sys/module/memory_hotplug/parameters/memmap_on_memory", "1", "failed"),
        ("/sys/devices/system/memory/memory0/state", "offline", "failed"),
        ("/sys/devices/system/memory/memory40/online", "1", "ok"),
        ("/sys/devices/system/memory/memory40/state", "online", "failed"),
        ("/sys/bus/acpi/devices/PNP0C80:00/eject", "1", "failed"),
        ("/proc/sys/vm/anything", "1", "ok"),
    ],
)
def test_files_refuse_what_the_kernel_refuses(path: str, value: str, result: str) -> None:
    assert run(Write(path=path, value=value))[1].result == result


def test_a_device_that_is_not_there_is_an_error() -> None:
    with pytest.raises(InputError, match="plugged in: none"):
        run(Unplug(device="ghost"))


def test_a_machine_that_does_not_boot_has_no_hot_plug() -> None:
    with pytest.raises(InputError, match="does not come up"):
        run_actions(predict("memmap=exactmap"), [])


def test_json_and_text_tell_every_step() -> None:
    steps = run(DIMM, SetState(state="online_movable", device="d"))
    document = json.loads("".join(hotplug_json(steps)))
    assert document["schema"] == "acpitools.hotplug/1"
    assert [step["result"] for step in document["steps"]] == [None, "ok", "ok"]
    assert document["steps"][0]["action"] is None
    assert document["steps"][1]["action"]["op"] == "plug"
    page = "".join(hotplug_text(steps))
    assert "plug d: 1 GiB, domain 1: ok" in page
    assert "node 1 Movable: 0 -> 262144 pages present" in page
