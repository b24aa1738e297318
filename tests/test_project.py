"""The project files agree with each other and speak of nothing but the project."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

import acpitools
from tests.support import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NOT_OURS = frozenset({".git", ".venv", "build", "dist", "__pycache__"})

LONGEST_MODULE = 400
DATA_TABLES = frozenset({"tables/dsl_newest.py", "topology/presets.py"})
"""Modules that are one long table of facts, which gains nothing from being split."""

# Put together from pieces, so that this file does not name what it forbids.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"(?:^|[^A-Za-z0-9_.])/(?:wor" + r"k|far" + r"m|ho" + r"me|ro" + r"ot)/",
            r"\." + "library",
            r"(?:deb|security)\.debian\." + "org",
            r"(?:pypi|pythonhosted)\." + "org",
            r"registry\." + "npmjs",
        ]
    ),
    re.MULTILINE,
)


def own_files() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if not path.is_file() or path.is_symlink():
            continue
        if any(part in NOT_OURS or part.endswith(("_cache", ".egg-info")) for part in parts[:-1]):
            continue
        if parts[0] not in (".git", ".hypothesis", ".coverage"):
            yield path


def pins() -> dict[str, str]:
    text = (ROOT / "requirements-dev.txt").read_text()
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[\S+\])?==(\S+) \\\n    --hash=sha256:", text, re.MULTILINE))


def test_the_installed_version_is_the_package_version() -> None:
    assert importlib.metadata.version("acpitools") == acpitools.__version__


def test_the_changelog_has_this_version() -> None:
    assert re.search(rf"^## \[{re.escape(acpitools.__version__)}\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_every_requirement_is_pinned_with_a_hash() -> None:
    requirements = (ROOT / "requirements-dev.txt").read_text()
    listed = re.findall(r"^([a-z0-9-]+)", requirements, re.MULTILINE)
    assert sorted(listed) == sorted(pins())
    project = PYPROJECT["project"]
    for wanted in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        name = re.match(r"[a-z0-9-]+", wanted)
        assert name is not None
        assert name[0] in pins()


@pytest.mark.parametrize(("name", "version"), pins().items())
def test_what_is_installed_is_what_is_pinned(name: str, version: str) -> None:
    assert importlib.metadata.version(name) == version


def test_nothing_names_a_machine_or_a_registry() -> None:
    named = []
    for path in own_files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue  # binary
        named += [f"{path.relative_to(ROOT)}: {match[0].strip()}" for match in FORBIDDEN.finditer(text)]
    assert named == []


def test_modules_stay_small() -> None:
    package = ROOT / "acpitools"
    long = {
        path.relative_to(package).as_posix(): lines
        for path in package.rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > LONGEST_MODULE
    }
    assert long.keys() == DATA_TABLES, f"lines: {long}"


def test_the_wheel_carries_the_package_the_grammars_and_the_type_marker(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    for name in ("acpitools", "grammars"):
        copytree(ROOT / name, source / name, symlinks=True, ignore=ignore_patterns("__pycache__"))
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=source, check=True, capture_output=True, timeout=120
    )
    [wheel] = tmp_path.glob("*.whl")
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("acpitools/")}
    tree = {f"acpitools/{path.relative_to(ROOT / 'acpitools')}" for path in (ROOT / "acpitools").rglob("*.py")}
    grammars = {f"acpitools/grammars/{path.name}" for path in (ROOT / "grammars").iterdir()}
    assert carried == tree | grammars | {"acpitools/py.typed"}
