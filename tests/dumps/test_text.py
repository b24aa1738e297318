import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from acpitools.core.errors import BootInputError
from acpitools.dumps import text as text_module
from acpitools.dumps.text import decode_text, numbered_lines, read_text


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress, bytes])
def test_content_decides_how_bytes_are_unpacked(pack: Callable[[bytes], bytes]) -> None:
    assert decode_text(pack(b"BIOS-e820: x\n")) == "BIOS-e820: x\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_byte_order_marks_are_no_part_of_the_text(encoding: str) -> None:
    assert decode_text("Linux".encode(encoding)) == "Linux"


def test_wrong_bytes_become_replacement_characters() -> None:
    assert decode_text(b"a\xffb\x80") == "a\ufffdb\ufffd"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
def test_a_bomb_is_refused_without_being_expanded(
    pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = pack(bytes(1 << 20))
    monkeypatch.setattr(text_module, "MAX_TEXT_BYTES", 1 << 17)
    with pytest.raises(BootInputError, match=r"log: x\.gz: expands too far: more than"):
        decode_text(bomb, what="log", where="x.gz")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_truncated_compressed_data_is_an_error(pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BootInputError, match=r"ends early|damaged"):
        decode_text(pack(b"BIOS-e820: " * 1000)[:-9])


@pytest.mark.parametrize("magic", [b"\x1f\x8b", b"\xfd7zXZ\x00", b"BZh9", b"\x28\xb5\x2f\xfd"])
def test_damaged_compressed_data_is_an_error(magic: bytes) -> None:
    with pytest.raises(BootInputError, match="damaged"):
        decode_text(magic + b"\x00\x01 no such stream" * 9)


def test_text_past_the_limit_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(text_module, "MAX_TEXT_BYTES", 1 << 20)
    path = tmp_path / "big"
    path.write_bytes(b"x" * ((1 << 20) + 1))
    with pytest.raises(BootInputError, match=r"big: larger than 1 MiB"):
        read_text(path)


def test_number_of_lines_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_module, "MAX_LINES", 2)
    assert decode_text("a\nb\nc") == "a\nb\nc"
    with pytest.raises(BootInputError, match="more than 2 lines"):
        decode_text("a\nb\nc\n")


def test_missing_file_says_which_and_why(tmp_path: Path) -> None:
    with pytest.raises(BootInputError, match=r"iomem: .*/none: No such file"):
        read_text(tmp_path / "none", what="iomem")


def test_lines_are_numbered_from_the_start_of_the_text() -> None:
    assert list(numbered_lines("a\nb\n\nc", 2)) == [(2, "b"), (3, ""), (4, "c")]
