"""MADT structures of Arm machines.  Spec: ACPI 6.5, 5.2.12.14 to 5.2.12.18; GICv5: ACPI 6.7."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import (
    U8,
    U16,
    U32,
    Address64,
    Hex64,
    Reserved8,
    Reserved16,
    Reserved24,
    Reserved32,
    Size32,
    enum8,
    flags8,
    flags32,
)
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.structures import Structure
from acpitools.tables.madt_common import Length, Type

__all__ = [
    "CoherencyFlags",
    "GicIts",
    "GicMsiFrame",
    "GicRedistributor",
    "GicVersion",
    "Gicc40",
    "Gicc76",
    "Gicc80",
    "Gicc82",
    "Gicc88",
    "GiccFlags",
    "Gicd",
    "Gicv5Irs",
    "Gicv5ItsConfigFrame",
    "Gicv5ItsTranslateFrame",
    "MsiFrameFlags",
]


class GiccFlags(IntFlag):
    """State and interrupts of a CPU interface."""

    ENABLED = 1
    PERFORMANCE_INTERRUPT_EDGE = 2
    VGIC_MAINTENANCE_EDGE = 4
    ONLINE_CAPABLE = 8
    NON_COHERENT_REDISTRIBUTOR = 16


class GicVersion(IntEnum):
    """Version of the interrupt controller."""

    UNSPECIFIED = 0
    GICV1 = 1
    GICV2 = 2
    GICV3 = 3
    GICV4 = 4
    GICV5 = 5


class MsiFrameFlags(IntFlag):
    """Where a frame's SPI range comes from."""

    SPI_COUNT_BASE_SELECT = 1


class CoherencyFlags(IntFlag):
    """Whether accesses are coherent."""

    NON_COHERENT = 1


Coherency8 = Annotated[CoherencyFlags, flags8(CoherencyFlags), "Whether accesses are coherent."]


@record
class Gicc40(Structure):
    """A processor's interrupt interface, as of ACPI 5.0.  40 bytes."""

    type: Type = 11
    length: Length = 40
    reserved1: Annotated[Reserved16, Label("Reserved")] = 0
    cpu_interface_number: Annotated[U32, Label("CPU Interface Number"), "Number of the CPU interface."]
    processor_uid: Annotated[U32, Label("Processor UID"), "ACPI UID of the processor."]
    flags: Annotated[
        GiccFlags,
        flags32(GiccFlags),
        Label(bits=("Processor Enabled", "Performance Interrupt Trigger Mode", "Virtual GIC Interrupt Trigger Mode")),
        "Without ENABLED or ONLINE_CAPABLE: unusable.",
    ] = GiccFlags.ENABLED
    parking_protocol_version: Annotated[U32, "0: not supported."] = 0
    performance_interrupt: Annotated[U32, "GSIV of the performance monitor; 0: none."] = 0
    parked_address: Annotated[Address64, "Physical address of the parking mailbox."] = 0
    base_address: Annotated[Address64, "Physical address of the CPU interface; 0 on GICv3 and later."] = 0


@record
class Gicc76(Gicc40):
    """Adds virtualization, redistributor and MPIDR of ACPI 5.1.  76 bytes."""

    length: Length = 76
    gicv_base_address: Annotated[
        Address64, Label("Virtual GIC Base Address"), "Physical address of the virtual CPU interface."
    ] = 0
    gich_base_address: Annotated[
        Address64, Label("Hypervisor GIC Base Address"), "Physical address of the virtual interface control."
    ] = 0
    vgic_maintenance_interrupt: Annotated[U32, Label("Virtual GIC Interrupt"), "GSIV of the maintenance interrupt."] = 0
    gicr_base_address: Annotated[
        Address64, Label("Redistributor Base Address"), "Physical address of the redistributor."
    ] = 0
    mpidr: Annotated[Hex64, Label("ARM MPIDR"), "MPIDR of the processor."] = 0


@record
class Gicc80(Gicc76):
    """Adds the efficiency class of ACPI 6.0 and the SPE interrupt of 6.3.  80 bytes."""

    length: Length = 80
    efficiency_class: Annotated[U8, "Larger: less efficient, more performance."] = 0
    reserved2: Annotated[Reserved8, Label("Reserved")] = 0
    spe_overflow_interrupt: Annotated[
        U16, Label("SPE Overflow Interrupt"), "GSIV of the statistical profiling extension."
    ] = 0


