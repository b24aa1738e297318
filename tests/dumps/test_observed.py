from __future__ import annotations

import gzip
import shutil
from dataclasses import fields, replace
from pathlib import Path

import pytest

from acpitools.core.errors import BootInputError
from acpitools.core.observed import Observed, ObservedBlock, ObservedZone
from acpitools.dumps.observed import read_observed
from tests.records import record_id, record_paths, record_truth

LOG = (
    "[    0.0] Linux version 6.1 (x)\n[    0.1] Early memory node ranges\n"
    "[    0.1]   node   0: [mem 0x0000000000001000-0x000000000009efff]\n[    0.2] Run /init as init process\n"
)
NODE_RANGES = ((0, 0x1000, 0x9F000),)
ZONEINFO = "Node 0, zone      DMA\n  pages free 1\n  spanned 10\n  present 9\n  managed 8\n  start_pfn: 1\n"
ZONES = (ObservedZone(node=0, zone="DMA", start_pfn=1, spanned_pages=10, present_pages=9, managed_pages=8),)
BLOCK = ObservedBlock(id=1, state="online", nodes=(0,), valid_zones=("DMA32",))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LOG, Observed(source="log", boots=True, node_ranges=NODE_RANGES)),
        (ZONEINFO, Observed(source="zoneinfo", boots=True, zones=ZONES)),
        (
            "block_size_bytes=8000000\nmemory1 phys_index=1 state=online removable=1 valid_zones=DMA32 nodes=0\n",
            Observed(source="memory blocks", boots=True, block_size=128 << 20, blocks=(BLOCK,)),
        ),
        ('{"boot": {"status": "panic"}}', Observed(source="record", boots=False)),
    ],
)
def test_content_decides_what_a_file_is(text: str, expected: Observed, packed: bool, tmp_path: Path) -> None:
    path = tmp_path / "any.name"
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    assert read_observed(path) == expected


@pytest.mark.parametrize("text", ["", "hello\n", "\x00\x01\x02"])
def test_other_files_are_an_error(text: str, tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text(text)
    with pytest.raises(BootInputError, match=r"observed: .*/f: neither a kernel log, a zoneinfo nor a recorded boot"):
        read_observed(path)


def test_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BootInputError, match="No such file"):
        read_observed(tmp_path / "none")


def test_directory_with_nothing_in_it_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BootInputError, match="holds neither a recorded boot nor a copy of devices/system/memory"):
        read_observed(tmp_path)


def system(root: Path) -> None:
    block = root / "memory" / "memory1"
    block.mkdir(parents=True)
    (root / "memory" / "block_size_bytes").write_text("8000000\n")
    (block / "state").write_text("online\n")
    (block / "valid_zones").write_text("DMA32\n")
    (root / "node" / "node0").mkdir(parents=True)
    (block / "node0").symlink_to("../../node/node0")
    (root / "node" / "online").write_text("0\n")


SYSFS = Observed(source="directory", boots=True, block_size=128 << 20, blocks=(BLOCK,), online_nodes=(0,))


@pytest.mark.parametrize("place", ["sys/devices/system", "devices/system", "system", "."])
def test_copy_of_sysfs_is_found_at_any_depth(place: str, tmp_path: Path) -> None:
    system(tmp_path / place)
    assert read_observed(tmp_path) == SYSFS


def test_copy_of_the_memory_folder_alone_is_enough(tmp_path: Path) -> None:
    system(tmp_path)
    shutil.rmtree(tmp_path / "node")
    shutil.move(tmp_path / "memory", tmp_path / "copy")
    assert read_observed(tmp_path / "copy") == replace(SYSFS, online_nodes=None)


def test_log_and_zoneinfo_beside_sysfs_are_read_too(tmp_path: Path) -> None:
    system(tmp_path / "sys" / "devices" / "system")
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "zoneinfo").write_text(ZONEINFO)
    (tmp_path / "dmesg").write_text(LOG)
    assert read_observed(tmp_path) == replace(SYSFS, zones=ZONES, node_ranges=NODE_RANGES)


def test_status_of_a_record_outweighs_its_log(tmp_path: Path) -> None:
    (tmp_path / "dmesg.txt").write_text(LOG)
    (tmp_path / "boot.json").write_text('{"status": "hang"}')
    assert read_observed(tmp_path) == Observed(source="record", boots=False, node_ranges=NODE_RANGES)


@pytest.mark.parametrize("record", record_paths(), ids=record_id)
def test_texts_and_digest_of_a_record_tell_the_same(record: Path, tmp_path: Path) -> None:
    digest = next(record.glob("truth.json*"))
    for path in record.iterdir():
        if path.is_file() and path != digest:
            shutil.copy(path, tmp_path)
    texts, digested = read_observed(tmp_path), read_observed(digest)
    assert texts == digested
    assert read_observed(record) == texts
    if texts.boots:
        assert all(getattr(texts, field.name) is not None for field in fields(texts))
    else:
        # Where it died before it printed them there are none.
        assert bool(texts.node_ranges) is bool(record_truth(record)["early_node_ranges"])
        assert texts.zones is None
