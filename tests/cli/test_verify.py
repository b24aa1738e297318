"""The verify command, from the shell's side, with a QEMU that answers from recorded boots."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import FIXTURES, cli, process
from tests.verify.conftest import stand_ins  # noqa: F401 - a fixture
from tests.verify.stand_ins import busybox_bytes

StandIns = Callable[[str, Path], list[str]]
HOT = FIXTURES / "replays" / "three-nodes-part-hot"
PLAIN = FIXTURES / "replays" / "plain-1792m"
DEAD = FIXTURES / "replays" / "srat-hole-panics"
HOT_SRAT = str(HOT / "synthetic" / "SRAT.override.aml")


def test_a_boot_that_does_what_was_predicted(stand_ins: StandIns) -> None:  # noqa: F811
    done = cli("verify", HOT_SRAT, *stand_ins("boots", HOT))
    assert (done.code, done.err) == (0, "acpitools: 5 GiB of RAM, for the SRAT's ranges; --ram asks for another size\n")
    assert done.out.startswith("Linux 6.12.117+deb12-amd64 came up in QEMU after ")
    assert done.out.endswith("The prediction equals what was observed.\n")


def test_the_same_as_json(stand_ins: StandIns) -> None:  # noqa: F811
    done = cli("verify", HOT_SRAT, *stand_ins("boots", HOT), "--format", "json")
    answer = json.loads(done.out)
    assert (done.code, answer["schema"], answer["equal"]) == (0, "acpitools.verify/1", True)
    assert answer["boots"] == {"predicted": True, "observed": True}
    assert [(item["signature"], item["result"]) for item in answer["tables"]] == [("SRAT", "install")]
    assert {zone["zone"] for zone in answer["zones"]} == {"DMA", "DMA32", "Normal", "Movable"}
    assert answer["differences"] == answer["steps"] == []
    assert "memory-backend-ram,id=ram,size=5G" in answer["qemu"]


def test_without_tables_those_of_the_guest_are_taken(stand_ins: StandIns) -> None:  # noqa: F811
    assert cli("verify", *stand_ins("boots", PLAIN), "--ram", "1792M").code == 0


def test_another_table_than_the_kernel_took_is_told(stand_ins: StandIns) -> None:  # noqa: F811
    # The guest answers for another machine than the one whose table was given.
    other = str(FIXTURES / "replays" / "four-nodes-one-pinned" / "synthetic" / "SRAT.firmware.aml")
    done = cli("verify", other, *stand_ins("boots", HOT), "--ram", "5G")
    assert done.code == 1
    assert done.out.endswith("  where  what   predicted  observed\n  SRAT   table  found      install\n")


def test_another_state_than_predicted_is_told_side_by_side(stand_ins: StandIns, tmp_path: Path) -> None:  # noqa: F811
    other = tmp_path / "other"
    shutil.copytree(HOT, other)
    zones = (other / "zoneinfo.txt").read_text()
    (other / "zoneinfo.txt").write_text(zones.replace("present  393216", "present  393215"))
    done = cli("verify", HOT_SRAT, *stand_ins("boots", other))
    assert done.code == 1
    assert done.out.splitlines()[-1].split() == ["node", "2", "Movable", "present_pages", "393216", "393215"]


def test_a_kernel_that_dies_as_predicted(stand_ins: StandIns) -> None:  # noqa: F811
    done = cli("verify", str(DEAD / "synthetic" / "SRAT.override.aml"), *stand_ins("dies", DEAD), "--format", "json")
    answer = json.loads(done.out)
    assert (done.code, answer["boots"]) == (0, {"predicted": False, "observed": False})
    assert answer["last_words"].startswith("Kernel panic")


def test_a_sweep_beside_what_was_said(stand_ins: StandIns) -> None:  # noqa: F811
    done = cli("verify", HOT_SRAT, *stand_ins("boots", HOT), "--offline-sweep", "--format", "json")
    sweep = json.loads(done.out)["sweep"]
    assert done.code == 0
    assert {item["result"] for item in sweep["blocks"] if item["removable"] == "yes"} == {"offline"}
    assert {item["result"] for item in sweep["blocks"] if item["removable"] == "no"} == {"refused"}
    assert "Offline sweep" in cli("verify", HOT_SRAT, *stand_ins("boots", HOT), "--offline-sweep").out


def test_a_kernel_that_dies_of_an_action_is_a_difference(stand_ins: StandIns, tmp_path: Path) -> None:  # noqa: F811
    actions = tmp_path / "actions.json"
    actions.write_text(json.dumps([{"op": "offline", "blocks": [number]} for number in (0, 39)]))
    done = cli("verify", HOT_SRAT, *stand_ins("panics-later", HOT), "--actions", str(actions), "--format", "json")
    answer = json.loads(done.out)
    (step,) = answer["steps"]
    assert (done.code, answer["steps_left_out"]) == (1, 1)
    assert step["observed"] == {"result": "died", "reason": "Kernel panic - not syncing: gone", "ost": None}
    assert step["differences"] == [{"what": "result", "where": "", "predicted": "failed", "observed": "died"}]


def test_a_kernel_that_dies_of_an_action_as_predicted(stand_ins: StandIns, tmp_path: Path) -> None:  # noqa: F811
    actions = tmp_path / "actions.json"
    actions.write_text(json.dumps([{"op": "plug", "device": "d", "pxm": 0, "size": "4T", "address": 1 << 40}]))
    done = cli("verify", *stand_ins("panics-on-add", PLAIN), "--ram", "1792M", "--actions", str(actions))
    assert done.code == 0, done.err
    assert "died (Kernel panic - not syncing: gone), as predicted" in " ".join(done.out.split())


def test_a_sweep_ends_where_the_kernel_does_not_come_back(stand_ins: StandIns) -> None:  # noqa: F811
    # Blocks are tried from the top: those below the one without an answer are not.
    done = cli("verify", HOT_SRAT, *stand_ins("stuck", HOT), "--offline-sweep", "--format", "json")
    results = {item["id"]: item["result"] for item in json.loads(done.out)["sweep"]["blocks"]}
    assert done.code == 0
    assert results[33] == "no answer"
    assert {results[number] for number in results if number < 33} == {"not tried"}
    assert "not tried" not in {results[number] for number in results if number > 33}
    text = cli("verify", HOT_SRAT, *stand_ins("stuck", HOT), "--offline-sweep").out
    assert "memory33: no answer: the write goes on, past its signal" in text


def test_a_block_that_is_to_go_is_given_more_time(stand_ins: StandIns) -> None:  # noqa: F811
    # Each attempt times out, save the third one on block 39; of the others those of "yes" are broken promises then.
    done = cli("verify", HOT_SRAT, *stand_ins("slow", HOT), "--offline-sweep", "--format", "json")
    sweep = json.loads(done.out)["sweep"]
    results = {item["id"]: item["result"] for item in sweep["blocks"]}
    assert (done.code, results[39], results[38], results[1]) == (1, "offline", "timed out", "timed out")
    said = {item["id"]: item["removable"] for item in sweep["blocks"]}
    assert (said[39], said[38], said[1]) == ("yes", "yes", "maybe")
    assert {d["where"] for d in sweep["differences"]} == {
        f"memory{n}" for n, word in said.items() if word == "yes" and n != 39
    }


def test_a_sweep_without_time_tries_nothing(stand_ins: StandIns, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr("time.monotonic", iter(range(0, 10_000_000, 2)).__next__)
    done = cli(
        "verify", HOT_SRAT, *stand_ins("boots", HOT), "--offline-sweep", "--sweep-limit", "1", "--format", "json"
    )
    assert {item["result"] for item in json.loads(done.out)["sweep"]["blocks"]} == {"not tried"}


def test_steps_beside_what_was_predicted(stand_ins: StandIns, tmp_path: Path) -> None:  # noqa: F811
    # This guest refuses every write, and nothing changes: block 0 spans zones, so that is right; block 33 would go.
    actions = tmp_path / "actions.json"
    wanted = [{"op": "offline", "blocks": [number]} for number in (0, 39, 1)]
    actions.write_text(json.dumps(wanted))
    done = cli("verify", HOT_SRAT, *stand_ins("boots", HOT), "--actions", str(actions), "--format", "json")
    answer = json.loads(done.out)
    first, second = answer["steps"]
    assert (done.code, first["differences"], answer["steps_left_out"]) == (1, [], 1)
    assert first["predicted"]["result"] == first["observed"]["result"] == "failed"
    assert {"what": "result", "where": "", "predicted": "ok", "observed": "failed"} in second["differences"]
    text = cli("verify", HOT_SRAT, *stand_ins("boots", HOT), "--actions", str(actions)).out
    assert "1. write offline to memory0: failed (sh: write error: Invalid argument), as predicted" in text
    assert "step 2 memory39" in text
    assert "1 more left out" in text


def test_what_was_collected_can_be_kept_and_compared_again(stand_ins: StandIns, tmp_path: Path) -> None:  # noqa: F811
    kept = tmp_path / "kept"
    assert cli("verify", HOT_SRAT, *stand_ins("boots", HOT), "--save", str(kept)).code == 0
    again = cli("layout", str(kept / "tables"), "--dmesg", str(kept / "dmesg.txt"), "--observed", str(kept))
    assert again.code == 0, again.out + again.err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--qemu", "no-such-qemu"), "install qemu-system-x86"),
        (("--busybox", "no-such-busybox"), "install busybox-static"),
        (("--vmlinuz", "{missing}"), "No such file"),
        (("--vmlinuz", "{text}"), "no kernel image"),
        (("--busybox", "{dynamic}"), "not statically linked"),
        (("--iomem", "{text}"), "are read from the machine"),
        (("--ram", "much"), "no size such as 4G"),
        (("--ram", "2T"), "more than 1 TiB"),
        (("--actions", "{plug}"), "give pxm"),
        (("--actions", "{no_eject}"), "can be ejected"),
        (("--kernel", "2.4"), "unknown kernel"),
    ],
)
def test_what_cannot_be_is_one_line(
    arguments: tuple[str, ...],
    why: str,
    stand_ins: StandIns,  # noqa: F811
    tmp_path: Path,
) -> None:
    names = {name: str(tmp_path / name) for name in ("missing", "text", "dynamic", "plug", "no_eject")}
    Path(names["text"]).write_text("nothing\n")
    Path(names["dynamic"]).write_bytes(busybox_bytes(dynamic=True))
    Path(names["dynamic"]).chmod(0o755)
    Path(names["plug"]).write_text('[{"op": "plug", "device": "d", "size": "1G"}]')
    odd = '[{"op": "plug", "device": "d", "size": "1G", "pxm": 0, "ejectable": false}]'
    Path(names["no_eject"]).write_text(odd)
    done = cli("verify", *stand_ins("boots", PLAIN), *(argument.format(**names) for argument in arguments))
    assert done.code == 2
    assert why in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("case", "why"), [("hangs", "--timeout"), ("refuses", "cannot set up guest memory"), ("damaged", "damaged answer")]
)
def test_a_machine_that_fails_is_one_line(case: str, why: str, stand_ins: StandIns) -> None:  # noqa: F811
    done = cli("verify", *stand_ins(case, PLAIN), "--timeout", "1")
    assert done.code == 2
    assert why in done.err
    assert done.err.count("\n") == 1


def test_progress_is_for_terminals_only(stand_ins: StandIns) -> None:  # noqa: F811
    done = process("-q", "verify", *stand_ins("boots", PLAIN), "--ram", "1792M")
    assert (done.code, done.err) == (0, "")
