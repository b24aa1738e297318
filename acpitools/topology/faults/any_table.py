"""Faults that fit any table: header, length, checksum, and the frame of its structures.  Spec: ACPI 6.5, 5.2.6.

All but ``checksum`` and those about the declared length leave the checksum right, so that they alone are wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

from acpitools.codec.fields import Leaf, Role, Show
from acpitools.codec.record import Record
from acpitools.codec.structures import Structure, StructureList
from acpitools.tables.header import HEADER_SIZE
from acpitools.tables.registry import decode_table
from acpitools.tables.spans import structure_spans
from acpitools.topology.faults.fault import BytesFault, Fault, nothing, resummed

__all__ = ["FAULTS"]


def _with_length(data: bytes, length: int) -> bytes:
    return data[:4] + length.to_bytes(4, "little") + data[8:]


def _checksum(data: bytes) -> bytes:
    return data[:9] + bytes([data[9] + 1 & 0xFF]) + data[10:]


def _length_long(data: bytes) -> bytes:
    return resummed(_with_length(data, len(data) + 8))


def _length_short(data: bytes) -> bytes:
    return resummed(_with_length(data, len(data) - 4))


def _truncated(data: bytes) -> bytes:
    return data[:-8]


def _trailing(data: bytes) -> bytes:
    return data + bytes(16)


def _trailing_inside(data: bytes) -> bytes:
    return resummed(_with_length(data + b"\0", len(data) + 1))


def _header_only(data: bytes) -> bytes:
    return resummed(_with_length(data[:HEADER_SIZE], HEADER_SIZE))


def _revision_0(data: bytes) -> bytes:
    return resummed(data[:8] + b"\0" + data[9:])


def _revision_255(data: bytes) -> bytes:
    return resummed(data[:8] + b"\xff" + data[9:])


def _oem(data: bytes) -> bytes:
    return resummed(data[:10] + b"\x01\x7f\xff" + data[13:])


def _signature(data: bytes) -> bytes:
    return resummed(b"XQZW" + data[4:])


def _twice(data: bytes) -> Sequence[bytes]:
    return (data, data)


class _Frame:
    # Where a table's structures lie, and where their header keeps the length.
    def __init__(self, data: bytes) -> None:
        table = decode_table(data)
        known = next((spec.leaf for spec in table.FIELDS if isinstance(spec.leaf, StructureList)), None)
        if known is None:
            raise nothing(f"{data[:4].decode('latin-1')} has no structures")
        self.spans: list[tuple[int, Structure]] = [(offset, item) for _, offset, item in structure_spans(table)]
        if not self.spans:
            raise nothing(f"this {data[:4].decode('latin-1')} has no structures")
        fields = {spec.name: spec for spec in known.raw.FIELDS}
        self.at, self.size = fields["length"].offset or 0, int(fields["length"].leaf.size)
        self.type_size = int(fields["type"].leaf.size)

    def with_length(self, data: bytes, index: int, length: int) -> bytes:
        place = self.spans[index][0] + self.at
        return data[:place] + length.to_bytes(self.size, "little") + data[place + self.size :]

    def length(self, data: bytes, index: int) -> int:
        place = self.spans[index][0] + self.at
        return int.from_bytes(data[place : place + self.size], "little")


def _structure_zero(data: bytes) -> bytes:
    return resummed(_Frame(data).with_length(data, 0, 0))


def _structure_short(data: bytes) -> bytes:
    frame = _Frame(data)
    end = frame.spans[0][0] + frame.length(data, 0)
    cut = frame.with_length(data, 0, frame.length(data, 0) - 1)
    cut = cut[: end - 1] + cut[end:]
    return resummed(_with_length(cut, len(cut)))


def _structure_long(data: bytes) -> bytes:
    frame = _Frame(data)
    end = frame.spans[0][0] + frame.length(data, 0)
    longer = frame.with_length(data, 0, frame.length(data, 0) + 4)
    longer = longer[:end] + bytes(4) + longer[end:]
    return resummed(_with_length(longer, len(longer)))


def _structure_past_end(data: bytes) -> bytes:
    frame = _Frame(data)
    return resummed(frame.with_length(data, -1, frame.length(data, -1) + 8))


def _structure_unknown(data: bytes) -> bytes:
    frame = _Frame(data)
    header = bytearray(frame.at + frame.size + 4)
    header[: frame.type_size] = (0x7F).to_bytes(frame.type_size, "little")
    header[frame.at : frame.at + frame.size] = len(header).to_bytes(frame.size, "little")
    longer = data + bytes(header)
    return resummed(_with_length(longer, len(longer)))


def _reserved(data: bytes) -> bytes:
    table = decode_table(data)
    places: list[tuple[int, Record]] = [(offset, item) for _, offset, item in structure_spans(table)]
    places.append((0, table))
    for start, record in places:
        for spec in record.FIELDS:
            if isinstance(spec.leaf, Leaf) and spec.leaf.role is Role.RESERVED and spec.leaf.show is not Show.BYTES:
                place = start + (spec.offset or 0)
                return resummed(data[:place] + b"\xa5" + data[place + 1 :])
    raise nothing(f"{data[:4].decode('latin-1')} has no reserved field")


def _any(name: str, text: str, function: BytesFault) -> Fault:
    return Fault(name=name, table="SRAT", text=text, data=function, any_table=True)


FAULTS = (
    _any("checksum", "the checksum is off by one; an override with it is refused", _checksum),
    _any("length-long", "the declared length is 8 bytes more than there are; an override is refused", _length_long),
    _any("length-short", "the declared length ends 4 bytes before the table does", _length_short),
    _any("truncated", "the last 8 bytes are missing", _truncated),
    _any("trailing", "16 bytes follow after the declared length", _trailing),
    _any("trailing-inside", "one byte that is no structure ends the table", _trailing_inside),
    _any("header-only", "the table ends after its 36-byte header", _header_only),
    _any("revision-0", "the table's revision is 0", _revision_0),
    _any("revision-255", "the table's revision is one that nobody has specified", _revision_255),
    _any("oem-unprintable", "the OEM id has bytes that are no text", _oem),
    _any("signature-unknown", "the signature is one that no kernel takes from an override", _signature),
    _any("table-twice", "the table is there twice; the kernel uses the first", _twice),
    _any("structure-zero-length", "the first structure declares length 0; the walk has to end there", _structure_zero),
    _any("structure-short", "the first structure is a byte shorter than its layout", _structure_short),
    _any("structure-long", "the first structure is 4 bytes longer than its layout", _structure_long),
    _any("structure-past-end", "the last structure declares 8 bytes more than the table has", _structure_past_end),
    _any("structure-unknown", "a structure of unknown type 0x7f ends the table", _structure_unknown),
    _any("reserved-set", "a reserved field is not zero", _reserved),
)
