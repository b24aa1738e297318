"""S3PT: times of the last suspend and resume.  Spec: ACPI 6.5, 5.2.24.7.  No common header, no checksum."""

from typing import Annotated

from acpitools.codec.fields import U32, U64, Length32, Sig4
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.structures import Structure, StructureList
from acpitools.tables.field_types import StructureLength8, Type16
from acpitools.tables.fpdt import RawStructureFpdt, Revision
from acpitools.tables.header import Table
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "S3ResumeRecord", "S3SuspendRecord", "S3pt"]

Type = Annotated[Type16, Label("Type")]


@record
class S3ResumeRecord(Structure):
    """How long the resumes took.  24 bytes.  Spec: ACPI 6.5, 5.2.24.7.1."""

    type: Type = 0
    length: StructureLength8 = 24
    revision: Revision = 1
    resume_count: Annotated[U32, "Resumes since the last full boot."]
    full_resume: Annotated[U64, "Nanoseconds of the last one."]
    average_resume: Annotated[U64, "Nanoseconds on average."]


@record
class S3SuspendRecord(Structure):
    """When the last suspend was.  20 bytes.  Spec: ACPI 6.5, 5.2.24.7.2."""

    type: Type = 1
    length: StructureLength8 = 20
    revision: Revision = 1
    suspend_start: Annotated[U64, "Nanoseconds."]
    suspend_end: Annotated[U64, "Nanoseconds."]


STRUCTURES = StructureList(RawStructureFpdt, {0: (S3ResumeRecord,), 1: (S3SuspendRecord,)})


@record
class S3pt(Table):
    """S3 Performance Table."""

    TITLE = "S3 Performance Table"
    SPEC = "ACPI 6.5, 5.2.24.7"
    signature: Annotated[Sig4, "Four characters that name the table."] = "S3PT"
    length: Annotated[Length32, "Bytes of the whole table."] = 8
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Performance records, in firmware order."] = ()


CODEC = TableCodec(records=(S3pt,))
