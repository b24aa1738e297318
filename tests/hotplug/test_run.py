"""Rules of adding and removing memory, one machine each."""

from __future__ import annotations

import json

import pytest

from acpitools.core.errors import InputError
from acpitools.core.findings import Severity
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, MIB, TIB
from acpitools.hotplug.actions import Action, Plug, SetState, Unplug, Write
from acpitools.hotplug.outcome import block_list
from acpitools.hotplug.run import run_actions
from acpitools.hotplug.step import HotplugStep
from acpitools.kernel.config import configured
from acpitools.kernel.policy import Policy
from acpitools.kernel.versions.registry import find
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


def codes(step: HotplugStep) -> set[str]:
    """Give the codes of a step's findings."""
    return {finding.code for finding in step.findings}


def test_a_failed_eject_turns_movable_blocks_into_normal_ones() -> None:
    # Node 0 has no memory above 4 GiB, so its zone Normal is new, and in use at once.
    steps = run(
        Plug(device="d", pxm=0, size=GIB),
        SetState(state="online_kernel", blocks=(48,)),
        SetState(state="online_movable", blocks=tuple(range(49, 56))),
        Unplug(device="d"),
    )
    assert states(steps[3], 49, 55) == {("online", ("Movable",))}
    assert (steps[4].result, steps[4].ost) == ("failed", 0x82)
    assert states(steps[4], 48, 55) == {("online", ("Normal",))}
    assert codes(steps[4]) == {"HP002", "HP011"}
    assert [(c.block, c.before, c.after) for c in steps[4].zone_changes] == [
        (number, "Movable", "Normal") for number in range(49, 56)
    ]


def test_a_step_that_use_decides_is_told_as_uncertain() -> None:
    # Blocks 8 and 9 lie in DMA32 and hold nothing from boot; Movable blocks and those of several zones are certain.
    steps = run(
        SetState(state="offline", blocks=(8, 9)),
        Plug(device="d", pxm=1, size=GIB),
        SetState(state="online_movable", device="d"),
        SetState(state="offline", device="d"),
        SetState(state="offline", blocks=(0,)),
    )
    assert [step.uncertain for step in steps] == [False, True, False, False, False, False]
    told = next(finding for finding in steps[1].findings if finding.code == "HP011")
    assert told.severity is Severity.INFO
    assert told.message == "what is in use decides; on an idle machine: memory8-memory9 unused"


def test_blocks_are_listed_by_ranges() -> None:
    assert block_list([7]) == "memory7"
    assert block_list([9, 3, 4, 5]) == "memory3-memory5, memory9"
    assert block_list(range(0, 40, 2)).endswith(", memory14 and 12 more")


def test_a_type_that_was_refused_is_remembered_over_a_failed_eject() -> None:
    steps = run(
        Plug(device="d", pxm=0, size=GIB),
        SetState(state="online_kernel", blocks=(48,)),
        SetState(state="online_movable", blocks=(49, 50)),
        SetState(state="online_movable", blocks=(49,)),
        Unplug(device="d"),
    )
    assert steps[4].result == "failed"
    assert states(steps[5], 49, 49) == {("online", ("Movable",))}
    assert states(steps[5], 50, 50) == {("online", ("Normal",))}


def test_the_memory_map_of_a_device_comes_from_its_node() -> None:
    # 64 bytes for each page: 16 MiB for 1 GiB.
    step = run(DIMM)[1]
    assert {(c.node, c.what, c.pages) for c in step.kernel_memory} >= {(1, "memory map", 4096)}
    gone = run(DIMM, SetState(state="online_movable", device="d"), Unplug(device="d"))[3]
    assert [(c.node, c.what, c.pages) for c in gone.kernel_memory] == [(1, "memory map", -4096)]


def test_a_node_without_kernel_memory_takes_its_memory_map_from_another() -> None:
    hot = srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True), cpus=[(0, 0), (1, 1)])
    step = run_actions(predict("movable_node", hot, apic_ids=(0, 1)), [DIMM])[1]
    assert {c.node for c in step.kernel_memory} == {0}


