"""Our compiler against iasl: the programs of the fixtures, and iasl's own disassembly of real tables.

``ACPITOOLS_WHOLE_CORPUS=1 pytest tests/conformance/test_iasl.py`` takes every table instead of some.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.asl.compile import compile_source
from acpitools.cli.asl_files import Folders
from acpitools.dumps.load import load
from tests.support import FIXTURES, shared_cases

PROGRAMS = sorted(FIXTURES.glob("asl/*/*.asl"))
WHOLE = bool(os.environ.get("ACPITOOLS_WHOLE_CORPUS"))
DUMPS = shared_cases("corpus/dumps", "*.acpidump.gz")
SAMPLE = DUMPS if WHOLE else DUMPS[3::12]
MAX_AML = 1 << 24 if WHOLE else 40_000


def by_iasl(iasl: str, source: Path, folder: Path) -> bytes | None:
    out = folder / "iasl"
    subprocess.run([iasl, "-ve", "-p", str(out), source.name], cwd=source.parent, capture_output=True, check=False)
    table = out.with_suffix(".aml")
    data = table.read_bytes() if table.exists() else None
    table.unlink(missing_ok=True)
    return data


def by_us(source: Path) -> bytes | None:
    text = source.read_text(encoding="latin-1")
    done = compile_source(text, source.name, includes=Folders(str(source), ()))
    return done.tables[0].data if done.tables else None


@pytest.mark.parametrize("source", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_program_is_compiled_to_the_same_bytes(
    source: Path, tmp_path: Path, needs_tool: Callable[[str], str]
) -> None:
    expected = by_iasl(needs_tool("iasl"), source, tmp_path)
    assert expected is not None
    assert by_us(source) == expected


def test_optimisations_left_out_are_those_of_iasl(tmp_path: Path, needs_tool: Callable[[str], str]) -> None:
    from acpitools.asl.options import Options

    source = FIXTURES / "asl" / "names" / "paths.asl"
    for flag, options in (
        ("-of", Options(fold=False)),
        ("-oi", Options(shorten_integers=False)),
        ("-on", Options(shorten_names=False)),
        ("-oa", Options(fold=False, shorten_integers=False, shorten_names=False)),
    ):
        out = tmp_path / flag
        subprocess.run([needs_tool("iasl"), "-ve", flag, "-p", str(out), source], capture_output=True, check=True)
        ours = compile_source(source.read_text(), source.name, options=options).tables[0].data
        assert ours == out.with_suffix(".aml").read_bytes(), flag


@pytest.mark.parametrize("dump", SAMPLE, ids=lambda path: path.name.split(".")[0])
def test_what_iasl_disassembles_and_compiles_becomes_the_same_bytes(
    dump: Path, tmp_path: Path, needs_tool: Callable[[str], str]
) -> None:
    iasl = needs_tool("iasl")
    tables = [table.data for table in load((str(dump),)) if table.signature in ("DSDT", "SSDT")]
    names = []
    for number, data in enumerate(tables):
        names.append(f"t{number}.dat")
        (tmp_path / names[-1]).write_bytes(data)
    different = []
    compared = 0
    for number, name in enumerate(names):
        if len(tables[number]) > MAX_AML:
            continue
        others = names[:number] + names[number + 1 :]
        for externals in (["-e", ",".join(others)] if others else [], []):
            subprocess.run([iasl, *externals, "-d", name], cwd=tmp_path, capture_output=True, check=False, timeout=120)
            source = (tmp_path / name).with_suffix(".dsl")
            if source.exists() and source.stat().st_size:
                break
        else:
            continue
        expected = by_iasl(iasl, source, tmp_path)
        if expected is not None:
            compared += 1
            if by_us(source) != expected:
                different.append(name)
    assert compared
    assert different == []
