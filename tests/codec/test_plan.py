"""The law that ties plans to Construct, for every record: the same values from bytes, the same bytes from a record."""

from __future__ import annotations

import construct
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.codec.fields import Leaf
from acpitools.codec.plan import STRUCT_CODES
from acpitools.codec.record import Record, RestBytes, decode, encode, fixed_size, plan_of
from acpitools.codec.schema import construct_decode, construct_encode, struct_of
from acpitools.codec.tails import CountedBytes, Integers
from acpitools.core.errors import DecodeError
from tests.record_classes import RECORDS
from tests.strategies import record_bytes


def flat(leaf: object) -> bool:
    """Tell whether Construct has the same: lists, texts and what lies where an offset says are bytes to it."""
    return isinstance(leaf, Leaf | Integers | CountedBytes | RestBytes) and getattr(leaf, "at", None) is None


FLAT = [cls for cls in RECORDS if all(flat(spec.leaf) for spec in cls.FIELDS)]


def named(cls: type[Record]) -> str:
    return cls.__name__


@pytest.mark.parametrize("cls", FLAT, ids=named)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_plan_and_construct_agree(cls: type[Record], data: st.DataObject) -> None:
    raw = data.draw(record_bytes(cls))
    record = decode(cls, raw)
    assert record == construct_decode(cls, raw)
    assert encode(record) == construct_encode(record) == raw


@pytest.mark.parametrize("cls", RECORDS, ids=named)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_decoding_and_encoding_gives_the_same_back(cls: type[Record], data: st.DataObject) -> None:
    raw = data.draw(record_bytes(cls) | st.binary(min_size=fixed_size(cls), max_size=fixed_size(cls) + 200))
    record = decode(cls, raw)
    assert encode(record) == raw
    assert decode(cls, encode(record)) == record


@pytest.mark.parametrize("cls", RECORDS, ids=named)
def test_fewer_bytes_than_the_fixed_part_are_refused(cls: type[Record]) -> None:
    size = fixed_size(cls)
    if size:
        with pytest.raises(DecodeError, match=f"{cls.__name__}: {size - 1} bytes, at least {size} needed"):
            decode(cls, bytes(size - 1))
    assert encode(decode(cls, bytes(size))) == bytes(size)


@pytest.mark.parametrize("cls", RECORDS, ids=named)
def test_the_plans_size_is_what_construct_computes(cls: type[Record]) -> None:
    fixed = [
        sub
        for sub, spec in zip(struct_of(cls).subcons, cls.FIELDS, strict=True)
        if spec.leaf.__class__.__name__ == "Leaf"
    ]
    assert plan_of(cls).size == sum(sub.sizeof() for sub in fixed)


def test_struct_codes_are_those_of_constructs_own_formats() -> None:
    for name, code in STRUCT_CODES.items():
        leaf = getattr(construct, name)
        if name == "Int24ul":
            assert (leaf.sizeof(), code) == (3, "3s")
            assert leaf.parse(b"\1\2\3") == 0x030201
        else:
            # Construct writes 32 bits as L, which struct's standard sizes make the same as I.
            assert leaf.fmtstr.replace("L", "I") == f"<{code}"
