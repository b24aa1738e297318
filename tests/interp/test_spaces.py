"""Simulated memory, alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from acpitools.interp.load import load
from acpitools.interp.objects import Node, Region
from acpitools.interp.spaces import Memory

EMPTY = load([])


def region(offset: int = 0) -> Region:
    return Region("SystemMemory", 0, Node(None, b"REGN"), EMPTY.bus, offset, 0x1000)


@given(st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=70)), max_size=12), st.integers(0, 1 << 64))
def test_memory_holds_what_was_written_last_and_zeros_elsewhere(writes: list[tuple[int, bytes]], base: int) -> None:
    memory = Memory()
    expected = bytearray(400)
    for offset, data in writes:
        memory.put(base + offset, data)
        expected[offset : offset + len(data)] = data
    assert memory.get(base, 400) == expected


def test_memory_counts_from_the_start_of_the_region() -> None:
    memory = Memory({0x1000: bytes(range(16))})
    assert memory.read(region(0x1000), 2, 32) == 0x05040302
    memory.write(region(0x0FFE), 4, 16, 0xBEEF)
    assert memory.get(0x1000, 4) == b"\0\x01\xef\xbe"