@record
class Gicc82(Gicc80):
    """Adds the trace buffer of ACPI 6.5.  82 bytes."""

    length: Length = 82
    trbe_interrupt: Annotated[U16, Label("TRBE Interrupt"), "GSIV of the trace buffer extension."] = 0


@record
class Gicc88(Gicc82):
    """Adds the GICv5 identities of ACPI 6.7.  88 bytes."""

    length: Length = 88
    iaffid: Annotated[U16, "Interrupt affinity id."] = 0
    irs_id: Annotated[U32, "Id of the interrupt routing service."] = 0


@record
class Gicd(Structure):
    """The interrupt distributor."""

    type: Type = 12
    length: Length = 24
    reserved1: Annotated[Reserved16, Label("Reserved")] = 0
    gic_id: Annotated[U32, Label("Local GIC Hardware ID"), "Id of the distributor."] = 0
    base_address: Annotated[Address64, "Physical address of its registers."]
    system_vector_base: Annotated[U32, Label("Interrupt Base"), "Must be 0."] = 0
    gic_version: Annotated[int, enum8(GicVersion), Label("Version"), "Version of the interrupt controller."] = (
        GicVersion.UNSPECIFIED
    )
    reserved2: Annotated[Reserved24, Label("Reserved")] = 0


@record
class GicMsiFrame(Structure):
    """A GICv2m frame for message-signalled interrupts."""

    type: Type = 13
    length: Length = 24
    reserved: Reserved16 = 0
    frame_id: Annotated[U32, Label("MSI Frame ID"), "Id of the frame."]
    base_address: Annotated[Address64, "Physical address of the frame."]
    flags: Annotated[
        MsiFrameFlags,
        flags32(MsiFrameFlags),
        Label(bits=("Select SPI",)),
        "Set: take spi_count and spi_base from here.",
    ] = MsiFrameFlags(0)
    spi_count: Annotated[U16, Label("SPI Count"), "Number of interrupts."] = 0
    spi_base: Annotated[U16, Label("SPI Base"), "First interrupt."] = 0


@record
class GicRedistributor(Structure):
    """A range of redistributors."""

    type: Type = 14
    length: Length = 16
    flags: Annotated[Coherency8, Label("Reserved", join=1)] = CoherencyFlags(0)
    reserved: Reserved8 = 0
    discovery_range_base_address: Annotated[Address64, Label("Base Address"), "Physical address of the first."]
    discovery_range_length: Annotated[Size32, Label("Length"), "Bytes of the range."]


@record
class GicIts(Structure):
    """An interrupt translation service."""

    type: Type = 15
    length: Length = 20
    flags: Annotated[Coherency8, Label("Reserved", join=1)] = CoherencyFlags(0)
    reserved1: Reserved8 = 0
    its_id: Annotated[U32, Label("Translation ID"), "Id of the service."]
    base_address: Annotated[Address64, "Physical address of its registers."]
    reserved2: Annotated[Reserved32, Label("Reserved")] = 0


@record
class Gicv5Irs(Structure):
    """A GICv5 interrupt routing service."""

    type: Type = 28
    length: Length = 32
    version: Annotated[U8, "Version of the structure."] = 0
    reserved1: Reserved8 = 0
    irs_id: Annotated[U32, "Id of the service."]
    flags: Annotated[CoherencyFlags, flags32(CoherencyFlags), "Whether accesses are coherent."] = CoherencyFlags(0)
    reserved2: Reserved32 = 0
    config_base_address: Annotated[Address64, "Physical address of the configuration frame."]
    setlpi_base_address: Annotated[Address64, "Physical address of the SETLPI frame."] = 0


@record
class Gicv5ItsConfigFrame(Structure):
    """A GICv5 translation service's configuration frame."""

    type: Type = 29
    length: Length = 16
    flags: Coherency8 = CoherencyFlags(0)
    reserved: Reserved8 = 0
    translator_id: Annotated[U32, "Id of the service."]
    base_address: Annotated[Address64, "Physical address of the frame."]


@record
class Gicv5ItsTranslateFrame(Structure):
    """A GICv5 translation service's translate frame."""

    type: Type = 30
    length: Length = 24
    reserved1: Reserved16 = 0
    linked_translator_id: Annotated[U32, "Id of the service that it belongs to."]
    frame_id: Annotated[U32, "Id of the frame."]
    reserved2: Reserved32 = 0
    base_address: Annotated[Address64, "Physical address of the frame."]
