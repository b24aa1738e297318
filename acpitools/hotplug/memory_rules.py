"""Memory devices of the tables held against the SRAT, the memory map and the kernel: what can never work.

Kernel: drivers/acpi/acpi_memhotplug.c, mm/memory_hotplug.c:check_hotplug_memory_range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from acpitools.core.findings import Finding, Location, Severity
from acpitools.core.ranges import AddrRange, coalesce, intersect, subtract, total
from acpitools.core.units import format_size
from acpitools.core.value import value
from acpitools.hotplug.inventory import MemoryDevice
from acpitools.interp.hardware import MemoryHotplug
from acpitools.kernel.inputs import Affinity, AffinityType

__all__ = ["MEMORY_RULES", "Machine", "check_memory_devices", "controller_found"]

MEMORY_RULES: Final[Mapping[str, tuple[Severity, str]]] = {
    "MEM001": (Severity.ERROR, "a device that is there has no memory in its _CRS: the kernel calls it empty"),
    "MEM002": (Severity.ERROR, "only Memory24, Memory32 or Memory32Fixed descriptors: the memory driver ignores them"),
    "MEM003": (Severity.WARNING, "minimum, length and maximum of a range disagree: the kernel ignores the maximum"),
    "MEM004": (Severity.ERROR, "a range is no multiple of a memory block: it is not added, or ejecting it is a BUG"),
    "MEM005": (Severity.WARNING, "no SRAT range covers a range of a device"),
    "MEM006": (Severity.WARNING, "_PXM is missing, or another domain than the SRAT's for the range; _PXM decides"),
    "MEM007": (Severity.WARNING, "a device that can be ejected lies in an SRAT range that is not hot-pluggable"),
    "MEM008": (Severity.WARNING, "nothing in the SRAT names the domain of _PXM: the memory goes to another node"),
    "MEM009": (Severity.WARNING, "no memory device covers a hot-pluggable range of the SRAT"),
    "MEM010": (Severity.WARNING, "neither a device in a hot-pluggable range nor what it lies in has _EJ0"),
    "MEM011": (Severity.WARNING, "_EJ0 leaves the device enabled: no ejection is complete"),
    "MEM012": (Severity.WARNING, "a device that is there is not present, enabled and functioning: it is not attached"),
    "MEM013": (Severity.INFO, "no _OST: the platform never learns what became of an insertion or ejection"),
    "MEM014": (Severity.WARNING, "no event notifies devices that may come or go: nothing starts that"),
    "MEM015": (Severity.WARNING, "an event asks for the ejection of a container that has no _EJ0"),
    "MEM017": (Severity.WARNING, "two devices describe the same memory"),
    "MEM018": (Severity.WARNING, "one device spans several domains of the SRAT: all of it goes to one node"),
    "MEM020": (Severity.INFO, "code reads hardware that is not described, or fails: nothing is said of the device"),
    "MEM021": (Severity.ERROR, "a range lies beyond the largest physical address of the kernel"),
    "MEM022": (Severity.WARNING, "a range is RAM in part: the rest of it is not added"),
    "MEM023": (Severity.INFO, "a device is there at boot: its memory is added after what a layout shows"),
    "MEM024": (Severity.INFO, "QEMU's memory hot-plug controller was found in the tables, its slots taken as empty"),
}
"""Code -> severity, and what it means."""

_ENABLED, _HOT_PLUGGABLE = 1, 2
_ATTACHED = 0xB


@value
class Machine:
    """What devices are held against.  Bytes."""

    srat: tuple[Affinity, ...] = ()
    ram: tuple[AddrRange, ...] = ()
    """Of the firmware's memory map."""
    windows: tuple[AddrRange, ...] = ()
    """Fixed memory windows of CXL: memory comes there without such a device."""
    block_size: int = 0
    limit: int = 0
    """First physical address that the kernel cannot use."""
    containers: tuple[str, ...] = ()
    """Containers that events ask to be ejected though they have no _EJ0."""


