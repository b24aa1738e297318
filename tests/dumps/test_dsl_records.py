"""Lines to one record's bytes."""

from typing import Annotated

import pytest

from acpitools.codec.fields import U8
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.dumps.dsl_records import RecordReader
from acpitools.dumps.dsl_source import Source


@record
class _Grown(Record):
    first: U8
    late: Annotated[U8, Label(optional=True)] = 0
    last: Annotated[U8, Label(must=7)] = 7


@pytest.mark.parametrize(
    ("text", "data", "warnings"),
    [
        ("First : 1\nLast : 7\n", "010007", 0),
        ("First : 1\nLate : 2\nLast : 7\n", "010207", 0),
        ("First : 1\nLast : 8\n", "010007", 1),
    ],
)
def test_lines_of_newer_iasl_and_values_that_it_sets(text: str, data: str, warnings: int) -> None:
    reader = RecordReader(Source(bytearray(text.encode()), "t"))
    assert reader.record((_Grown,), 1)[1] == bytes.fromhex(data)
    assert len(reader.warnings) == warnings
