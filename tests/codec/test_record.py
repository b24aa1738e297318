"""What @record makes of a declaration."""

from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from acpitools.codec.fields import U8
from acpitools.codec.record import Record, Rest, decode, encode, record, size_of
from acpitools.core.errors import EncodeError
from acpitools.tables.fadt import Fadt1, Fadt2
from acpitools.tables.srat import MemoryAffinity, MemoryAffinityFlags, ProcessorLocalApicAffinity

# ACPI 6.5, table 5.58: domain 2, 4 GiB at 8 GiB, enabled and hot-pluggable.
RANGE = MemoryAffinity(
    proximity_domain=2,
    base_address=8 << 30,
    range_length=4 << 30,
    flags=MemoryAffinityFlags.ENABLED | MemoryAffinityFlags.HOT_PLUGGABLE,
)
RANGE_BYTES = bytes.fromhex("01 28 02000000 0000 0000000002000000 0000000001000000 00000000 03000000 0000000000000000")


def test_encode_writes_fields_in_order() -> None:
    assert encode(RANGE) == RANGE_BYTES


def test_decode_reads_them_back() -> None:
    assert decode(MemoryAffinity, RANGE_BYTES) == RANGE


def test_decode_takes_a_span_of_larger_bytes() -> None:
    assert decode(MemoryAffinity, b"xx" + RANGE_BYTES + b"yy", 2, 42) == RANGE


def test_bytes_after_the_last_field_are_kept() -> None:
    longer = decode(MemoryAffinity, RANGE_BYTES + b"new")
    assert longer.trailing == b"new"
    assert encode(longer) == RANGE_BYTES + b"new"
    assert size_of(longer) == 43


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        RANGE.proximity_domain = 3  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del RANGE.proximity_domain
    with pytest.raises(dataclasses.FrozenInstanceError):
        RANGE.other = 3


def test_a_decoded_record_cannot_be_changed_either() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        decode(MemoryAffinity, RANGE_BYTES).flags = MemoryAffinityFlags(0)  # type: ignore[misc]


def test_a_record_has_no_dictionary() -> None:
    assert not hasattr(RANGE, "__dict__")


def test_dataclass_functions_work() -> None:
    assert dataclasses.is_dataclass(RANGE)
    assert [field.name for field in dataclasses.fields(RANGE)][-1] == "reserved3"
    assert dataclasses.replace(RANGE, proximity_domain=5).proximity_domain == 5


def test_records_are_equal_by_class_and_value() -> None:
    same = decode(MemoryAffinity, RANGE_BYTES)
    assert same == RANGE
    assert hash(same) == hash(RANGE)
    assert dataclasses.replace(RANGE, flags=MemoryAffinityFlags(0)) != RANGE
    assert RANGE != "something else"


def test_records_can_be_pickled_and_copied() -> None:
    assert pickle.loads(pickle.dumps(RANGE)) == RANGE
    assert copy.deepcopy(RANGE) == RANGE


def test_a_missing_and_an_unknown_field_are_refused() -> None:
    with pytest.raises(TypeError, match="needs 'proximity_domain'"):
        MemoryAffinity(base_address=0, range_length=0)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="no field 'domain'"):
        MemoryAffinity(proximity_domain=0, base_address=0, range_length=0, domain=1)  # type: ignore[call-arg]


def test_repr_names_every_field() -> None:
    shown = repr(ProcessorLocalApicAffinity(proximity_domain_low=1, apic_id=4))
    assert shown.startswith("ProcessorLocalApicAffinity(type=0, length=16, proximity_domain_low=1, apic_id=4, ")
    assert "trailing" not in shown


def test_24_bit_fields_are_integers() -> None:
    data = bytes.fromhex("00 10 78 04 01000000 00 563412 00000000")
    affinity = decode(ProcessorLocalApicAffinity, data)
    assert affinity.proximity_domain_high == 0x123456
    assert affinity.proximity_domain == 0x12345678
    assert encode(affinity) == data


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"proximity_domain": 1 << 32}, r"MemoryAffinity.proximity_domain: 4294967296 does not fit in 4 bytes \(0 to"),
        ({"type": -1}, r"MemoryAffinity.type: -1 does not fit in 1 bytes"),
        ({"base_address": 1.5}, r"MemoryAffinity.base_address: 1.5 does not fit"),
        ({"base_address": None}, r"MemoryAffinity.base_address: None does not fit"),
    ],
)
def test_a_value_that_does_not_fit_is_named(changes: dict[str, object], message: str) -> None:
    with pytest.raises(EncodeError, match=message):
        encode(dataclasses.replace(RANGE, **changes))  # type: ignore[arg-type]


def test_text_of_the_wrong_size_is_named() -> None:
    with pytest.raises(EncodeError, match=r"Fadt1.oem_id: 'ACME' is not 6 bytes"):
        encode(Fadt1(oem_id="ACME"))


def test_a_record_extends_its_base() -> None:
    longer = Fadt2(oem_id="ABCDEF", reset_value=6)
    shorter = Fadt1(oem_id="ABCDEF")
    assert isinstance(longer, Fadt1)
    assert encode(longer).startswith(encode(shorter))
    assert (size_of(shorter), size_of(longer)) == (116, 132)


def test_a_field_without_a_layout_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Plain.number declares no layout"):
        record(type("Plain", (Record,), {"__annotations__": {"number": int}}))


def test_a_fixed_field_after_a_variable_one_is_refused() -> None:
    with pytest.raises(TypeError, match=r"Late.number: a fixed-size field after one of variable size"):
        record(type("Late", (Record,), {"__annotations__": {"rest": Rest, "number": U8}}))


def test_field_specs_tell_offset_and_description() -> None:
    specs = {spec.name: spec for spec in MemoryAffinity.FIELDS}
    assert specs["range_length"].offset == 16
    assert specs["range_length"].doc == "Bytes; the range ends before base_address + range_length."
    assert specs["trailing"].offset == 40
    assert issubclass(MemoryAffinity, Record)
