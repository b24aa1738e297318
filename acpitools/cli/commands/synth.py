"""``acpitools synth``: a machine described in TOML becomes consistent ACPI tables, and whatever boots with them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from acpitools.cli.messages import note, warn
from acpitools.cli.output import write_folder, write_output
from acpitools.core.errors import InputError

if TYPE_CHECKING:
    from acpitools.topology.qemu import QemuPlan
    from acpitools.topology.rebuild import Rebuilt
    from acpitools.topology.spec import Spec

__all__ = ["command"]

_MAP = "memmap.txt"
_KERNEL = "6.12"
"""Whose word it is that an archive's table is refused."""
_EXAMPLES = """\b
Examples:
  acpitools synth --preset hot-nodes -o machine
  acpitools layout machine --memmap machine/memmap.txt --cmdline movable_node --kernel 6.12
  acpitools synth spec.toml -o machine --initrd tables.img --qemu --vmlinuz bzImage
  acpitools synth --from machine.acpidump change.toml -o changed
  acpitools synth --preset server-2s --fault srat-overlap --fault checksum@SLIT -o broken
"""


@click.command("synth", epilog=_EXAMPLES)
@click.argument("spec", metavar="[SPEC.toml]", required=False, type=click.Path())
@click.option("-o", "--output", metavar="DIR", type=click.Path(path_type=Path), help="Folder for the tables.")
@click.option("--preset", metavar="NAME", help="Start from this machine; SPEC.toml changes it.")
@click.option("--list-presets", is_flag=True, help="Show the machines of --preset.")
@click.option(
    "--from", "sources", metavar="SOURCE", multiple=True, help="Start from a machine's tables; SPEC.toml changes it."
)
@click.option(
    "--memmap", metavar="FILE", type=click.Path(path_type=Path), help="The memory map of the machine of --from."
)
@click.option("--fault", "faults", metavar="NAME[@TABLE]", multiple=True, help="Break a table on purpose.  Repeatable.")
@click.option("--list-faults", is_flag=True, help="Show what --fault can break.")
@click.option("--list-keys", is_flag=True, help="Show every key that a description may have, as a description.")
@click.option("--explain", is_flag=True, help="Print the filled-in description: TOML that makes the same machine.")
@click.option("--initrd", metavar="FILE", type=click.Path(), help="Write the archive from which a kernel takes them.")
@click.option("--base", metavar="INITRD", type=click.Path(path_type=Path), help="Put the archive before this initrd.")
@click.option(
    "--qemu", is_flag=True, help="Print the QEMU command that boots this machine; the archive fits QEMU then."
)
@click.option("--vmlinuz", metavar="FILE", default="vmlinuz", show_default=True, help="Kernel of the QEMU command.")
@click.option("--cmdline", metavar="TEXT", default="", help="Kernel command line of the QEMU command.")
def command(
    spec: str | None,
    output: Path | None,
    preset: str | None,
    list_presets: bool,
    sources: tuple[str, ...],
    memmap: Path | None,
    faults: tuple[str, ...],
    list_faults: bool,
    list_keys: bool,
    explain: bool,
    initrd: str | None,
    base: Path | None,
    qemu: bool,
    vmlinuz: str,
    cmdline: str,
) -> None:
    """Make SRAT, SLIT, HMAT, MADT, MSCT, CEDT and PPTT of a described machine, and its memory map.

    DIR gets the tables, named as acpixtract names them, and memmap.txt for --memmap.  The same description gives the
    same bytes.  With --from DIR gets the machine's other tables too, and what SPEC.toml does not change stays as it is.

    """
    for asked, lines in ((list_presets, _presets), (list_faults, _faults), (list_keys, _keys)):
        if asked:
            write_output("-", lines())
            return
    if spec is None and preset is None and not sources:
        raise click.UsageError("name a description (SPEC.toml), a machine (--preset) or tables (--from)")
    if output is None and not (explain or initrd or qemu):
        raise click.UsageError("-o DIR, --initrd, --qemu or --explain says what to make")
    made = _machine(spec, preset, sources, memmap, faults)
    for text in made.notes:
        note(text)
    plan = _plan(made.spec) if qemu else None
    if explain:
        write_output("-", _explained(made.spec))
    if output is not None:
        _write(output, made)
    if initrd is not None:
        _archive(made, plan, initrd, base)
    elif base is not None:
        raise click.UsageError("--base goes behind the archive: name that with --initrd FILE")
    if plan is not None:
        write_output("-", _command(made, plan, output, initrd, vmlinuz, cmdline))


def _machine(
    spec: str | None, preset: str | None, sources: Sequence[str], memmap: Path | None, faults: Sequence[str]
) -> Rebuilt:
    from acpitools.topology.build import build
    from acpitools.topology.merge import merged
    from acpitools.topology.read import parse, read_spec
    from acpitools.topology.rebuild import Rebuilt, rebuild

    changes = parse(_text(spec), _name(spec)) if spec is not None else {}
    if faults:
        given = changes.get("faults", [])
        changes["faults"] = [*given, *faults] if isinstance(given, list) else given
    if sources:
        if preset is not None:
            raise click.UsageError("--preset and --from both say where to start")
        from acpitools.dumps.e820 import load_memory_map
        from acpitools.dumps.load import load

        entries = load_memory_map(memmap).e820 if memmap is not None else ()
        return rebuild(load(sources, stdin=sys.stdin.buffer), changes, entries, _name(spec))
    if memmap is not None:
        raise click.UsageError("--memmap is the map of --from; a description has its own, see [memory]")
    document: dict[str, Any] = changes
    if preset is not None:
        base = parse(_preset(preset), f"preset {preset}")
        document = merged(_numbered(base), changes) if spec is not None else {**base, **changes}
    found = read_spec(document, _name(spec) or f"preset {preset}")
    return Rebuilt(found, build(found).tables)


