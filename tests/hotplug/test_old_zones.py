"""Hot-plug under older kernels: zones before 4.13, and what can be set since when (facts, history)."""

from __future__ import annotations

import pytest

from acpitools.core.units import GIB, MIB
from acpitools.hotplug.actions import Action, Plug, SetState, Write
from acpitools.hotplug.run import run_actions
from acpitools.hotplug.step import HotplugStep
from tests.kernel.machines import LOW, memory, predict, srat

HOT = srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True), memory(1, 6 * GIB, 8 * GIB, hot=True), cpus=((0, 0),))
DIMM = Plug(device="dimm0", size=512 * MIB, pxm=1)
"""Blocks 48 to 51, of node 1."""


def _run(release: str, *actions: Action, cmdline: str = "") -> list[HotplugStep]:
    return list(run_actions(predict(cmdline, HOT, release=release), (DIMM, *actions)))


def _zones(step: HotplugStep) -> list[tuple[str, tuple[str, ...]]]:
    return [(block.state, block.valid_zones) for block in step.blocks if block.id >= 48]


@pytest.mark.parametrize(("release", "result"), [("4.12", "failed"), ("4.13", "ok"), ("6.1", "ok")])
def test_a_block_in_the_middle_becomes_movable_from_4_13_on(release: str, result: str) -> None:
    last = _run(release, SetState(state="online_movable", blocks=(49,)))[-1]
    assert last.result == result
    assert (last.reason is not None) == (result == "failed")


def test_the_last_block_becomes_movable_and_then_the_one_before_it() -> None:
    """4.12: the border between Normal and Movable moves down block by block."""
    steps = _run("4.12", SetState(state="online_movable", blocks=(51, 50, 48)))
    assert steps[-1].reason is not None
    assert steps[-1].reason.startswith("memory48: EINVAL: only the last block of Normal")
    assert _zones(steps[-1]) == [
        ("offline", ("Normal",)),
        ("offline", ("Normal", "Movable")),
        ("online", ("Movable",)),
        ("online", ("Movable",)),
    ]


def test_added_memory_is_normal_until_it_is_told_otherwise() -> None:
    steps = _run("4.12", SetState(state="online", blocks=(48, 49)))
    assert _zones(steps[1])[0] == ("offline", ("Normal",))
    assert _zones(steps[-1])[:2] == [("online", ("Normal",)), ("online", ("Normal",))]


def test_added_memory_above_movable_is_movable_and_its_first_block_only_can_leave() -> None:
    # Node 1 is all Movable: its own memory stays the first of the zone, so no added block can become Normal.
    steps = _run("4.12", SetState(state="online_kernel", blocks=(48,)), cmdline="movable_node")
    assert _zones(steps[1]) == [("offline", ("Movable",))] * 4
    assert steps[-1].result == "failed"
    assert "first block of Movable" in (steps[-1].reason or "")


def test_a_block_that_went_offline_stays_in_its_zone() -> None:
    steps = _run(
        "4.12",
        SetState(state="online_movable", blocks=(51,)),
        SetState(state="offline", blocks=(51,)),
        SetState(state="online", blocks=(51,)),
    )
    assert _zones(steps[-2])[-1] == ("offline", ("Movable", "Normal"))
    assert _zones(steps[-1])[-1] == ("online", ("Movable",))


@pytest.mark.parametrize(("release", "used"), [("5.12", False), ("5.13", True), ("6.1", True)])
def test_memory_holds_its_own_memory_map_from_5_13_on(release: str, used: bool) -> None:
    option = "memory_hotplug.memmap_on_memory=Y"
    plug = Plug(device="dimm0", size=128 * MIB, pxm=1)
    step = list(run_actions(predict(option, HOT, release=release), (plug,)))[-1]
    assert any(cost.what == "memory map" for cost in step.kernel_memory) != used


@pytest.mark.parametrize(("release", "zone"), [("5.14", "Normal"), ("5.15", "Movable"), ("6.1", "Movable")])
def test_the_policy_auto_movable_is_there_from_5_15_on(release: str, zone: str) -> None:
    option = "memory_hotplug.online_policy=auto-movable memhp_default_state=online"
    (step, *_) = _run(release, cmdline=option)[1:]
    assert _zones(step) == [("online", (zone,))] * 4


@pytest.mark.parametrize(("release", "state"), [("4.6", "offline"), ("4.7", "online")])
def test_what_added_memory_becomes_is_an_option_from_4_7_on(release: str, state: str) -> None:
    (step,) = _run(release, cmdline="memhp_default_state=online")[1:]
    assert {shown for shown, _ in _zones(step)} == {state}


@pytest.mark.parametrize(
    ("release", "path", "there"),
    [
        ("4.5", "/sys/devices/system/memory/auto_online_blocks", False),
        ("4.6", "/sys/devices/system/memory/auto_online_blocks", True),
        ("5.14", "/sys/module/memory_hotplug/parameters/auto_movable_ratio", False),
        ("5.15", "/sys/module/memory_hotplug/parameters/auto_movable_ratio", True),
    ],
)
def test_files_are_there_from_some_release_on(release: str, path: str, there: bool) -> None:
    value = "online" if path.endswith("blocks") else "200"
    last = _run(release, Write(path=path, value=value))[-1]
    assert (last.result == "ok") == there
    assert (last.reason or "").startswith("" if there else "ENOENT")
