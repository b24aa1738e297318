"""SDEI: that the firmware delegates exceptions.  Spec: Arm DEN0054C, appendix C."""

from acpitools.codec.fields import Sig4
from acpitools.codec.record import record
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Sdei"]


@record
class Sdei(SdtHeader):
    """Software Delegated Exception Interface Table; that it is there says all."""

    TITLE = "Software Delegated Exception Interface Table"
    SPEC = "Arm DEN0054C, C"
    signature: Sig4 = "SDEI"


CODEC = TableCodec(records=(Sdei,))