def controller_found(controller: MemoryHotplug) -> Finding:
    """Give the finding that a controller of the tables answers, and what it is taken to have."""
    where = f"{controller.space} {controller.base:#x}"
    text = f"the tables have QEMU's memory hot-plug controller ({where}): it answers, its slots empty at first"
    return _finding("MEM024", f"{text}; --hardware FILE describes DIMMs, --hardware none leaves it out")


def check_memory_devices(devices: Sequence[MemoryDevice], machine: Machine) -> Iterator[Finding]:
    """Yield what is wrong, device by device, then what they leave open together."""
    entries = tuple(
        entry for entry in machine.srat if entry.type == AffinityType.MEMORY and entry.flags & _ENABLED and entry.size
    )
    for device in devices:
        if device.known:
            yield from _check_device(device, entries, machine)
        for why in device.failed:
            yield _finding("MEM020", f"{device.path}: {why}")
    unknown = [device.path for device in devices if not device.known]
    if unknown:
        who = f"{unknown[0]} and {len(unknown) - 1} more read" if len(unknown) > 1 else f"{unknown[0]} reads"
        yield _finding("MEM020", f"{who} hardware that nothing describes: --hardware says what it holds")
    yield from _untold(devices)
    for path in machine.containers:
        yield _finding("MEM015", f"an event asks for the ejection of {path}, which has no _EJ0: it ends in an error")
    yield from _same_memory(devices)
    if all(device.known and (device.ranges or device.visible) for device in devices):
        # What is not there yet may still come to any place.
        yield from _uncovered(devices, entries, machine)


def _finding(code: str, message: str, entry: Affinity | None = None) -> Finding:
    place = Location()
    if entry is not None:
        place = Location(signature="SRAT", index=entry.number, offset=entry.offset if entry.offset >= 0 else None)
    return Finding(code=code, severity=MEMORY_RULES[code][0], message=message, location=place)


def _check_device(device: MemoryDevice, entries: Sequence[Affinity], machine: Machine) -> Iterator[Finding]:
    path, ranges = device.path, device.ranges or ()
    if device.visible and not ranges:
        if device.others and not device.pieces:
            yield _finding("MEM002", f"{path}: _CRS has only descriptors that the memory driver ignores")
        else:
            why = "has no _CRS that can be had" if device.ranges is None else "is empty"
            yield _finding("MEM001", f"{path} is there, and {why}")
    yield from _check_status(device)
    if not ranges:
        return
    added = subtract(ranges, machine.ram)
    if device.visible and added and (device.sta or 0) & _ATTACHED == _ATTACHED:
        yield _finding("MEM023", f"{path} is there at boot: {_listed(added)} comes on top of this layout")
    for piece in device.pieces:
        if piece.maximum != piece.end - 1:
            text = f"{AddrRange(piece.start, piece.end)} by its length, and ends at {piece.maximum:#x} by its maximum"
            yield _finding("MEM003", f"{path}: {text}")
    for found in ranges:
        yield from _check_place(device, found, machine)
    if entries:
        yield from _check_srat(device, ranges, entries, machine)
    if not device.reports:
        yield _finding("MEM013", f"{path} has no _OST")


def _check_status(device: MemoryDevice) -> Iterator[Finding]:
    path, sta = device.path, device.sta
    if sta is None:
        yield _finding("MEM012", f"{path} has no _STA that can be had, and the memory driver needs one")
    elif sta & _ATTACHED != _ATTACHED and device.visible:
        yield _finding("MEM012", f"{path}: _STA is {sta:#x}")
    if device.left is not None:
        yield _finding("MEM011", f"{path}: _STA is {device.left:#x} after _EJ0")