def _numbered(base: dict[str, Any]) -> dict[str, Any]:
    # Changes name domains by their number, which a description may leave to the order.
    domains = [{"domain": index, **domain} for index, domain in enumerate(base.get("domains", []))]
    return {**base, "domains": domains}


def _name(spec: str | None) -> str:
    return "stdin" if spec == "-" else spec or ""


def _text(spec: str) -> str:
    from acpitools.dumps.text import decode_text, read_text
    from acpitools.topology.read import MAX_TEXT

    if spec == "-":
        return decode_text(sys.stdin.buffer.read(MAX_TEXT + 1), what="topology", where="stdin")
    return read_text(Path(spec), what="topology")


def _preset(name: str) -> str:
    import difflib

    from acpitools.topology.presets import PRESETS

    if name not in PRESETS:
        near = difflib.get_close_matches(name, PRESETS, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(PRESETS)}"
        raise InputError("no such machine", f"--preset {name}", hint)
    return PRESETS[name].text


def _presets() -> Iterator[str]:
    from acpitools.topology.presets import PRESETS

    width = max(map(len, PRESETS))
    for name, preset in PRESETS.items():
        yield f"{name:<{width}}  {preset.title}\n"


def _faults() -> Iterator[str]:
    from acpitools.topology.faults.registry import FAULTS

    width = max(map(len, FAULTS))
    yield "Of any table, said as NAME@TABLE; NAME alone means the SRAT:\n"
    yield from (f"  {fault.name:<{width}}  {fault.text}\n" for fault in FAULTS.values() if fault.any_table)
    yield "Of one table, or of the memory map:\n"
    yield from (f"  {fault.name:<{width}}  {fault.text}\n" for fault in FAULTS.values() if not fault.any_table)


def _keys() -> Iterator[str]:
    from acpitools.topology.reference import REFERENCE

    yield REFERENCE


def _explained(spec: Spec) -> Iterator[str]:
    from acpitools.topology.explain import document, toml_text

    return toml_text(document(spec))


def _write(folder: Path, made: Rebuilt) -> None:
    from acpitools.tables.names import file_names
    from acpitools.topology.build import memory_map
    from acpitools.topology.memory_map import map_text

    tables = [*made.made, *made.kept]
    entries = memory_map(made.spec)
    write_folder(folder, [table.signature for table in tables], [table.data for table in tables])
    write_output(str(folder / _MAP), "".join(map_text(entries)))
    written = {_MAP, *file_names(table.signature for table in tables)}
    if others := sorted(path.name for path in folder.glob("*.dat") if path.name not in written):
        note(f"{folder} has other tables too, which are part of it as a SOURCE: {', '.join(others[:8])}")


def _plan(spec: Spec) -> QemuPlan:
    from acpitools.topology.qemu import plan_qemu

    plan = plan_qemu(spec)
    for text in plan.notes:
        note(f"in QEMU: {text}")
    return plan


def _archive(made: Rebuilt, plan: QemuPlan | None, path: str, base: Path | None) -> None:
    from acpitools.image.files import with_base
    from acpitools.image.initrd import override_archive
    from acpitools.image.inspection import inspect_initrd

    if path == "-" and (plan is not None or sys.stdout.isatty()):
        raise InputError("cannot write", "standard output", "the archive needs a file; use --initrd FILE")
    archive = override_archive(_overrides(made, plan))
    write_output(path, with_base(archive, base))
    for item in inspect_initrd(archive, release=_KERNEL).refused:
        warn(f"{item.path}: Linux {_KERNEL} refuses the {item.signature}: {item.verdict.text}")


def _overrides(made: Rebuilt, plan: QemuPlan | None) -> list[bytes]:
    # An override needs the platform's OEM ids and a revision above its own.
    from acpitools.image.initrd import OemIds, with_oem

    if plan is not None:
        from acpitools.topology.qemu import for_qemu

        return for_qemu(made.made, plan)
    if not made.platform:
        return [table.data for table in made.made]
    changed = [table for table in made.made if table not in made.platform] or list(made.made)
    raised = []
    for table in changed:
        ids = OemIds.of(table.data)
        for other in made.platform:
            if other.signature == table.signature and OemIds.of(other.data).same_table(ids):
                ids = ids.above(OemIds.of(other.data))
        raised.append(with_oem(table.data, ids))
    return raised


def _command(made: Rebuilt, plan: QemuPlan, folder: Path | None, initrd: str | None, vmlinuz: str, cmdline: str) -> str:
    from dataclasses import replace

    from acpitools.image.qemu import command_arguments, command_text
    from acpitools.tables.names import file_names

    tables: tuple[str, ...] = ()
    if initrd is None:
        if plan.machine.nodes:
            why = "QEMU makes a SRAT of its own for memory devices of several domains, which only an archive replaces"
            raise InputError("cannot hand over the tables", "--qemu", f"{why}; give --initrd FILE")
        if folder is None:
            raise click.UsageError("--qemu needs the tables in files: give --initrd FILE, or -o DIR")
        names = file_names(table.signature for table in made.made)
        kept_out = plan.without | {"APIC"}  # QEMU has one; a second one would not be used
        pairs = zip(names, made.made, strict=True)
        tables = tuple(str(folder / name) for name, table in pairs if table.signature not in kept_out)
    machine = replace(
        plan.machine,
        tables=tables,
        kernel=vmlinuz,
        initrd=initrd,
        cmdline=" ".join(filter(None, ("console=ttyS0", *plan.cmdline, cmdline))),
        extra=(*plan.machine.extra, "-nographic", "-no-reboot"),
    )
    return command_text(command_arguments(machine))
