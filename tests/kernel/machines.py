"""Small machines to boot in tests: the base machine of the golden vectors, and SRATs in a line."""

from __future__ import annotations

from collections.abc import Iterable

from acpitools.core.firmware_map import E820Entry, E820Type
from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, KIB, MIB
from acpitools.kernel.inputs import Affinity, AffinityType, BootInputs, KernelImage, SratView
from acpitools.kernel.layout import Layout
from acpitools.kernel.policy import Policy
from acpitools.kernel.predict import Prediction, boot
from acpitools.kernel.state import BootState

RAM, RESERVED = E820Type.RAM, E820Type.RESERVED
INITRD = AddrRange(0x7FED4000, 0x7FFD0000)
IMAGE = KernelImage(start=16 * MIB, end=16 * MIB + 0x2C00000)
E820 = (
    E820Entry(0, 0x9FC00, RAM),
    E820Entry(MIB, 0x7FFDF000, RAM),
    E820Entry(0x7FFDF000, 0x80000000, RESERVED),
    E820Entry(4 * GIB, 6 * GIB, RAM),
)
"""2 GiB below the hole under 4 GiB less what firmware keeps, 2 GiB above it."""


def memory(pxm: int, start: int, end: int, *, hot: bool = False, enabled: bool = True) -> tuple[int, int, int, int]:
    """One memory structure: domain, range (half open, bytes) and flags."""
    return pxm, start, end - start, enabled | hot << 1


def srat(*ranges: tuple[int, int, int, int], cpus: Iterable[tuple[int, int]] = (), revision: int = 3) -> SratView:
    """An SRAT of processors (APIC id, domain) and memory structures, in this order."""
    entries = [
        Affinity(number, 48 + 16 * number, AffinityType.APIC, 16, pxm, 1, 0, 0, apic)
        for number, (apic, pxm) in enumerate(cpus)
    ]
    first = 48 + 16 * len(entries)
    for number, (pxm, base, size, flags) in enumerate(ranges):
        offset = first + 40 * number
        entries.append(Affinity(len(entries), offset, AffinityType.MEMORY, 40, pxm, flags, base, size))
    return SratView(revision=revision, entries=tuple(entries))


LOW = (memory(0, 0, 640 * KIB), memory(0, MIB, 2 * GIB))
"""The domain of all memory below 2 GiB."""


def predict(
    cmdline: str = "",
    view: SratView | None = None,
    *,
    release: str = "6.12",
    e820: tuple[E820Entry, ...] = E820,
    initrd: AddrRange | None = INITRD,
    image: KernelImage | None = IMAGE,
    policy: Policy | None = None,
    **more: object,
) -> Prediction:
    """Boot the base machine with changes."""
    inputs = BootInputs(
        e820=e820,
        cmdline=cmdline,
        srat=view,
        release=release,
        initrd=initrd,
        image=image,
        **more,  # type: ignore[arg-type]
    )
    return boot(inputs, policy=policy)


def layout(cmdline: str = "", view: SratView | None = None, **more: object) -> Layout:
    """Give the layout of the base machine with changes."""
    return predict(cmdline, view, **more).layout  # type: ignore[arg-type]


def zones(found: Layout) -> dict[tuple[int, str], tuple[int, int, int]]:
    """Give present and spanned pages and the first page frame of every zone."""
    return {(z.node, z.zone): (z.present_pages, z.spanned_pages, z.start_pfn) for z in found.zones}


def valid_zones(found: Layout, block: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Give valid_zones and nodes of a memory block."""
    return next((b.valid_zones, b.nodes) for b in found.blocks if b.id == block)


def after(run: Prediction, stage: str) -> BootState:
    """Give the state that a stage left."""
    return next(step.after for step in run.replay.steps if step.stage == stage)


def printed(run: Prediction, stage: str) -> list[str]:
    """Give the lines that the kernel prints in a stage."""
    return [
        event.dmesg
        for step in run.replay.steps
        if step.stage == stage
        for event in step.events
        if event.dmesg is not None
    ]


def held(state: BootState, owner: str) -> list[tuple[int, int]]:
    """Give what an owner holds, in the order in which it was taken."""
    return [(entry.start, entry.end) for entry in state.ledger if entry.owner.startswith(owner)]
