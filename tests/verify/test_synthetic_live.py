"""Described machines booted by the command that ``synth --qemu`` prints, with the archive of ``--initrd``.

The kernel has to print the ranges of our SRAT, and to make the zones that ``layout`` predicts.  ``make live`` boots all
machines, continuous integration two.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from acpitools.image.cpio import directory, regular, write_newc
from tests.support import BOOT_ALL, cli

_LIMIT = 1800  # seconds, on a machine that does much else
_INIT = b"""#!/bin/busybox sh
/bin/busybox mkdir -p /proc
/bin/busybox mount -t proc proc /proc
echo "=== log"; /bin/busybox dmesg
echo "=== zones"; /bin/busybox cat /proc/zoneinfo
echo "=== iomem"; /bin/busybox cat /proc/iomem
echo "=== end"
/bin/busybox poweroff -f
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A preset, what is changed of it so that it boots in little time, and what has to come out of it."""

    preset: str
    series: str
    change: str = ""
    cmdline: str = ""
    movable_nodes: tuple[int, ...] = ()
    always: bool = False
    """Boot it in continuous integration too."""


def sizes(*memory: str, hot: tuple[int, ...] = ()) -> str:
    return "".join(
        f'[[domains]]\ndomain = {domain}\nmemory = "{size}"\nhotplug = {str(domain in hot).lower()}\n'
        for domain, size in enumerate(memory)
    )


MACHINES = (
    Described(preset="hot-nodes", series="6.12", cmdline="nokaslr movable_node", movable_nodes=(2, 3), always=True),
    Described(preset="low-holes", series="6.1", cmdline="nokaslr movable_node", movable_nodes=(1,), always=True),
    Described(preset="laptop", series="6.12", change='[[domains]]\ndomain = 0\nmemory = "5G"\n'),
    Described(preset="desktop-hot", series="6.1", cmdline="nokaslr movable_node"),
    Described(
        preset="server-2s",
        series="6.12",
        change="[processors]\ncores = 2\n" + sizes("4G", "4G", hot=(1,)),
        cmdline="movable_node nokaslr",
        movable_nodes=(1,),
    ),
    Described(
        preset="server-4s",
        series="6.1",
        change="[processors]\ncores = 1\n" + sizes("3G", "1G", "2G", "2G"),
        cmdline="kernelcore=2G",
        movable_nodes=(0, 1, 2, 3),
    ),
    Described(
        preset="snc4",
        series="6.1",
        change="[processors]\ncores = 1\nthreads = 1\n" + sizes(*["1G"] * 8, hot=(4, 5, 6, 7)),
        cmdline="nokaslr movable_node",
        movable_nodes=(4, 5, 6, 7),
    ),
    Described(preset="memoryless", series="6.12", cmdline="kernelcore=50%", movable_nodes=(2,)),
    Described(preset="cxl", series="6.12", cmdline="movable_node"),
    Described(preset="gpu", series="6.1", cmdline="movablecore=1G", movable_nodes=(1,)),
    Described(preset="vm-dimms", series="6.1", cmdline="movable_node"),
    Described(preset="cpu-hotplug", series="6.12", cmdline="movable_node"),
    Described(preset="sparse-domains", series="6.1", cmdline="nokaslr movable_node", movable_nodes=(2,)),
    Described(preset="pmem", series="6.12"),
    Described(
        preset="server-8s",
        series="6.12",
        change="[processors]\ncores = 1\nthreads = 1\n" + sizes(*["1G"] * 8, hot=(6, 7)),
        cmdline="nokaslr movable_node",
        movable_nodes=(6, 7),
    ),
    Described(
        preset="x2apic-giant",
        series="6.1",
        change="[processors]\ncores = 1\nthreads = 1\n" + sizes(*["1G"] * 8, hot=(7,)),
        cmdline="nokaslr movable_node",
        movable_nodes=(7,),
    ),
)


def ranges_of(folder: Path) -> list[tuple[int, int, int, bool, bool]]:
    """The enabled ranges of a SRAT: domain, start, end, hot-pluggable, non-volatile."""
    document = json.loads(cli("decode", str(folder), "--table", "SRAT", "--format", "json").out)
    return [
        (
            item["proximity_domain"],
            item["base_address"],
            item["base_address"] + item["range_length"],
            bool(item["flags"] & 2),
            bool(item["flags"] & 4),
        )
        for item in document["tables"][0]["fields"]["structures"]
        if item["record"] == "MemoryAffinity" and item["flags"] & 1
    ]


def ranges_printed(log: str) -> list[tuple[int, int, int, bool, bool]]:
    """The same from the kernel's log."""
    line = re.compile(r"SRAT: Node \d+ PXM (\d+) \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\](.*)")
    return [
        (int(found[1]), int(found[2], 16), int(found[3], 16) + 1, "hotplug" in found[4], "non-volatile" in found[4])
        for found in line.finditer(log)
    ]


def console_of(command: str, folder: Path) -> dict[str, str]:
    """Run QEMU's command in a folder, and give the parts that the machine wrote to its console."""
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        capture_output=True,
        timeout=_LIMIT,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    text = done.stdout.decode("utf-8", "replace").replace("\r", "")
    # The kernel writes to the same console: a marker need not begin its line.
    pieces = re.split(r"=== (log|zones|iomem|end)\n", text)
    assert "end" in pieces, text[-3000:] + done.stderr.decode("utf-8", "replace")
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


@pytest.mark.parametrize("machine", [m for m in MACHINES if m.always or BOOT_ALL], ids=lambda machine: machine.preset)
def test_a_described_machine_boots_as_predicted(
    machine: Described, live_kernel: Callable[[str], Path], needs_tool: Callable[[str], str], tmp_path: Path
) -> None:
    image = live_kernel(machine.series)
    needs_tool("qemu-system-x86_64")
    busybox = Path(needs_tool("busybox")).read_bytes()
    base = [directory("bin"), regular("bin/busybox", busybox, executable=True), regular("init", _INIT, executable=True)]
    (tmp_path / "base").write_bytes(write_newc(base))
    change = tmp_path / "change.toml"
    change.write_text(machine.change)
    # On a busy host the emulated timer is too slow for the kernel's check of it, and it panics: no_timer_check.
    made = cli(
        *("synth", str(change), "--preset", machine.preset, "-o", str(tmp_path / "tables")),
        *("--initrd", str(tmp_path / "initrd"), "--base", str(tmp_path / "base"), "--qemu"),
        *("--vmlinuz", str(image), "--cmdline", f"loglevel=1 panic=-1 no_timer_check {machine.cmdline}"),
    )
    assert made.code == 0, made.err
    parts = console_of(made.out, tmp_path)
    for name, text in parts.items():
        (tmp_path / name).write_text(text)
    assert ranges_printed(parts["log"]) == ranges_of(tmp_path / "tables")
    inputs = ("layout", str(tmp_path / "tables"), "--dmesg", str(tmp_path / "log"), "--iomem", str(tmp_path / "iomem"))
    for observed in ("zones", "log"):
        compared = cli(*inputs, "--observed", str(tmp_path / observed))
        assert compared.code == 0, compared.out + compared.err
    layout: dict[str, Any] = json.loads(cli(*inputs, "--format", "json").out)
    assert {z["node"] for z in layout["zones"] if z["zone"] == "Movable"} == set(machine.movable_nodes)
    assert layout["numa"]["source"] == "srat"
