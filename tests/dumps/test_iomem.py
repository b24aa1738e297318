from __future__ import annotations

from pathlib import Path

import pytest

from acpitools.core.errors import BootInputError
from acpitools.core.ranges import AddrRange
from acpitools.dumps.iomem import IomemView, read_iomem
from tests.records import record_id, record_paths, record_text, record_truth

IOMEM = """\
00000000-00000fff : Reserved
00001000-0009fbff : System RAM
000a0000-000bffff : PCI Bus 0000:00
100000000-17fffffff : System RAM
  12a400000-12b3fffff : Kernel code
  12b400000-12bf70fff : Kernel rodata
  12c000000-12c270f7f : Kernel data
  12cb36000-12cffffff : Kernel bss
  16f000000-17effffff : Crash kernel
"""


def test_kernel_image_reaches_from_its_code_to_the_end_of_its_bss() -> None:
    view = read_iomem(IOMEM)
    assert view.kernel == AddrRange(0x12A400000, 0x12D000000)
    assert view.reason is None
    assert view.rodata == AddrRange(0x12B400000, 0x12BF71000)
    assert view.data == AddrRange(0x12C000000, 0x12C270F80)


def test_every_crash_kernel_range_is_read() -> None:
    low = "  6f000000-7effffff : Crash kernel\n"
    view = read_iomem(low + IOMEM)
    assert view.crash_kernel == (AddrRange(0x6F000000, 0x7F000000), AddrRange(0x16F000000, 0x17F000000))


def test_masked_file_says_so() -> None:
    view = read_iomem("00000000-00000000 : Reserved\n  00000000-00000000 : Kernel code\n")
    assert view == IomemView(masked=True)
    assert view.kernel is None
    assert view.reason == "all addresses are 0: the file was read without root"


@pytest.mark.parametrize(
    ("name", "reason"), [("code", "no `Kernel code` line"), ("bss", "no `Kernel bss` line after `Kernel code`")]
)
def test_missing_line_is_the_reason(name: str, reason: str) -> None:
    view = read_iomem("\n".join(line for line in IOMEM.split("\n") if not line.endswith(name)))
    assert view.kernel is None
    assert view.reason == reason


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no lines"),
        ("hello", r"f: line 1: not START-END : NAME"),
        (IOMEM + "2000-0fff : x\n", r"f: line 10: range ends at 0fff before it starts at 2000"),
    ],
)
def test_unusable_file_says_where_and_why(text: str, message: str) -> None:
    with pytest.raises(BootInputError, match=message):
        read_iomem(text, where="f")


@pytest.mark.parametrize("record", [p for p in record_paths() if (p / "iomem.txt").exists()], ids=record_id)
def test_recorded_boot_is_read_as_its_digest_says(record: Path) -> None:
    view = read_iomem(record_text(record, "iomem.txt"))
    image = record_truth(record)["kernel_image"]
    assert view.kernel == (image["code"]["start"], image["bss"]["end"] + 1)
    reserved = [e for e in record_truth(record)["iomem"] if e["name"] == "Crash kernel"]
    assert view.crash_kernel == tuple((e["start"], e["end"] + 1) for e in reserved)
