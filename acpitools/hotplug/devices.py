"""ACPI memory devices that appear: which are attached, and to which node.

Kernel: drivers/acpi/acpi_memhotplug.c, drivers/acpi/scan.c:acpi_scan_device_check.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from acpitools.core.ranges import AddrRange
from acpitools.hotplug.adding import add_range
from acpitools.hotplug.machine import Device, DeviceRange, Machine
from acpitools.hotplug.outcome import Outcome

__all__ = ["OST_BUSY", "OST_FAILED", "OST_SUCCESS", "OST_UNSUPPORTED", "insert", "joined", "node_of"]

OST_SUCCESS: Final = 0x00
OST_FAILED: Final = 0x01
OST_UNSUPPORTED: Final = 0x80
OST_BUSY: Final = 0x82

_STA_VISITED: Final = 0x9
"""Present or functioning: the namespace scan looks at the device."""
_STA_ATTACHED: Final = 0xB
"""Present, enabled and functioning: the memory driver takes it."""


def joined(ranges: Iterable[AddrRange]) -> list[DeviceRange]:
    """Give the ranges of _CRS as the driver collects them: each joined to the first that ends where it starts.

    Kernel: acpi_memory_get_resource, for descriptors of the same caching and write protection.
    """
    found: list[DeviceRange] = []
    for start, end in ranges:
        if start >= end:
            continue
        before = next((r for r in found if r.end == start), None)
        if before:
            before.end = end
        else:
            found.append(DeviceRange(start, end))
    return found


def _by_domain(machine: Machine, device: Device) -> int | None:
    # Kernel: acpi_get_node, pxm_to_node; since 6.12 with numa=fake fix_pxm_node_maps.
    numa = machine.boot.numa
    mapped = numa.pxm_to_node.get(device.pxm) if device.pxm is not None else None
    if mapped is None or machine.env.options.numa_off:
        return None
    if not numa.fake_of or not machine.env.policy.emulation_needs_pxm_map:
        return mapped
    fakes = [fake for fake, physical in numa.fake_of.items() if physical == mapped]
    if fakes:
        return min(fakes)
    # Physical nodes without a fake one are numbered above the fakes.
    spare = sorted(set(numa.pxm_to_node.values()) - set(numa.fake_of.values()))
    return max(numa.fake_of) + 1 + spare.index(mapped)


def node_of(machine: Machine, device: Device) -> int:
    """Give the node that the kernel puts a device on: by its domain, else by its address, else the first block's.

    Kernel: acpi_memory_enable_device, memory_add_physaddr_to_nid.
    """
    node = _by_domain(machine, device)
    if node is not None:
        return node
    meminfo, start = machine.boot.numa.meminfo, device.ranges[0].start
    return next((blk.nid for blk in meminfo if blk.start <= start < blk.end), meminfo[0].nid)


def _check_domain(machine: Machine, device: Device, node: int, outcome: Outcome) -> None:
    # The kernel compares nothing; people are surprised.
    numa = machine.boot.numa
    if _by_domain(machine, device) is None:
        why = "has no _PXM" if device.pxm is None else f"has _PXM {device.pxm}, which nothing named at boot"
        if machine.env.options.numa_off:
            why = "has no node, as numa=off"
        outcome.tell("HP003", f"{device.name} {why}: its memory goes to node {node}")
        return
    start, end = device.ranges[0].start, device.ranges[0].end
    claims = {blk.nid for blk in (*numa.meminfo, *numa.reserved_meminfo) if blk.start < end and start < blk.end}
    if claims and node not in claims and not numa.fake_of:
        others = ", ".join(map(str, sorted(claims)))
        outcome.tell(
            "HP004", f"{device.name}: _PXM {device.pxm} leads to node {node}, the SRAT has its range in {others}"
        )


def _attach(machine: Machine, device: Device, outcome: Outcome, *, booting: bool) -> None:
    # Kernel: acpi_memory_device_add, acpi_memory_enable_device.
    name = f"acpi {device.acpi_name}"
    error = f"{name}: acpi_memory_enable_device() error"
    if device.sta is None or device.sta & _STA_ATTACHED != _STA_ATTACHED:
        shown = "it has no _STA" if device.sta is None else f"_STA is {device.sta:#x}"
        outcome.fail(f"not attached: {shown}, and it must be present, enabled and functioning")
        return
    if not device.ranges:
        outcome.fail("EINVAL: the device is empty")
        machine.log += [f"{name}: device is empty", error]
        return
    node = node_of(machine, device)
    if node not in machine.possible_nodes:
        outcome.fail(f"EINVAL: node {node} is not possible: nothing named it at boot")
        machine.log.append(error)
        return
    _check_domain(machine, device, node, outcome)
    device.node = node
    per_block = False
    for piece in device.ranges:
        # Up to 6.1 the wish for a memory map on the memory sticks to the ranges after one of a single block.
        per_block = per_block or piece.end - piece.start == machine.block_size
        if not add_range(machine, device, piece, node, outcome, booting=booting, single=per_block):
            machine.log.append(error)
            return
    if not any(piece.enabled for piece in device.ranges):
        machine.log += [f"{name}: add_memory failed", error]
        return
    device.attached = True


def _candidates(machine: Machine, device: Device, *, booting: bool) -> list[Device]:
    # Since 6.12 an insertion scans from the parent: every sibling without its memory is tried again.
    if booting or not machine.env.policy.rescans_siblings:
        return [device]
    siblings = (d for d in machine.devices.values() if d.container == device.container and not d.attached)
    return sorted(siblings, key=lambda d: d.slot)


def insert(machine: Machine, device: Device, *, booting: bool) -> Outcome:
    """Plug a device: tell why the kernel does not have its memory, and what it reports to the firmware.

    A failed insertion still reports success: the scan swallows the error.
    """
    outcome = Outcome()
    machine.devices[device.name] = device
    visited = device.sta is None or bool(device.sta & _STA_VISITED)
    outcome.ost = None if booting else OST_SUCCESS
    if not visited:
        outcome.fail(f"not there: _STA is {device.sta:#x}")
        if not booting and not machine.env.policy.rescans_siblings:
            outcome.ost = OST_FAILED
        return outcome
    if not machine.settings.acpi_memhotplug:
        outcome.fail("acpi_no_memhotplug: the kernel does not attach memory devices")
    else:
        for candidate in _candidates(machine, device, booting=booting):
            tried = outcome if candidate is device else Outcome(costs=outcome.costs)
            _attach(machine, candidate, tried, booting=booting)
            if tried is not outcome:
                outcome.findings += tried.findings
                if candidate.attached:
                    outcome.tell("HP005", f"{candidate.name} is added now: an insertion tries its siblings again")
    if outcome.reason and outcome.ost == OST_SUCCESS:
        outcome.tell("HP001", f"{device.name}: the insertion reports success (_OST 0) and failed: {outcome.reason}")
    return outcome
