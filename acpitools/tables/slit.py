"""SLIT: relative distances between proximity domains.  Spec: ACPI 6.5, 5.2.17."""

from typing import Annotated

from acpitools.codec.fields import U64, Sig4
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.tails import CountedBytes
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "LOCAL_DISTANCE", "UNREACHABLE", "Slit"]

LOCAL_DISTANCE = 10
"""Distance of a locality to itself; smaller values are reserved."""
UNREACHABLE = 255


@record
class Slit(SdtHeader):
    """System Locality Information Table."""

    TITLE = "System Locality Information Table"
    SPEC = "ACPI 6.5, 5.2.17"
    signature: Sig4 = "SLIT"
    locality_count: Annotated[
        U64, Label("Localities"), "Rows and columns; a locality's number is its proximity domain."
    ]
    matrix: Annotated[
        bytes,
        CountedBytes.square("locality_count"),
        Label("Locality {:3}"),
        "Distances, a byte each, row by row: from the row's locality to the column's.",
    ]

    def distance(self, origin: int, target: int) -> int | None:
        """Give the distance between two localities, or None where the table has no entry for it."""
        count = self.locality_count
        index = origin * count + target
        return self.matrix[index] if origin < count and target < count and index < len(self.matrix) else None

    def row(self, origin: int) -> bytes:
        """Give the distances from one locality to all, as far as the table has them."""
        return self.matrix[origin * self.locality_count : (origin + 1) * self.locality_count]


CODEC = TableCodec(records=(Slit,))
