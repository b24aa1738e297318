"""Recorded boots: what such a boot was given, apart from what it did.

The log is cut off before its first result, so that a prediction made from these inputs cannot have peeked.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acpitools.core.ranges import AddrRange
from acpitools.dumps.iomem import read_iomem
from acpitools.dumps.memory_blocks import parse_id_list
from tests.support import FIXTURES, SHARED

_FIRST_RESULT = re.compile(
    r"^\[[^\]]*\] *(?:ACPI: )?(?:SRAT: |NUMA: |NUMA turned off|No NUMA configuration found|Faking a node|NODE_DATA)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInputs:
    """What one recorded boot was given."""

    name: str
    path: Path
    tables: tuple[tuple[str, bytes], ...]
    """File name and bytes of every ACPI table; of a boot that died, only the tables made for it."""
    complete_tables: bool
    """False where the firmware's own tables are not known."""
    log: str
    """The log up to, not including, its first line about the SRAT or NUMA."""
    command_line: str
    kernel: AddrRange | None
    """From the start of the code to the end of the bss; None where no iomem was recorded."""
    cpus: int | None
    hypervisor: bool


def record_paths() -> list[Path]:
    """Every record at hand: those shipped, and those of the reference data where it is there."""
    shared = SHARED / "oracle" / "records"
    roots = [FIXTURES / "replays", *([shared] if shared.is_dir() else [])]
    return [path.parent for root in roots for path in sorted(root.glob("*/boot.json"))]


def record_id(path: Path) -> str:
    """A record's name in the list of tests."""
    return f"{'shipped-' if FIXTURES in path.parents else ''}{path.name}"


def record_text(record: Path, name: str) -> str:
    """Text of a file of a record, plain or gzip'd."""
    packed = record / f"{name}.gz"
    data = gzip.decompress(packed.read_bytes()) if packed.exists() else (record / name).read_bytes()
    return data.decode()


def record_truth(record: Path) -> dict[str, Any]:
    """The digest of a record (``end`` is inclusive in it)."""
    loaded: dict[str, Any] = json.loads(record_text(record, "truth.json"))
    return loaded


def record_inputs(record: Path) -> RecordInputs:
    """Read the inputs of a record; for one with steps, of its boot."""
    guest, made = record / "tables", record / "synthetic"
    if guest.is_dir():
        tables = tuple((path.name, path.read_bytes()) for path in sorted(guest.iterdir()) if path.is_file())
    else:
        tables = tuple((path.name.partition(".")[0], path.read_bytes()) for path in sorted(made.glob("*.aml")))
    log = record_text(record, "dmesg.txt")
    result = _FIRST_RESULT.search(log)
    iomem = record / "iomem.txt"
    nodes = record / "nodes.txt"
    possible = re.search(r"^cpu_possible=(.*)$", nodes.read_text(), re.MULTILINE) if nodes.exists() else None
    qemu = json.loads(record_text(record, "boot.json"))["qemu"]
    return RecordInputs(
        name=record.name,
        path=record,
        tables=tables,
        complete_tables=guest.is_dir(),
        log=log[: result.start()] if result else log,  # a boot that died earlier has no result
        command_line=record_text(record, "cmdline.txt").strip(),
        kernel=read_iomem(iomem.read_text()).kernel if iomem.exists() else None,
        cpus=len(parse_id_list(possible[1])) if possible else None,
        hypervisor="-hypervisor" not in qemu,
    )
