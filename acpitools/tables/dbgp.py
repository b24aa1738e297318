"""DBGP: the serial port of a debugger.  Spec: Microsoft Debug Port Specification 1.0."""

from typing import Annotated

from acpitools.codec.fields import Sig4, enum8
from acpitools.codec.record import record
from acpitools.tables.debug_ports import SerialSubtype
from acpitools.tables.field_types import Gas, Reserved24
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Dbgp"]


@record
class Dbgp(SdtHeader):
    """Debug Port Table.  52 bytes."""

    TITLE = "Debug Port Table"
    SPEC = "Microsoft Debug Port Specification 1.0"
    signature: Sig4 = "DBGP"
    interface_type: Annotated[int, enum8(SerialSubtype), "Interface of the port."]
    reserved: Reserved24 = 0
    debug_port_register: Annotated[Gas, "First register of the port."]


CODEC = TableCodec(records=(Dbgp,))
