"""``acpitools aml``: the group of what can be done with AML."""

from __future__ import annotations

from acpitools.cli.lazy import LazyGroup
from acpitools.cli.registry import AML_COMMANDS

__all__ = ["command"]

command = LazyGroup(
    "aml",
    registry=AML_COMMANDS,
    help="""Look into AML, the code in DSDT and SSDT tables.

    A call in one table may be of a method in another: give all tables of the machine, as acpidump or a folder has them.
    """,
)
