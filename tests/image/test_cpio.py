"""The newc archive: what is written is read back, what is hostile ends in a reason, and busybox agrees."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.core.errors import EncodeError
from acpitools.image.cpio import BLOCK, HEADER, CpioFile, EarlyArchive, Stop, directory, read_newc, regular, write_newc
from tests.strategies import archived_files, mutated

SMALL = write_newc([directory("a"), regular("a/b", b"hello"), regular("c", b"", executable=True)])


@given(archived_files())
def test_what_is_written_is_read_back(files: tuple[CpioFile, ...]) -> None:
    data = write_newc(files)
    archive = read_newc(data)
    assert archive.stop is Stop.END
    assert len(data) % BLOCK == 0
    assert [(file.name, file.mode, file.data) for file in files] == [
        (member.name, member.mode, member.content(data)) for member in archive.members
    ]


@given(archived_files(), archived_files(), st.integers(0, 9))
def test_archives_in_a_row_are_one_with_zeros_between(
    first: tuple[CpioFile, ...], second: tuple[CpioFile, ...], words: int
) -> None:
    data = write_newc(first) + bytes(4 * words) + write_newc(second)
    names = [member.name for member in read_newc(data).members]
    assert [file.name for file in (*first, *second)] == names


@given(mutated(SMALL, SMALL + SMALL, b"\0" * 64))
def test_any_bytes_end_in_members_that_lie_inside_and_a_reason(data: bytes) -> None:
    archive = read_newc(data)
    assert 0 <= archive.end <= len(data)
    for member in archive.members:
        assert HEADER < member.offset <= member.offset + member.size <= len(data)


def field(data: bytes, number: int, text: bytes) -> bytes:
    """Overwrite a field of the first header, counted from 0 after the magic number."""
    at = 6 + 8 * number
    return data[:at] + text + data[at + 8 :]


@pytest.mark.parametrize(
    ("data", "stop"),
    [
        (b"\x1f\x8b" + bytes(200), Stop.NO_HEADER),
        (b"070707" + SMALL[6:], Stop.NO_HEADER),
        (field(SMALL, 6, b"0000000g"), Stop.NO_HEADER),
        (field(SMALL, 6, b"FFFFFFFF"), Stop.OVERRUN),
        (field(SMALL, 11, b"ffffffff"), Stop.OVERRUN),
        (SMALL[:HEADER], Stop.END),
        (b"", Stop.END),
    ],
)
def test_what_is_no_archive_gives_no_member(data: bytes, stop: Stop) -> None:
    assert read_newc(data).members == ()
    assert read_newc(data).stop is stop


def test_a_cut_off_archive_gives_what_is_whole() -> None:
    data = SMALL[: 2 * HEADER + 12]
    assert read_newc(data) == EarlyArchive(read_newc(SMALL).members[:1], 112, Stop.OVERRUN)


def test_the_checksum_variant_and_capitals_are_headers_too() -> None:
    data = b"070702" + SMALL[6:].replace(b"000081ED", b"000081eD")
    assert [member.name for member in read_newc(data).members] == ["a", "a/b", "c"]


def test_a_sea_of_zeros_is_crossed_and_many_members_are_bounded() -> None:
    assert read_newc(bytes(1 << 25)).stop is Stop.END
    one = write_newc([directory("x")])[:112]
    assert read_newc(one * 100_001).stop is Stop.TOO_MANY


@pytest.mark.parametrize("name", ["", "a\0b", "TRAILER!!!"])
def test_a_name_that_cannot_be_stored_is_refused(name: str) -> None:
    with pytest.raises(EncodeError):
        write_newc([regular(name, b"")])


def test_equal_content_makes_equal_bytes() -> None:
    assert write_newc([regular("a", b"1")]) == write_newc([regular("a", b"1")])


def test_busybox_unpacks_what_is_written(needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    # An independent reader of the format.
    busybox = needs_tool("busybox")
    done = subprocess.run([busybox, "cpio", "-idm"], input=SMALL, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a" / "b").read_bytes() == b"hello"
    assert (tmp_path / "c").stat().st_mode & 0o777 == 0o755


def test_what_busybox_packs_is_read(needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    busybox = needs_tool("busybox")
    (tmp_path / "one").write_bytes(b"1" * 5)
    done = subprocess.run(
        [busybox, "cpio", "-oH", "newc"], input=b"one\n", cwd=tmp_path, capture_output=True, check=True
    )
    (member,) = read_newc(done.stdout).members
    assert (member.name, member.content(done.stdout), member.is_file) == ("one", b"11111", True)
