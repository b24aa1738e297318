"""Memory devices in the namespace: what the SSDT says, to the interpreter, to ACPICA, and beside the SRAT."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.codec.checksum import checksum_ok
from acpitools.core.errors import TopologyError
from acpitools.tables.srat import MemoryAffinity, MemoryAffinityFlags
from acpitools.tables.table_set import TableSet
from acpitools.topology.build import build
from acpitools.topology.qemu import for_qemu, plan_qemu
from acpitools.topology.read import parse, read_spec
from tests.support import cli

MACHINE = """
[[domains]]
memory = [{ size = "4G" }]
[[domains]]
memory = [{ size = "4G" }]
[[dimms]]
domain = 1
slots = 3
size = "1G"
plugged = 1
namespace = true
ejectable = true
[[dimms]]
slots = 2
size = "512M"
namespace = true
[[dimms]]
slots = 2
size = "1G"
"""


def machine(text: str = MACHINE) -> TableSet:
    return build(read_spec(parse(text)))


def ssdt(text: str = MACHINE) -> bytes:
    (table,) = machine(text).all("SSDT")
    return table.data


def devices(folder: Path) -> list[str]:
    """Give what ``aml devices`` says, a paragraph for each device."""
    (folder / "ssdt").write_bytes(ssdt())
    done = cli("aml", "devices", str(folder / "ssdt"), "--hid", "PNP0C80")
    assert done.code == 0
    return [re.sub(r" +", " ", part.strip()) for part in done.out.split("\n\n") if part.strip()]


def test_every_slot_that_asks_for_it_is_a_device(tmp_path: Path) -> None:
    found = devices(tmp_path)
    assert len(found) == 5
    assert found[0].splitlines() == [
        r"\_SB.M000 (SSDT[0])",
        " _HID PNP0C80 Memory device",
        " _UID 0",
        " _STA 0xF present, enabled, shown, working",
        " _PXM 1",
        " _CRS memory [mem 0x280000000-0x2bfffffff]",
    ]
    assert " _STA 0x0 not present" in found[1]
    assert [text.split("_UID ")[1].split("\n")[0] for text in found] == ["0", "1", "2", "3", "4"]


def test_ranges_and_domains_are_those_of_the_srat(tmp_path: Path) -> None:
    (srat,) = machine().all("SRAT")
    hotplug = [
        (item.base_address, item.base_address + item.range_length, item.proximity_domain)
        for item in srat.record.structures  # type: ignore[attr-defined]
        if isinstance(item, MemoryAffinity) and item.flags & MemoryAffinityFlags.HOT_PLUGGABLE
    ]
    for text in devices(tmp_path):
        start, end = (int(number, 16) for number in re.findall(r"0x[0-9a-f]{8,}", text))
        domain = int(text.split("_PXM ")[1].split("\n")[0])
        assert any(base <= start and end < limit and domain == its for base, limit, its in hotplug)


def test_only_the_slots_that_ask_for_it_can_be_ejected() -> None:
    assert ssdt().count(b"_EJ0") == 3
    assert b"_EJ0" not in ssdt(MACHINE.replace("ejectable = true", ""))


def test_without_the_key_there_is_no_ssdt() -> None:
    assert (
        machine(MACHINE.replace("namespace = true\nejectable = true", "").replace("namespace = true", "")).all("SSDT")
        == ()
    )


def test_the_same_description_gives_the_same_bytes() -> None:
    assert ssdt() == ssdt()
    assert checksum_ok(ssdt())


def test_ejectable_alone_is_refused() -> None:
    with pytest.raises(TopologyError, match="needs namespace = true"):
        read_spec(parse(MACHINE.replace("namespace = true\nejectable", "ejectable")))


def test_more_devices_than_names_are_refused() -> None:
    many = "".join('[[dimms]]\nslots = 256\nsize = "2M"\nnamespace = true\n' for _ in range(17))
    with pytest.raises(TopologyError, match="at most 4096 have names"):
        machine('[[domains]]\nmemory = [{ size = "4G" }]\n' + many)


def test_qemu_keeps_its_own_devices() -> None:
    spec = read_spec(parse(MACHINE))
    plan = plan_qemu(spec)
    assert not any(data.startswith(b"SSDT") for data in for_qemu(build(spec).tables, plan))
    assert any("memory devices of its own" in note for note in plan.notes)


def test_iasl_reads_it_and_makes_it_again(tmp_path: Path, needs_tool: Callable[[str], str]) -> None:
    iasl = needs_tool("iasl")
    (tmp_path / "ssdt.aml").write_bytes(ssdt())
    subprocess.run([iasl, "-d", "ssdt.aml"], cwd=tmp_path, capture_output=True, check=True, timeout=30)
    done = subprocess.run(
        [iasl, "-p", "again", "ssdt.dsl"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=30
    )
    assert "0 Errors, 0 Warnings, 0 Remarks" in done.stdout + done.stderr
    # All but the checksum and iasl's own name.
    assert (tmp_path / "again.aml").read_bytes()[36:] == ssdt()[36:]


def test_acpiexec_evaluates_it(tmp_path: Path, needs_tool: Callable[[str], str]) -> None:
    acpiexec = needs_tool("acpiexec")
    (tmp_path / "ssdt.aml").write_bytes(ssdt())
    commands = r"evaluate \_SB.M000._STA;evaluate \_SB.M000._EJ0 1;evaluate \_SB.M000._STA;evaluate \_SB.M003._PXM"
    done = subprocess.run(
        [acpiexec, "-b", commands, "ssdt.aml"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert re.findall(r"\[Integer\] = ([0-9A-F]+)", done.stdout) == [f"{15:016X}", "0" * 16, "0" * 16]
