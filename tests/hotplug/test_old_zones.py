"""Which zone a block may go to before 4.13: only at the border of its own (facts, history)."""

from __future__ import annotations

import pytest

from acpitools.core.units import GIB, MIB
from acpitools.hotplug.actions import Action, Plug, SetState
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
