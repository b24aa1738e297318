"""CEDT: CXL host bridges and the fixed windows that map them.  Spec: CXL 3.1, 9.18."""

from collections.abc import Iterator
from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import (
    U8,
    U16,
    U32,
    Address64,
    Hex16,
    Length16,
    Reserved8,
    Reserved16,
    Reserved24,
    Reserved32,
    Sig4,
    Size64,
    enum8,
    enum32,
    flags16,
)
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure8R16, Structure, StructureList
from acpitools.codec.tails import Integers, U32Array
from acpitools.core.findings import Finding, Location, Severity
from acpitools.tables.header import SdtHeader
from acpitools.tables.spans import structure_spans
from acpitools.tables.table_codec import TableCodec

__all__ = [
    "CODEC",
    "Cedt",
    "CxlFixedMemoryWindow",
    "CxlHostBridge",
    "CxlSystemDescription",
    "CxlVersion",
    "CxlXorInterleaveMath",
    "InterleaveArithmetic",
    "RcecDownstreamPortAssociation",
    "RcecDownstreamPortAssociation17",
    "RcecProtocol",
    "WindowRestrictions",
]

Type = Annotated[U8, Label("Subtable Type"), "Structure type."]
Length = Annotated[Length16, "Bytes of this structure."]


class CxlVersion(IntEnum):
    """What registers a host bridge has."""

    CXL_1_1 = 0
    CXL_2_0 = 1


class InterleaveArithmetic(IntEnum):
    """How a window selects its target."""

    MODULO = 0
    XOR = 1


class RcecProtocol(IntEnum):
    """Protocol of a downstream port."""

    CXL_IO = 0
    CXL_CACHEMEM = 1


class WindowRestrictions(IntFlag):
    """What a window may be used for."""

    DEVICE_COHERENT = 1
    HOST_ONLY_COHERENT = 2
    VOLATILE = 4
    PERSISTENT = 8
    FIXED_CONFIG = 16
    BACK_INVALIDATE = 32


@record
class CxlHostBridge(Structure):
    """CHBS: a CXL host bridge and its registers.  Spec: CXL 3.1, 9.18.1.2."""

    type: Type = 0
    reserved1: Reserved8 = 0
    length: Length = 32
    uid: Annotated[U32, "_UID of the ACPI0016 device."]
    cxl_version: Annotated[int, enum32(CxlVersion), "Kind of registers."] = CxlVersion.CXL_2_0
    reserved2: Reserved32 = 0
    base: Annotated[Address64, "RCRB (CXL 1.1) or component registers (CXL 2.0)."]
    register_length: Annotated[Size64, "0x2000 for CXL 1.1, 0x10000 for CXL 2.0."] = 0x10000


@record
class CxlFixedMemoryWindow(Structure):
    """CFMWS: host physical addresses that are interleaved over host bridges.  Spec: CXL 3.1, 9.18.1.3."""

    type: Type = 1
    reserved1: Reserved8 = 0
    length: Length
    reserved2: Reserved32 = 0
    base_hpa: Annotated[Address64, "First byte of the window; a multiple of 256 MiB."]
    window_size: Annotated[Size64, "Bytes; a multiple of 256 MiB times the ways."]
    encoded_interleave_ways: Annotated[U8, "0-4: 1, 2, 4, 8, 16 ways; 8-10: 3, 6, 12 ways."] = 0
    interleave_arithmetic: Annotated[int, enum8(InterleaveArithmetic), "How the target is selected."] = (
        InterleaveArithmetic.MODULO
    )
    reserved3: Reserved16 = 0
    encoded_granularity: Annotated[U32, "0-6: 256 bytes to 16 KiB."] = 0
    window_restrictions: Annotated[WindowRestrictions, flags16(WindowRestrictions), "What the window may hold."]
    qtg_id: Annotated[U16, "QoS throttling group."] = 0
    targets: Annotated[U32Array, "_UID of each host bridge, one per way."]

    @property
    def interleave_ways(self) -> int | None:
        """Give the number of ways, or None for a reserved encoding."""
        return _WAYS.get(self.encoded_interleave_ways)

    @property
    def granularity(self) -> int | None:
        """Give the interleave granularity in bytes, or None for a reserved encoding."""
        return 256 << self.encoded_granularity if self.encoded_granularity <= _MAX_GRANULARITY else None


