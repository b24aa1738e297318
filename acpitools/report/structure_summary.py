"""One line for each kind of structure: what a reader looks for first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acpitools.core.units import format_size

__all__ = ["SUMMARIES"]


def _range(base: int, size: int) -> str:
    if size == 0:
        return f"nothing at {base:#x}"
    return f"[mem {base:#010x}-{base + size - 1:#010x}] {format_size(size)}"


def _state(flags: int) -> str:
    return "enabled" if flags & 1 else "disabled"


def _apic_state(flags: int) -> str:
    return "enabled" if flags & 1 else "online capable" if flags & 2 else "disabled"


_MEMORY_WORDS = [
    ", ".join(
        [_state(flags)]
        + [word for bit, word in ((2, "hot-pluggable"), (4, "non-volatile"), (8, "specific purpose")) if flags & bit]
    )
    for flags in range(16)
]


def _memory(item: Any) -> str:
    # The commonest structure of the largest tables: one format, and no call of int() for the flags.
    base, size, words = item.base_address, item.range_length, _MEMORY_WORDS[item.flags._value_ & 15]
    if size == 0:
        return f"domain {item.proximity_domain}, {_range(base, size)}, {words}"
    values = (item.proximity_domain, base, base + size - 1, format_size(size), words)
    return "domain %d, [mem %#010x-%#010x] %s, %s" % values  # noqa: UP031 (twice as fast for hexadecimal numbers)


def _device(item: Any) -> str:
    handle = item.device_handle
    if item.device_handle_type == 1:
        segment, bus, device = int.from_bytes(handle[:2], "little"), handle[2], handle[3]
        name = f"PCI {segment:04x}:{bus:02x}:{device >> 3:02x}.{device & 7}"
    else:
        name = f"ACPI {handle[:8].rstrip(bytes(1)).decode('latin-1')!r} UID {int.from_bytes(handle[8:12], 'little')}"
    return f"domain {item.proximity_domain}, {name}, {_state(int(item.flags))}"


def _window(item: Any) -> str:
    ways = item.interleave_ways
    way = f"{ways} way{'s' if ways != 1 else ''}" if ways is not None else "reserved ways"
    step = f" of {format_size(item.granularity)}" if item.granularity is not None and ways != 1 else ""
    return f"{_range(item.base_hpa, item.window_size)}, {way}{step}, host bridges {list(item.targets)}"


def _locality(item: Any) -> str:
    kind = getattr(item.data_type, "name", f"type {item.data_type}").lower().replace("_", " ")
    unit = "ps" if item.data_type in (0, 1, 2) else "MB/s"
    shape = f"{item.initiator_count} x {item.target_count}"
    return f"{kind}, {shape} entries of {item.entry_base_unit} {unit}"


def _named(value: int) -> str:
    name = getattr(value, "name", None)
    return name.lower().replace("_", " ") if name else f"type {int(value)}"


def _bdf(value: int) -> str:
    return f"{value >> 8:02x}:{value >> 3 & 31:02x}.{value & 7}"


def _scope(item: Any) -> str:
    path = item.path
    steps = ", ".join(f"{path[at]:02x}.{path[at + 1]}" for at in range(0, len(path) - 1, 2))
    return f"{_named(item.type)} {item.enumeration_id}, bus {item.start_bus:#04x}, path {steps or 'none'}"


def _remapping_unit(item: Any) -> str:
    rest = ", all other devices" if int(item.flags) & 1 else ""
    return f"segment {item.segment}, registers at {item.register_base_address:#x}{rest}"


def _processor_node(item: Any) -> str:
    kind = "package" if int(item.flags) & 1 else "processor" if int(item.flags) & 8 else "group"
    number = f" {item.acpi_processor_id}" if int(item.flags) & 2 else ""
    return f"{kind}{number}, {f'in the node at {item.parent:#06x}' if item.parent else 'at the top'}"


def _cache(item: Any) -> str:
    kind = ("data", "instruction", "unified", "unified")[int(item.attributes) >> 2 & 3]
    return f"{kind}, {format_size(item.size)}, {item.associativity} ways, lines of {item.line_size}"


def _instruction(item: Any) -> str:
    return f"{_named(item.action)}: {_named(item.instruction)}"


SUMMARIES: dict[str, Callable[[Any], str]] = {
    "GenericAddress": lambda gas: (
        f"{getattr(gas.space_id, 'name', gas.space_id)} {gas.address:#x}, {gas.bit_width} bits"
        f" from bit {gas.bit_offset}, access {getattr(gas.access_size, 'name', gas.access_size)}"
    ),
    # SRAT
    "ProcessorLocalApicAffinity": lambda s: (
        f"domain {s.proximity_domain}, APIC id {s.apic_id:#04x}, {_state(int(s.flags))}"
    ),
    "MemoryAffinity": _memory,
    "ProcessorLocalX2apicAffinity": lambda s: (
        f"domain {s.proximity_domain}, x2APIC id {s.x2apic_id:#06x}, {_state(int(s.flags))}"
    ),
    "GiccAffinity": lambda s: f"domain {s.proximity_domain}, UID {s.acpi_processor_uid}, {_state(int(s.flags))}",
    "GicItsAffinity": lambda s: f"domain {s.proximity_domain}, ITS {s.its_id}",
    "GenericInitiatorAffinity": _device,
    "GenericPortAffinity": _device,
    "RintcAffinity": lambda s: f"domain {s.proximity_domain}, UID {s.acpi_processor_uid}, {_state(int(s.flags))}",
    # MADT
    "ProcessorLocalApic": lambda s: f"APIC id {s.apic_id:#04x}, UID {s.processor_uid}, {_apic_state(int(s.flags))}",
    "ProcessorLocalX2apic": lambda s: (
        f"x2APIC id {s.x2apic_id:#06x}, UID {s.processor_uid}, {_apic_state(int(s.flags))}"
    ),
    "IoApic": lambda s: f"id {s.io_apic_id} at {s.address:#x}, interrupts from {s.gsi_base}",
    "InterruptSourceOverride": lambda s: f"IRQ {s.source} is interrupt {s.gsi}",
    "LocalApicNmi": lambda s: f"UID {s.processor_uid if s.processor_uid != 255 else 'all'}, LINT{s.lint}",
    # HMAT
    "MemoryProximityDomainAttributes": lambda s: (
        f"memory domain {s.memory_domain}, initiator domain {s.initiator_domain if int(s.flags) & 1 else 'not given'}"
    ),
    "MemorySubsystemAddressRange": lambda s: (
        f"memory domain {s.memory_domain}, {_range(s.base_address, s.range_length)}"
    ),
    "SystemLocalityInformation": _locality,
    "MemorySideCacheInformation": lambda s: f"memory domain {s.memory_domain}, {format_size(s.cache_size)}",
    # MSCT, MCFG
    "MaximumProximityDomainInformation": lambda s: (
        f"domains {s.low_domain} to {s.high_domain}, {s.processor_capacity} processors, "
        f"{format_size(s.memory_capacity)} of memory each"
    ),
    "McfgAllocation": lambda s: (
        f"segment {s.segment}, buses {s.start_bus:#04x} to {s.end_bus:#04x}, ECAM at {s.base_address:#x}"
    ),
    # CEDT
    "CxlHostBridge": lambda s: f"UID {s.uid}, {_range(s.base, s.register_length)}",
    "CxlFixedMemoryWindow": _window,
    # DMAR, IVRS
    "DmaRemappingHardwareUnit": _remapping_unit,
    "ReservedMemoryRegion": lambda s: f"segment {s.segment}, [mem {s.base_address:#010x}-{s.end_address:#010x}]",
    "DeviceScope": _scope,
    "HardwareStaticAffinity": lambda s: f"registers at {s.register_base_address:#x}, domain {s.proximity_domain}",
    "HardwareDefinition": lambda s: f"IOMMU {s.segment:04x}:{_bdf(s.device_id)}, registers at {s.base_address:#x}",
    "HardwareDefinition40": lambda s: f"IOMMU {s.segment:04x}:{_bdf(s.device_id)}, registers at {s.base_address:#x}",
    "MemoryDefinition": lambda s: f"device {_bdf(s.device_id)}, {_range(s.start_address, s.memory_length)}",
    "DeviceEntry": lambda s: f"{_named(s.type)} {_bdf(s.device_id)}",
    "AliasDeviceEntry": lambda s: f"{_named(s.type)} {_bdf(s.device_id)} as {_bdf(s.source_device_id)}",
    "SpecialDeviceEntry": lambda s: f"handle {s.handle} as {_bdf(s.source_device_id)}",
    # PPTT, LPIT, PCCT
    "ProcessorHierarchyNode": _processor_node,
    "Cache": _cache,
    "Cache3": _cache,
    "NativeCStateIdle": lambda s: f"state {s.unique_id}, residency {s.residency} us, latency {s.latency} us",
    "GenericSubspace": lambda s: _range(s.base_address, s.address_length),
    "HardwareReducedSubspace": lambda s: _range(s.base_address, s.address_length),
    "HardwareReducedSubspace2": lambda s: _range(s.base_address, s.address_length),
    "ExtendedSubspace": lambda s: _range(s.base_address, s.address_length),
    # NFIT, CRAT
    "SystemPhysicalAddressRange56": lambda s: (
        f"range {s.range_index}, {_range(s.address_range_base, s.address_range_length)}"
    ),
    "SystemPhysicalAddressRange": lambda s: (
        f"range {s.range_index}, {_range(s.address_range_base, s.address_range_length)}"
    ),
    "NvdimmRegionMapping": lambda s: (
        f"NVDIMM {s.device_handle:#x}, region {s.region_id} of range {s.range_index}, {format_size(s.region_size)}"
    ),
    "CratMemoryAffinity": lambda s: (
        f"domain {s.proximity_domain}, {_range(s.base_address, s.range_length)}, {_state(int(s.flags))}"
    ),
    "IoLinkAffinity": lambda s: (
        f"domain {s.proximity_domain_from} to {s.proximity_domain_to}, {_named(s.io_interface_type)}"
    ),
    # HEST, EINJ, ERST
    "GenericErrorSource": lambda s: f"source {s.source_id}, {_named(s.notify.type)}",
    "GenericErrorSource2": lambda s: f"source {s.source_id}, {_named(s.notify.type)}",
    "InjectionInstructionEntry": _instruction,
    "SerializationInstructionEntry": _instruction,
    # PHAT
    "VersionElement": lambda s: f"{s.component_id}, version {s.version_value:#x}",
}
"""Name of the record class to what to say about one."""
