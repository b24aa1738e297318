"""The option --hardware: what operation regions reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from acpitools.cli.messages import warn

if TYPE_CHECKING:
    from acpitools.aml.machine import AmlTable
    from acpitools.interp.hardware import Hardware
    from acpitools.interp.limits import Limits
    from acpitools.interp.linux import Linux
    from acpitools.interp.machine import Machine
    from acpitools.interp.semantics import Semantics

__all__ = ["given_hardware", "hardware_option", "running_machine"]

F = TypeVar("F", bound=Callable[..., Any])


def hardware_option() -> Callable[[F], F]:
    """Add ``--hardware``: parameter ``hardware``, the text that was given or None."""
    return click.option(
        "--hardware",
        metavar="FILE",
        help="What operation regions reach: TOML, or one of the words qemu-memory-hotplug, acpiexec and none.",
    )


def given_hardware(text: str | None) -> Hardware | None:
    """Read what --hardware names, a file, a model or none; None where it was left out.  Raises InputError."""
    if text is None:
        return None
    from acpitools.dumps.text import read_text
    from acpitools.interp.hardware import Hardware, built_in, parse_hardware

    if text == "none":
        return Hardware()
    return built_in(text) or parse_hardware(read_text(Path(text), what="hardware"), where=text)


def running_machine(
    tables: Iterable[bytes],
    hardware: Hardware | None,
    *,
    started: bool = True,
    limits: Limits | None = None,
    tell: Callable[[str], None] = warn,
    like: Semantics | Linux,
    read: Sequence[AmlTable] | None = None,
) -> Machine:
    """Load a machine's tables with hardware behind them, start it, and tell of what fails there.

    ``read`` is as for :func:`acpitools.interp.load.load`; the DSDT is the first of the tables then.
    """
    from acpitools.hotplug.identity import MEMORY_DEVICE, identified
    from acpitools.interp.bring_up import load_as, start_as
    from acpitools.interp.scripted import Board

    board = Board(hardware) if hardware is not None else None
    machine = load_as(
        like,
        tables,
        limits=limits,
        handlers=board.handlers if board is not None else None,
        buses=board.buses if board is not None else None,
        read=read,
    )
    if board is not None and board.controller is not None:
        board.give_slots(sum(MEMORY_DEVICE in ids for ids in identified(machine).values()))
    if started:
        start_as(like, machine)
    for finding in machine.findings:
        tell(f"{finding.location.signature}: {finding.message}")
    return machine
