"""Attaching a memory device: what the driver asks its firmware, and which node its memory goes to.

Kernel: drivers/acpi/acpi_memhotplug.c.
"""

from __future__ import annotations

from typing import Final

from acpitools.hotplug.adding import add_range
from acpitools.hotplug.machine import Device, Machine
from acpitools.hotplug.outcome import Outcome

__all__ = ["OST_BUSY", "OST_FAILED", "OST_PROGRESS", "OST_SUCCESS", "OST_UNSUPPORTED", "attach", "node_of"]

OST_SUCCESS: Final = 0x00
OST_FAILED: Final = 0x01
OST_UNSUPPORTED: Final = 0x80
OST_BUSY: Final = 0x82
OST_PROGRESS: Final = 0x84

_STA_ATTACHED: Final = 0xB
"""Present, enabled and functioning: the memory driver takes it."""


def _by_domain(machine: Machine, domain: int | None) -> int | None:
    # Kernel: acpi_get_node, pxm_to_node; since 6.12 with numa=fake fix_pxm_node_maps.
    numa = machine.boot.numa
    mapped = numa.pxm_to_node.get(domain) if domain is not None else None
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


def node_of(machine: Machine, device: Device, domain: int | None) -> int:
    """Give the node that the kernel puts a device on: by its domain, else by its address, else the first block's.

    Kernel: acpi_memory_enable_device, memory_add_physaddr_to_nid.
    """
    node = _by_domain(machine, domain)
    if node is not None:
        return node
    meminfo, start = machine.boot.numa.meminfo, device.ranges[0].start
    return next((blk.nid for blk in meminfo if blk.start <= start < blk.end), meminfo[0].nid)


def _check_domain(machine: Machine, device: Device, domain: int | None, node: int, outcome: Outcome) -> None:
    # The kernel compares nothing; people are surprised.
    numa = machine.boot.numa
    if _by_domain(machine, domain) is None:
        why = "has no _PXM" if domain is None else f"has _PXM {domain}, which nothing named at boot"
        if machine.env.options.numa_off:
            why = "has no node, as numa=off"
        outcome.tell("HP003", f"{device.name} {why}: its memory goes to node {node}")
        return
    start, end = device.ranges[0].start, device.ranges[0].end
    claims = {blk.nid for blk in (*numa.meminfo, *numa.reserved_meminfo) if blk.start < end and start < blk.end}
    if claims and node not in claims and not numa.fake_of:
        others = ", ".join(map(str, sorted(claims)))
        outcome.tell("HP004", f"{device.name}: _PXM {domain} leads to node {node}, the SRAT has its range in {others}")


def attach(machine: Machine, device: Device, outcome: Outcome, *, booting: bool) -> bool:
    """Have the driver take a device and its memory; what is refused goes into the outcome.

    Gives False where it fails, so that a later scan tries it again; a device that is not enabled is no failure.
    Kernel: acpi_memory_device_add, acpi_memory_enable_device.
    """
    name = f"acpi {device.acpi_name}"
    error = f"{name}: acpi_memory_enable_device() error"
    ranges = device.objects.resources()
    if ranges is None:
        outcome.fail("EINVAL: not attached: its _CRS is missing, fails or is no resource template")
        return False
    if [(r.start, r.end) for r in device.ranges] != [(r.start, r.end) for r in ranges]:
        device.ranges = ranges
    sta = device.objects.status()
    if sta is None or sta & _STA_ATTACHED != _STA_ATTACHED:
        shown = "it has no _STA" if sta is None else f"_STA is {sta:#x}"
        outcome.fail(f"not attached: {shown}, and it must be present, enabled and functioning")
        return True
    domain = device.objects.domain()
    if not device.ranges:
        outcome.fail("EINVAL: the device is empty")
        machine.log += [f"{name}: device is empty", error]
        return False
    node = node_of(machine, device, domain)
    if node not in machine.possible_nodes:
        outcome.fail(f"EINVAL: node {node} is not possible: nothing named it at boot")
        machine.log.append(error)
        return False
    _check_domain(machine, device, domain, node, outcome)
    device.node = node
    per_block = False
    for piece in device.ranges:
        # Up to 6.1 the wish for a memory map on the memory sticks to the ranges after one of a single block.
        per_block = per_block or piece.end - piece.start == machine.block_size
        if not add_range(machine, device, piece, node, outcome, booting=booting, single=per_block):
            machine.log.append(error)
            return False
    if not any(piece.enabled for piece in device.ranges):
        machine.log += [f"{name}: add_memory failed", error]
        return False
    device.attached = True
    return True
