from __future__ import annotations

import json
from pathlib import Path

import pytest

from acpitools.core.errors import BootInputError
from acpitools.core.firmware_map import E820Entry, EfiDescriptor
from acpitools.dumps import e820
from acpitools.dumps.e820 import MemoryMap, e820_from_efi, load_memory_map, read_memory_map
from tests.records import record_id, record_paths, record_text
from tests.support import shared_cases

LOW = E820Entry(0, 0x9FC00, 1)
ROM = E820Entry(0xF0000, 0x100000, 2)


def test_log_lines_are_a_map() -> None:
    text = (
        "> Linux version 6.1 (x)\n"
        "> [    0.0] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n"
        "> [    0.0] BIOS-e820: [mem 0x00000000000f0000-0x00000000000fffff] reserved\n"
    )
    assert read_memory_map(text) == MemoryMap(form="log", e820=(LOW, ROM))


def test_bare_log_lines_of_an_old_kernel_are_a_map() -> None:
    text = (
        " BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)\n"
        " BIOS-e820: 00000000000f0000 - 0000000000100000 (reserved)\n"
    )
    assert read_memory_map(text).e820 == (LOW, ROM)


def test_extended_map_replaces_the_firmwares() -> None:
    text = (
        "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n"
        "extended: [mem 0x0000000000000000-0x000000000009fbff] usable\n"
        "extended: [mem 0x00000000000f0000-0x00000000000fffff] reserved\n"
    )
    assert read_memory_map(text).e820 == (LOW, ROM)


@pytest.mark.parametrize(
    "text",
    [
        "0x0 0x9fbff System RAM\n0xf0000 0xfffff Reserved\n",
        "0 9fbff System RAM\nf0000 fffff Reserved",
        "# a comment\r\n\r\n0x0\t0x9FBFF\tusable\r\n0xF0000 0xFFFFF reserved\r\n",
        "0 start=0x0 end=0x9fbff type=System RAM\n1 start=0xf0000 end=0xfffff type=Reserved\n",
        "00000000-0009fbff : System RAM\n000f0000-000fffff : Reserved\n",
        "0x0 0x9fbff type 1\n0xf0000 0xfffff type 2\n",
    ],
)
def test_lines_of_sysfs_are_a_map(text: str) -> None:
    assert read_memory_map(text) == MemoryMap(form="firmware_memmap", e820=(LOW, ROM))


def test_last_address_is_inclusive_up_to_the_last_byte() -> None:
    assert read_memory_map("0 ffffffffffffffff reserved").e820 == (E820Entry(0, 1 << 64, 2),)


def sysfs(root: Path, *entries: tuple[str, str, str]) -> Path:
    for number, entry in enumerate(entries):
        (root / str(number)).mkdir()
        for name, value in zip(("start", "end", "type"), entry, strict=True):
            (root / str(number) / name).write_text(value + "\n")
    return root


def test_directory_is_read_in_the_order_of_its_numbers(tmp_path: Path) -> None:
    entries = [(hex(number << 12), hex((number << 12) + 0xFFF), "System RAM") for number in range(12)]
    told = load_memory_map(sysfs(tmp_path, *entries))
    assert told.form == "firmware_memmap"
    assert [entry.start for entry in told.e820] == [number << 12 for number in range(12)]


def test_directory_with_a_missing_file_is_an_error(tmp_path: Path) -> None:
    sysfs(tmp_path, ("0x0", "0xfff", "System RAM"))
    (tmp_path / "0" / "type").unlink()
    with pytest.raises(BootInputError, match=r"0/type: No such file"):
        load_memory_map(tmp_path)


def test_directory_with_a_bad_entry_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BootInputError, match=r"/1: range ends at 0x0 before it starts"):
        load_memory_map(sysfs(tmp_path, ("0x0", "0xfff", "System RAM"), ("0x2000", "0x0", "System RAM")))


def test_empty_directory_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BootInputError, match="no entries"):
        load_memory_map(tmp_path)


