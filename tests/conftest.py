"""Fixtures for all tests, and the one rule about skipping.

A test skips, visibly, where a program (``needs_tool``) or the reference data beside the tree (``shared``) is missing.
In continuous integration (ACPITOOLS_CI=1) a missing program is a failure.  Reference data may be missing as a whole
anywhere; where it is there, it has to be complete.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import SHARED


@pytest.fixture(scope="session")
def needs_tool() -> Callable[[str], str]:
    """``needs_tool("iasl")`` returns the program's path, or skips the test (fails it in continuous integration)."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            missing = f"the program {name} is not installed"
            if os.environ.get("ACPITOOLS_CI"):
                pytest.fail(missing)
            pytest.skip(missing)
        return path

    return find


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """``shared("oracle/records")`` returns that path in the reference data, or skips the test where there is none."""

    def find(path: str) -> Path:
        if not SHARED.is_dir():
            pytest.skip(f"no reference data at {SHARED}")
        found = SHARED / path
        if not found.exists():
            pytest.fail(f"the reference data lacks {path}")
        return found

    return find
