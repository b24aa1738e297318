"""``acpitools hotplug`` with the firmware in the loop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support import FIXTURES, Ended, cli

CASE = FIXTURES / "firmware" / "qemu-q35"
STATIC = FIXTURES / "firmware" / "resources"
MODEL = ("--hardware", "qemu-memory-hotplug")


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Run actions on a recorded machine."""

    def runs(*more: str, actions: list[dict[str, Any]], case: Path = CASE) -> Ended:
        wanted = tmp_path / "actions.json"
        wanted.write_text(json.dumps(actions))
        log = tmp_path / "log"
        log.write_bytes((case / "dmesg.txt.gz").read_bytes())
        return cli("hotplug", str(case / "tables"), "--dmesg", str(log), "--actions", str(wanted), *more)

    return runs


def test_a_dimm_goes_through_event_method_notify_and_objects(run: Any) -> None:
    plug = {"op": "plug", "device": "d", "pxm": 1, "size": "1G"}
    done = run(*MODEL, "--format", "json", actions=[plug, {"op": "unplug", "device": "d"}])
    boot, plugged, unplugged = json.loads(done.out)["steps"]
    assert [call["path"] for call in boot["firmware"]][:1] == ["\\_SB.PCI0.GPE0._STA"]
    paths = [call["path"] for call in plugged["firmware"]]
    own = [path.removeprefix("\\_SB.MHPC.MP00.") for path in paths if path.startswith("\\_SB.MHPC.MP00.")]
    assert paths[0] == "\\_GPE._E03"
    assert plugged["firmware"][0]["notifies"] == [{"device": "\\_SB.MHPC.MP00", "value": 1}]
    assert own == ["_STA", "_STA", "_CRS", "_STA", "_PXM", "_OST"]
    assert plugged["devices"][0]["path"] == "\\_SB.MHPC.MP00"
    assert (plugged["result"], plugged["ost"], plugged["devices"][0]["node"]) == ("ok", 0, 1)
    told = [(call["path"][-4:], call["arguments"]) for call in unplugged["firmware"][1:]]
    assert told == [("_OST", [3, 0x84]), ("_EJ0", [1]), ("_STA", []), ("_OST", [3, 0])]
    assert (unplugged["result"], unplugged["devices"]) == ("ok", [])


def test_text_tells_what_the_firmware_did(run: Any) -> None:
    out = run(*MODEL, actions=[{"op": "plug", "device": "\\_SB.MHPC.MP03", "pxm": 1, "size": "128M"}]).out
    assert "  firmware: \\_GPE._E03, Notify (\\_SB.MHPC.MP03, 0x1)\n" in out
    assert "  firmware: \\_SB.MHPC.MP03._PXM gives 0x1\n" in out
    assert "  firmware: \\_SB.MHPC.MP03._OST (0x1, 0x0)\n" in out


def test_trace_shows_the_code_on_stderr(run: Any) -> None:
    done = run(*MODEL, "--trace", actions=[{"op": "plug", "device": "d", "size": "128M"}])
    assert done.code == 0
    assert "\\_SB.MHPC.MSCN begins" in done.err


def test_more_dimms_than_slots_are_refused(run: Any) -> None:
    plugs = [{"op": "plug", "device": f"d{number}", "size": "128M"} for number in range(9)]
    steps = json.loads(run(*MODEL, "--format", "json", actions=plugs).out)["steps"]
    assert [step["result"] for step in steps[1:]] == ["ok"] * 8 + ["failed"]
    assert steps[9]["reason"] == "no slot is free: the controller has 8, all of them taken"


def test_a_dimm_over_another_is_refused(run: Any) -> None:
    plugs = [{"op": "plug", "device": name, "size": "256M", "address": 0x1_8000_0000} for name in "ab"]
    steps = json.loads(run(*MODEL, "--format", "json", actions=plugs).out)["steps"]
    assert [step["result"] for step in steps[1:]] == ["ok", "failed"]


def test_a_device_of_the_tables_is_evaluated_without_hardware(run: Any) -> None:
    done = run("--format", "json", case=STATIC, actions=[{"op": "plug", "device": "\\_SB.RM07"}])
    boot, plugged = json.loads(done.out)["steps"]
    assert "\\_SB.RM07" not in [device["device"] for device in boot["devices"]]
    [device] = [device for device in plugged["devices"] if device["device"] == "\\_SB.RM07"]
    assert (device["node"], device["ranges"]) == (1, [[0x1_7000_0000, 0x1_7800_0000], [0x1_6800_0000, 0x1_7000_0000]])
    assert plugged["ost"] is None  # the device has no _OST
    assert plugged["action"] == {"op": "plug", "device": "\\_SB.RM07", "at_boot": False}


def test_an_ejection_that_leaves_the_device_enabled_is_told(run: Any) -> None:
    step = json.loads(run("--format", "json", case=STATIC, actions=[{"op": "unplug", "device": "\\_SB.RM04"}]).out)
    [boot, after] = step["steps"]
    assert [device["blocks"] for device in boot["devices"] if device["device"] == "\\_SB.RM04"] == [[43]]
    assert (after["result"], after["dmesg"]) == ("failed", ["ACPI: \\_SB_.RM04: Eject incomplete - status 0xf"])
    assert 43 not in [block["id"] for block in after["blocks"]["blocks"]]


