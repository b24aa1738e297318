"""MSCT: how far a machine can grow.  Spec: ACPI 6.5, 5.2.19."""

from collections.abc import Iterator
from typing import Annotated

from acpitools.codec.fields import U8, U32, Hex64, Length8, Sig4, Size64
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure8, Structure, StructureList
from acpitools.codec.tails import CountedBytes
from acpitools.core.findings import Finding, Location, Severity
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "MaximumProximityDomainInformation", "Msct"]


@record
class MaximumProximityDomainInformation(Structure):
    """What a range of domains can hold.  22 bytes.  Spec: ACPI 6.5, 5.2.19.1."""

    type: Annotated[U8, Label("Revision"), "Revision of the structure; the specification calls the field so."] = 1
    length: Annotated[Length8, "Bytes of this structure."] = 22
    low_domain: Annotated[U32, Label("Domain Range Start"), "First proximity domain of the range."]
    high_domain: Annotated[U32, Label("Domain Range End"), "Last proximity domain of the range."]
    processor_capacity: Annotated[U32, "Most processors in a domain; 0: none."]
    memory_capacity: Annotated[Size64, "Most memory in a domain, bytes; 0: none."]


STRUCTURES = StructureList(RawStructure8, {1: (MaximumProximityDomainInformation,)})
_FIXED = 56


@record
class Msct(SdtHeader):
    """Maximum System Characteristics Table."""

    TITLE = "Maximum System Characteristics Table"
    SPEC = "ACPI 6.5, 5.2.19"
    signature: Sig4 = "MSCT"
    domain_offset: Annotated[
        U32, Label("Proximity Offset"), "Bytes from the start of the table to the first structure."
    ] = _FIXED
    maximum_domains: Annotated[U32, Label("Max Proximity Domains"), "Number of proximity domains, less one."] = 0
    maximum_clock_domains: Annotated[U32, Label("Max Clock Domains"), "Number of clock domains, less one."] = 0
    maximum_address: Annotated[Hex64, Label("Max Physical Address"), "Largest physical address."] = 0
    gap: Annotated[
        bytes, CountedBytes(lambda msct: max(0, msct.domain_offset - _FIXED)), "Bytes before the first structure."
    ] = b""
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "In ascending order of domains."] = ()


def check(table: Msct, data: bytes) -> Iterator[Finding]:
    """Give an offset that lies inside the fixed part or past the end."""
    if not _FIXED <= table.domain_offset <= len(data):
        text = f"domain_offset {table.domain_offset} is not between {_FIXED} and {len(data)}"
        yield Finding(code="TAB023", severity=Severity.ERROR, message=text, location=Location(offset=36))


CODEC = TableCodec(records=(Msct,), check=check)
