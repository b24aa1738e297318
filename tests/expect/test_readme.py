"""The examples that the documents give are expectations."""

from __future__ import annotations

import re

import pytest

from acpitools.cli.commands.check import command
from acpitools.expect.parser import parse_expectations
from tests.support import FIXTURES, ROOT


def _blocks() -> list[str]:
    text = (ROOT / "grammars" / "README.md").read_text()
    section = text[text.index("## expect.lark") :]
    section = section[: section.index("\n## ")] if "\n## " in section else section
    return re.findall(r"(?:^ {4}.*\n)+", section, re.MULTILINE)


@pytest.mark.parametrize("block", _blocks())
def test_examples_of_the_grammars_page(block: str) -> None:
    assert parse_expectations(block, source="README")


def test_the_page_has_examples() -> None:
    assert len(_blocks()) == 2


def test_examples_of_the_help() -> None:
    lines = (command.epilog or "").partition("comment):\n")[2].partition("The whole language")[0]
    assert len(parse_expectations(lines, source="help")) == 7


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("expectations/*.expect")), ids=lambda path: path.stem)
def test_the_shipped_files(path: object) -> None:
    assert parse_expectations(path.read_text(), source="file")  # type: ignore[attr-defined]
