"""The filled-in description of a machine: nothing is left to choose, and building tables from it is mechanical.

`acpitools.topology.read` makes it of TOML, `acpitools.topology.from_tables` of a machine's tables; `explain` writes
it as TOML again.  Addresses and sizes are bytes, ranges half open.
"""

from __future__ import annotations

from enum import Enum

from acpitools.core.firmware_map import E820Entry
from acpitools.core.value import value

__all__ = [
    "Cache",
    "Capacity",
    "CxlBridge",
    "CxlWindow",
    "Device",
    "DimmSlots",
    "Distances",
    "Interrupts",
    "IoApicSpec",
    "IrqOverride",
    "Locality",
    "MemoryRange",
    "MemorySideCache",
    "Msct",
    "Oem",
    "Performance",
    "Processor",
    "ProcessorState",
    "Spec",
    "XorMap",
]


@value
class Oem:
    """Who a table says it is from: texts of at most 6, 8 and 4 characters."""

    id: str = "ACPITL"
    table_id: str = "SYNTH"
    revision: int = 2
    """QEMU's tables have 1; an override needs more than the platform's."""
    creator_id: str = "ACPT"
    creator_revision: int = 1


class ProcessorState(Enum):
    """What the MADT says of a processor; the value is the word in TOML."""

    ENABLED = "enabled"
    ABSENT = "absent"
    """Not there yet: it can be plugged in (online capable)."""
    DISABLED = "disabled"
    """Listed, but never usable."""
    UNLISTED = "unlisted"
    """In the SRAT only."""


@value
class Processor:
    """One logical processor; ``package``, ``die``, ``core`` and ``thread`` count from 0 within the level above."""

    apic_id: int
    uid: int
    domain: int | None
    """None: no SRAT structure names it."""
    state: ProcessorState = ProcessorState.ENABLED
    package: int = 0
    die: int = 0
    core: int = 0
    thread: int = 0
    x2apic: bool = False
    """An x2APIC structure describes it in the MADT."""
    srat_x2apic: bool = False
    """And in the SRAT."""
    clock_domain: int = 0


@value
class Cache:
    """One cache of a processor hierarchy: ``level`` 1 to 3, ``kind`` data, instruction or unified."""

    level: int
    kind: str
    size: int
    ways: int
    line: int = 64


@value
class MemoryRange:
    """Bytes ``[base, base + size)`` and what the SRAT says of them."""

    base: int
    size: int
    domain: int
    hotplug: bool = False
    nonvolatile: bool = False
    specific_purpose: bool = False
    enabled: bool = True
    map_type: int | None = 1
    """Type in the memory map; None: nothing is there when the machine starts."""

    @property
    def end(self) -> int:
        """Give the first byte after the range."""
        return self.base + self.size


@value
class DimmSlots:
    """Slots for memory devices: a window of ``slots`` times ``size`` bytes from ``base``."""

    domain: int
    slots: int
    size: int
    base: int
    plugged: int = 0
    """Devices that are in place when the machine starts, from the first slot on."""
    namespace: bool = False
    """An SSDT has a memory device for each slot."""
    ejectable: bool = False
    """These devices have _EJ0."""


@value
class Device:
    """A generic initiator, or a generic port, and its 16-byte device handle."""

    port: bool
    domain: int
    pci: bool
    handle: bytes
    architectural: bool = False
    enabled: bool = True


@value
class Distances:
    """The SLIT: ``count`` rows of ``count`` bytes, row by row."""

    count: int
    matrix: bytes


@value
class Locality:
    """One latency or bandwidth structure of the HMAT."""

    data_type: int
    hierarchy: int = 0
    minimum_transfer_size: int = 0
    base_unit: int
    initiators: tuple[int, ...]
    targets: tuple[int, ...]
    entries: tuple[int, ...]
    """Row by row, in base units."""


@value
class MemorySideCache:
    """A cache in front of a domain's memory."""

    domain: int
    size: int
    attributes: int
    address_mode: int = 0
    handles: tuple[int, ...] = ()


@value
class Performance:
    """The HMAT."""

    attached: tuple[tuple[int, int | None], ...] = ()
    """(memory domain, domain of the initiator that it hangs on)."""
    localities: tuple[Locality, ...] = ()
    caches: tuple[MemorySideCache, ...] = ()


@value
class CxlBridge:
    """A CXL host bridge."""

    uid: int
    version: int
    base: int
    length: int


@value
class CxlWindow:
    """A fixed CXL memory window."""

    base: int
    size: int
    targets: tuple[int, ...]
    granularity: int
    """Encoded, as in the CEDT."""
    arithmetic: int
    restrictions: int
    qtg: int


@value
class XorMap:
    """XOR bitmaps for the windows of one (encoded) granularity."""

    granularity: int
    bitmaps: tuple[int, ...]


@value
class IoApicSpec:
    """An I/O APIC."""

    id: int
    address: int
    gsi_base: int


@value
class IrqOverride:
    """An ISA interrupt that is wired differently."""

    source: int
    gsi: int
    flags: int = 0


@value
class Interrupts:
    """What the MADT has besides processors."""

    local_apic_address: int = 0xFEE00000
    pcat_compat: bool = True
    io_apics: tuple[IoApicSpec, ...] = ()
    overrides: tuple[IrqOverride, ...] = ()
    nmi_lint: int | None = 1
    """Local interrupt input of all processors that NMI is wired to."""
    other: tuple[bytes, ...] = ()
    """Further structures, as they are."""


@value
class Capacity:
    """What the domains ``first`` to ``last`` can hold at most."""

    first: int
    last: int
    processors: int
    memory: int


@value
class Msct:
    """How far the machine can grow."""

    maximum_domains: int
    maximum_clock_domains: int
    maximum_address: int
    capacities: tuple[Capacity, ...]


@value
class Spec:
    """A machine."""

    name: str = ""
    machine: str = "q35"
    """QEMU's machine type whose holes and firmware areas the memory map has; ``none``: no such."""
    oem: Oem = Oem()
    oem_of: tuple[tuple[str, Oem], ...] = ()
    """Tables that differ, by signature."""
    tables: tuple[str, ...] = ()
    """Signatures, in the order in which the tables are made."""
    revisions: tuple[tuple[str, int], ...] = ()
    """Signature to the revision of the layout."""
    processors: tuple[Processor, ...] = ()
    caches: tuple[Cache, ...] = ()
    domains: tuple[int, ...] = ()
    memory: tuple[MemoryRange, ...] = ()
    dimms: tuple[DimmSlots, ...] = ()
    devices: tuple[Device, ...] = ()
    other_affinities: tuple[bytes, ...] = ()
    """Further structures of the SRAT, as they are."""
    distances: Distances | None = None
    performance: Performance | None = None
    bridges: tuple[CxlBridge, ...] = ()
    windows: tuple[CxlWindow, ...] = ()
    xor_maps: tuple[XorMap, ...] = ()
    other_cxl: tuple[bytes, ...] = ()
    """Further structures of the CEDT, as they are."""
    interrupts: Interrupts = Interrupts()
    msct: Msct | None = None
    memory_map: tuple[E820Entry, ...] = ()
    faults: tuple[str, ...] = ()
