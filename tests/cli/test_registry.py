"""The table of commands holds exactly the modules that exist."""

from __future__ import annotations

import importlib

import click
import pytest

from acpitools.cli.registry import COMMANDS
from tests.support import ROOT


def test_every_module_is_registered_and_every_entry_has_a_module() -> None:
    folder = ROOT / "acpitools" / "cli" / "commands"
    modules = {f"acpitools.cli.commands.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__"}
    assert {module for module, _ in COMMANDS.values()} == modules


@pytest.mark.parametrize("name", COMMANDS)
def test_an_entry_is_a_command_of_that_name_with_a_short_help(name: str) -> None:
    module, text = COMMANDS[name]
    assert module == f"acpitools.cli.commands.{name.replace('-', '_')}"
    command = importlib.import_module(module).command
    assert isinstance(command, click.Command)
    assert command.help, "the command's docstring is its long help"
    assert len(text) <= 68, "longer help would wrap"
    assert text.endswith(".")
