"""The machine as the boot left it, before the first action."""

from __future__ import annotations

from typing import Final

from acpitools.core.firmware_map import E820Type
from acpitools.core.units import GIB, MIB, PFN_DOWN, PFN_UP, round_up
from acpitools.hotplug.machine import KERNEL_ZONES, BlockState, Machine, PageTables, ZoneState
from acpitools.hotplug.settings import Settings
from acpitools.kernel.layout import Layout
from acpitools.kernel.removable import boot_grounds
from acpitools.kernel.stages.late_alloc import online_nodes
from acpitools.kernel.stages.sparse import physmem_end, section_runs
from acpitools.kernel.state import BootEnv, BootState

__all__ = ["booted", "first_free_address"]

_SPOT: Final = 2 * MIB
_FIRST_USE: Final = 8192
"""Pages (32 MiB) of a kernel zone that are taken into use until the first program runs, about."""


def booted(layout: Layout, state: BootState, env: BootEnv, settings: Settings) -> Machine:
    """Give the machine as the boot left it."""
    managed = {(view.node, view.zone): view.managed_pages for view in layout.zones}
    zones = {}
    for zone in state.zones:
        # A zone with a span and no page counts where spans decide, so it is kept as well.
        known = managed.get((zone.node, zone.name))
        zones[zone.node, zone.name] = ZoneState(
            start=zone.start_pfn,
            spanned=zone.spanned_pages,
            present=zone.present_pages,
            early=zone.present_pages,
            managed=known.estimate if known else 0,
            managed_low=known.low if known else 0,
            managed_high=known.high if known else 0,
        )
    blocks = {}
    for run in layout.blocks.runs:
        for number in range(run.first, run.first + run.count):
            name = None if run.valid_zones == ("none",) else run.valid_zones[0]
            blocks[number] = BlockState(number, run.nodes, True, name, True)
    machine = Machine(
        env=env,
        boot=state,
        settings=settings,
        block_size=layout.blocks.size,
        zones=zones,
        blocks=blocks,
        grounds=boot_grounds(state, env),
        pieces=[(PFN_UP(r.start), PFN_DOWN(r.end), r.node, r.zone) for r in layout.ranges],
        online_nodes=set(online_nodes(state, env)),
        possible_nodes=state.numa.possible,
        cpu_nodes=frozenset(node.node for node in layout.numa.nodes if node.cpus),
        tables=_tables(state, env),
    )
    for area in state.ledger:
        if area.owner == "CMA":
            for start, end, nid, _ in machine.memory(PFN_UP(area.start), PFN_DOWN(area.end)):
                machine.cma[nid] = machine.cma.get(nid, 0) + end - start
    _mark_first_blocks(machine)
    return machine


def _tables(state: BootState, env: BootEnv) -> PageTables:
    section = env.policy.section_size
    tables = PageTables()
    for run in section_runs(state.memblock.memory, section, physmem_end(la57=env.inputs.la57)):
        tables.vmemmap.update(range(run.first * section // (64 * GIB), -(-run.end * section // (64 * GIB))))
        tables.roots.update(range(run.first * section // (16 * GIB), -(-run.end * section // (16 * GIB))))
    for region in state.memblock.memory:
        edges = {region.base // GIB, (region.end - 1) // GIB} if region.base % GIB or region.end % GIB else set()
        tables.direct.update(edges)
        tables.direct_upper.update(range(region.base // (512 * GIB), -(-region.end // (512 * GIB))))
    return tables


def _mark_first_blocks(machine: Machine) -> None:
    # Idle rule: memory is taken into use from the lowest block of each kernel zone on, as far as it reaches.
    found: dict[tuple[int, str], int] = {}
    held = machine.grounds.held
    for start, end, nid, name in machine.pieces:
        while name in KERNEL_ZONES and start < end and found.get((nid, name), 0) < _FIRST_USE:
            number = start // machine.block_pages
            stop = min(end, (number + 1) * machine.block_pages)
            if block := machine.blocks.get(number):
                block.busy = True
            found[nid, name] = found.get((nid, name), 0) + stop - start - held.count(start, stop)
            start = stop


def first_free_address(machine: Machine, size: int) -> int:
    """Give the lowest address for a device: a multiple of 2 MiB that no other has, above RAM and 4 GiB (bytes)."""
    ends = [entry.end for entry in machine.env.inputs.e820 if entry.type == E820Type.RAM]
    address = round_up(max([4 * GIB, *ends]), GIB)
    held = [(r.start, r.end) for device in machine.devices.values() for r in device.ranges]
    if machine.platform is not None:
        held += [(dimm.address, dimm.address + dimm.size) for dimm in machine.platform.firmware.dimms()]
    taken = sorted(held)
    for start, end in taken:
        if start >= address + size:
            break
        if end > address:
            address = round_up(end, _SPOT)
    return address