@pytest.mark.parametrize(("release", "blocks"), [("6.1", 1), ("6.12", 8)])
def test_memory_can_hold_its_own_memory_map(release: str, blocks: int) -> None:
    # Up to 6.1 only a range of a single block.
    cmdline = "memory_hotplug.memmap_on_memory=1 memhp_default_state=online_movable"
    device = Plug(device="d", pxm=1, size=blocks * 128 * MIB)
    step = run(device, cmdline=cmdline, release=release)[1]
    assert [c for c in step.kernel_memory if c.what == "memory map"] == []
    movable = next(z for z in step.zones if z.zone == "Movable")
    assert (movable.present_pages, movable.managed_pages.estimate) == (blocks * 32768, blocks * (32768 - 512))


def test_a_range_of_several_blocks_fails_after_one_of_a_single_block() -> None:
    # 6.1: the wish for a memory map on the memory sticks.
    ranges = (AddrRange(6 * GIB, 6 * GIB + 128 * MIB), AddrRange(7 * GIB, 8 * GIB))
    device = Plug(device="d", pxm=1, ranges=ranges)
    on = "memory_hotplug.memmap_on_memory=1 memhp_default_state=offline"
    step = run(device, cmdline=on, release="6.1")[1]
    assert (step.result, {b.id for b in step.blocks if b.id >= 48}) == ("failed", {48})
    assert run(device, release="6.1")[1].result == "ok"


def test_more_memory_than_the_kernel_can_describe_is_refused() -> None:
    step = run(Plug(device="d", pxm=1, size=512 * GIB))[1]
    assert (step.result, step.ost) == ("failed", 0)
    assert step.reason is not None
    assert step.reason.startswith("ENOMEM")
    assert codes(step) == {"HP001", "HP008", "HP012"}


def test_a_memory_map_that_did_not_fit_leaves_no_memory() -> None:
    # Seen on both kernels: add_memory failed, _OST 0, and a panic half a second later.
    steps = run(
        Plug(device="d", pxm=1, size=512 * GIB),
        Plug(device="e", pxm=1, size=GIB),
        SetState(state="offline", blocks=(20,)),
    )
    assert [step.deadly for step in steps] == [False, True, True, True]
    assert steps[1].dmesg[-1] == "acpi PNP0C80:00: acpi_memory_enable_device() error"
    assert {step.result for step in steps[1:]} == {"failed"}
    assert all("no kernel memory is left" in (step.reason or "") for step in steps[2:])


@pytest.mark.parametrize(
    ("gib", "result", "told"), [(160, "ok", False), (200, "ok", True), (240, "failed", True), (300, "failed", True)]
)
def test_a_memory_map_that_may_not_fit_is_told(gib: int, result: str, told: bool) -> None:
    # The memory map of 245 GiB takes all 3.8 GiB of the kernel zones, of which a running kernel uses some.
    step = run(Plug(device="d", pxm=1, size=gib * GIB), cmdline="movable_node memhp_default_state=offline")[1]
    assert (step.result, "HP008" in codes(step), step.uncertain) == (result, told, told)
    assert step.deadly == (result == "failed")


def test_a_device_without_blocks_cannot_be_put_online() -> None:
    step = run(Plug(device="d", pxm=1, size=64 * MIB), SetState(state="online", device="d"))[2]
    assert (step.result, step.reason) == ("failed", "ENOENT: the kernel has no block of d")


def test_ranges_that_touch_in_order_are_one() -> None:
    half = 64 * MIB
    first, second = AddrRange(7 * GIB, 7 * GIB + half), AddrRange(7 * GIB + half, 7 * GIB + 2 * half)
    assert run(Plug(device="d", pxm=1, ranges=(first, second)))[1].result == "ok"
    assert run(Plug(device="d", pxm=1, ranges=(second, first)))[1].result == "failed"


