"""Machines that are booted live, each on both kernels: in continuous integration those marked, all by ``make live``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acpitools.image.initrd import OemIds, with_oem
from tests.support import FIXTURES
from tests.tables.make import SRAT_BYTES, patched, resealed

KERNELS = ("6.1", "6.12")
_REPLAYS = FIXTURES / "replays"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMachine:
    """What ``verify`` is told, and what has to come out of it beside equality."""

    name: str
    arguments: tuple[str, ...] = ()
    tables: str | None = None
    """Recorded case whose made tables are given to the kernel."""
    made: tuple[bytes, ...] = ()
    """Further tables."""
    preset: str | None = None
    """A machine of ``synth``: its tables, and as much RAM as its memory map has."""
    cmdline: str = "nokaslr"
    actions: tuple[dict[str, Any], ...] = ()
    sweep: bool = False
    boots: bool = True
    movable_nodes: tuple[int, ...] = ()
    """Nodes that have to have a Movable zone after boot."""
    online: tuple[int, ...] = (0,)
    always: bool = False
    """Boot it in continuous integration too."""

    def sources(self, folder: Path) -> list[str]:
        """Files with the tables; those that are made are written into the folder."""
        shipped = (_REPLAYS / self.tables / "synthetic").glob("*.aml") if self.tables else ()
        paths = sorted(shipped)
        for number, table in enumerate(self.made):
            paths.append(folder / f"{number}.dat")
            paths[-1].write_bytes(table)
        return list(map(str, paths))


def header_only(signature: str, *, revision: int) -> bytes:
    """A table without content that matches none of QEMU's."""
    table = resealed(signature.encode() + (36).to_bytes(4, "little") + bytes(28))
    return with_oem(table, OemIds(oem_id="TESTER", oem_table_id="TESTTEST", oem_revision=revision))


def plug(device: str, size: str, pxm: int, **more: Any) -> dict[str, Any]:
    return {"op": "plug", "device": device, "size": size, "pxm": pxm, **more}


MACHINES = (
    LiveMachine(name="plain", arguments=("--ram", "1536M"), always=True),
    LiveMachine(
        name="dimms-on-two-nodes",
        arguments=("--node", "1G", "--node", "1G"),
        cmdline="nokaslr memhp_default_state=online_movable",
        actions=(
            plug("d1", "512M", 1),
            plug("d2", "256M", 0),
            {"op": "offline", "device": "d1"},
            {"op": "unplug", "device": "d1"},
            {"op": "write", "path": "/sys/devices/system/memory/auto_online_blocks", "value": "offline"},
            plug("d3", "256M", 2),
            {"op": "online_kernel", "device": "d3"},
            {"op": "online_movable", "blocks": [0]},
            {"op": "unplug", "device": "d2"},
        ),
        online=(0, 1),
        always=True,
    ),
    LiveMachine(
        name="hot-nodes-one-pinned",
        tables="four-nodes-one-pinned",
        cmdline="nokaslr movable_node",
        sweep=True,
        movable_nodes=(2, 3),
        online=(0, 1, 2, 3),
        always=True,
    ),
    LiveMachine(
        name="movablecore-three-nodes",
        tables="slit-three-nodes",
        arguments=("--cpus", "3"),
        cmdline="movablecore=1280M",  # with KASLR: the kernel's place is read from the machine
        movable_nodes=(2,),
        online=(0, 1, 2),
        always=True,
    ),
    LiveMachine(
        name="memory-less-node",
        arguments=("--node", "1G", "--node", "0", "--node", "1G", "--cpus", "3"),
        cmdline="nokaslr kernelcore=60%",
        movable_nodes=(0, 2),
        online=(0, 1, 2),
        always=True,
    ),
    LiveMachine(
        name="fake-nodes",
        arguments=("--ram", "3G"),
        cmdline="nokaslr numa=fake=3",
        online=(0, 1, 2),
        always=True,
    ),
    LiveMachine(
        name="synthetic-hot-nodes",
        preset="hot-nodes",
        cmdline="nokaslr movable_node",
        movable_nodes=(2, 3),
        online=(0, 1, 2, 3),
        always=True,
    ),
    LiveMachine(name="synthetic-memory-less", preset="memoryless", online=(0, 1, 2), always=True),
    LiveMachine(
        name="synthetic-sparse-domains",
        preset="sparse-domains",
        cmdline="nokaslr movable_node",
        movable_nodes=(2,),
        online=(0, 1, 2),
    ),
    LiveMachine(name="uncovered-ram-dies", tables="srat-hole-panics", boots=False, online=(), always=True),
    LiveMachine(
        name="dimm-at-boot",
        arguments=("--node", "1G", "--node", "1G"),
        cmdline="nokaslr movable_node memhp_default_state=online",
        actions=(plug("cold", "512M", 1, at_boot=True), plug("warm", "512M", 0), {"op": "unplug", "device": "cold"}),
        movable_nodes=(1,),
        online=(0, 1),
    ),
    LiveMachine(
        name="part-hot-sweep",
        tables="three-nodes-part-hot",
        arguments=("--cpus", "3"),
        cmdline="nokaslr movable_node",
        sweep=True,
        movable_nodes=(1, 2),
        online=(0, 1, 2),
    ),
    LiveMachine(name="initiators", tables="generic-initiators", cmdline="", online=(0, 1, 2)),
    LiveMachine(name="cpu-less-nodes", tables="cpuless-sparse-pxm", online=(0, 1, 2)),
    LiveMachine(
        name="cxl-window", tables="cedt-window", cmdline="nokaslr movable_node", movable_nodes=(1,), online=(0, 1)
    ),
    LiveMachine(
        name="refused-and-unused-tables",
        made=(
            patched(SRAT_BYTES, 9, bytes([SRAT_BYTES[9] ^ 1])),
            header_only("SSDT", revision=2),
            header_only("NBFT", revision=1),
            header_only("DSDT", revision=9),
            header_only("ZZZZ", revision=1),
        ),
        arguments=("--ram", "1G", *(f"--table={name}" for name in ("SRAT", "SSDT", "NBFT", "DSDT", "ZZZZ"))),
    ),
    LiveMachine(name="crash-kernel", arguments=("--ram", "3G"), cmdline="nokaslr crashkernel=256M"),
    LiveMachine(
        name="hot-node-grows",
        tables="four-nodes-one-pinned",
        cmdline="nokaslr movable_node",
        actions=(plug("d1", "1G", 2), {"op": "online_movable", "device": "d1"}, {"op": "unplug", "device": "d1"}),
        movable_nodes=(2, 3),
        online=(0, 1, 2, 3),
    ),
    LiveMachine(
        name="pc-with-3-gib-below",
        arguments=("--ram", "4G", "--machine", "pc"),
        cmdline="nokaslr movablecore=512M",
        movable_nodes=(0,),
    ),
    LiveMachine(
        name="memory-map-that-does-not-fit",  # the kernel dies of it
        arguments=("--ram", "512M"),
        cmdline="nokaslr memhp_default_state=offline",
        actions=(plug("d1", "24G", 0),),
    ),
)
