"""``acpitools aml run``: evaluate an object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from acpitools.cli.aml.tables import all_tables
from acpitools.cli.guard import FINDINGS, OK, complain
from acpitools.cli.hardware import given_hardware, hardware_option, running_machine
from acpitools.cli.messages import note, warn
from acpitools.cli.options import format_option, output_option, sources_argument
from acpitools.cli.output import write_output
from acpitools.cli.semantics import given_semantics, semantics_options
from acpitools.core.collection import uncollected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acpitools.core.errors import AmlError
    from acpitools.interp.machine import Machine
    from acpitools.interp.objects import Object

__all__ = ["command"]

_CALLS = 8
"""Methods that are named where code fails."""
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20}")
_BYTES = re.compile(r"\(\s*(?:[0-9a-fA-F]{2}[\s,]*)*\)")


@click.command("run")
@sources_argument()
@click.option("--eval", "path", metavar="PATH", required=True, help=r"Object to evaluate, as \_SB.MEM0._CRS.")
@click.option(
    "--arg",
    "values",
    metavar="VALUE",
    multiple=True,
    help='Argument of the method, once for each: a number, "a string", or (00 01 FF) for a buffer.',
)
@hardware_option()
@click.option(
    "--trace",
    is_flag=True,
    help="Tell on stderr which operators and methods run, and what regions are read and written.",
)
@semantics_options("acpica")
@click.option("--no-start", is_flag=True, help="Leave out _INI, _STA and _REG, which otherwise run first.")
@format_option("text", "json")
@output_option()
@uncollected()
def command(
    sources: tuple[str, ...],
    path: str,
    values: tuple[str, ...],
    hardware: str | None,
    trace: bool,
    semantics: str,
    kernel: str | None,
    cmdline: str | None,
    no_start: bool,
    output_format: str,
    output: str,
) -> int:
    r"""Load a machine's tables, and evaluate one object as ACPICA, Linux or Windows does.

    Time is virtual, and notifications are recorded. Operation regions of SystemMemory, SystemIO, PCI_Config,
    EmbeddedControl and SystemCMOS hold what --hardware describes, or zeros until they are written; in other address
    spaces (buses, pins, spaces of OEMs) only described hardware answers. --hardware acpiexec is what acpiexec
    simulates, to compare with it. Before that the machine is started: _REG of the address spaces that are there,
    \_INI, then _STA of each device and _INI of those that are present. What code stores to Debug is told on stderr, and
    so is where it fails: the exit code is 1 then. With --semantics linux all this is as in a kernel: methods without
    Return give what they did last, variables begin as zero, _OSI answers as Linux does, and the start goes on with
    \_SB._OSC, \_PIC and _REG of the embedded controller.
    """
    from acpitools.core.errors import AmlCallError, AmlError
    from acpitools.interp.evaluate import evaluate
    from acpitools.report import value_json, value_text

    arguments = [_argument(text) for text in values]
    tables = (table.data for table in all_tables(sources))
    like = given_semantics(semantics, kernel, cmdline)
    machine = running_machine(tables, given_hardware(hardware), started=not no_start, like=like)
    if trace:
        machine.trace = _tell
    machine.debug = lambda item: _notes(value_text.value_lines(machine, "debug: ", item))
    machine.notifies.clear()
    machine.findings.clear()
    text = machine.node(path).text
    try:
        value = evaluate(machine, path, arguments)
    except AmlCallError:
        raise
    except AmlError as error:
        _warn(machine)
        return _complain(error)
    _warn(machine)
    write = value_json.value_json if output_format == "json" else value_text.value_text
    write_output(output, write(machine, text, value))
    return OK


def _warn(machine: Machine) -> None:
    for finding in machine.findings:
        warn(f"{finding.location.signature}: {finding.message}")


def _complain(error: AmlError) -> int:
    complain(str(error))
    for number, (path, offset) in enumerate(error.calls[:_CALLS]):
        place = f", at {offset:#x} of its table" if offset >= 0 else ""
        note(f"  {'called by' if number else 'in'} {path}{place}")
    if len(error.calls) > _CALLS:
        note(f"  and {len(error.calls) - _CALLS} more")
    return FINDINGS


def _notes(lines: Iterable[str]) -> None:
    for line in lines:
        note(line)


def _tell(depth: int, text: str) -> None:
    note(f"{'  ' * (depth - 1)}{text}")


def _argument(text: str) -> Object:
    from acpitools.interp.objects import Buffer, Integer, String

    if _NUMBER.fullmatch(text) and (number := int(text, 16 if text[:2].lower() == "0x" else 10)) < 1 << 64:
        return Integer(number)
    if len(text) > 1 and text[0] == text[-1] == '"':
        return String(bytearray(text[1:-1].encode()))
    if _BYTES.fullmatch(text):
        return Buffer(bytearray.fromhex(text[1:-1].replace(",", " ")))
    raise click.BadParameter(f'{text}: give a number of 64 bits, "a string" in quotes, or (00 01) for a buffer')
