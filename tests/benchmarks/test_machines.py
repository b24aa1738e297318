"""The benchmarks' machines are what they claim to be, whoever reads them."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.dumps.load import load_bytes
from benchmarks import machines


def structures(srat: bytes) -> list[bytes]:
    found, at = [], 48
    while at < len(srat):
        found.append(srat[at : at + srat[at + 1]])
        at += srat[at + 1]
    return found


@pytest.mark.parametrize(
    "data", [machines.srat(3, 7, machines.TIB), machines.slit(5), machines.table(b"SSDT", b"body")]
)
def test_length_and_checksum_are_right(data: bytes) -> None:
    assert struct.unpack_from("<I", data, 4) == (len(data),)
    assert sum(data) & 0xFF == 0


@pytest.mark.parametrize(("nodes", "ranges"), [(1, 1), (4, 4), (3, 7), (1024, 2048)])
def test_the_ranges_cover_the_memory_and_the_nodes(nodes: int, ranges: int) -> None:
    end = 64 * machines.TIB
    found = list(machines.node_ranges(nodes, ranges, end))
    assert len(found) == ranges
    assert [start for _, start, _ in found] == [0, *(stop for _, _, stop in found[:-1])]
    assert found[-1][2] == end
    assert sorted({node for node, _, _ in found}) == list(range(nodes))
    assert [node for node, _, _ in found] == sorted(node for node, _, _ in found)


def test_an_srat_has_a_cpu_a_node_and_its_ranges() -> None:
    kinds = [data[0] for data in structures(machines.srat(4, 9, machines.TIB))]
    assert (kinds.count(2), kinds.count(1), len(kinds)) == (4, 9, 13)


def test_a_slit_is_symmetric_with_ten_on_the_diagonal_only() -> None:
    count = 60
    matrix = machines.slit(count)[44:]
    assert len(matrix) == count * count
    for row in range(count):
        assert matrix[row * count : (row + 1) * count] == matrix[row::count]
        assert [column for column in range(count) if matrix[row * count + column] == 10] == [row]
    assert min(matrix) == 10


def test_a_dump_holds_its_tables(tmp_path: Path, needs_tool: Callable[[str], str]) -> None:
    text = machines.acpidump(500_000)
    assert 500_000 <= len(text) < 800_000
    ours = sorted(table.data for table in load_bytes(text.encode()).tables)
    (tmp_path / "dump.txt").write_text(text)
    subprocess.run([needs_tool("acpixtract"), "-a", "dump.txt"], cwd=tmp_path, check=True, capture_output=True)
    assert ours == sorted(path.read_bytes() for path in tmp_path.glob("*.dat"))
    assert [sum(data) & 0xFF for data in ours] == [0] * len(ours)


def test_the_same_input_is_made_every_time() -> None:
    assert machines.acpidump(100_000) == machines.acpidump(100_000)
