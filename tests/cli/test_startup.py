"""What a start does not load: the modules that cost more than the work, judged by names, not by time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import FIXTURES, ROOT

HEAVY = {"asyncio", "concurrent", "construct", "hypothesis", "jinja2", "json", "lark", "numpy", "rich", "tomllib"}
DEMO = FIXTURES / "dumps" / "demo-4node"

SCRIPT = """
import sys
from acpitools.__main__ import main
code = main()
sys.stdout.flush()
print(code, *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def loaded_by(*arguments: str) -> set[str]:
    """Return the top-level modules loaded when ``acpitools ARGUMENTS`` has succeeded."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    code, *modules = done.stderr.splitlines()[-1].split()
    assert code == "0", done.stderr
    return set(modules)


def test_version_loads_no_click() -> None:
    assert not loaded_by("--version") & (HEAVY | {"click", "dataclasses", "enum", "pathlib", "typing"})


def test_help_loads_click_alone() -> None:
    modules = loaded_by("--help")
    assert "click" in modules
    assert not modules & HEAVY


def test_help_loads_no_command() -> None:
    script = "import sys; from acpitools.cli.main import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    ours = {name for name in done.stderr.split() if name.startswith("acpitools.")}
    assert {name for name in ours if not name.startswith(("acpitools.cli", "acpitools.core"))} == set()
    assert not {name for name in ours if name.startswith("acpitools.cli.commands.")}


@pytest.mark.parametrize("name", ["layout", "explain", "replay", "check", "kernels", "decode", "encode"])
def test_help_of_a_command_loads_nothing_that_only_its_work_needs(name: str) -> None:
    assert not loaded_by(name, "--help") & (HEAVY - {"json"})


def test_layout_loads_no_parser_generator_and_no_columns() -> None:
    modules = loaded_by(
        "layout",
        str(DEMO / "acpidump.txt"),
        "--memmap",
        str(DEMO / "memmap.txt"),
        "--cmdline",
        f"@{DEMO / 'cmdline.txt'}",
        "--kernel",
        "6.12",
    )
    assert not modules & {"asyncio", "hypothesis", "jinja2", "lark", "numpy", "rich"}


def test_the_firmware_is_loaded_only_where_it_runs(tmp_path: Path) -> None:
    # The interpreter is dear; tables without a memory device, and actions that only describe devices, need none.
    machine = (str(DEMO / "acpidump.txt"), "--memmap", str(DEMO / "memmap.txt"), "--kernel", "6.12")
    actions = tmp_path / "actions.json"
    actions.write_text('[{"op": "plug", "device": "d", "pxm": 1, "size": "1G"}]')
    script = "import sys; from acpitools.cli.main import run; run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    for command in (["layout", *machine], ["hotplug", *machine, "--actions", str(actions)]):
        ran = [sys.executable, "-c", script, *command]
        done = subprocess.run(ran, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
        modules = set(done.stderr.split())
        assert "acpitools.kernel.predict" in modules
        assert not modules & {"acpitools.interp.machine", "acpitools.hotplug.firmware", "acpitools.aml.reader"}


def test_the_program_ends_at_once_but_for_what_is_registered_for_the_end() -> None:
    script = (
        "import atexit, os, sys, weakref; from acpitools.__main__ import program; "
        "atexit.register(os.write, 2, b'registered'); kept = type('Kept', (), {}); "
        "weakref.finalize(kept, os.write, 2, b' finalized'); kept.__del__ = lambda _: os.write(2, b' taken apart'); "
        "object = kept(); program()"
    )
    done = subprocess.run([sys.executable, "-c", script, "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, " finalizedregistered")
    assert done.stdout.startswith("acpitools ")


def test_a_profiler_gets_to_its_end() -> None:
    script = (
        "import os, sys; from acpitools.__main__ import program; sys.setprofile(lambda *_: None)\n"
        "try:\n    program()\nfinally:\n    os.write(2, b'back')"
    )
    done = subprocess.run([sys.executable, "-c", script, "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "back")