def test_code_that_fails_is_a_finding(run: Any) -> None:
    actions = [{"op": "notify", "device": "\\_SB.RM02", "value": 1}]
    steps = json.loads(run("--format", "json", case=STATIC, actions=actions).out)["steps"]
    assert ("HP015", "\\_SB.RM02._CRS fails") in [
        (finding["code"], finding["message"].partition(":")[0]) for finding in steps[1]["findings"]
    ]
    assert steps[1]["reason"] == "EINVAL: not attached: its _CRS is missing, fails or is no resource template"


def test_the_controller_of_the_tables_answers(run: Any) -> None:
    dimm = {"op": "plug", "device": "dimm0", "pxm": 1, "size": "1G"}
    done, asked = run(actions=[dimm]), run(*MODEL, actions=[dimm])
    assert (done.code, done.out) == (0, asked.out)
    assert "memory hot-plug controller (SystemIO 0xa00): it answers, its slots empty at first" in done.err
    assert "Notify (\\_SB.MHPC.MP00, 0x1)" in done.out


def test_the_controller_of_the_tables_can_be_left_out(run: Any, tmp_path: Path) -> None:
    dimm = {"op": "plug", "device": "dimm0", "pxm": 1, "size": "1G"}
    done = run("--hardware", "none", actions=[dimm])
    assert (done.code, "Notify" in done.out, done.err) == (0, False, "")
    file = tmp_path / "hardware.toml"
    file.write_text('[[registers]]\nspace = "SystemIO"\naddress = 0x80\n')
    assert "--hardware qemu-memory-hotplug answers for it" in run("--hardware", str(file), actions=[dimm]).err


def test_what_is_described_is_no_dimm_of_a_controller_that_was_found(run: Any) -> None:
    # Without a domain, or with a status of its own, it is a device of its own.
    for more in ({}, {"pxm": 1, "sta": 11}, {"pxm": 1, "ejectable": False}):
        done = run(actions=[{"op": "plug", "device": "dimm0", "size": "1G", **more}])
        assert (done.code, "Notify" in done.out) == (0, False)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ({"op": "plug", "device": "\\_SB.NONE"}, "the tables have no such memory device; there: \\_SB.MHPC.MP00"),
        ({"op": "plug", "device": "\\1"}, "it is no path"),
        ({"op": "plug", "device": "\\_SB.MHPC.MP00"}, 'its slot in the memory controller is empty: give "size"'),
        ({"op": "plug", "device": "\\_SB.MHPC.MP00", "pxm": 1}, "its tables say what it is: leave 'pxm' out"),
        ({"op": "notify", "device": "\\_SB.MHPC.MP00", "value": -1}, "'value' must be a number"),
        ({"op": "event", "method": "\\_GPE._L99"}, "the tables have no such method"),
    ],
)
def test_actions_on_what_is_not_there_are_refused(run: Any, action: dict[str, Any], words: str) -> None:
    done = run(*MODEL, actions=[action])
    assert done.code == 2
    assert words in done.err


def test_without_aml_there_is_no_firmware(tmp_path: Path) -> None:
    actions = tmp_path / "actions.json"
    actions.write_text('[{"op": "plug", "device": "\\\\_SB.MEM0"}]')
    log = str(CASE / "dmesg.txt.gz")
    done = cli("hotplug", str(CASE / "tables" / "SRAT"), "--dmesg", log, "--actions", str(actions))
    assert (done.code, "DSDT and SSDTs: give them too" in done.err) == (2, True)


def test_layout_tells_of_memory_devices_that_disagree() -> None:
    done = cli("layout", str(STATIC / "tables"), "--dmesg", str(STATIC / "dmesg.txt.gz"), "--format", "json")
    found = {(finding["code"], finding["message"]) for finding in json.loads(done.out)["findings"]}
    assert ("MEM011", "\\_SB.RM04: _STA is 0xf after _EJ0") in found
    assert ("MEM018", "\\_SB.MODU.RM01: its memory is in the domains 0, 1 of the SRAT") in found


def test_layout_takes_hardware_for_them() -> None:
    given = (str(CASE / "tables"), "--dmesg", str(CASE / "dmesg.txt.gz"), "--format", "json")
    refused = ("--hardware", "none")
    unknown = [f for f in json.loads(cli("layout", *given, *refused).out)["findings"] if f["code"].startswith("MEM")]
    assert [finding["code"] for finding in unknown] == ["MEM020"]
    found = [f for f in json.loads(cli("layout", *given).out)["findings"] if f["code"].startswith("MEM")]
    assert [(finding["code"], finding["severity"]) for finding in found] == [("MEM024", "info")]
    known = json.loads(cli("layout", *given, *MODEL).out)["findings"]
    assert [finding for finding in known if finding["code"].startswith("MEM")] == []
