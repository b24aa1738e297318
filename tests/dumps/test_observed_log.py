from __future__ import annotations

from pathlib import Path

import pytest

from acpitools.core.observed import Observed
from acpitools.dumps.observed_log import read_observed_log
from tests.records import record_id, record_paths, record_text, record_truth
from tests.support import shared_cases

RESULTS = """\
[    0.057116] Zone ranges:
[    0.057148]   DMA      [mem 0x0000000000001000-0x0000000000ffffff]
[    0.057234]   DMA32    [mem 0x0000000001000000-0x00000000ffffffff]
[    0.057256]   Normal   empty
[    0.057277]   Device   empty
[    0.057308] Movable zone start for each node
[    0.057309]   Node 1: 0x0000000040000000
[    0.057353] Early memory node ranges
[    0.057393]   node   0: [mem 0x0000000000001000-0x000000000009efff]
[    0.057548]   node   1: [mem 0x0000000000100000-0x000000007ffdffff]
"""
AFTER = "[    0.057745] Initmem setup node 0 [mem 0x0000000000001000-0x000000007ffdffff]\n"


def test_lists_are_read() -> None:
    assert read_observed_log(RESULTS + AFTER) == Observed(
        source="log",
        zone_ranges=(("DMA", 0x1000, 0x1000000), ("DMA32", 0x1000000, 0x100000000)),
        movable_zone_start=((1, 0x40000000),),
        node_ranges=((0, 0x1000, 0x9F000), (1, 0x100000, 0x7FFE0000)),
    )


def test_list_that_the_end_may_have_cut_off_is_not_told() -> None:
    lines = RESULTS.splitlines(keepends=True)
    assert read_observed_log("".join(lines)).node_ranges is None
    assert read_observed_log("".join(lines[:8])).movable_zone_start == ((1, 0x40000000),)
    assert read_observed_log("".join(lines[:7])).movable_zone_start is None
    assert read_observed_log("".join(lines[:6])).zone_ranges is not None
    assert read_observed_log("".join(lines[:3])).zone_ranges is None


def test_no_movable_zone_is_told_as_such() -> None:
    told = read_observed_log((RESULTS + AFTER).replace("[    0.057309]   Node 1: 0x0000000040000000\n", ""))
    assert told.movable_zone_start == ()


def test_messages_between_the_lines_of_a_list_do_no_harm() -> None:
    noise = "[    0.1] memblock_reserve: [0x000000017fdd5680-0x000000017ffd567f] memblock_alloc_range_nid+0xbd/0x180\n"
    assert read_observed_log(noise.join((RESULTS + AFTER).splitlines(keepends=True))) == read_observed_log(
        RESULTS + AFTER
    )


@pytest.mark.parametrize("printed", ["  node  -1:", "  node 1024:"])
def test_ram_without_a_node_has_node_minus_one(printed: str) -> None:
    told = read_observed_log((RESULTS + AFTER).replace("  node   1:", printed))
    assert told.node_ranges is not None
    assert told.node_ranges[1] == (-1, 0x100000, 0x7FFE0000)


def test_block_size() -> None:
    assert read_observed_log("[    0.5] x86/mm: Memory block size: 2048MB\n").block_size == 2 << 30


INIT = "[    1.0] Run /init as init process\n"
FREEING = "[    1.0] Freeing unused kernel image (initmem) memory: 4264K\n"
PANIC = "[    0.1] Kernel panic - not syncing: Attempted to kill the idle task!\n"
OOPS = "[    0.1] BUG: kernel NULL pointer dereference, address: 00000000000000a8\n[    0.1] Oops: Oops: 0000 [#1]\n"
EARLY = "PANIC: early exception 0x0e IP 10:ffffffff81a0a8f1 error 0 cr2 0x88\n"
NO_ROOT = "[    2.0] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\n"
NO_INIT = "[    2.0] Kernel panic - not syncing: No working init found.  Try passing init= option to kernel.\n"


@pytest.mark.parametrize(
    ("text", "boots"),
    [
        (AFTER, None),
        (INIT, True),
        (FREEING, True),
        (PANIC, False),
        (OOPS, False),
        (EARLY, False),
        (OOPS + PANIC, False),
        (OOPS + INIT, True),
        (INIT + PANIC, True),
        (NO_ROOT, True),
        (NO_INIT, True),
    ],
)
def test_a_boot_came_up_when_init_ran(text: str, boots: bool | None) -> None:
    assert read_observed_log(text).boots is boots


def test_results_of_an_earlier_boot_do_not_count() -> None:
    boot = "Linux version 6.1 (x)\nBIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n"
    assert read_observed_log(boot + RESULTS + AFTER + INIT + boot) == Observed(source="log")


@pytest.mark.parametrize("record", record_paths(), ids=record_id)
def test_recorded_boot_is_read_as_its_digest_says(record: Path) -> None:
    truth = record_truth(record)
    told = read_observed_log(record_text(record, "dmesg.txt"))
    assert told.boots is (truth["boot"]["status"] == "ok")
    assert (told.zone_ranges or ()) == tuple(
        (zone["zone"], zone["start"], zone["end"] + 1) for zone in truth["zone_ranges"] if not zone.get("empty")
    )
    starts = {int(node): start for node, start in truth["movable_zone_start"].items()}
    assert dict(told.movable_zone_start or ()) == starts
    assert (told.node_ranges or ()) == tuple(
        (span["node"] if span["node"] != 1024 else -1, span["start"], span["end"] + 1)
        for span in truth["early_node_ranges"]
    )
    assert told.block_size == truth.get("printed_block_size")


@pytest.mark.parametrize(
    "path", [p for p in shared_cases("corpus/dmesg", "*.txt") if p.name != "README.md"], ids=lambda path: path.stem
)
def test_log_of_a_real_machine_loses_no_line(path: Path) -> None:
    lines = path.read_text(errors="replace").split("\n")
    told = read_observed_log("\n".join(lines))
    assert told.node_ranges is not None
    assert told.zone_ranges is not None
    assert told.movable_zone_start is not None
    assert len(told.node_ranges) == sum("  node " in line and "[mem" in line for line in lines)
    assert len(told.movable_zone_start) == sum(line.rpartition("  Node ")[2][1:5] == ": 0x" for line in lines)
    assert {name for name, *_ in told.zone_ranges} <= {"DMA", "DMA32", "Normal"}
    assert told.boots is not False
