"""The options that tell whose interpreter code runs like."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from acpitools.cli.boot import command_line_text

if TYPE_CHECKING:
    from acpitools.interp.linux import Linux
    from acpitools.interp.semantics import Semantics

__all__ = ["given_semantics", "semantics_options"]

F = TypeVar("F", bound=Callable[..., Any])


def semantics_options(default: str) -> Callable[[F], F]:
    """Add ``--semantics``, ``--kernel`` and ``--cmdline``: parameters ``semantics``, ``kernel`` and ``cmdline``."""
    options = (
        click.option(
            "--semantics",
            type=click.Choice(("acpica", "linux", "nt")),
            default=default,
            show_default=True,
            help="Whose interpreter code runs like, and how the machine is started: ACPICA's, as acpiexec has it; that "
            "of a Linux kernel; or that of Windows NT where it is known to differ.",
        ),
        click.option("--kernel", metavar="RELEASE", help="With linux: which kernel, as 6.1; 6.12 if it is left out."),
        click.option(
            "--cmdline",
            metavar="TEXT|@FILE",
            help="With linux: kernel command line. acpi=strict, acpi_osi=, acpi_os_name=, acpi_rev_override and others "
            "of ACPI count.",
        ),
    )

    def add(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return add


def given_semantics(semantics: str, kernel: str | None, cmdline: str | None) -> Semantics | Linux:
    """Give what the options say.  Raises UsageError where a kernel is described and not asked for."""
    from acpitools.interp.semantics import NT, Semantics

    if semantics == "linux":
        from acpitools.interp.linux import linux
        from acpitools.kernel.cmdline import split
        from acpitools.kernel.versions.registry import release_number

        return linux(release_number(kernel or "6.12"), split(command_line_text(cmdline) or ""))
    for name, text in (("--kernel", kernel), ("--cmdline", cmdline)):
        if text is not None:
            raise click.UsageError(f"{name} describes a kernel: it goes with --semantics linux.")
    return NT if semantics == "nt" else Semantics()