EFI = (
    "efi: mem00: [Boot Code   |   |  |  |  |  |  |  |  |  |   |WB|WT|WC|UC] range=[0x0-0xfff] (0MB)",
    "efi: mem01: [Conventional|   |  |  |  |  |  |  |  |  |   |WB|WT|WC|UC] range=[0x1000-0x9ffff] (0MB)",
    "efi: mem02: [Conventional|   |  |  |  |SP|  |  |  |  |   |WB|WT|WC|UC] range=[0x100000000-0x1ffffffff] (4096MB)",
    "efi: mem03: [ACPI Reclaim|   |  |  |  |  |  |  |  |  |   |WB|WT|WC|UC] range=[0x200000000-0x200000fff] (0MB)",
)


def test_efi_listing_alone_is_a_map() -> None:
    told = read_memory_map("\n".join(EFI))
    assert told.form == "efi"
    assert told.e820 == (
        E820Entry(0, 0xA0000, 1),
        E820Entry(0x100000000, 0x200000000, 0xEFFFFFFF),
        E820Entry(0x200000000, 0x200001000, 3),
    )
    assert len(told.efi) == 4


def test_efi_listing_beside_log_lines_leaves_them_alone() -> None:
    text = "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n" + "\n".join(EFI)
    told = read_memory_map(text)
    assert told.form == "log"
    assert told.e820 == (LOW,)
    assert len(told.efi) == 4


@pytest.mark.parametrize(
    ("kind", "e820_type"),
    list(enumerate((2, 1, 1, 1, 1, 2, 2, 1, 5, 3, 4, 2, 2, 2, 7, 1))),
)
def test_efi_types_become_the_e820_types_of_the_efi_stub(kind: int, e820_type: int) -> None:
    assert e820_from_efi([EfiDescriptor(0, 4096, kind, 0xF)]) == (E820Entry(0, 4096, e820_type),)


def test_efi_descriptor_of_unknown_type_is_left_out_as_by_the_efi_stub() -> None:
    assert e820_from_efi([EfiDescriptor(0, 4096, 0x70000000, 0xF)]) == ()


def test_efi_neighbours_of_one_type_that_touch_become_one_entry() -> None:
    descriptors = [EfiDescriptor(0, 4096, 7, 15), EfiDescriptor(4096, 8192, 4, 15), EfiDescriptor(12288, 16384, 7, 15)]
    assert e820_from_efi(descriptors) == (E820Entry(0, 8192, 1), E820Entry(12288, 16384, 1))


@pytest.mark.parametrize("record", [p for p in record_paths() if "ovmf" in p.name], ids=record_id)
def test_efi_map_of_a_recorded_boot_gives_its_e820_map(record: Path) -> None:
    told = read_memory_map(record_text(record, "dmesg.txt"))
    if told.efi:
        assert sorted(e820_from_efi(told.efi)) == sorted(told.e820)
    else:
        assert "efi=debug" not in record_text(record, "cmdline.txt")


@pytest.mark.parametrize("name", ["intel-brickland-6.2.0-rc1-n4", "nutanix-ahv-3.10.0-n1"])
def test_efi_map_of_a_real_machine_gives_its_e820_map(name: str) -> None:
    for path in shared_cases("corpus/dmesg", f"{name}.txt"):
        told = read_memory_map(path.read_bytes())
        assert len(told.efi) > 0
        assert sorted(e820_from_efi(told.efi)) == sorted(told.e820)


@pytest.mark.parametrize(
    "document",
    [
        [{"start": 0, "end": 0x9FC00, "type": 1}, {"start": "0xf0000", "end": "0x100000", "type": "reserved"}],
        {"e820": [{"start": 0, "end": 0x9FC00, "type": "usable"}, {"start": 0xF0000, "end": 0x100000, "type": 2}]},
    ],
)
def test_json_is_a_map_of_half_open_ranges(document: object) -> None:
    assert read_memory_map(json.dumps(document)) == MemoryMap(form="json", e820=(LOW, ROM))


