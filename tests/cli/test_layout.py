"""acpitools layout, replay and explain as a user runs them: files and options in, text or JSON out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.records import record_id, record_inputs, record_paths, record_text, record_truth
from tests.support import FIXTURES, cli

RECORDS = [path for path in record_paths() if FIXTURES in path.parents]
DEMO = FIXTURES / "dumps" / "demo-4node"
DEMO_BOOT = (
    str(DEMO / "acpidump.txt"),
    "--memmap",
    str(DEMO / "memmap.txt"),
    "--cmdline",
    f"@{DEMO / 'cmdline.txt'}",
    "--kernel",
    "6.12",
    "--initrd-range",
    "0x7fee3000-0x7ffdffff",
)


def _layout(record: Path, folder: Path) -> dict[str, Any]:
    given = record_inputs(record)
    log = folder / "boot.log"
    log.write_text(given.log)
    # Of a boot that died there are the tables made for it, if there were any.
    sources = [str(record / name) for name in ("tables", "synthetic") if (record / name).is_dir()][:1]
    options = ["--dmesg", str(log), "--cmdline", given.command_line, "--cpus", str(given.cpus or 1)]
    if (record / "iomem.txt").exists():
        options += ["--iomem", str(record / "iomem.txt")]
    options.append("--hypervisor" if given.hypervisor else "--bare-metal")
    ended = cli("layout", *sources, *options, "--format", "json")
    assert (ended.code, ended.err) == (0, "")
    loaded: dict[str, Any] = json.loads(ended.out)
    return loaded


@pytest.mark.parametrize("record", RECORDS, ids=record_id)
def test_json_layout_equals_the_recorded_boot(record: Path, tmp_path: Path) -> None:
    layout, truth = _layout(record, tmp_path), record_truth(record)
    assert layout["schema"] == "acpitools.layout/1"
    assert layout["boots"] == (
        truth["boot"]["status"] == "ok" if isinstance(truth["boot"], dict) else truth["boot"] == "ok"
    )
    assert layout["movable_zone_start"] == truth["movable_zone_start"]
    if not layout["boots"]:
        assert [f for f in layout["findings"] if f["code"] == "BOOT001"]
        return
    predicted = {
        (z["node"], z["zone"]): (z["start_pfn"], z["spanned_pages"], z["present_pages"]) for z in layout["zones"]
    }
    seen = {
        (z["node"], z["zone"]): (z["start_pfn"], z["spanned"], z["present"]) for z in truth["zones"] if z["present"]
    }
    assert predicted == seen
    assert layout["blocks"]["size"] == truth["memory_blocks"]["block_size"]
    assert [(b["id"], b["nodes"], b["state"], b["valid_zones"]) for b in layout["blocks"]["blocks"]] == [
        (b["id"], b["nodes"], b["state"], b["valid_zones"]) for b in truth["memory_blocks"]["blocks"]
    ]


def test_a_log_alone_is_enough(tmp_path: Path) -> None:
    record = next(path for path in RECORDS if path.name == "three-nodes-part-hot")
    log = tmp_path / "boot.log"
    log.write_text(record_text(record, "dmesg.txt"))
    ended = cli("layout", "--dmesg", str(log), "--iomem", str(record / "iomem.txt"), "--format", "json")
    assert ended.code == 0
    assert json.loads(ended.out)["numa"]["source"] == "srat"


def test_observed_equal_boot_exits_0_and_says_so(tmp_path: Path) -> None:
    record = next(path for path in RECORDS if path.name == "shared-block")
    log = tmp_path / "boot.log"
    log.write_text(record_text(record, "dmesg.txt"))
    options = ("--dmesg", str(log), "--iomem", str(record / "iomem.txt"), "--observed", str(record))
    ended = cli("layout", str(record / "tables"), *options)
    assert (ended.code, ended.err) == (0, "")


def test_observed_other_boot_exits_1_and_names_the_difference(tmp_path: Path) -> None:
    record = next(path for path in RECORDS if path.name == "shared-block")
    other = next(path for path in RECORDS if path.name == "plain-1792m")
    log = tmp_path / "boot.log"
    log.write_text(record_text(record, "dmesg.txt"))
    options = ("--dmesg", str(log), "--iomem", str(record / "iomem.txt"), "--observed", str(other))
    ended = cli("layout", str(record / "tables"), *options, "--format", "json")
    assert ended.code == 1
    document = json.loads(ended.out)
    assert document["schema"] == "acpitools.differences/1"
    assert {"what", "where", "predicted", "observed"} == set(document["differences"][0])


def test_the_demo_machine_has_one_node_that_lost_its_mark() -> None:
    layout = json.loads(cli("layout", *DEMO_BOOT, "--format", "json").out)
    assert sorted(layout["movable_zone_start"]) == ["2", "3"]
    answer = json.loads(cli("explain", *DEMO_BOOT, "--at", "0x50000000", "--format", "json").out)
    assert (answer["schema"], answer["movable"]) == ("acpitools.explain/1", False)
    codes = {why["code"] for why in answer["why_movable"]}
    assert codes == {"srat-hotplug", "node-reserved"}
    assert any("initrd" in why["text"] for why in answer["why_movable"])


def test_replay_shows_every_stage_of_the_five_phases() -> None:
    document = json.loads(cli("replay", *DEMO_BOOT, "--format", "json").out)
    assert document["schema"] == "acpitools.replay/1"
    assert list(dict.fromkeys(step["phase"] for step in document["steps"])) == [
        "memblock ready",
        "before SRAT",
        "parsing SRAT",
        "after SRAT",
        "memory initialized",
    ]
    short = json.loads(cli("replay", *DEMO_BOOT, "--until", "before-srat", "--format", "json").out)
    assert short["steps"] == [step for step in document["steps"] if step["phase"] in ("memblock ready", "before SRAT")]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name ACPI tables"),
        ((str(DEMO / "acpidump.txt"),), "--memmap"),
        ((*DEMO_BOOT[:-3], "2.4.18"), "the oldest model"),
        ((*DEMO_BOOT, "--iomem", str(DEMO / "cmdline.txt")), "iomem"),
        ((*DEMO_BOOT, "--config", str(DEMO / "memmap.txt")), "no CONFIG_ line"),
        ((*DEMO_BOOT, "--kernel-range", "5-1"), "5-1"),
        ((*DEMO_BOOT, "--dmesg", "no-such-file"), "no-such-file"),
    ],
    ids=["nothing", "no map", "old kernel", "no iomem", "no config", "empty range", "no file"],
)
def test_what_is_missing_is_told_in_one_line(arguments: tuple[str, ...], told: str) -> None:
    ended = cli("layout", *arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.count("\n") == 1
    assert ended.err.startswith("acpitools: error: ")
    assert told in ended.err
