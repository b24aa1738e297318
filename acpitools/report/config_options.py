"""The options of a kernel configuration that count, as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from acpitools.kernel.config import FURTHER, ConfigOption
from acpitools.report.terminal import wrapped

__all__ = ["options_json", "options_text"]


def _rows(options: Sequence[ConfigOption]) -> list[tuple[str, str]]:
    return [(option.name, option.effect) for option in options] + list(FURTHER)


def options_text(options: Sequence[ConfigOption], *, width: int) -> Iterator[str]:
    """Give each option with its effect; what a .config leaves out stays as in the kernel model."""
    for name, effect in _rows(options):
        yield from (line + "\n" for line in wrapped(f"{name}: {effect}", width, "", "    "))


def options_json(options: Sequence[ConfigOption]) -> str:
    """Give the options as acpitools.config-options/1."""
    listed = [{"options": name, "effect": effect} for name, effect in _rows(options)]
    return json.dumps({"schema": "acpitools.config-options/1", "options": listed}, indent=1) + "\n"
