"""Hypothesis strategies: inputs, and inputs that something went wrong with."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import strategies as st

from acpitools.codec.arrays import IntArray
from acpitools.codec.checksum import seal
from acpitools.codec.fields import Leaf
from acpitools.codec.record import FieldSpec, Record, decode, encode, fixed_size
from acpitools.codec.structures import Structure, StructureList
from acpitools.codec.tails import Integers
from acpitools.tables.header import Table
from acpitools.tables.registry import codec_for

_BYTES = st.binary(max_size=8)


@st.composite
def mutated(draw: st.DrawFn, *originals: bytes) -> bytes:
    """One of the originals after a few cuts, repetitions, swaps and foreign bytes; now and then unharmed."""
    data = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(0, 4))):
        first, second = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        match draw(st.sampled_from(("insert", "replace", "delete", "repeat", "truncate", "flip"))):
            case "insert":
                data = data[:first] + draw(_BYTES) + data[first:]
            case "replace":
                data = data[:first] + draw(_BYTES) + data[second:]
            case "delete":
                data = data[:first] + data[second:]
            case "repeat":
                data = data[:second] + data[first:second] * draw(st.integers(1, 3)) + data[second:]
            case "truncate":
                data = data[:first]
            case "flip" if first < len(data):
                data = data[:first] + bytes((data[first] ^ 1 << draw(st.integers(0, 7)),)) + data[first + 1 :]
    return data


def records(cls: type[Record]) -> st.SearchStrategy[Record]:
    """Any record of a class: each fixed field in its full range, counts small enough to be met, any tail."""
    return record_bytes(cls).map(lambda data: decode(cls, data))


@st.composite
def record_bytes(draw: st.DrawFn, cls: type[Record]) -> bytes:
    """The bytes of any record of a class."""
    parts = [draw(_field(spec)) for spec in cls.FIELDS if isinstance(spec.leaf, Leaf)]
    return b"".join(parts) + draw(st.binary(max_size=96))


def _field(spec: FieldSpec) -> st.SearchStrategy[bytes]:
    size = spec.leaf.size
    if spec.name.endswith("_count"):
        return st.integers(0, 4).map(lambda value: value.to_bytes(size, "little"))
    edges = st.sampled_from((bytes(size), b"\xff" * size, b"\1" + bytes(size - 1)))
    return edges | st.binary(min_size=size, max_size=size)


@st.composite
def structures(draw: st.DrawFn, known: StructureList) -> Structure:
    """A structure that a table may hold, with the length of its bytes."""
    number = draw(st.sampled_from(known.types) | st.integers(0, 255))
    choices = [*known.records_of(number), known.raw]
    structure = draw(records(draw(st.sampled_from(choices))))
    fixed = draw(_counted(dataclasses.replace(structure, **_named(type=number, trailing=b""))))
    if type(fixed) is known.raw:
        # Longer than its own header, shorter than the records of its type: else it would decode as one of them.
        limit = min((fixed_size(cls) for cls in known.records_of(number)), default=200) - fixed_size(known.raw)
        fixed = dataclasses.replace(fixed, **_named(payload=draw(st.binary(max_size=max(0, limit - 1)))))
    return dataclasses.replace(fixed, **_named(length=len(encode(fixed))))  # type: ignore[return-value]


@st.composite
def _counted(draw: st.DrawFn, record: Record) -> Record:
    # Counts are what their arrays have; an array whose count follows from others has that many elements.
    arrays = [spec for spec in record.FIELDS if isinstance(spec.leaf, Integers)]
    counts = {spec.leaf.counted_by: len(getattr(record, spec.name)) for spec in arrays if spec.leaf.counted_by}
    record = dataclasses.replace(record, **_named(**counts))
    for spec in arrays:
        if spec.leaf.count is not None and spec.leaf.counted_by is None:
            size = spec.leaf.count(record) * spec.leaf.width
            value = IntArray(draw(st.binary(min_size=size, max_size=size)), spec.leaf.width)
            record = dataclasses.replace(record, **_named(**{spec.name: value}))
    return record


@st.composite
def tables(draw: st.DrawFn, signature: str) -> Table:
    """A table of a signature whose lengths, counts and checksums are right, with anything in its other fields."""
    codec = codec_for(signature)
    assert codec is not None
    cls = draw(st.sampled_from(codec.records))
    record = draw(records(cls))
    changes: dict[str, Any] = {"trailing": b"", "signature": signature}
    for spec in cls.FIELDS:
        if isinstance(spec.leaf, StructureList):
            changes[spec.name] = tuple(draw(st.lists(structures(spec.leaf), max_size=6)))
    if signature == "MSCT":
        changes |= {"domain_offset": 56, "gap": b""}
    if signature == "SLIT":
        side = draw(st.integers(0, 9))
        changes |= {"locality_count": side, "matrix": draw(st.binary(min_size=side**2, max_size=side**2))}
    if signature == "HMAT":
        changes["revision"] = 1 if cls.__name__ == "Hmat1" else 2
    if signature == "RSD PTR ":
        changes["revision"] = 0 if cls.__name__ == "Rsdp1" else 2
    return seal(dataclasses.replace(record, **changes))  # type: ignore[return-value]


def _named(**values: Any) -> dict[str, Any]:
    return values
