"""NFIT: NVDIMMs and the memory that they give.  Spec: ACPI 6.5, 5.2.25."""

from typing import Annotated

from acpitools.codec.fields import Sig4
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure16, Structure, StructureList
from acpitools.tables.field_types import Reserved32
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Nfit"]

STRUCTURES = StructureList(
    RawStructure16,
    {
        0: ("nfit_structures", "SystemPhysicalAddressRange56", "SystemPhysicalAddressRange"),
        1: ("nfit_structures", "NvdimmRegionMapping"),
        2: ("nfit_structures", "Interleave"),
        3: ("nfit_structures", "SmbiosInformation"),
        4: ("nfit_structures", "NvdimmControlRegion32", "NvdimmControlRegion"),
        5: ("nfit_structures", "NvdimmBlockDataWindow"),
        6: ("nfit_structures", "FlushHintAddress"),
        7: ("nfit_structures", "PlatformCapabilities"),
    },
    package="acpitools.tables",
)


@record
class Nfit(SdtHeader):
    """NVDIMM Firmware Interface Table."""

    TITLE = "NVDIMM Firmware Interface Table"
    SPEC = "ACPI 6.5, 5.2.25"
    signature: Sig4 = "NFIT"
    reserved: Reserved32 = 0
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Structures, in firmware order."] = ()


CODEC = TableCodec(records=(Nfit,))
