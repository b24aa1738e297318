"""``acpitools aml hardware``: what a description of hardware may say, or whether one can be used."""

from __future__ import annotations

import click

from acpitools.cli.hardware import given_hardware
from acpitools.cli.options import output_option
from acpitools.cli.output import write_output

__all__ = ["command"]


@click.command("hardware")
@click.argument("file", required=False, type=click.Path())
@output_option()
def command(file: str | None, output: str) -> None:
    """Check a description of hardware for --hardware; without FILE, show all that one may say.

    What is shown is a description itself, to start from.
    """
    from acpitools.interp.hardware import REFERENCE

    hardware = given_hardware(file)
    if hardware is None:
        write_output(output, [REFERENCE])
        return
    parts = [f"{len(hardware.registers)} registers and bytes"]
    if hardware.answers:
        parts.append(f"{len(hardware.answers)} transfers")
    if hardware.pins:
        parts.append(f"{len(hardware.pins)} pins")
    if hardware.controller is not None:
        parts.append(f"a memory hot-plug controller with {len(hardware.controller.dimms)} DIMMs")
    write_output(output, [f"{file}: {', '.join(parts)}\n"])
