"""SRAT, SLIT, HMAT and MSCT of a described machine.  Spec: ACPI 6.5, 5.2.16, 5.2.17, 5.2.19, 5.2.29."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from acpitools.codec.arrays import IntArray
from acpitools.codec.record import decode
from acpitools.codec.structures import RawStructure8, RawStructure8R16, Structure
from acpitools.tables import hmat, msct, slit, srat
from acpitools.tables.header import Table
from acpitools.topology.spec import Device, MemoryRange, Performance, Processor, Spec

__all__ = ["build_hmat", "build_msct", "build_slit", "build_srat", "raw_cxl", "raw_structure"]


def raw_structure(data: bytes) -> Structure:
    """Give a structure with 8-bit type and length from its bytes, whatever it is."""
    return decode(RawStructure8, data.ljust(2, b"\0"))


def raw_cxl(data: bytes) -> Structure:
    """Give a structure of the CEDT from its bytes, whatever it is."""
    return decode(RawStructure8R16, data.ljust(4, b"\0"))


def build_srat(spec: Spec, header: dict[str, Any]) -> Table:
    """Give the SRAT: processors, memory, windows of slots, devices, then structures that are written as bytes."""
    found: list[Structure] = [affinity for p in spec.processors if (affinity := _processor(p)) is not None]
    found += [_memory(item) for item in spec.memory]
    found += [
        srat.MemoryAffinity(
            proximity_domain=slots.domain,
            base_address=slots.base,
            range_length=slots.slots * slots.size,
            flags=srat.MemoryAffinityFlags.ENABLED | srat.MemoryAffinityFlags.HOT_PLUGGABLE,
        )
        for slots in spec.dimms
    ]
    found += [_device(device) for device in spec.devices]
    found += [raw_structure(data) for data in spec.other_affinities]
    return srat.Srat(structures=tuple(found), **header)


def _processor(processor: Processor) -> Structure | None:
    domain = processor.domain
    if domain is None:
        return None
    if processor.srat_x2apic:
        return srat.ProcessorLocalX2apicAffinity(
            proximity_domain=domain, x2apic_id=processor.apic_id, clock_domain=processor.clock_domain
        )
    return srat.ProcessorLocalApicAffinity(
        proximity_domain_low=domain & 0xFF,
        proximity_domain_high=domain >> 8,
        apic_id=processor.apic_id,
        clock_domain=processor.clock_domain,
    )


def _memory(item: MemoryRange) -> Structure:
    flags = srat.MemoryAffinityFlags(0)
    for given, flag in (
        (item.enabled, srat.MemoryAffinityFlags.ENABLED),
        (item.hotplug, srat.MemoryAffinityFlags.HOT_PLUGGABLE),
        (item.nonvolatile, srat.MemoryAffinityFlags.NON_VOLATILE),
        (item.specific_purpose, srat.MemoryAffinityFlags.SPECIFIC_PURPOSE),
    ):
        flags |= flag if given else 0
    return srat.MemoryAffinity(
        proximity_domain=item.domain, base_address=item.base, range_length=item.size, flags=flags
    )


def _device(device: Device) -> Structure:
    cls = srat.GenericPortAffinity if device.port else srat.GenericInitiatorAffinity
    flags = srat.GenericInitiatorFlags.ENABLED if device.enabled else srat.GenericInitiatorFlags(0)
    if device.architectural:
        flags |= srat.GenericInitiatorFlags.ARCHITECTURAL_TRANSACTIONS
    return cls(
        device_handle_type=srat.DeviceHandleType.PCI if device.pci else srat.DeviceHandleType.ACPI,
        proximity_domain=device.domain,
        device_handle=device.handle,
        flags=flags,
    )


def build_slit(spec: Spec, header: dict[str, Any]) -> Table | None:
    """Give the SLIT, where there are distances."""
    if spec.distances is None:
        return None
    return slit.Slit(locality_count=spec.distances.count, matrix=spec.distances.matrix, **header)


def build_hmat(spec: Spec, header: dict[str, Any]) -> Table | None:
    """Give the HMAT, where there is something to tell; revision 1 tells of ranges, later ones of domains."""
    performance = spec.performance
    if performance is None:
        return None
    first = header.get("revision") == 1
    attributes = _ranges_of(spec, performance) if first else _domains_of(performance)
    rest = [
        hmat.SystemLocalityInformation(
            length=0,
            flags=hmat.LocalityFlags(item.hierarchy),
            data_type=item.data_type,
            minimum_transfer_size=item.minimum_transfer_size,
            initiator_count=len(item.initiators),
            target_count=len(item.targets),
            entry_base_unit=item.base_unit,
            initiators=IntArray.of(item.initiators, 4),
            targets=IntArray.of(item.targets, 4),
            entries=IntArray.of(item.entries, 2),
        )
        for item in performance.localities
    ]
    caches = [
        hmat.MemorySideCacheInformation(
            length=0,
            memory_domain=item.domain,
            cache_size=item.size,
            cache_attributes=item.attributes,
            address_mode=item.address_mode,
            smbios_handle_count=len(item.handles),
            smbios_handles=IntArray.of(item.handles, 2),
        )
        for item in performance.caches
    ]
    structures = (*attributes, *rest, *caches)
    return hmat.Hmat1(structures=structures, **header) if first else hmat.Hmat(structures=structures, **header)


def _domains_of(performance: Performance) -> Iterator[Structure]:
    for memory, initiator in performance.attached:
        yield hmat.MemoryProximityDomainAttributes(
            flags=hmat.MemoryAttributeFlags(0 if initiator is None else 1),
            initiator_domain=initiator or 0,
            memory_domain=memory,
        )


def _ranges_of(spec: Spec, performance: Performance) -> Iterator[Structure]:
    initiators = dict(performance.attached)
    for item in spec.memory:
        if item.enabled and item.domain in initiators:
            initiator = initiators[item.domain]
            flags = hmat.MemoryAttributeFlags1.MEMORY_VALID
            yield hmat.MemorySubsystemAddressRange(
                flags=flags | (0 if initiator is None else hmat.MemoryAttributeFlags1.PROCESSOR_VALID),
                processor_domain=initiator or 0,
                memory_domain=item.domain,
                base_address=item.base,
                range_length=item.size,
            )


def build_msct(spec: Spec, header: dict[str, Any]) -> Table | None:
    """Give the MSCT: how far the machine can grow."""
    if spec.msct is None:
        return None
    return msct.Msct(
        maximum_domains=spec.msct.maximum_domains - 1,
        maximum_clock_domains=spec.msct.maximum_clock_domains - 1,
        maximum_address=spec.msct.maximum_address,
        structures=tuple(
            msct.MaximumProximityDomainInformation(
                low_domain=item.first,
                high_domain=item.last,
                processor_capacity=item.processors,
                memory_capacity=item.memory,
            )
            for item in spec.msct.capacities
        ),
        **header,
    )