def _check_place(device: MemoryDevice, found: AddrRange, machine: Machine) -> Iterator[Finding]:
    path, size = device.path, machine.block_size
    if found.end > machine.limit:
        yield _finding("MEM021", f"{path}: {found} ends beyond {machine.limit - 1:#x}")
    inside = total(intersect([found], machine.ram))
    if 0 < inside < found.end - found.start:
        text = f"{format_size(inside)} of {found} is RAM: the other {format_size(found.end - found.start - inside)}"
        yield _finding("MEM022", f"{path}: {text} is not added")
    if size and (found.start % size or found.end % size):
        what = "ejecting it ends in a kernel BUG" if inside else "it cannot be added"
        yield _finding("MEM004", f"{path}: {found} is no multiple of {format_size(size)}: {what}")


def _check_srat(
    device: MemoryDevice, ranges: Sequence[AddrRange], entries: Sequence[Affinity], machine: Machine
) -> Iterator[Finding]:
    path, pxm = device.path, device.pxm
    meeting = [entry for entry in entries if intersect(ranges, [_range(entry)])]
    domains = sorted({entry.pxm for entry in meeting})
    left = subtract(ranges, [_range(entry) for entry in meeting])
    if left:
        yield _finding("MEM005", f"{path}: no SRAT range covers {_listed(left)}")
    if pxm is None and domains:
        yield _finding("MEM006", f"{path} has no _PXM, and the SRAT has its memory in domain {_numbers(domains)}")
    elif pxm is not None and pxm not in {entry.pxm for entry in machine.srat if entry.flags & _ENABLED}:
        yield _finding("MEM008", f"{path}: _PXM is {pxm}, which the SRAT does not name")
    elif pxm is not None and domains and pxm not in domains:
        where = f"the SRAT has its memory in domain {_numbers(domains)}"
        yield _finding("MEM006", f"{path}: _PXM is {pxm}, and {where}", meeting[0])
    if len(domains) > 1:
        yield _finding("MEM018", f"{path}: its memory is in the domains {_numbers(domains)} of the SRAT")
    fixed = [entry for entry in meeting if not entry.flags & _HOT_PLUGGABLE]
    if device.ejectable and fixed:
        yield _finding("MEM007", f"{path} can be ejected, and {_range(fixed[0])} is not hot-pluggable", fixed[0])
    elif not device.ejectable and meeting and not fixed:
        yield _finding("MEM010", f"{path} has no _EJ0, and {_range(meeting[0])} is hot-pluggable", meeting[0])


def _untold(devices: Iterable[MemoryDevice]) -> Iterator[Finding]:
    untold = [device.path for device in devices if not device.told and (device.ejectable or not device.visible)]
    if untold:
        who = untold[0] + (f" and {len(untold) - 1} more" if len(untold) > 1 else "")
        yield _finding("MEM014", f"no event method notifies {who}: the system is never told that they come or shall go")


def _same_memory(devices: Sequence[MemoryDevice]) -> Iterator[Finding]:
    # Each device with the one before it, by address, that reaches farthest.
    there = [device for device in devices if device.known and device.visible]
    placed = sorted((found.start, found.end, device.path) for device in there for found in device.ranges or ())
    reach, holder = 0, ""
    for start, end, path in placed:
        if start < reach and path != holder:
            both = AddrRange(start, min(end, reach))
            yield _finding("MEM017", f"{holder} and {path} both have {both}: the second one binds nothing")
        if end > reach:
            reach, holder = end, path


def _uncovered(devices: Iterable[MemoryDevice], entries: Sequence[Affinity], machine: Machine) -> Iterator[Finding]:
    covered = coalesce([found for device in devices for found in device.ranges or ()] + list(machine.windows))
    for entry in entries:
        left = subtract([_range(entry)], covered) if entry.flags & _HOT_PLUGGABLE else []
        if left:
            yield _finding("MEM009", f"no memory device covers {_listed(left)}, which is hot-pluggable", entry)


def _range(entry: Affinity) -> AddrRange:
    return AddrRange(entry.base, entry.base + entry.size)


def _listed(ranges: Sequence[AddrRange]) -> str:
    more = f" and {len(ranges) - 3} more" if len(ranges) > 3 else ""
    return ", ".join(map(str, ranges[:3])) + more


def _numbers(domains: Iterable[int]) -> str:
    return ", ".join(map(str, domains))