@pytest.mark.parametrize("sta", [None, 0, 8, 9, 13, 15])
def test_only_a_device_that_is_present_enabled_and_working_is_attached(sta: int | None) -> None:
    step = run(Plug(device="d", pxm=1, size=GIB, sta=sta))[1]
    assert (step.result == "ok") == (sta == 15)
    assert step.ost == 0


def test_a_device_that_is_not_there_fails_on_61() -> None:
    assert run(Plug(device="d", pxm=1, size=GIB, sta=0), release="6.1")[1].ost == 1


def test_a_device_over_boot_memory_makes_it_removable() -> None:
    # The memory map of 1 GiB, 16 MiB, was reserved at boot; it comes back as managed pages.
    device = Plug(device="d", pxm=1, ranges=(AddrRange(4 * GIB + 512 * MIB, 5 * GIB + 512 * MIB),), at_boot=True)
    steps = run(device, Unplug(device="d"))
    assert steps[0].devices[0].blocks == tuple(range(36, 44))
    assert (steps[1].result, steps[1].ost) == ("ok", 0)
    assert [(c.what, c.pages) for c in steps[1].kernel_memory] == [("memory map", -4096)]
    assert not {b.id for b in steps[1].blocks} & set(range(36, 44))


def test_a_device_half_over_ram_adds_nothing() -> None:
    device = Plug(device="d", pxm=1, ranges=(AddrRange(5 * GIB + 512 * MIB, 6 * GIB + 512 * MIB),))
    step = run(device)[1]
    assert step.result == "failed"
    assert step.blocks[-1].id == 47
    assert "HP006" in codes(step)


def test_ejecting_a_device_that_ends_inside_a_boot_block_is_a_kernel_bug() -> None:
    device = Plug(device="d", pxm=1, ranges=(AddrRange(5 * GIB, 5 * GIB + 192 * MIB),))
    steps = run(device, Unplug(device="d"), Plug(device="e", pxm=1, size=GIB))
    assert "HP007" in codes(steps[1])
    assert (steps[2].result, steps[2].ost) == ("failed", None)
    assert steps[3].result == "failed"


def test_a_device_without_ej0_loses_its_memory_and_stays() -> None:
    steps = run(Plug(device="d", pxm=1, size=GIB, ejectable=False), Unplug(device="d"))
    assert (steps[2].result, steps[2].ost) == ("failed", 1)
    assert steps[2].blocks == steps[0].blocks
    assert [d.attached for d in steps[2].devices] == [False]


OFFLINE = Write(path="/sys/devices/system/container/ACPI0004:00/online", value="0")


def test_a_container_goes_only_when_userspace_has_put_it_offline() -> None:
    inside = Plug(device="d", pxm=1, size=GIB, container="MOD0")
    steps = run(
        inside,
        SetState(state="online_movable", device="d"),
        Unplug(device="MOD0"),
        OFFLINE,
        SetState(state="offline", device="d"),
        Unplug(device="MOD0"),
        OFFLINE,
        Unplug(device="MOD0"),
        inside,
    )
    assert [(s.result, s.ost) for s in steps[3:]] == [
        ("failed", 0x82),
        ("failed", None),
        ("ok", None),
        ("failed", 0x82),
        ("ok", None),
        ("ok", 0),
        ("ok", 0),
    ]
    assert states(steps[3], 48, 55) == {("online", ("Movable",))}
    assert steps[4].reason == "EBUSY: memory48 in ACPI0004:00 is online"


def test_a_write_to_an_eject_file_does_not_wait_for_the_ejection() -> None:
    eject = Write(path="/sys/bus/acpi/devices/PNP0C80:00/eject", value="1")
    steps = run(Plug(device="d", pxm=0, size=GIB), SetState(state="online_kernel", blocks=(48,)), eject)
    assert (steps[3].result, steps[3].ost) == ("ok", 0x82)
    assert codes(steps[3]) == {"HP009", "HP011"}