_WAYS = {0: 1, 1: 2, 2: 4, 3: 8, 4: 16, 8: 3, 9: 6, 10: 12}
_MAX_GRANULARITY = 6


@record
class CxlXorInterleaveMath(Structure):
    """CXIMS: XOR bitmaps for windows of one granularity.  Spec: CXL 3.1, 9.18.1.4."""

    type: Type = 2
    reserved1: Reserved8 = 0
    length: Length
    reserved2: Reserved16 = 0
    encoded_granularity: Annotated[U8, "Granularity of the windows that it serves."]
    bitmap_count: Annotated[U8, "Number of bitmaps."]
    xor_bitmaps: Annotated[IntArray, Integers(8, "bitmap_count", hexadecimal=True), "Address bits to be XORed."]


@record
class RcecDownstreamPortAssociation(Structure):
    """RDPAS in 20 bytes, address first, as ACPICA and Linux read it.  Spec: CXL 3.1, 9.18.1.5."""

    type: Type = 3
    reserved1: Reserved8 = 0
    length: Length = 20
    segment: Annotated[U16, "PCI segment."]
    bdf: Annotated[Hex16, "RCEC: bus 15:8, device 7:3, function 2:0."]
    base_address: Annotated[Address64, "RCRB or component registers."]
    protocol: Annotated[int, enum8(RcecProtocol), "Protocol of the port."] = RcecProtocol.CXL_IO
    reserved2: Reserved24 = 0


@record
class RcecDownstreamPortAssociation17(Structure):
    """RDPAS in 17 bytes, protocol first.  Some makers declare 16 bytes for it."""

    type: Type = 3
    reserved1: Reserved8 = 0
    length: Length = 17
    segment: Annotated[U16, "PCI segment."]
    bdf: Annotated[Hex16, "RCEC: bus 15:8, device 7:3, function 2:0."]
    protocol: Annotated[int, enum8(RcecProtocol), "Protocol of the port."] = RcecProtocol.CXL_IO
    base_address: Annotated[Address64, "RCRB or component registers."]


@record
class CxlSystemDescription(Structure):
    """CSDS: what the system can do.  Spec: CXL 3.1, 9.18.1.6."""

    type: Type = 4
    reserved1: Reserved8 = 0
    length: Length = 8
    system_capabilities: Annotated[WindowRestrictions, flags16(WindowRestrictions), "Kinds of memory supported."]
    reserved2: Reserved16 = 0


STRUCTURES = StructureList(
    RawStructure8R16,
    {
        0: (CxlHostBridge,),
        1: (CxlFixedMemoryWindow,),
        2: (CxlXorInterleaveMath,),
        3: (RcecDownstreamPortAssociation17, RcecDownstreamPortAssociation),
        4: (CxlSystemDescription,),
    },
    misdeclared={(3, 16): RcecDownstreamPortAssociation17},
)


@record
class Cedt(SdtHeader):
    """CXL Early Discovery Table."""

    TITLE = "CXL Early Discovery Table"
    SPEC = "CXL 3.1, 9.18"
    signature: Sig4 = "CEDT"
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "CXL structures, in firmware order."] = ()


def check(table: Cedt, data: bytes) -> Iterator[Finding]:  # noqa: ARG001
    """Give windows whose targets are not as many as their interleave ways."""
    for index, offset, window in structure_spans(table):
        if not isinstance(window, CxlFixedMemoryWindow):
            continue
        ways, targets = window.interleave_ways, len(window.targets)
        where = Location(index=index, offset=offset)
        if ways is None:
            text = f"encoded_interleave_ways {window.encoded_interleave_ways} is reserved"
            yield Finding(code="TAB013", severity=Severity.WARNING, message=text, location=where)
        elif ways != targets:
            text = f"{ways} interleave ways, but {targets} targets"
            yield Finding(code="TAB021", severity=Severity.ERROR, message=text, location=where)


CODEC = TableCodec(records=(Cedt,), check=check)
