from __future__ import annotations

from pathlib import Path

import pytest

from acpitools.core.errors import BootInputError
from acpitools.core.observed import ObservedBlock
from acpitools.dumps import memory_blocks
from acpitools.dumps.memory_blocks import (
    parse_id_list,
    read_block_listing,
    read_memory_directory,
    read_online_nodes,
)

LISTING = """\
block_size_bytes=8000000
auto_online_blocks=online
memory10 phys_index=0000000a state=offline removable=1 valid_zones=Normal,Movable nodes=1
memory2 phys_index=00000002 state=online removable=1 valid_zones=none nodes=0,2
memory3 phys_index=00000003 state=online
"""


def test_listing_of_a_recorded_boot() -> None:
    listing = read_block_listing(LISTING)
    assert listing.block_size == 128 << 20
    assert listing.blocks == (
        ObservedBlock(id=2, state="online", nodes=(0, 2), valid_zones=("none",)),
        ObservedBlock(id=3, state="online", nodes=None, valid_zones=None),
        ObservedBlock(id=10, state="offline", nodes=(1,), valid_zones=("Normal", "Movable")),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("memory2 state=online\n", r"f: line 1: no block"),
        ("\nblock_size_bytes=zero\n", r"f: line 2: block size is no hexadecimal number"),
        ("block_size_bytes=0\n", r"f: line 1: block size is no hexadecimal number"),
        ("memory2 phys_index=2 state=online nodes=0,\n", r"f: line 1: not a list such as 0-1,3"),
    ],
)
def test_bad_listing_says_where_and_why(text: str, message: str) -> None:
    with pytest.raises(BootInputError, match=message):
        read_block_listing(text, where="f")


def test_number_of_blocks_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory_blocks, "MAX_BLOCKS", 2)
    with pytest.raises(BootInputError, match="more than 2 blocks"):
        read_block_listing(LISTING)
    for number in range(3):
        (tmp_path / f"memory{number}").mkdir()
    with pytest.raises(BootInputError, match="more than 2 entries"):
        read_memory_directory(tmp_path)


@pytest.mark.parametrize(
    ("text", "ids"), [("", ()), ("\n", ()), ("0", (0,)), ("0-2\n", (0, 1, 2)), ("0,3-4,9", (0, 3, 4, 9)), ("5-4", ())]
)
def test_id_lists(text: str, ids: tuple[int, ...]) -> None:
    assert parse_id_list(text) == ids


@pytest.mark.parametrize("text", ["x", "1-", "-1", "1,,2", "1 2", "99999999"])
def test_bad_id_lists(text: str) -> None:
    with pytest.raises(BootInputError, match="not a list such as"):
        parse_id_list(text)


def test_id_list_that_repeats_itself_is_bounded() -> None:
    with pytest.raises(BootInputError, match="names more than"):
        parse_id_list("0-999999," * 100_000 + "0")


def sysfs(root: Path, *, links: str = "memory") -> Path:
    """A copy of /sys/devices/system: blocks 0 (nodes 0 and 1), 2 (node 1), the links kept on one side."""
    memory, node = root / "memory", root / "node"
    for number, nodes in ((0, (0, 1)), (2, (1,))):
        block = memory / f"memory{number}"
        block.mkdir(parents=True)
        (block / "state").write_text("online\n")
        (block / "valid_zones").write_text("none\n" if number == 0 else "Normal Movable\n")
        for nid in nodes:
            (node / f"node{nid}").mkdir(parents=True, exist_ok=True)
            if links == "memory":
                (block / f"node{nid}").symlink_to(f"../../node/node{nid}")
            else:
                (node / f"node{nid}" / f"memory{number}").symlink_to(f"../../memory/memory{number}")
    (memory / "block_size_bytes").write_text("8000000\n")
    (memory / "power").mkdir()
    (node / "online").write_text("0-1\n")
    return root


@pytest.mark.parametrize("links", ["memory", "node"])
def test_copy_of_sysfs_with_links_on_either_side(links: str, tmp_path: Path) -> None:
    root = sysfs(tmp_path, links=links)
    listing = read_memory_directory(root / "memory", root / "node")
    assert listing.block_size == 128 << 20
    assert listing.blocks == (
        ObservedBlock(id=0, state="online", nodes=(0, 1), valid_zones=("none",)),
        ObservedBlock(id=2, state="online", nodes=(1,), valid_zones=("Normal", "Movable")),
    )
    assert read_online_nodes(root / "node") == (0, 1)


def test_what_a_copy_lacks_is_not_told(tmp_path: Path) -> None:
    root = sysfs(tmp_path, links="node")
    (root / "memory" / "memory0" / "valid_zones").unlink()
    (root / "memory" / "memory0" / "state").unlink()
    (root / "memory" / "block_size_bytes").unlink()
    listing = read_memory_directory(root / "memory")
    assert listing.block_size is None
    assert listing.blocks[0] == ObservedBlock(id=0)
    assert read_online_nodes(tmp_path / "nothing") is None


def test_directory_without_blocks_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BootInputError, match="no memoryN directory"):
        read_memory_directory(tmp_path)


def test_missing_directory_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BootInputError, match="No such file"):
        read_memory_directory(tmp_path / "none")
