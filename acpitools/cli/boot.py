"""The boot options, the same in every command that replays a boot, and what they give."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from acpitools.core.errors import BootInputError, InputError
from acpitools.core.ranges import AddrRange
from acpitools.core.units import PAGE_SIZE

if TYPE_CHECKING:
    from acpitools.core.boot_log import BootLog
    from acpitools.dumps.e820 import MemoryMap
    from acpitools.kernel.predict import Prediction
    from acpitools.tables.table_set import TableSet

__all__ = [
    "ADDRESS",
    "BootArguments",
    "boot_arguments",
    "boot_tables",
    "command_line_text",
    "given_command_line",
    "given_config",
    "given_log",
    "given_map",
    "predict_boot",
]

F = TypeVar("F", bound=Callable[..., Any])


class _Range(click.ParamType[AddrRange]):
    """``START-END`` in bytes, as in iomem and RAMDISK lines; an end on a page border is taken as exclusive."""

    name = "START-END"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> AddrRange:
        if isinstance(value, AddrRange):
            return value
        try:
            first, last = (int(part, 16) for part in str(value).strip().split("-"))
        except ValueError:
            self.fail(f"{value!r} is no range such as 0x7fee3000-0x7ffdffff", param, ctx)
        end = last if last % PAGE_SIZE == 0 else last + 1
        if not 0 <= first < end <= 1 << 64:
            self.fail(f"{value!r} is empty or beyond 64 bits", param, ctx)
        return AddrRange(first, end)


class _Number(click.ParamType[int]):
    """A number in decimal or, with 0x, in hexadecimal."""

    name = "ADDRESS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            number = int(str(value), 0)
        except ValueError:
            self.fail(f"{value!r} is no number such as 0x180000000", param, ctx)
        if not 0 <= number < 1 << 64:
            self.fail(f"{value!r} is beyond 64 bits", param, ctx)
        return number


class _Size(click.ParamType[int]):
    """An amount of memory such as 512M or 64G."""

    name = "SIZE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        from acpitools.core.units import memparse

        size, rest = memparse(str(value).strip())
        if rest or not 0 < size <= 1 << 52 or size % PAGE_SIZE:
            self.fail(f"{value!r} is no amount of memory such as 512M or 64G", param, ctx)
        return size


ADDRESS = _Number()
SIZE = _Size()
_MOST_STDIN = 65 << 20  # bytes; readers refuse more than 64 MiB
_RANGE = _Range()
_FILE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True, kw_only=True)
class BootArguments:
    """The options as they were given."""

    sources: tuple[str, ...]
    memmap: Path | None
    cmdline: str | None
    kernels: tuple[str, ...]
    config: Path | None
    initrd_range: AddrRange | None
    kernel_range: AddrRange | None
    iomem: Path | None
    cpus: int | None
    hypervisor: bool | None
    la57: bool | None
    dmesg: Path | None

    @property
    def kernel(self) -> str | None:
        """The kernel.  Raises InputError where several were given."""
        if len(self.kernels) > 1:
            raise InputError("several kernels", ", ".join(self.kernels), "give one; acpitools layout compares two")
        return self.kernels[0] if self.kernels else None


_OPTIONS = (
    click.option("--memmap", type=_FILE, metavar="FILE", help="Firmware memory map: dmesg, sysfs, EFI or JSON."),
    click.option("--cmdline", metavar="TEXT|@FILE", help="Kernel command line."),
    click.option(
        "--kernel", "kernels", metavar="RELEASE", multiple=True, help="Kernel: 6.1, 6.12, a full release, or a design."
    ),
    click.option("--config", type=_FILE, metavar="FILE", help="Kernel .config: what it changes counts."),
    click.option("--initrd-range", type=_RANGE, help="Where the boot loader puts the initrd."),
    click.option("--kernel-range", type=_RANGE, help="Where the kernel lies, code to bss."),
    click.option("--iomem", type=_FILE, metavar="FILE", help="A copy of /proc/iomem: where the kernel lies."),
    click.option("--cpus", type=click.IntRange(1, 1 << 16), metavar="N", help="Possible CPUs."),
    click.option("--hypervisor/--bare-metal", default=None, help="Does the CPU say that it is virtual?"),
    click.option("--la57/--no-la57", default=None, help="Five-level paging."),
    click.option("--dmesg", type=_FILE, metavar="FILE", help="Read all of this from a kernel log."),
)


def boot_arguments(function: F) -> F:
    """Add ``SOURCE...`` and the boot options: parameter ``boot``, a `BootArguments`."""

    @wraps(function)
    def collected(*args: Any, **kwargs: Any) -> Any:
        given = {field.name: kwargs.pop(field.name) for field in fields(BootArguments)}
        return function(*args, boot=BootArguments(**given), **kwargs)

    wrapped: Any = collected
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    sources = click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path())
    return sources(wrapped)  # type: ignore[no-any-return]


def _text(path: Path, what: str) -> str:
    # ``-`` is stdin, as for SOURCE.
    from acpitools.dumps.text import decode_text, read_text

    if str(path) == "-":
        return decode_text(sys.stdin.buffer.read(_MOST_STDIN), what=what, where="stdin")
    return read_text(path, what=what)


def _kernel_range(boot: BootArguments) -> AddrRange | None:
    if boot.kernel_range or not boot.iomem:
        return boot.kernel_range
    from acpitools.dumps.iomem import read_iomem

    view = read_iomem(_text(boot.iomem, "iomem"), where=str(boot.iomem))
    if view.kernel is None:
        raise BootInputError("no kernel in iomem", str(boot.iomem), view.reason or "")
    return view.kernel


def given_log(boot: BootArguments) -> BootLog | None:
    """Read the log of --dmesg, or give None.  Raises BootInputError for what is no kernel log."""
    from acpitools.core.boot_log import BootLog
    from acpitools.dumps.dmesg import read_boot_log

    log = read_boot_log(_text(boot.dmesg, "log"), where=str(boot.dmesg)) if boot.dmesg else None
    if log is not None and log == BootLog():
        raise BootInputError("not a kernel log", str(boot.dmesg), "no line of a boot's beginning is in it")
    return log


def given_map(boot: BootArguments) -> MemoryMap | None:
    """Read the memory map of --memmap, or give None."""
    from acpitools.dumps.e820 import load_memory_map, read_memory_map

    if not boot.memmap:
        return None
    piped = str(boot.memmap) == "-"
    return read_memory_map(_text(boot.memmap, "memory map")) if piped else load_memory_map(boot.memmap)


def given_config(boot: BootArguments) -> dict[str, str] | None:
    """Read the kernel configuration of --config, or give None."""
    from acpitools.kernel.config import parse_config

    if not boot.config:
        return None
    return parse_config(_text(boot.config, "kernel configuration"), where=str(boot.config))


def given_command_line(boot: BootArguments) -> str | None:
    """Give the command line of --cmdline, read from a file for ``@FILE``, or None."""
    return command_line_text(boot.cmdline)


def command_line_text(text: str | None) -> str | None:
    """Give a command line, read from a file for ``@FILE``; None for None."""
    if text is None or not text.startswith("@"):
        return text
    return " ".join(_text(Path(text[1:]), "command line").split("\n")).strip()


def boot_tables(boot: BootArguments) -> TableSet | None:
    """Read the tables of the SOURCEs; None where only a log is given.  Raises InputError where nothing is."""
    from acpitools.dumps.load import load

    if not boot.sources and not boot.dmesg:
        raise InputError("no source", "the command line", "name ACPI tables (SOURCE...), or a log with --dmesg")
    return load(boot.sources, stdin=sys.stdin.buffer) if boot.sources else None


def predict_boot(boot: BootArguments, tables: TableSet | None = None) -> Prediction:
    """Read what the options name and replay the boot; ``tables`` are those of the SOURCEs, if they were read already.

    Raises InputError, DecodeError, BootInputError or UnknownKernelError, each saying what to give instead.
    """
    from acpitools.dumps.dmesg import dmi_names_virtual_machine
    from acpitools.kernel import predict
    from acpitools.kernel.gather import Firmware, Given, gather

    tables = boot_tables(boot) if tables is None else tables
    log = given_log(boot)
    memory_map = given_map(boot)
    firmware = Firmware()
    if tables is not None:
        from acpitools.cli.firmware import firmware_of

        firmware = firmware_of(tables)
    given = Given(
        e820=memory_map.e820 if memory_map else (),
        efi_memmap=memory_map.efi if memory_map else (),
        cmdline=given_command_line(boot),
        kernel=boot.kernel,
        config=given_config(boot),
        initrd=boot.initrd_range,
        kernel_range=_kernel_range(boot),
        cpus=boot.cpus,
        hypervisor=boot.hypervisor,
        la57=boot.la57,
        dmi_is_virtual=dmi_names_virtual_machine(log.dmi) if log and log.dmi else None,
    )
    inputs, policy = gather(firmware, given, log)
    return predict.boot(inputs, policy=policy)
