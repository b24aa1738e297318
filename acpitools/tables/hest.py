"""HEST: how hardware errors are reported.  Spec: ACPI 6.5, 18.3.2."""

from typing import Annotated

from acpitools.codec.fields import U16, U32, Sig4
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import RawStructure, SelfSizedList, Structure
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Hest"]


@record
class RawStructureHest(RawStructure):
    """An error source of unknown type, and all that follows it: error sources do not tell their length."""

    type: Annotated[U16, "Structure type."]
    payload: Annotated[Rest, "Bytes after the type."] = b""


STRUCTURES = SelfSizedList(
    RawStructureHest,
    {
        0: ("hest_machine_check", "MachineCheckException"),
        1: ("hest_machine_check", "CorrectedMachineCheck"),
        2: ("hest_sources", "NmiErrorSource"),
        6: ("hest_sources", "RootPortAer"),
        7: ("hest_sources", "EndpointAer"),
        8: ("hest_sources", "BridgeAer"),
        9: ("hest_sources", "GenericErrorSource"),
        10: ("hest_sources", "GenericErrorSource2"),
        11: ("hest_machine_check", "DeferredMachineCheck"),
    },
    package="acpitools.tables",
    claimed="error_source_count",
)


@record
class Hest(SdtHeader):
    """Hardware Error Source Table."""

    TITLE = "Hardware Error Source Table"
    SPEC = "ACPI 6.5, 18.3.2"
    signature: Sig4 = "HEST"
    error_source_count: Annotated[U32, "Error sources."]
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Error sources, in firmware order."] = ()


CODEC = TableCodec(records=(Hest,))
