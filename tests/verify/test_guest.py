"""What goes to the guest, and what comes back from it."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.core.errors import InputError
from acpitools.dumps.memory_blocks import read_block_listing
from acpitools.image.cpio import read_newc
from acpitools.verify.guest import FRAME, initramfs, parse_files, unpacked
from tests.strategies import mutated

NAMES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20)
ONE = b"FILE 3 a.txt\nabcFILE 0 b\n"


def written(files: dict[str, bytes]) -> bytes:
    return b"".join(b"FILE %d %s\n" % (len(data), name.encode()) + data for name, data in files.items())


@given(st.dictionaries(NAMES, st.binary(max_size=50), max_size=5))
def test_files_are_read_back(files: dict[str, bytes]) -> None:
    assert parse_files(written(files)) == files


@given(mutated(ONE))
def test_any_bytes_are_files_or_an_error(data: bytes) -> None:
    try:
        files = parse_files(data)
    except InputError:
        return
    assert sum(map(len, files.values())) <= len(data)


def test_a_frame_is_expanded_and_damage_is_an_error() -> None:
    packed = gzip.compress(b"hello")
    assert unpacked(packed) == b"hello"
    for damaged in (packed[:-4], b"xxxx", b""):
        with pytest.raises(InputError):
            unpacked(damaged)


def test_a_frame_that_expands_without_end_is_bounded() -> None:
    with pytest.raises(InputError, match="64 MiB"):
        unpacked(gzip.compress(bytes((64 << 20) + 1), 1))


def test_the_frame_is_found_behind_noise() -> None:
    found = FRAME.search(b"firmware\r\nFRAME 12\r\nxxx")
    assert found is not None
    assert int(found[1]) == 12


def test_the_initramfs_is_compressed_and_holds_a_program_to_run() -> None:
    data = gzip.decompress(initramfs(b"\x7fELF", life=99))
    members = {member.name: member for member in read_newc(data).members}
    assert members["init"].mode == members["bin/busybox"].mode == 0o100755
    assert members["bin/busybox"].content(data) == b"\x7fELF"
    assert b"sleep 99" in members["init"].content(data)


def function_of_init(name: str) -> str:
    data = gzip.decompress(initramfs(b"", life=1))
    init = next(m.content(data).decode() for m in read_newc(data).members if m.name == "init")
    start = init.index(f"{name}() {{")
    return init[start : init.index("\n}\n", start) + 3]


def test_the_guest_lists_blocks_as_a_recorded_boot_has_them(needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    # The script itself, with busybox, over a small copy of sysfs.
    busybox = needs_tool("busybox")
    memory = tmp_path / "memory"
    for number, state, zones, nodes in ((0, "online", "none", (0, 1)), (33, "offline", "Movable Normal", ())):
        block = memory / f"memory{number}"
        block.mkdir(parents=True)
        (block / "phys_index").write_text(f"{number:08x}\n")
        (block / "state").write_text(f"{state}\n")
        (block / "valid_zones").write_text(f"{zones}\n")
        for node in nodes:
            (block / f"node{node}").mkdir()
    (memory / "block_size_bytes").write_text("8000000\n")
    script = function_of_init("blocks").replace("/sys/devices/system/memory", str(memory)) + "blocks\n"
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("awk", "grep", "cat"):
        (programs / name).symlink_to(busybox)
    done = subprocess.run(
        [busybox, "sh", "-c", script], capture_output=True, text=True, check=True, env={"PATH": str(programs)}
    )
    listing = read_block_listing(done.stdout)
    assert listing.block_size == 0x8000000
    assert [(b.id, b.state, b.valid_zones, b.nodes) for b in listing.blocks] == [
        (0, "online", ("none",), (0, 1)),
        (33, "offline", ("Movable", "Normal"), ()),
    ]


def run_offline(busybox: str, folder: Path, *, zones: str, timeout: str, free: int = 1 << 20) -> str:
    """Run the guest's script on a stand-in for a block; ``timeout`` is what stands in for that program."""
    data = gzip.decompress(initramfs(b"", life=1))
    script = next(m.content(data).decode() for m in read_newc(data).members if m.name == "bin/offline")
    block, scratch = folder / "memory" / "memory7", folder / "tmp"
    block.mkdir(parents=True)
    scratch.mkdir()
    (block / "valid_zones").write_text(f"{zones}\n")
    (block / "state").write_text("online\n")
    (folder / "zoneinfo").write_text(f"Node 0, zone   Normal\n  pages free     {free}\n")
    stand_in = folder / "timeout"
    stand_in.write_text(f"#!{busybox} sh\n{timeout}\n")
    stand_in.chmod(0o755)
    script = script.replace("/tmp/", f"{scratch}/").replace("/proc/zoneinfo", str(folder / "zoneinfo"))
    script = script.replace("/sys/devices/system/memory", str(folder / "memory"))
    done = subprocess.run(
        [busybox, "sh", "-c", script.replace("{ timeout ", f"{{ {stand_in} "), "offline", "7", "1", "1", "4096"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return done.stdout


def test_the_guest_tells_what_became_of_a_block(needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    busybox = needs_tool("busybox")
    goes = run_offline(busybox, tmp_path / "goes", zones="Movable", timeout='shift; exec "$@"')
    assert goes.split() == ["code=0", "complaint=", "state=offline"]
    busy = run_offline(busybox, tmp_path / "busy", zones="none", timeout="echo sh: no >&2; exit 1", free=0)
    assert busy.splitlines() == ["code=1", "complaint=sh: no", "state=online"]
    assert run_offline(busybox, tmp_path / "full", zones="Normal", timeout="exit 9", free=8) == "skipped=yes\n"


def test_the_guest_answers_although_a_write_does_not_end(needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    stuck = run_offline(needs_tool("busybox"), tmp_path, zones="Normal", timeout="sleep 8 >/dev/null 2>&1")
    assert stuck == "stuck=yes\n"
