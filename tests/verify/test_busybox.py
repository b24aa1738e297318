"""A busybox that can run alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from acpitools.verify.busybox import is_static
from tests.verify.stand_ins import busybox_bytes


@pytest.mark.parametrize(
    ("program", "static"),
    [
        (busybox_bytes(), True),
        (busybox_bytes(dynamic=True), False),
        (b"#!/bin/sh\n", False),
        (b"", False),
        (busybox_bytes()[:4] + b"\x01" + busybox_bytes()[5:], False),
    ],
)
def test_what_runs_without_a_loader(program: bytes, static: bool) -> None:
    assert is_static(program) == static


def test_the_shell_of_this_machine_needs_its_libraries() -> None:
    assert not is_static(Path("/bin/bash").read_bytes())
