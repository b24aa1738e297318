"""Run random methods here and in acpiexec: ``python -m tests.against_acpiexec [--seed N] [--programs N]``.

Each program runs in one process of acpiexec and on one machine of ours, method after method; values, statuses and
notifications of each are compared, and the names that all methods share.  Of a program the first difference is shown.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from acpitools.core.errors import AmlError, AmlLimitError
from acpitools.interp.evaluate import evaluate
from acpitools.interp.load import load
from acpitools.interp.machine import Machine
from acpitools.interp.start import start
from acpitools.report.value_json import as_data
from fixtures.record_interp import TOO_LARGE, given
from tests.interp.programs import GLOBALS, program

Difference = tuple[str, Any, Any] | str | None
METHODS = 20
AT_ONCE = 6
CPU_SECONDS = 10
MOST_OUTPUT = 1 << 26
ROUNDS = 4
SYNTAX = re.compile(r"\((\d+)\) : error +6126 ")
NOTIFIED = re.compile(r"Received a (?:Device|System) Notify on \[(\w+)\] \S+ Value 0x([0-9A-F]+)")
FREED_TWICE = re.compile(r"0xFFFFFF[0-9A-F]{2} Outstanding allocations after")
"""acpiexec counts fewer objects than before: it freed one that is in use, and what follows is undefined."""


def compiled(source: str, folder: Path) -> bytes | None:
    """Compile with iasl, mistakes and all; methods, of a line each, that are no ASL are left out."""
    text, table = folder / "table.asl", folder / "table.aml"
    for _ in range(ROUNDS):
        text.write_text(source, encoding="utf-8")
        done = subprocess.run(
            ["iasl", "-vi", "-ve", "-f", "-oa", "-p", str(table.with_suffix("")), str(text)],
            capture_output=True,
            check=False,
        )
        if table.exists():
            return table.read_bytes()
        lines = source.splitlines()
        for number in {int(line) for line in SYNTAX.findall((done.stdout + done.stderr).decode("latin-1"))}:
            lines[number - 1] = re.sub(r"^Method \((\w+)\).*", r"Method (\1) {}", lines[number - 1])
        source = "\n".join(lines)
    return None


def theirs(table: Path, paths: Sequence[str]) -> tuple[list[dict[str, Any] | None], list[tuple[str, str]]]:
    """Return what acpiexec gives for paths in turn, None where it cannot show a result, and all notifications."""
    asked = "".join(f"evaluate {path}\n" for path in paths)
    with table.with_suffix(".out").open("w+b") as output:
        subprocess.run(
            ["acpiexec", str(table)],
            input=f"{asked}quit\n".encode(),
            stdout=output,
            stderr=subprocess.DEVNULL,
            check=False,
            preexec_fn=_bounded,
        )
        output.seek(0)
        said = output.read().decode("latin-1")
    parts = re.split(r"^Evaluating \S+\n", said, flags=re.MULTILINE)[1:]
    return [_outcome(text) for text in parts], NOTIFIED.findall(said)


def _bounded() -> None:
    # On a package in itself acpiexec does not end, and on memory that it freed it may do anything.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_OUTPUT, MOST_OUTPUT))


def _outcome(text: str) -> dict[str, Any] | None:
    if TOO_LARGE.search(text):
        return None
    if FREED_TWICE.search(text):
        return {"type": "undefined"}
    try:
        result = given(text)
    except StopIteration:  # a package in itself is not shown to its end
        return None
    if result is None:
        return None
    return result


def ours(machine: Machine, path: str) -> dict[str, Any]:
    """Return what the machine gives for a path, in the same form."""
    result: dict[str, Any]
    try:
        result = plain(as_data(machine, evaluate(machine, path)))
    except AmlLimitError as error:
        result = {"type": "error", "status": error.status, "limited": error.status != "AE_AML_METHOD_LIMIT"}
    except AmlError as error:
        result = {"type": "error", "status": error.status, "why": f"{type(error).__name__} {error}"}
    return result


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return a value with references that do not say to what."""
    if data["type"] == "package":
        return data | {"value": [plain(element) for element in data["value"]]}
    return {"type": "reference"} if data["type"] == "reference" else data


def difference(source: str, folder: Path, methods: int = METHODS, statuses: bool = False) -> Difference:
    """Return the first path whose outcome differs, with both outcomes; a text where the program does not run."""
    table = compiled(source, folder)
    if table is None:
        return "iasl gives no table"
    paths = [f"\\{name}" for index in range(methods) for name in (f"M{index:03}", *GLOBALS)]
    expected, notified = theirs(folder / "table.aml", paths)
    machine = load([table])
    start(machine)
    last = paths[0]
    for path, wanted in zip(paths, expected, strict=False):
        if path[1] == "M":
            last = path
        found = ours(machine, path)
        if found.get("limited") or (wanted and wanted["type"] == "undefined"):
            return None
        shown = dict(found)
        shown.pop("why", None)
        if wanted is not None and not same(shown, wanted, statuses):
            return (path if path == last else f"{path} after {last}", found, wanted)
    if len(expected) < len(paths):
        return f"acpiexec ended early, at {paths[len(expected) - 1]}"
    told = [(name.rpartition(".")[2].strip("\\"), value) for name, value in machine.notifies]
    wanted_told = [(name, int(value, 16)) for name, value in notified]
    return None if told == wanted_told else ("notifications", told, wanted_told)


def same(found: dict[str, Any], wanted: dict[str, Any], statuses: bool = True) -> bool:
    """Tell whether outcomes are equal, the names of errors too where ``statuses`` are asked for."""
    found, wanted = (_seen(item) for item in (found, wanted))
    if not statuses or found.get("status") == "":
        found.pop("status", None)
        wanted.pop("status", None)
    return found == wanted


def _seen(data: dict[str, Any]) -> dict[str, Any]:
    # acpiexec shows a string up to a NUL.
    if data["type"] == "string":
        return data | {"value": data["value"].partition("\0")[0]}
    return data | {"value": [_seen(item) for item in data["value"]]} if data["type"] == "package" else dict(data)


def _tried(seed: int, methods: int, statuses: bool) -> Difference:
    with tempfile.TemporaryDirectory() as folder:
        return difference(program(seed, methods), Path(folder), methods, statuses)


def main() -> int:
    """Run programs; 1 where any differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="seed of the first program")
    parser.add_argument("--programs", type=int, default=10)
    parser.add_argument("--methods", type=int, default=METHODS, help="methods of each program")
    parser.add_argument("--statuses", action="store_true", help="compare the names of errors, too")
    options = parser.parse_args()
    differing = 0
    seeds = range(options.seed, options.seed + options.programs)
    with ThreadPoolExecutor(AT_ONCE) as executor:  # acpiexec waits for a second at its end
        for seed, found in zip(
            seeds, executor.map(lambda seed: _tried(seed, options.methods, options.statuses), seeds), strict=True
        ):
            if found is not None:
                differing += 1
                text = found if isinstance(found, str) else "{}\n   ours     {}\n   acpiexec {}".format(*found)
                sys.stdout.write(f"{seed} {text}\n")
    sys.stdout.write(f"{differing} of {options.programs} programs differ\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
