"""Notes that carry what the data-table language cannot hold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.tables.dsl_notes import note_text, parse_note, replaced, word_of


def parsed(text: str) -> object:
    return parse_note(text.removeprefix("/* acpitools: ").removesuffix(" */\n"), 7)


@settings(deadline=None)
@given(st.integers(0, 9), st.sampled_from(["is", "then"]), st.binary(min_size=1, max_size=80))
def test_bytes_come_back(depth: int, kind: str, data: bytes) -> None:
    assert parsed(note_text(depth, kind, data)) == (word_of(depth), kind, 0, data, b"", 7)


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=60), st.data())
def test_replacements_make_the_one_of_the_other(actual: bytes, data: st.DataObject) -> None:
    other = data.draw(st.binary(min_size=len(actual), max_size=len(actual)))
    made = bytearray(other)
    for text in replaced(1, actual, other):
        note = parse_note(text.removeprefix("/* acpitools: ").removesuffix(" */\n"), 0)
        assert note is not None
        assert made[note.offset : note.offset + len(note.data)] == note.instead
        made[note.offset : note.offset + len(note.data)] = note.data
    assert made == actual


def test_where_and_instead_of_what() -> None:
    assert list(replaced(0, b"\0\x5a\0\1\2", b"\0\x3c\0\0\0")) == [
        "/* acpitools: table at 01: 5A, not 3C */\n",
        "/* acpitools: table at 03: 01 02, not 00 00 */\n",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "structure",
        "structure is 01",
        "structure is: 0",
        "structure was: 01",
        "structure at: 01, not 02",
        "structure at 0C: 01",
        "structure at 0C: 01 02, not 03",
        "structure then: 01, not 02",
    ],
)
def test_a_damaged_note_is_none(text: str) -> None:
    assert parse_note(text, 0) is None
