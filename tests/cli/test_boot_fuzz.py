"""Damaged tables, maps, logs and command lines: an answer or one line of error, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.records import record_paths, record_text
from tests.strategies import mutated
from tests.support import FIXTURES, Ended, cli

DEMO = FIXTURES / "dumps" / "demo-4node"
LOG = record_text(next(path for path in record_paths() if path.name == "four-nodes-one-pinned"), "dmesg.txt").encode()
SRAT = next(path for path in record_paths() if path.name == "four-nodes-one-pinned") / "tables" / "SRAT"
COMMANDS = st.sampled_from(
    [
        ("layout", "--format", "json"),
        ("layout",),
        ("replay", "--step"),
        ("replay", "--format", "json"),
        ("explain", "--at", "0x50000000"),
    ]
)
QUICKLY = settings(
    max_examples=25, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def check(ended: Ended) -> None:
    """Hold an end against the conventions."""
    assert ended.code in (0, 1, 2)
    assert "Traceback" not in ended.err
    if ended.code == 2:
        assert ended.out == ""
        assert ended.err.startswith("acpitools: error: ")
        assert ended.err.count("\n") == 1
        assert "internal" not in ended.err


@QUICKLY
@given(COMMANDS, mutated(SRAT.read_bytes()))
def test_damaged_tables(tmp_path: Path, command: tuple[str, ...], data: bytes) -> None:
    table = tmp_path / "table"
    table.write_bytes(data)
    boot = ("--memmap", str(DEMO / "memmap.txt"), "--cmdline", "movable_node", "--kernel", "6.12")
    check(cli(*command, str(table), *boot))


@QUICKLY
@given(COMMANDS, mutated((DEMO / "memmap.txt").read_bytes()))
def test_damaged_maps(tmp_path: Path, command: tuple[str, ...], data: bytes) -> None:
    memmap = tmp_path / "map"
    memmap.write_bytes(data)
    check(cli(*command, str(SRAT), "--memmap", str(memmap), "--cmdline", "movable_node"))


@QUICKLY
@given(COMMANDS, mutated(LOG[:30_000]))
def test_damaged_logs(tmp_path: Path, command: tuple[str, ...], data: bytes) -> None:
    log = tmp_path / "log"
    log.write_bytes(data)
    check(cli(*command, "--dmesg", str(log)))


@QUICKLY
@given(COMMANDS, st.text(max_size=80))
def test_any_command_line(command: tuple[str, ...], text: str) -> None:
    boot = ("--memmap", str(DEMO / "memmap.txt"), f"--cmdline=x{text}", "--kernel", "6.1")
    check(cli(*command, str(SRAT), *boot))


@QUICKLY
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["op", "device", "size", "blocks", "actions"]), inner, max_size=4)
        ),
        max_leaves=10,
    )
)
def test_any_actions(tmp_path: Path, document: object) -> None:
    actions = tmp_path / "actions"
    actions.write_text(json.dumps(document))
    check(cli("hotplug", str(SRAT), "--memmap", str(DEMO / "memmap.txt"), "--actions", str(actions)))


@pytest.mark.parametrize("option", ["--memmap", "--dmesg", "--iomem", "--config", "--observed"])
def test_a_folder_or_a_device_where_a_file_belongs(option: str, tmp_path: Path) -> None:
    boot = ("--memmap", str(DEMO / "memmap.txt")) if option != "--memmap" else ()
    for place in (tmp_path, Path("/dev/null")):
        ended = cli("layout", str(SRAT), *boot, option, str(place))
        check(ended)
        assert ended.code == 2
