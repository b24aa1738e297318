"""The layers, read off the imports and calls of every module: who may use whom, and where the outside world is touched.

cli           -> everything below; nobody imports cli
report        -> core, and the value types of tables, kernel, hotplug, expect, lint, interp, image, verify
lint hotplug topology expect verify -> kernel, interp, asl, aml, tables, codec, core (topology and verify also image)
image dumps   -> tables, codec, core
diff          -> asl (its formatter), aml, tables, codec, core
interp asl    -> aml, codec, core
kernel        -> core; only kernel/inputs.py may import tables
tables aml    -> codec, core
codec         -> core, construct (numpy only inside the functions of columns.py)
core          -> standard library
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

CORE = frozenset({"core"})
TABLES = CORE | {"codec", "tables"}
AML = CORE | {"codec", "aml"}
MODELS = TABLES | AML | {"kernel", "interp", "asl"}
EVERYTHING = MODELS | {"lint", "hotplug", "topology", "expect", "verify", "image", "dumps", "diff", "report", "cli"}

MAY_IMPORT: dict[str, frozenset[str]] = {
    "core": CORE,
    "codec": CORE | {"codec"},
    "tables": TABLES,
    "aml": AML,
    "diff": TABLES | AML | {"asl", "diff"},
    "dumps": TABLES | {"dumps"},
    "image": TABLES | {"image"},
    "kernel": CORE | {"kernel"},
    "interp": AML | {"interp"},
    "asl": AML | {"asl"},
    "lint": MODELS | {"lint"},
    "hotplug": MODELS | {"hotplug"},
    "topology": MODELS | {"topology", "image"},
    "expect": MODELS | {"expect"},
    "verify": MODELS | {"verify", "image"},
    "report": CORE | {"report", "tables", "kernel", "diff", "hotplug", "expect", "lint", "interp", "image", "verify"},
    "cli": EVERYTHING,
}
"""Folder of the package -> folders it may import."""

MORE: dict[str, frozenset[str]] = {
    "kernel.inputs": frozenset({"codec", "tables"}),
    "report.aml_json": frozenset({"aml", "codec"}),
    "report.aml_text": frozenset({"aml"}),
    "report.resources_text": frozenset({"aml", "codec"}),
}
"""Module -> further folders."""

THIRD_PARTY: dict[str, frozenset[str]] = {
    "click": frozenset({"cli"}),
    "construct": frozenset({"codec"}),
    "jinja2": frozenset({"report"}),
    "lark": frozenset({"asl", "dumps", "expect"}),
    "numpy": frozenset({"codec.columns"}),
    "rich": frozenset({"cli", "report"}),
    "zstandard": frozenset({"dumps", "image"}),
}
"""Distribution -> folders or modules that may import it; any other distribution is for nobody."""

ONLY_INSIDE_FUNCTIONS = frozenset({"numpy", "rich", "jinja2", "zstandard"})
"""Slow to load, and few runs need them."""

NOT_FOR_REPORT = (
    "acpitools.kernel.stages",
    "acpitools.kernel.versions",
    "acpitools.tables.registry",
    "acpitools.verify.session",
)
"""What works rather than holds values."""

RUNS_PROGRAMS = frozenset({"verify"})
OPENS_FILES = frozenset({"dumps", "image", "cli", "asl.grammar", "expect.grammar"})
PROCESS_MODULES = frozenset({"subprocess", "multiprocessing", "pty"})
FILE_CALLS = frozenset({"open", "read_bytes", "read_text", "write_bytes", "write_text", "fdopen"})
OUTSIDE = frozenset({"print", "input", "exit", "quit", "breakpoint"})
OUTSIDE_ATTRIBUTES = frozenset({"sys.exit", "sys.argv", "os.environ", "os.getenv", "os._exit", "os.system"})


def complaints(module: str, source: str) -> list[str]:
    """Return what a module does that its layer may not; ``module`` is its name without ``acpitools.``."""
    tree = ast.parse(source)
    inside = {id(node) for function in functions(tree) for node in ast.walk(function)}
    found: list[str] = []
    for node in ast.walk(tree):
        for name in imported(node):
            found += import_complaints(module, name, inside_function=id(node) in inside)
        found += [f"{module} uses {used}" for used in outside_world(module, node)]
    return found


def functions(tree: ast.AST) -> Iterator[ast.AST]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield "." * node.level + (node.module or "")
        if node.module == "acpitools":
            yield from (f"acpitools.{alias.name}" for alias in node.names)


def import_complaints(module: str, name: str, *, inside_function: bool) -> Iterator[str]:
    folder = module.partition(".")[0]
    top, _, rest = name.partition(".")
    if top == "acpitools":
        target = rest.partition(".")[0]
        allowed = MAY_IMPORT.get(folder, EVERYTHING) | MORE.get(module, frozenset())
        if folder == "report" and name.startswith(NOT_FOR_REPORT):
            yield f"{module} imports {name}: report may use value types only"
        if target in MAY_IMPORT and target not in allowed:
            yield f"{module} imports {name}: {folder} may use {', '.join(sorted(allowed))}"
    elif top in PROCESS_MODULES:
        if folder not in RUNS_PROGRAMS:
            yield f"{module} imports {name}: it may not start programs"
    elif top not in sys.stdlib_module_names:
        users = THIRD_PARTY.get(top, frozenset())
        if not users & {folder, module}:
            yield f"{module} imports {name or 'relatively'}: that is for {', '.join(sorted(users)) or 'nobody'}"
        elif top in ONLY_INSIDE_FUNCTIONS and not inside_function:
            yield f"{module} imports {name} when it is loaded, not where it is used"


def outside_world(module: str, node: ast.AST) -> Iterator[str]:
    folder = module.partition(".")[0]
    if folder in ("cli", "__main__"):
        return
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        dotted = f"{node.value.id}.{node.attr}"
        if dotted in OUTSIDE_ATTRIBUTES:
            yield dotted
    if not isinstance(node, ast.Call):
        return
    called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if isinstance(node.func, ast.Name) and called in OUTSIDE:
        yield f"{called}()"
    if called in FILE_CALLS and not OPENS_FILES & {folder, module}:
        yield f"{called}()"


def modules() -> list[tuple[str, Path]]:
    package = ROOT / "acpitools"
    paths = sorted(package.rglob("*.py"))
    return [(".".join(path.relative_to(package).with_suffix("").parts), path) for path in paths]


@pytest.mark.parametrize(("module", "path"), modules(), ids=[name for name, _ in modules()])
def test_a_module_keeps_to_its_layer(module: str, path: Path) -> None:
    assert complaints(module, path.read_text()) == []


def test_every_folder_of_the_package_has_a_layer() -> None:
    folders = {path.parent.name for path in (ROOT / "acpitools").glob("*/*.py")}
    assert folders <= MAY_IMPORT.keys()


def test_stages_never_see_the_release() -> None:
    # What differs between releases is a Policy field or another function in the release's list of stages.
    looks = [
        path.name
        for path in (ROOT / "acpitools" / "kernel" / "stages").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if "release" in (getattr(node, "id", None), getattr(node, "attr", None))
    ]
    assert looks == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("core.units", "import click"),
        ("core.units", "import yaml"),
        ("core.units", "from acpitools.codec import record"),
        ("core.units", "from acpitools import codec"),
        ("core.units", "from . import ranges"),
        ("kernel.stages.srat", "def f():\n    from acpitools.tables import srat"),
        ("kernel.state", "from acpitools.tables.srat import Srat"),
        ("tables.srat", "from construct import Int8ul"),
        ("dumps.dmesg", "from acpitools.kernel import layout"),
        ("report.as_text", "from acpitools.dumps import dmesg"),
        ("report.as_text", "from acpitools.kernel.stages import srat"),
        ("report.as_text", "import rich.table"),
        ("report.as_text", "from acpitools.cli import options"),
        ("codec.columns", "import numpy"),
        ("codec.record", "def f():\n    import numpy"),
        ("image.qemu", "import subprocess"),
        ("lint.engine", "print('found')"),
        ("lint.engine", "import sys\nsys.exit(1)"),
        ("dumps.sysfs", "import os\nroot = os.environ['ROOT']"),
        ("kernel.inputs", "data = open('srat.dat', 'rb')"),
        ("tables.srat", "def f(path):\n    return path.read_bytes()"),
    ],
)
def test_a_step_out_of_the_layer_is_noticed(module: str, source: str) -> None:
    assert len(complaints(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("core.units", "import enum\nfrom acpitools.core import ranges"),
        ("kernel.inputs", "from acpitools.tables.srat import Srat"),
        ("codec.columns", "def f():\n    import numpy"),
        ("codec.record", "import construct"),
        ("report.as_text", "def f():\n    from rich.table import Table\nfrom acpitools.kernel.layout import Layout"),
        ("dumps.raw", "data = open('srat.dat', 'rb')"),
        ("verify.boot", "import subprocess\nfrom acpitools.image import initrd"),
        ("cli.main", "import os, click\nprint(os.environ)"),
    ],
)
def test_a_step_within_the_layer_is_not(module: str, source: str) -> None:
    assert complaints(module, source) == []
