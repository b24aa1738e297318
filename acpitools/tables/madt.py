"""MADT: processors and interrupt controllers.  Signature ``APIC``.  Spec: ACPI 6.5, 5.2.12."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, Address32, Sig4, flags32
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure8, Structure, StructureList
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Madt", "MadtFlags"]


class MadtFlags(IntFlag):
    """What else the machine has."""

    PCAT_COMPAT = 1
    """Two 8259 controllers that have to be masked."""


STRUCTURES = StructureList(
    RawStructure8,
    {
        0: ("madt_x86", "ProcessorLocalApic"),
        1: ("madt_x86", "IoApic"),
        2: ("madt_x86", "InterruptSourceOverride"),
        3: ("madt_x86", "NmiSource"),
        4: ("madt_x86", "LocalApicNmi"),
        5: ("madt_x86", "LocalApicAddressOverride"),
        6: ("madt_x86", "IoSapic"),
        7: ("madt_x86", "LocalSapic"),
        8: ("madt_x86", "PlatformInterruptSource"),
        9: ("madt_x86", "ProcessorLocalX2apic"),
        10: ("madt_x86", "LocalX2apicNmi"),
        11: ("madt_arm", "Gicc40", "Gicc76", "Gicc80", "Gicc82", "Gicc88"),
        12: ("madt_arm", "Gicd"),
        13: ("madt_arm", "GicMsiFrame"),
        14: ("madt_arm", "GicRedistributor"),
        15: ("madt_arm", "GicIts"),
        16: ("madt_x86", "MultiprocessorWakeup", "MultiprocessorWakeup1"),
        17: ("madt_loongarch", "CorePic"),
        18: ("madt_loongarch", "LegacyIoPic"),
        19: ("madt_loongarch", "HyperTransportPic"),
        20: ("madt_loongarch", "ExtendedIoPic"),
        21: ("madt_loongarch", "MsiPic"),
        22: ("madt_loongarch", "BridgeIoPic"),
        23: ("madt_loongarch", "LpcPic"),
        24: ("madt_riscv", "Rintc20", "Rintc36"),
        25: ("madt_riscv", "Imsic"),
        26: ("madt_riscv", "Aplic"),
        27: ("madt_riscv", "Plic"),
        28: ("madt_arm", "Gicv5Irs"),
        29: ("madt_arm", "Gicv5ItsConfigFrame"),
        30: ("madt_arm", "Gicv5ItsTranslateFrame"),
    },
    package="acpitools.tables",
    vendor=range(0x80, 0x100),
)


@record
class Madt(SdtHeader):
    """Multiple APIC Description Table."""

    TITLE = "Multiple APIC Description Table"
    SPEC = "ACPI 6.5, 5.2.12"
    signature: Sig4 = "APIC"
    revision: U8 = 5
    local_apic_address: Annotated[Address32, Label("Local Apic Address"), "Physical address of the local APICs."] = (
        0xFEE00000
    )
    flags: Annotated[
        MadtFlags, flags32(MadtFlags), Label(bits=("PC-AT Compatibility",)), "What else the machine has."
    ] = MadtFlags.PCAT_COMPAT
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Interrupt controller structures, in firmware order."] = ()


CODEC = TableCodec(records=(Madt,))
