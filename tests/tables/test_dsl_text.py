"""The text in iasl's data-table language: line by line as ``iasl -d`` has it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.tables.dsl_layout import IASL_TABLES
from acpitools.tables.dsl_text import table_dsl
from acpitools.tables.registry import TABLES
from acpitools.tables.table_set import LoadedTable

_LINE = re.compile(r"^(?:\[[^\]]*\])? *([^:\n]+?) *: ?(.*)$")
_CONTINUED = re.compile(r" *\\\n *")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_WITH_TEMPLATE = sorted(set(TABLES) & IASL_TABLES)
"""Tables that Debian's iasl knows."""
_OTHER_NAME = {"RSD PTR ": "RSDP"}


def template(iasl: str, signature: str, folder: Path) -> bytes:
    """Give the table that iasl compiles of its own template, creator fields kept."""
    name = _OTHER_NAME.get(signature, signature)
    subprocess.run([iasl, "-T", name], cwd=folder, capture_output=True, timeout=30, check=True)
    source = next(folder.glob("*.asl"))
    subprocess.run([iasl, "-z", "-p", "t", source.name], cwd=folder, capture_output=True, timeout=30, check=True)
    return (folder / "t.aml").read_bytes()


def values(text: str) -> list[tuple[str, str]]:
    """Give (label, value) of each line, without what is only for the reader."""
    text = _CONTINUED.sub(" ", _COMMENT.sub("", text.partition("Raw Table Data")[0]))
    found = [match.groups() for line in text.splitlines() if (match := _LINE.match(line))]
    # Of one number iasl writes fewer digits than its size has.
    widths = {"Start Method": 8}
    return [
        (label, re.sub(r" *\[.*\] *$", "", value).strip().rjust(widths.get(label, 0), "0")) for label, value in found
    ]


def ours(data: bytes) -> str:
    return "".join(table_dsl(LoadedTable(data=data, source="t")))


@pytest.mark.parametrize("signature", [name for name in _WITH_TEMPLATE if name != "RSD PTR "])
def test_lines_are_those_of_iasl(signature: str, needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    iasl = needs_tool("iasl")
    data = template(iasl, signature, tmp_path)
    subprocess.run([iasl, "-d", "t.aml"], cwd=tmp_path, capture_output=True, timeout=30, check=True)
    assert values((tmp_path / "t.dsl").read_text("latin-1")) == values(ours(data))


@pytest.mark.parametrize("signature", _WITH_TEMPLATE)
def test_iasl_compiles_it_to_the_same_bytes(signature: str, needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    iasl = needs_tool("iasl")
    data = template(iasl, signature, tmp_path)
    (tmp_path / "ours.dsl").write_text(ours(data))
    done = subprocess.run([iasl, "-z", "ours.dsl"], cwd=tmp_path, capture_output=True, timeout=30, check=False)
    assert (tmp_path / "ours.aml").exists(), done.stdout + done.stderr
    assert (tmp_path / "ours.aml").read_bytes() == data