def test_json_may_hold_an_efi_map() -> None:
    document = {"efi": [{"start": 0, "end": 0xA0000, "type": "Conventional", "attribute": 15}]}
    told = read_memory_map(json.dumps(document))
    assert told == MemoryMap(form="json", e820=(E820Entry(0, 0xA0000, 1),), efi=(EfiDescriptor(0, 0xA0000, 7, 15),))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no entries"),
        ("# nothing\n", "no entries"),
        ("[]", "no entries"),
        ("{}", "no entries"),
        ("Linux version 6.1 (x)\nDMI: x\n", "neither BIOS-e820: nor efi: memNN: lines"),
        ("0 9fbff System RAM\nhello", "line 2: not START END TYPE"),
        ("0 9fbff System RAM\n1000 fff", "line 2: not START END TYPE"),
        ("0 9fbff System RAM\n2000 fff System RAM", "line 2: range ends at fff before it starts at 2000"),
        ("0 9fbff System ROM", "line 1: unknown memory type"),
        ("0 10000000000000000 System RAM", "line 1: not an address of at most 64 bits"),
        ("1 start=zero end=0x9fbff type=System RAM", "line 1: not an address"),
        ("x\nBIOS-e820: [mem 0x2000-0xfff] usable\nx", "line 2: range ends at fff before it starts"),
        ("[{]", "not JSON"),
        ("[[0, 4096, 1]]", r"e820\[0\]: not an object"),
        ('[{"start": 0, "end": 4096}]', r"e820\[0\]: type is no number"),
        ('[{"start": 8192, "end": 4096, "type": 1}]', r"e820\[0\]: range ends"),
        ('[{"start": -1, "end": 4096, "type": 1}]', r"start is not within 64 bits"),
        ('[{"start": 0, "end": 18446744073709551617, "type": 1}]', "end is not within 64 bits"),
        ('[{"start": true, "end": 4096, "type": 1}]', "start is no number"),
        ('[{"start": 0, "end": "4K", "type": 1}]', r"e820\[0\]: "),
        ('{"e820": {}}', "no entries"),
        ('{"e820": 7}', "e820 is no list"),
        ('{"efi": [{"start": 0, "end": 4096, "type": "Nothing"}]}', r"efi\[0\]: unknown EFI memory type"),
    ],
)
def test_unusable_map_says_where_and_why(text: str, message: str) -> None:
    with pytest.raises(BootInputError, match=message):
        read_memory_map(text)


def test_source_is_named_before_the_line() -> None:
    with pytest.raises(BootInputError, match=r"^memory map: my\.map: line 1: not START END TYPE"):
        read_memory_map("hello", where="my.map")


def test_number_of_entries_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e820, "MAX_ENTRIES", 3)
    for text in (
        "0 fff usable\n" * 4,
        "BIOS-e820: [mem 0x0000-0x0fff] usable\n" * 4,
        json.dumps([{"start": 0, "end": 1, "type": 1}] * 4),
    ):
        with pytest.raises(BootInputError, match="more than 3 entries"):
            read_memory_map(text)


def test_size_of_json_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e820, "_MAX_JSON", 1 << 10)
    with pytest.raises(BootInputError, match="JSON larger than"):
        read_memory_map("[{" + " " * 2000)


@pytest.mark.parametrize("record", [p for p in record_paths() if (p / "firmware_memmap.txt").exists()], ids=record_id)
def test_sysfs_map_of_a_recorded_boot_is_the_logged_one(record: Path) -> None:
    listed = load_memory_map(record / "firmware_memmap.txt").e820
    logged = read_memory_map(record_text(record, "dmesg.txt")).e820
    # One machine got a memory device while it started, which the running kernel lists as well.
    plugged = [E820Entry(6 << 30, 7 << 30, 1)] if record.name == "hp-cold-dimm-offline" else []
    assert sorted(listed) == sorted([*logged, *plugged])
