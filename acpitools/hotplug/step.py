"""One step of a hot-plug run: what was done, what came of it, and the machine after it."""

from __future__ import annotations

from acpitools.core.findings import Finding
from acpitools.core.ranges import AddrRange
from acpitools.core.value import value
from acpitools.hotplug.actions import Action
from acpitools.kernel.layout import Block, ZoneView

__all__ = ["DeviceView", "FirmwareCall", "HotplugStep", "KernelMemory", "ZoneChange"]


@value
class FirmwareCall:
    """One method or object of the firmware that was evaluated, and what came of it."""

    path: str
    arguments: tuple[int, ...] = ()
    answer: int | str | tuple[AddrRange, ...] | None = None
    """An integer, a text, the memory of _CRS, or None where nothing was returned."""
    error: str | None = None
    exception: int = 0
    """What ACPICA calls the error, its exception code; 0 where there is none."""
    notifies: tuple[tuple[str, int], ...] = ()
    """Path and value of each Notify, in order."""
    guessed: bool = False
    """It read hardware that nothing describes: zeros stood for that."""


@value
class KernelMemory:
    """Kernel memory taken for added memory or, negative, given back; pages of 4 KiB."""

    node: int | None
    """None where no node has any left."""
    what: str
    pages: int


@value
class ZoneChange:
    """A block that is online before and after, in another zone; or that changed state."""

    block: int
    before: str | None
    """Zone, or None while offline."""
    after: str | None


@value
class DeviceView:
    """A memory device that is present: where the kernel has it, and whether it could be ejected now."""

    device: str
    acpi_name: str
    path: str | None
    """Where it is in the namespace; None for a device that only an action describes."""
    ranges: tuple[AddrRange, ...]
    node: int | None
    attached: bool
    blocks: tuple[int, ...]
    removable: str
    """``yes``, ``maybe`` or ``no``, as for a block."""
    why: str


@value
class HotplugStep:
    """An action, what came of it, and the machine after it."""

    action: Action | None
    """None for the state after boot."""
    result: str | None
    """``ok`` or ``failed``."""
    reason: str | None
    dmesg: tuple[str, ...]
    ost: int | None
    zones: tuple[ZoneView, ...]
    block_size: int
    blocks: tuple[Block, ...]
    reasons: tuple[str, ...]
    """Why each block is (not) removable, in the order of the blocks."""
    online: tuple[int, ...]
    possible: tuple[int, ...]
    memory: tuple[int, ...]
    """Nodes with memory (has_memory)."""
    normal_memory: tuple[int, ...]
    devices: tuple[DeviceView, ...]
    kernel_memory: tuple[KernelMemory, ...]
    """What the action cost."""
    zone_changes: tuple[ZoneChange, ...]
    findings: tuple[Finding, ...]
    changes: tuple[str, ...]
    """What is different from the step before, in words."""
    deadly: bool = False
    """No kernel memory is left after it: the kernel dies, now or soon."""
    uncertain: bool = False
    """What happens to be in use decides; it was told for an idle machine."""
    firmware: tuple[FirmwareCall, ...] = ()
    """What was evaluated of the firmware, in order."""
