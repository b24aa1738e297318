"""CDIT: distances between the domains of a CRAT.  Spec: HSA, CDIT 0.96."""

from typing import Annotated

from acpitools.codec.fields import U32, Sig4
from acpitools.codec.record import record
from acpitools.codec.tails import CountedBytes
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Cdit"]


@record
class Cdit(SdtHeader):
    """Component Distance Information Table."""

    TITLE = "Component Distance Information Table"
    SPEC = "HSA, CDIT 0.96"
    signature: Sig4 = "CDIT"
    domain_count: Annotated[U32, "Rows and columns; a row's number is its domain."]
    matrix: Annotated[
        bytes, CountedBytes.square("domain_count"), "Distances, a byte each, row by row: from the row's domain."
    ]


CODEC = TableCodec(records=(Cdit,))