def test_the_end_of_ram_keeps_a_buffer() -> None:
    # Up to the next multiple of 64 MiB it is kept from other uses, so that it is in use rather than unaligned.
    device = Plug(device="d", pxm=1, ranges=(AddrRange(5110 * MIB, 5238 * MIB),))
    step = run(device, cmdline="memmap=5100M memhp_default_state=offline")[1]
    assert step.result == "failed"
    assert step.reason is not None
    assert "EEXIST" in step.reason


def test_what_can_go_is_told_of_every_block() -> None:
    steps = run(DIMM, SetState(state="online_movable", device="d"), SetState(state="online_kernel", blocks=(40,)))
    told = dict(zip((b.id for b in steps[2].blocks), steps[2].reasons, strict=True))
    assert {b.removable for b in steps[2].blocks if b.id >= 48} == {"yes"}
    assert told[0] == "spans zones"
    assert {told[n] for n in range(48, 56)} == {"Movable, no kernel memory"}
    assert [(d.removable, d.node) for d in steps[2].devices] == [("yes", 1)]


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
        ("/sys/devices/system/memory/memory40/online", "off", "ok"),
        ("/sys/devices/system/memory/memory47/online", "maybe", "failed"),
        ("/sys/module/memory_hotplug/parameters/auto_movable_ratio", "0x100", "ok"),
        ("/sys/module/memory_hotplug/parameters/auto_movable_ratio", "-5", "failed"),
        ("/sys/module/memory_hotplug/parameters/auto_movable_ratio", "4294967296", "failed"),
        ("/sys/firmware/acpi/hotplug/memory/enabled", "2", "failed"),
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


def test_present_pages_of_a_zone_wrap() -> None:
    # Recorded on 6.1: kernelcore=mirror without mirrored memory takes 512 MiB of another node off node 1's Normal.
    view = srat(
        memory(0, 0, GIB),
        memory(0, 4 * GIB, 4 * GIB + GIB // 2),
        memory(1, GIB, 2 * GIB),
        memory(1, 4 * GIB + GIB // 2, 6 * GIB),
        cpus=[(0, 0), (1, 1)],
    )
    prediction = predict("kernelcore=mirror memhp_default_state=online_kernel", view, apic_ids=(0, 1), release="6.1")
    steps = run_actions(prediction, [Plug(device="d", pxm=1, size=256 * MIB)])
    normal = [next(z for z in step.zones if (z.node, z.zone) == (1, "Normal")) for step in steps]
    assert [zone.present_pages for zone in normal] == [18446744073709420544, 18446744073709486080]


@pytest.mark.parametrize(("cmdline", "result"), [("", "failed"), ("nokaslr ", "ok")])
def test_a_direct_map_that_kaslr_trims_bounds_where_memory_can_be_added(cmdline: str, result: str) -> None:
    # Kernel: kernel_randomize_memory: 1 TiB for 6 GiB of RAM, and 10 TiB more, where ZONE_DEVICE is not built.
    policy = configured(find("6.12")[0].policy, {"CONFIG_ZONE_DEVICE": "n"})
    cmdline += "memhp_default_state=offline"

    def added(address: int, policy: Policy | None = None) -> HotplugStep:
        prediction = predict(cmdline, VIEW, apic_ids=(0, 1), policy=policy)
        return run_actions(prediction, [Plug(device="d", pxm=1, size=GIB, address=address)])[1]

    assert added(11 * TIB - GIB, policy).result == "ok"
    assert added(11 * TIB, policy).result == result
    assert added(11 * TIB).result == "ok"


def test_a_range_that_a_device_has_twice_costs_it_its_blocks() -> None:
    twice = Plug(device="d", pxm=1, ranges=(AddrRange(6 * GIB, 7 * GIB), AddrRange(6 * GIB, 7 * GIB)))
    step = run(twice)[1]
    assert (step.result, step.dmesg[0]) == ("failed", "memory memory48: ACPI companion already set")
    assert [(d.attached, d.blocks) for d in step.devices] == [(False, ())]
    assert 48 in [block.id for block in step.blocks]
