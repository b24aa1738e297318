"""Damaged logs, maps and listings: a value or a documented error, in bounded time; and the same again next time."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.core.errors import BootInputError
from acpitools.dumps.boot_record import read_digest, read_status
from acpitools.dumps.dmesg import read_boot_log
from acpitools.dumps.e820 import e820_from_efi, read_memory_map
from acpitools.dumps.iomem import read_iomem
from acpitools.dumps.memory_blocks import parse_id_list, read_block_listing
from acpitools.dumps.observed_log import read_observed_log
from acpitools.dumps.zoneinfo import read_zoneinfo
from tests.strategies import mutated

LOG = b"""\
[    0.000000] Linux version 6.12.117+deb12-amd64 (x@y) #1 SMP
[    0.000000] Command line: console=ttyS0 movable_node
[    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable
[    0.000000] BIOS-e820: [mem 0x0000000000100000-0x000000017fffffff] usable
[    0.000000] efi: ACPI=0x6bffe000 ACPI 2.0=0x6bffe014
[    0.000000] efi: mem00: [Boot Data   |   |  |  |  |  |  |  |  |  |   |WB|WT|WC|UC] range=[0x0-0x8dfff] (0MB)
[    0.000000] efi: mem01: type=7, attr=0xf, range=[0x0000000000088000-0x00000000000a0000) (0MB)
[    0.000000] last_pfn = 0x180000 max_arch_pfn = 0x10000000000
[    0.000000] WARNING: BIOS bug: CPU MTRRs don't cover all of memory, losing 512MB of RAM.
[    0.000000] modified: [mem 0x0000000000100000-0x000000015fffffff] usable
[    0.000000] RAMDISK: [mem 0x7fee3000-0x7ffdffff]
[    0.000000] ACPI: SRAT 0x0000000000580000 0000C8 (v03 BOCHS  BXPC     00000020 SYNT 00000001)
[    0.000000] SRAT: PXM 1 -> APIC 0x02 -> Node 0
[    0.000000] ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x0009ffff] hotplug
[    0.000000] Zone ranges:
[    0.000000]   DMA      [mem 0x0000000000001000-0x0000000000ffffff]
[    0.000000] Movable zone start for each node
[    0.000000]   Node 1: 0x0000000100000000
[    0.000000] Early memory node ranges
[    0.000000]   node   0: [mem 0x0000000000001000-0x000000000009efff]
[    0.000000] Kernel command line: movable_node
[    0.000000] smpboot: Allowing 48 CPUs, 0 hotplug CPUs
[    0.000000] x86/mm: Memory block size: 128MB
"""
OLD = b"Linux version 3.2 (x)\n BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)\nRAMDISK: 35b8c000 - 37fef2ee\n"
SYSFS = b"0x0 0x9fbff System RAM\n1 start=0xf0000 end=0xfffff type=Reserved\n100000-7ffdffff : ACPI Tables\n"
EFI = b"efi: mem00: [Conventional Memory|SP|WB|UC] range=[0x1000-0x2000)\nefi: mem01: type=4, attr=0xf, range=[0-1)\n"
JSON = json.dumps({"e820": [{"start": 0, "end": "0x9fc00", "type": "usable"}], "efi": []}).encode()
IOMEM = b"00000000-00000fff : Reserved\n100000000-17fffffff : System RAM\n  12a400000-12b3fffff : Kernel code\n"
ZONEINFO = b"Node 0, zone      DMA\n  pages free 1\n  spanned 10\n  present 9\n  managed 8\n  start_pfn: 1\n"
LISTING = b"block_size_bytes=8000000\nmemory1 phys_index=1 state=online removable=1 valid_zones=DMA32 nodes=0\n"
DIGEST = json.dumps(
    {
        "boot": {"status": "ok"},
        "zones": [{"node": 0, "zone": "DMA", "spanned": 3, "present": 2, "managed": 1, "start_pfn": 1}],
        "early_node_ranges": [{"node": 0, "start": 4096, "end": 8191}],
        "movable_zone_start": {"1": 4096},
        "memory_blocks": {"block_size": 1, "blocks": [{"id": 3, "state": "x", "nodes": [0], "valid_zones": []}]},
        "nodes": {"online": "0-1"},
    }
).encode()


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: read(data.decode(errors="replace"))


READERS: dict[str, tuple[Callable[[bytes], object], tuple[bytes, ...]]] = {
    "log": (read_boot_log, (LOG, OLD)),
    "results": (read_observed_log, (LOG,)),
    "map": (read_memory_map, (LOG, OLD, SYSFS, EFI, JSON)),
    "iomem": (read_iomem, (IOMEM,)),
    "zoneinfo": (read_zoneinfo, (ZONEINFO,)),
    "blocks": (read_block_listing, (LISTING,)),
    "digest": (_text(read_digest), (DIGEST,)),
    "status": (_text(read_status), (b'{"status": "ok"}',)),
    "ids": (_text(parse_id_list), (b"0-1,3",)),
}


def outcome(read: Callable[[bytes], object], data: bytes) -> object:
    try:
        result = read(data)
    except BootInputError as error:
        result = str(error)
    assert not isinstance(result, str) or "\n" not in result
    return result


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
@settings(max_examples=150, deadline=1000)
def test_damage_ends_in_a_value_or_a_documented_error(name: str, data: st.DataObject) -> None:
    read, originals = READERS[name]
    damaged = data.draw(mutated(*originals))
    assert outcome(read, damaged) == outcome(read, damaged)


@pytest.mark.parametrize("name", READERS)
@given(data=st.binary(max_size=200))
@settings(max_examples=50, deadline=1000)
def test_any_bytes_end_in_a_value_or_a_documented_error(name: str, data: bytes) -> None:
    outcome(READERS[name][0], data)


@given(mutated(LOG, OLD))
@settings(max_examples=150, deadline=1000)
def test_maps_that_are_read_are_well_formed(data: bytes) -> None:
    try:
        told = read_memory_map(data)
    except BootInputError:
        return
    for start, end, kind in (*told.e820, *e820_from_efi(told.efi)):
        assert 0 <= start <= end <= 1 << 64
        assert 0 <= kind <= 0xFFFFFFFF


@given(st.integers(0, len(LOG)))
def test_a_log_cut_off_anywhere_tells_the_beginning_of_what_it_tells_whole(length: int) -> None:
    whole, last_line = read_boot_log(LOG), LOG[:length].rpartition(b"\n")[2]
    if b"BIOS-e820:" in last_line and not re.search(rb"\] usable$", last_line):
        with pytest.raises(BootInputError, match=r"memory map entry|memory type"):
            read_boot_log(LOG[:length])
        return
    cut = read_boot_log(LOG[:length])
    if last_line.rstrip().endswith(b"ffff]"):
        return  # the line is whole as it stands: that more was to follow it does not tell
    assert cut.e820 == whole.e820[: len(cut.e820)]
    assert cut.srat_memory in ((), whole.srat_memory)
    assert cut.ramdisk in (None, whole.ramdisk)


HOSTILE = [
    b"[" * 1_000_000,
    b"[ " * 500_000,
    b"[    0.0]" * 100_000,
    b"Linux version " * 70_000,
    b"Linux version \n" * 70_000,
    b"BIOS-e820: [mem 0x0-0xfff] " + b" " * 1_000_000,
    b"BIOS-e820: [mem 0x" + b"0" * 1_000_000 + b"-0xfff] usable\n",
    b"efi: mem00: [" + b" " * 1_000_000 + b"|",
    b"efi: mem00: [x|" + b"]" * 1_000_000,
    b"efi: A=0x1 " + b"A" * 1_000_000,
    b"ACPI: SRAT: Node 0 PXM 0 " + b"0" * 1_000_000,
    b"ACPI: SRAT ACPI table found in initrd [" + b"][0x" * 250_000,
    b"1 2" + b" " * 1_000_000 + b":" + b" " * 1_000_000 + b"x",
    b"0" * 1_000_000,
    b"\n" * 200_000,
    b"Kernel command line: a \\\n" * 40_000,
    b"> " * 500_000,
    b"Zone ranges:\n" + b"DMA " + b" " * 1_000_000,
    b"Node 0, zone" + b" " * 1_000_000,
    b"memory1 phys_index=" + b"0" * 1_000_000,
    b"memory1 phys_index=0 state=" + b"=" * 1_000_000,
    b'{"zones": ' + b"[" * 1_000_000,
]


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("data", HOSTILE, ids=lambda data: data[:20].decode())
def test_a_million_hostile_bytes_take_no_more_than_seconds(name: str, data: bytes) -> None:
    started = time.process_time()
    outcome(READERS[name][0], data)
    assert time.process_time() - started < 5
