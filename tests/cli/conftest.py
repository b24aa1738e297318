"""The probe command, registered while a test needs it."""

from __future__ import annotations

import pytest

from acpitools.cli.registry import COMMANDS
from tests.cli.probe import ENTRY


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "probe", ENTRY)
