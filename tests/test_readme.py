"""What README.md shows is what the commands print."""

from __future__ import annotations

import re

import pytest

from acpitools.cli.registry import COMMANDS
from tests import readme
from tests.support import FIXTURES


@pytest.mark.parametrize(("command", "output"), readme.shown(), ids=lambda text: text.split("\\", 1)[0][:60])
def test_a_command_prints_what_is_shown(command: str, output: str) -> None:
    assert readme.printed(command) == output
    assert "acpitools: error" not in output


def test_every_command_is_shown() -> None:
    lines = "".join(command for command, _ in readme.shown())
    assert [name for name in COMMANDS if f"acpitools {name} " not in lines] == []


def test_the_number_of_recorded_boots_is_right() -> None:
    count = re.search(r"holds (\d+) recorded boots", readme.README.read_text())
    assert count is not None
    assert int(count[1]) == len(list(FIXTURES.glob("replays/*/")))


def test_outputs_are_replaced_and_the_rest_is_kept() -> None:
    text = "a\n```console\n$ one\nold\n$ two \\\n    three\n```\nb\n"
    assert readme.rewritten(text, lambda command: f"{len(command)}\n") == (
        "a\n```console\n$ one\n3\n$ two \\\n    three\n15\n```\nb\n"
    )
