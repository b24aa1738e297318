"""The shipped fixtures: complete, unchanged since they were recorded, and what other tools make of them."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.make_demo import DEMO, RECORD, demo_files
from tests.support import FIXTURES

REPLAYS = sorted(
    path.parent for folder in ("firmware", "hotplug", "replays") for path in FIXTURES.glob(f"{folder}/*/scenario.json")
)


def test_there_are_recorded_boots_of_both_kernels() -> None:
    kernels = [json.loads((case / "scenario.json").read_text())["kernel"] for case in REPLAYS]
    assert min(kernels.count("6.1"), kernels.count("6.12")) >= 6


def test_every_folder_has_its_scenario() -> None:
    folders = [FIXTURES / name for name in ("firmware", "hotplug", "replays")]
    assert sorted(case for folder in folders for case in folder.iterdir()) == REPLAYS


@pytest.mark.parametrize("case", [*REPLAYS, FIXTURES / "aml"], ids=lambda case: case.name)
def test_a_record_is_as_recorded(case: Path) -> None:
    meta = tomllib.loads((case / "meta.toml").read_text())
    files = {path.relative_to(case).as_posix(): path for path in case.rglob("*") if path.is_file()}
    del files["meta.toml"]
    assert meta["sha256"] == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


@pytest.mark.parametrize("case", REPLAYS, ids=lambda case: case.name)
def test_a_record_is_what_its_scenario_asked_for(case: Path) -> None:
    scenario = json.loads((case / "scenario.json").read_text())
    boot = json.loads((case / "boot.json").read_text())
    log = gzip.decompress((case / "dmesg.txt.gz").read_bytes()).decode()
    assert scenario["name"] == case.name
    assert boot["status"] == ("panic" if "panic" in scenario.get("tags", ()) else "ok")
    assert f"Linux version {scenario['kernel']}." in log
    command_line = log[log.index("Command line: ") :].split("\n", 1)[0]
    assert set(scenario["cmdline"].split()) <= set(command_line.split())


def test_the_demo_files_are_made_from_the_record() -> None:
    assert dict(demo_files(RECORD)) == {path.name: path.read_text() for path in DEMO.iterdir()}


def test_acpixtract_finds_the_recorded_tables_in_the_demo_dump(
    tmp_path: Path, needs_tool: Callable[[str], str]
) -> None:
    subprocess.run(
        [needs_tool("acpixtract"), "-a", DEMO / "acpidump.txt"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=60,
    )
    extracted = {path.stem.upper(): path.read_bytes() for path in tmp_path.glob("*.dat")}
    assert extracted == {path.name: path.read_bytes() for path in (RECORD / "tables").iterdir()}
