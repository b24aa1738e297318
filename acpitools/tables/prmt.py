"""PRMT: handlers that run instead of system management mode.  Spec: Platform Runtime Mechanism 1.0, 4."""

from typing import Annotated

from acpitools.codec.fields import U16, U32, Address64, Guid, Length16, Sig4
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.codec.tails import Gap
from acpitools.tables.field_types import StructureLength16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "PrmHandler", "PrmModule", "Prmt"]

Revision = Annotated[U16, "Revision of the structure."]


@record
class RawStructurePrm(RawStructure):
    """Malformed module or handler."""

    revision: Revision = 0
    length: Annotated[Length16, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class PrmHandler(Structure):
    """A handler.  44 bytes."""

    revision: Revision = 0
    length: StructureLength16 = 44
    handler_guid: Annotated[Guid, "Handler."]
    handler_address: Annotated[Address64, "Physical address of its code."]
    static_data_buffer_address: Annotated[Address64, "Physical address of its data; 0: none."]
    parameter_buffer_address: Annotated[Address64, "Physical address of its parameters; 0: none."]


_HANDLERS = StructureList(RawStructurePrm, {0: (PrmHandler,)}, claimed="handler_info_count", at="handler_info_offset")


@record
class PrmModule(Structure):
    """Handlers that belong together.  38 bytes and 44 per handler."""

    revision: Revision = 0
    length: StructureLength16
    module_guid: Annotated[Guid, "Module."]
    major_revision: Annotated[U16, "Major revision of the module."]
    minor_revision: Annotated[U16, "Minor revision of the module."]
    handler_info_count: Annotated[U16, "Handlers."]
    handler_info_offset: Annotated[U32, "Bytes from the start of the module."]
    mmio_list_pointer: Annotated[Address64, "Physical address of the list of registers; 0: none."]
    gap: Annotated[bytes, Gap("handler_info_offset", "handler_info_count"), "Bytes before the handlers."] = b""
    handlers: Annotated[tuple[Structure, ...], _HANDLERS, "Handlers."] = ()


STRUCTURES = StructureList(RawStructurePrm, {0: (PrmModule,)}, claimed="module_info_count", at="module_info_offset")


@record
class Prmt(SdtHeader):
    """Platform Runtime Mechanism Table."""

    TITLE = "Platform Runtime Mechanism Table"
    SPEC = "Platform Runtime Mechanism 1.0, 4"
    signature: Sig4 = "PRMT"
    platform_guid: Annotated[Guid, "Platform."]
    module_info_offset: Annotated[U32, "Bytes from the start of the table."] = 60
    module_info_count: Annotated[U32, "Modules."]
    gap: Annotated[bytes, Gap("module_info_offset", "module_info_count"), "Bytes before the modules."] = b""
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Modules, in firmware order."] = ()


CODEC = TableCodec(records=(Prmt,))
