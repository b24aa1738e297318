"""The way through the firmware changes nothing: DIMMs in QEMU's controller end up as devices that are described."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.core.units import MIB
from acpitools.hotplug.actions import STATES, Action, Plug, SetState, Unplug
from acpitools.hotplug.platform import platform_of
from acpitools.hotplug.run import run_actions
from acpitools.interp.hardware import Hardware, MemoryHotplug
from tests.hotplug.test_laws import CMDLINES, VIEW
from tests.kernel.machines import predict
from tests.support import FIXTURES

DSDT = (FIXTURES / "firmware" / "qemu-q35" / "tables" / "DSDT").read_bytes()
NAMES = ("a", "b", "c")


@st.composite
def sequences(draw: st.DrawFn) -> list[Action]:
    """Devices that come, at boot or later, go, and have their blocks written to."""
    found: list[Action] = []
    there: set[str] = set()
    cold = draw(st.booleans())
    for _ in range(draw(st.integers(1, 7))):
        name = draw(st.sampled_from(NAMES))
        if name not in there:
            size = draw(st.sampled_from((64, 128, 256, 384))) * MIB
            found.append(Plug(device=name, size=size, pxm=draw(st.sampled_from((0, 1, 2, 9))), at_boot=cold))
            there.add(name)
            continue
        cold = False
        if draw(st.booleans()):
            found.append(Unplug(device=name))
            break  # whether it is gone, and its name free, is for the kernel to say
        found.append(SetState(state=draw(st.sampled_from(STATES)), device=name))
    return found


@given(sequences(), st.sampled_from(CMDLINES), st.sampled_from(("4.7", "6.1", "6.12")))
@settings(deadline=None, max_examples=40)
def test_the_firmware_tells_the_kernel_what_an_action_says(actions: list[Action], cmdline: str, release: str) -> None:
    prediction = predict(cmdline, VIEW, apic_ids=(0, 1), release=release)
    platform = platform_of([DSDT], Hardware(controller=MemoryHotplug(slots=8)))
    through = run_actions(prediction, actions, platform)
    described = run_actions(prediction, actions)
    for one, other in zip(through, described, strict=True):
        assert (one.result, one.reason, one.ost, one.dmesg) == (other.result, other.reason, other.ost, other.dmesg)
        assert (one.zones, one.blocks, one.online, one.memory) == (
            other.zones,
            other.blocks,
            other.online,
            other.memory,
        )
        assert [(d.device, d.ranges, d.node, d.blocks) for d in one.devices] == [
            (d.device, d.ranges, d.node, d.blocks) for d in other.devices
        ]
        assert [call for call in one.firmware if call.error or call.guessed] == []
