"""``acpitools verify``: a prediction held against a real kernel in QEMU."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from acpitools.cli.boot import BootArguments, boot_arguments
from acpitools.cli.messages import detail, note, use_colour
from acpitools.cli.options import format_option, output_option
from acpitools.cli.output import write_output
from acpitools.core.errors import InputError

if TYPE_CHECKING:
    from acpitools.report.verification import Verification

__all__ = ["command"]

_FILE = click.Path(path_type=Path)
_EXAMPLES = """\b
Examples:
  acpitools verify srat.dat slit.dat --vmlinuz /boot/vmlinuz-6.12 --cmdline movable_node --ram 8G
  acpitools verify --vmlinuz vmlinuz --node 2G --node 2G --actions dimms.json --cmdline nokaslr
  acpitools verify srat.dat --vmlinuz vmlinuz --offline-sweep
"""


class _Size(click.ParamType[int]):
    """A size such as 4G; bytes."""

    name = "SIZE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from acpitools.core.units import memparse

        if isinstance(value, int):
            return value
        number, rest = memparse(str(value))
        if rest or not str(value)[:1].isdigit():
            self.fail(f"{value!r} is no size such as 4G", param, ctx)
        return number


_SIZE = _Size()


@click.command("verify", epilog=_EXAMPLES)
@boot_arguments
@click.option("--vmlinuz", type=_FILE, metavar="FILE", required=True, help="Kernel image to boot.")
@click.option("--actions", type=_FILE, metavar="FILE", help="Hot-plug actions to carry out, as for hotplug.")
@click.option("--offline-sweep", "sweep", is_flag=True, help="Then try to take every memory block offline.")
@click.option(
    "--sweep-limit",
    type=click.FloatRange(1, 86400),
    default=1800,
    show_default=True,
    help="Seconds for the sweep, 20 at most for a block.",
)
@click.option("--ram", type=_SIZE, metavar="SIZE", help="RAM; else from --memmap, the SRAT, or 2G.")
@click.option("--node", "nodes", type=_SIZE, metavar="SIZE", multiple=True, help="A node that QEMU makes.  Repeatable.")
@click.option("--machine", type=click.Choice(["q35", "pc"]), help="QEMU's machine; else as RAM lies.")
@click.option("--table", "selectors", metavar="SIG", multiple=True, help="Give the kernel these tables.  Repeatable.")
@click.option("--timeout", type=click.FloatRange(1, 86400), default=180, show_default=True, help="Seconds to boot in.")
@click.option("--qemu", metavar="PROGRAM", default="qemu-system-x86_64", show_default=True, help="QEMU to use.")
@click.option("--busybox", metavar="PROGRAM", default="busybox", show_default=True, help="A static busybox to use.")
@click.option("--qemu-arg", "extra", metavar="ARG", multiple=True, help="A further argument for QEMU.  Repeatable.")
@click.option("--save", type=_FILE, metavar="DIR", help="Keep what was collected, for --observed.")
@format_option("text", "json")
@output_option()
@click.pass_context
def command(
    ctx: click.Context,
    boot: BootArguments,
    vmlinuz: Path,
    actions: Path | None,
    sweep: bool,
    sweep_limit: float,
    ram: int | None,
    nodes: tuple[int, ...],
    machine: Literal["q35", "pc"] | None,
    selectors: tuple[str, ...],
    timeout: float,
    qemu: str,
    busybox: str,
    extra: tuple[str, ...],
    save: Path | None,
    output_format: str,
    output: str,
) -> None:
    """Boot a kernel in QEMU with these tables, and compare what it does with the prediction.

    SRAT, SLIT, HMAT, CEDT, MSCT and PPTT of SOURCE go to the kernel in an override archive; without SOURCE the tables
    are QEMU's own.  The prediction takes the firmware's memory map, where initrd and tables lie and, unless nokaslr is
    given, where the kernel lies from this boot: inputs, never results.  Exit 1 where anything differs.

    """
    from acpitools.cli.live import LiveArguments, verify
    from acpitools.cli.progress import Progress
    from acpitools.dumps.text import read_text
    from acpitools.hotplug.actions import parse_actions

    if boot.initrd_range or boot.kernel_range or boot.iomem:
        raise click.UsageError("--initrd-range, --kernel-range and --iomem are read from the machine that boots")
    live = LiveArguments(
        vmlinuz=vmlinuz,
        actions=parse_actions(read_text(actions, what="actions"), where=str(actions)) if actions else (),
        sweep=sweep,
        sweep_limit=sweep_limit,
        ram=ram,
        nodes=nodes,
        machine=machine,
        tables=selectors,
        timeout=timeout,
        qemu=qemu,
        busybox=busybox,
        extra=extra,
    )
    with Progress("starting QEMU") as progress:
        found = verify(boot, live, phase=progress.now, tick=progress.tick, save=_saver(save))
    for text in found.notes:
        note(text)
    detail(found.command.replace(" \\\n    ", " ").rstrip())
    write_output(output, _written(found, output_format, output))
    ctx.exit(1 if found.all_differences else 0)


def _saver(folder: Path | None) -> Callable[[str, bytes], None]:
    def save(name: str, data: bytes) -> None:
        if folder is None:
            return
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError("cannot write", str(path.parent), error.strerror or str(error)) from error
        write_output(str(path), data)

    return save


def _written(found: Verification, output_format: str, output: str) -> Iterator[str]:
    if output_format == "json":
        from acpitools.report.verify_json import verify_json

        return verify_json(found)
    from acpitools.report.verify_text import verify_text

    width = shutil.get_terminal_size((100, 24)).columns
    return verify_text(found, width=width, color=output == "-" and use_colour())
