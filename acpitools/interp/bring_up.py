"""Loading and starting a machine as acpiexec does it, or as a kernel of Linux does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from acpitools.aml.machine import AmlTable
from acpitools.interp.limits import Limits
from acpitools.interp.linux import Linux
from acpitools.interp.linux_start import start_as_linux
from acpitools.interp.load import load
from acpitools.interp.machine import Machine
from acpitools.interp.regions import BusHandler, SpaceHandler
from acpitools.interp.semantics import Semantics
from acpitools.interp.start import start

__all__ = ["load_as", "start_as"]


def load_as(
    like: Semantics | Linux,
    tables: Iterable[bytes],
    *,
    limits: Limits | None = None,
    handlers: Mapping[str, SpaceHandler] | None = None,
    buses: Mapping[str, BusHandler] | None = None,
    read: Sequence[AmlTable] | None = None,
) -> Machine:
    """Load the tables of a machine, in any order, the DSDT first; ``read`` is what read_machine gives for its blocks.

    A kernel may leave out SSDTs (acpi_no_static_ssdt); they stay among the tables that code can load.
    """
    ordered = sorted(tables, key=lambda data: data[:4] != b"DSDT")
    semantics, whole = (like.semantics, like.static_ssdts) if isinstance(like, Linux) else (like, True)
    return load(
        ordered,
        limits=limits,
        handlers=handlers,
        buses=buses,
        like=semantics,
        read=read,
        left_out=() if whole else (b"SSDT",),
    )


def start_as(like: Semantics | Linux, machine: Machine) -> None:
    """Run what a machine runs before it is used; once."""
    if isinstance(like, Linux):
        start_as_linux(machine, like)
    else:
        start(machine)
