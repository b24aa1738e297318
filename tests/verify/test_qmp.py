"""The monitor's messages, however the bytes come in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.core.errors import InputError
from acpitools.verify.qmp import LineBuffer, command_line, event_name

MESSAGES = st.dictionaries(st.text(max_size=5), st.one_of(st.integers(), st.text(max_size=9), st.none()), max_size=3)


@given(st.lists(MESSAGES, max_size=5), st.lists(st.integers(1, 20), min_size=1, max_size=9))
def test_messages_survive_any_cut(messages: list[dict[str, object]], pieces: list[int]) -> None:
    data = b"".join(json.dumps(message).encode() + b"\r\n" for message in messages)
    buffer, found, position, turn = LineBuffer(), [], 0, 0
    while position < len(data):
        size = pieces[turn % len(pieces)]
        found += buffer.add(data[position : position + size])
        position, turn = position + size, turn + 1
    assert found == messages


@pytest.mark.parametrize("line", [b"hello\n", b"[1]\n", b'{"a": \n', b"\xff\n", b"[" * 100_000 + b"\n"])
def test_what_is_no_message_is_an_error(line: bytes) -> None:
    with pytest.raises(InputError):
        LineBuffer().add(line)


def test_a_line_without_end_is_bounded() -> None:
    buffer = LineBuffer()
    assert buffer.add(b"x" * (1 << 20)) == []
    with pytest.raises(InputError, match="MiB"):
        buffer.add(b"x" * (16 << 20))


def test_a_command_is_one_line() -> None:
    line = command_line("device_add", {"id": "d\n1", "node": 1})
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"execute": "device_add", "arguments": {"id": "d\n1", "node": 1}}


def test_events_have_names() -> None:
    assert event_name({"event": "ACPI_DEVICE_OST", "data": {}}) == "ACPI_DEVICE_OST"
    assert event_name({"return": {}}) is None
