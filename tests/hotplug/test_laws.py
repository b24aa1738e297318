"""What holds whatever is done to a machine."""

from __future__ import annotations

import json

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, MIB
from acpitools.hotplug.actions import STATES, Action, Plug, SetState, Unplug, Write
from acpitools.hotplug.run import carry_out, run_actions, start
from acpitools.hotplug.step import HotplugStep
from acpitools.report.hotplug_json import hotplug_json
from tests.kernel.machines import LOW, memory, predict, srat

VIEW = srat(*LOW, memory(1, 4 * GIB, 6 * GIB), memory(2, 6 * GIB, 16 * GIB, hot=True), cpus=[(0, 0), (1, 1)])
CMDLINES = (
    "memhp_default_state=offline",
    "memhp_default_state=online movable_node",
    "memhp_default_state=online_movable memory_hotplug.memmap_on_memory=1",
    "memhp_default_state=online memory_hotplug.online_policy=auto-movable kernelcore=3G",
    "memhp_default_state=online_kernel numa=off",
)
NAMES = ("a", "b", "c")
FILES = (
    ("/sys/devices/system/memory/auto_online_blocks", ("online", "online_movable", "no")),
    ("/sys/module/memory_hotplug/parameters/online_policy", ("contig-zones", "auto-movable")),
    ("/sys/module/memory_hotplug/parameters/auto_movable_ratio", ("0", "50", "x")),
    ("/sys/firmware/acpi/hotplug/memory/enabled", ("0", "1")),
    ("/sys/bus/acpi/devices/PNP0C80:00/eject", ("1", "0")),
    ("/sys/devices/system/memory/memory47/online", ("on", "0", "?")),
)


def addresses() -> st.SearchStrategy[int]:
    """Addresses around the end of RAM, mostly on block borders."""
    return st.integers(0, 80).map(lambda n: 5 * GIB + n * 64 * MIB)


@st.composite
def plugs(draw: st.DrawFn) -> Plug:
    """A device of one or two ranges."""
    ranges = tuple(
        AddrRange(start, start + draw(st.sampled_from((0, 64, 128, 256, 512))) * MIB)
        for start in draw(st.lists(addresses(), min_size=1, max_size=2))
    )
    return Plug(
        device=draw(st.sampled_from(NAMES)),
        ranges=ranges,
        pxm=draw(st.sampled_from((None, 0, 1, 2, 9))),
        sta=draw(st.sampled_from((15, 15, 15, 9, 0, None))),
        ejectable=draw(st.booleans()),
    )


def actions() -> st.SearchStrategy[Action]:
    """Any action on the devices a, b and c, or on blocks that may exist."""
    blocks = st.lists(st.integers(30, 80), max_size=6).map(tuple)
    writes = st.sampled_from(FILES).flatmap(
        lambda file: st.sampled_from(file[1]).map(lambda value: Write(path=file[0], value=value))
    )
    states = st.builds(lambda state, found: SetState(state=state, blocks=found), st.sampled_from(STATES), blocks)
    return st.one_of(plugs(), states, st.builds(lambda name: Unplug(device=name), st.sampled_from(NAMES)), writes)


def check(step: HotplugStep, block_pages: int) -> None:
    """Hold what a machine shows against itself."""
    assert all(zone.spanned_pages >= zone.present_pages >= 0 for zone in step.zones)
    assert {b.id for b in step.blocks if "none" in b.valid_zones} <= {b.id for b in step.blocks if b.state == "online"}
    # Each zone spans its blocks, and the blocks of a zone are not more than its pages.
    spans = {(zone.node, zone.zone): (zone.start_pfn, zone.end_pfn) for zone in step.zones}
    for block in step.blocks:
        if block.state == "online" and block.valid_zones != ("none",):
            start, end = spans[block.nodes[-1], block.valid_zones[0]]
            assert start < (block.id + 1) * block_pages
            assert block.id * block_pages < end
    assert set(step.memory) <= set(step.online) <= set(step.possible)
    for device in step.devices:
        assert set(device.blocks) <= {block.id for block in step.blocks}


@given(st.sampled_from(CMDLINES), st.sampled_from(("6.1", "6.12")), st.lists(actions(), max_size=12))
@settings(deadline=5000, max_examples=150)
def test_any_actions_leave_a_machine_that_agrees_with_itself(cmdline: str, release: str, wanted: list[Action]) -> None:
    prediction = predict(cmdline, VIEW, apic_ids=(0, 1), release=release)
    machine = start(prediction)
    possible: list[Action] = []
    for action in wanted:
        known = machine.devices
        if isinstance(action, Plug) == (getattr(action, "device", None) in known) and isinstance(action, Plug | Unplug):
            continue  # an input error: there already, or not there
        possible.append(action)
        carry_out(machine, action)
    steps = run_actions(prediction, possible)
    for step in steps:
        check(step, machine.block_pages)
    assert len(json.loads("".join(hotplug_json(steps)))["steps"]) == 1 + len(possible)


@given(plugs(), st.sampled_from(("6.1", "6.12")))
@settings(deadline=5000, max_examples=60)
def test_what_is_put_online_as_movable_goes_without_a_trace(device: Plug, release: str) -> None:
    prediction = predict("memhp_default_state=online_movable", VIEW, apic_ids=(0, 1), release=release)
    steps = run_actions(prediction, [device, Unplug(device=device.device)])
    doomed = {finding.code for finding in steps[1].findings} & {"HP007", "HP010"}  # its ejection is a kernel BUG
    brought = {b.id for b in steps[1].blocks} - {b.id for b in steps[0].blocks}
    assume({n for view in steps[1].devices for n in view.blocks} <= brought and device.ejectable and not doomed)
    assert steps[2].result == "ok"
    assert (steps[2].zones, steps[2].blocks) == (steps[0].zones, steps[0].blocks)
    assert steps[2].online == steps[0].online
