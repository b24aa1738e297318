"""Measure the speed of acpitools: ``python -m benchmarks [NAME...] [--pairs N]``.

Each line is a ratio of CPU seconds, taken in turns with its peer on the same machine; the targets are ratios too.
Exit code 1 if a target is missed or a command fails.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from acpitools.dumps.load import load
from acpitools.tables.names import file_names
from benchmarks import firmware, machines, methods, programs
from benchmarks.measure import CommandError, Compared, compare, run

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("ACPITOOLS_SHARED", ROOT.parent / "shared"))
"""Large reference data kept beside the tree; may be absent."""
DEMO = ROOT / "fixtures" / "dumps" / "demo-4node"
PYTHON = Path(sys.executable)
ACPITOOLS = PYTHON.with_name("acpitools")
BARE: tuple[str | Path, ...] = (PYTHON, "-c", "pass")
MIB = 1 << 20
LAID_OUT = frozenset({0, 1})
"""Exit codes of ``layout``: done, done with findings."""


class PeerMissingError(Exception):
    """Something needed is not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One line of the answer."""

    what: str
    against: str
    target: float
    """Ratio at most."""
    measure: Callable[[Path, int], Compared]
    """(scratch folder, pairs) -> what was measured."""
    pairs: int
    target_peak: int | None = None
    """Bytes at most."""


def start(*words: str) -> Callable[[Path, int], Compared]:
    """Return the measurement of an ``acpitools`` that does next to nothing."""
    return lambda folder, pairs: compare((ACPITOOLS, *words), BARE, folder, pairs)


def layout_of_demo(folder: Path, pairs: int) -> Compared:
    boot = ("--memmap", DEMO / "memmap.txt", "--cmdline", f"@{DEMO / 'cmdline.txt'}", "--kernel", "6.12")
    command = (ACPITOOLS, "layout", DEMO / "acpidump.txt", *boot)
    return compare(command, BARE, folder, pairs, LAID_OUT)


def extraction(folder: Path, pairs: int) -> Compared:
    peer = shutil.which("acpixtract")
    if peer is None:
        raise PeerMissingError("acpixtract is not installed")
    dump = folder / "dump.txt"
    dump.write_text(machines.acpidump(4_200_000))
    return compare((PYTHON, ROOT / "benchmarks" / "extract.py", dump), (peer, "-a", dump), folder, pairs)


def server_tables(folder: Path, pairs: int) -> Compared:
    dumps = sorted(SHARED.glob("corpus/dumps/server-supermicro-x8dtt-*.gz"))
    if not dumps:
        raise PeerMissingError(f"no dump of a server in {SHARED}")
    tables = folder / "tables"
    tables.mkdir()
    loaded = [table for table in load(dumps[:1]) if table.signature not in ("DSDT", "SSDT")]
    for name, table in zip(file_names(table.signature for table in loaded), loaded, strict=True):
        (tables / name).write_bytes(table.data)
    return compare((ACPITOOLS, "decode", tables), BARE, folder, pairs)


def layout_command(folder: Path, nodes: int, ranges: int) -> Sequence[str | Path]:
    """Write a machine of 64 TiB and return the command that lays it out."""
    end = 64 * machines.TIB
    name = f"{nodes}-{ranges}"
    (folder / f"srat-{name}").write_bytes(machines.srat(nodes, ranges, end))
    (folder / f"slit-{nodes}").write_bytes(machines.slit(nodes))
    (folder / "memmap").write_text(machines.memory_map(end))
    boot = ("--memmap", "memmap", "--cmdline", "movable_node", "--kernel", "6.12", "--cpus", str(nodes))
    return (ACPITOOLS, "layout", f"srat-{name}", f"slit-{nodes}", *boot)


def big_layout(nodes: int, ranges: int) -> Callable[[Path, int], Compared]:
    """Return the measurement of a machine of that many nodes against bare python."""

    def measure(folder: Path, pairs: int) -> Compared:
        return compare(layout_command(folder, nodes, ranges), BARE, folder, pairs, LAID_OUT)

    return measure


def growth(nodes: int, ranges: int, fewer: int) -> Callable[[Path, int], Compared]:
    """Return the measurement of a machine of many ranges against one of fewer."""

    def measure(folder: Path, pairs: int) -> Compared:
        more, less = layout_command(folder, nodes, ranges), layout_command(folder, nodes, fewer)
        return compare(more, less, folder, pairs, LAID_OUT)

    return measure


def _program(folder: Path, size: int) -> Path:
    source = folder / f"program-{size}.asl"
    source.write_text(programs.program(size))
    return source


def asl_against_iasl(size: int, *, tree_only: bool = False) -> Callable[[Path, int], Compared]:
    """Return the measurement of compiling (or only parsing) a source of that many characters against iasl's compile."""

    def measure(folder: Path, pairs: int) -> Compared:
        source = _program(folder, size)
        ours = (ACPITOOLS, "asl", "compile", "-q", source, "-o", folder / "ours.aml")
        tree = (PYTHON, ROOT / "benchmarks" / "parse_asl.py", source)
        theirs = (iasl(), "-ve", "-p", folder / "theirs", source)
        return compare(tree if tree_only else ours, theirs, folder, pairs)

    return measure


def asl_growth(size: int, smaller: int) -> Callable[[Path, int], Compared]:
    """Return the measurement of compiling a source against a smaller one."""

    def measure(folder: Path, pairs: int) -> Compared:
        more, less = (
            (ACPITOOLS, "asl", "compile", "-q", _program(folder, each), "-o", folder / "out.aml")
            for each in (size, smaller)
        )
        return compare(more, less, folder, pairs)

    return measure


def asl_grammar(folder: Path, pairs: int) -> Compared:
    return compare((PYTHON, "-c", "import acpitools.asl.parser"), BARE, folder, pairs)


OBJECTS = (
    "import sys; from acpitools.tables.registry import decode_table; "
    "decode_table(open(sys.argv[1], 'rb').read()).structures[-1].base_address"
)
NODES = 64


def iasl() -> str:
    """Return the path of iasl, or raise PeerMissingError."""
    found = shutil.which("iasl")
    if found is None:
        raise PeerMissingError("iasl is not installed")
    return found


def big_srat(folder: Path, structures: int) -> str:
    """Write an SRAT of that many structures and return its name."""
    name = f"big-{structures}"
    (folder / name).write_bytes(machines.srat(NODES, structures - NODES, 64 * machines.TIB))
    return name


def big_dsl(folder: Path, structures: int) -> str:
    """Write the same as data-table text and return its name."""
    name = big_srat(folder, structures)
    run((ACPITOOLS, "decode", name, "--format", "dsl", "-o", f"{name}.dsl"), folder)
    return f"{name}.dsl"


def against_disassembly(structures: int, *command: str | Path) -> Callable[[Path, int], Compared]:
    """Return the measurement of a command that is told the table's name last, against ``iasl -d``."""

    def measure(folder: Path, pairs: int) -> Compared:
        name = big_srat(folder, structures)
        return compare((*command, name), (iasl(), "-d", "-p", f"{name}-iasl", name), folder, pairs)

    return measure


def compilation(structures: int) -> Callable[[Path, int], Compared]:
    """Return the measurement of data-table text to a binary table, against iasl."""

    def measure(folder: Path, pairs: int) -> Compared:
        name = big_dsl(folder, structures)
        theirs = (iasl(), "-p", "iasl-made", name)
        return compare((ACPITOOLS, "encode", name, "-o", "made"), theirs, folder, pairs)

    return measure


def compilation_growth(structures: int, fewer: int) -> Callable[[Path, int], Compared]:
    """Return the measurement of a long text against a shorter one."""

    def measure(folder: Path, pairs: int) -> Compared:
        more, less = ((ACPITOOLS, "encode", big_dsl(folder, number), "-o", "made") for number in (structures, fewer))
        return compare(more, less, folder, pairs)

    return measure


def acpiexec() -> str:
    """Return the path of acpiexec, or raise PeerMissingError."""
    found = shutil.which("acpiexec")
    if found is None:
        raise PeerMissingError("acpiexec is not installed")
    return found


def firmware_file(folder: Path, size: int) -> str:
    """Write a DSDT of about that many bytes and return its name."""
    name = f"dsdt-{size}"
    if not (folder / name).exists():
        (folder / name).write_bytes(firmware.dsdt(size))
    return name


def disassembly(folder: Path, pairs: int) -> Compared:
    name = firmware_file(folder, 500_000)
    ours = (ACPITOOLS, "aml", "disassemble", name, "-o", "ours.dsl")
    return compare(ours, (iasl(), "-p", "theirs", "-d", name), folder, pairs)


def namespace(folder: Path, pairs: int) -> Compared:
    name = firmware_file(folder, 500_000)
    theirs = (acpiexec(), "-b", "namespace", name)
    return compare((ACPITOOLS, "aml", "namespace", name), theirs, folder, pairs)


def method(path: str) -> Callable[[Path, int], Compared]:
    """Return a measurement of one method, run by us and by acpiexec."""

    def measure(folder: Path, pairs: int) -> Compared:
        (folder / "methods.aml").write_bytes(methods.methods())
        theirs = (acpiexec(), "-b", f"evaluate {path}", "methods.aml")
        return compare((ACPITOOLS, "aml", "run", "methods.aml", "--eval", path), theirs, folder, pairs)

    return measure


def disassembly_growth(folder: Path, pairs: int) -> Compared:
    more, less = (
        (ACPITOOLS, "aml", "disassemble", firmware_file(folder, size), "-o", "ours.dsl")
        for size in (2_000_000, 500_000)
    )
    return compare(more, less, folder, pairs)


BENCHMARKS: dict[str, Benchmark] = {
    "version": Benchmark(
        what="`acpitools --version`", against="`python -c pass`", target=2.3, measure=start("--version"), pairs=25
    ),
    "help": Benchmark(
        what="`acpitools --help`", against="`python -c pass`", target=5.5, measure=start("--help"), pairs=25
    ),
    "layout": Benchmark(
        what="`layout` of a 4-node machine", against="`python -c pass`", target=12, measure=layout_of_demo, pairs=15
    ),
    "server": Benchmark(
        what="`decode` of a server's 13 data tables",
        against="`python -c pass`",
        target=7.5,
        measure=server_tables,
        pairs=15,
    ),
    "extract": Benchmark(
        what="tables out of a 4.2 MB dump", against="`acpixtract -a`", target=0.8, measure=extraction, pairs=15
    ),
    "big": Benchmark(
        what="`layout` of 1,024 nodes, 16,384 ranges, 64 TiB, SLIT",
        against="`python -c pass`",
        target=40,
        target_peak=250 * MIB,
        measure=big_layout(1024, 16384),
        pairs=7,
    ),
    "big-accepted": Benchmark(
        what="`layout` of 1,024 nodes, 2,048 ranges (all a kernel takes), 64 TiB, SLIT",
        against="`python -c pass`",
        target=40,
        target_peak=250 * MIB,
        measure=big_layout(1024, 2048),
        pairs=7,
    ),
    "growth": Benchmark(
        what="`layout` of 65,536 ranges", against="of 16,384", target=4.6, measure=growth(1024, 65536, 16384), pairs=5
    ),
    "asl-grammar": Benchmark(
        what="the ASL grammar ready", against="`python -c pass`", target=4, measure=asl_grammar, pairs=15
    ),
    "asl-tree": Benchmark(
        what="1.8 MB of ASL to its tree",
        against="`iasl`, its whole compile",
        target=2.5,
        measure=asl_against_iasl(1_800_000, tree_only=True),
        pairs=5,
    ),
    "asl-compile": Benchmark(
        what="`asl compile` of 1.8 MB", against="`iasl`", target=6, measure=asl_against_iasl(1_800_000), pairs=5
    ),
    "asl-growth": Benchmark(
        what="`asl compile` of 3.6 MB",
        against="of 1.8 MB",
        target=2.22,
        measure=asl_growth(3_600_000, 1_800_000),
        pairs=5,
    ),
    "objects": Benchmark(
        what="objects of an SRAT of 100,000 structures",
        against="`iasl -d`",
        target=0.3,
        target_peak=150 * MIB,
        measure=against_disassembly(100_000, PYTHON, "-c", OBJECTS),
        pairs=7,
    ),
    "listing": Benchmark(
        what="`decode --format dsl` of an SRAT of 100,000 structures",
        against="`iasl -d`",
        target=1.0,
        target_peak=150 * MIB,
        measure=against_disassembly(100_000, ACPITOOLS, "decode", "--format", "dsl", "-o", "listing"),
        pairs=7,
    ),
    "listing-10k": Benchmark(
        what="`decode --format dsl` of 10,000 structures",
        against="`iasl -d`",
        target=1.5,
        measure=against_disassembly(10_000, ACPITOOLS, "decode", "--format", "dsl", "-o", "listing"),
        pairs=11,
    ),
    "text": Benchmark(
        what="`decode` of an SRAT of 100,000 structures, with findings",
        against="`iasl -d`",
        target=1.0,
        target_peak=150 * MIB,
        measure=against_disassembly(100_000, ACPITOOLS, "decode", "-o", "listing"),
        pairs=5,
    ),
    "text-10k": Benchmark(
        what="`decode` of 10,000 structures, with findings",
        against="`iasl -d`",
        target=1.5,
        measure=against_disassembly(10_000, ACPITOOLS, "decode", "-o", "listing"),
        pairs=11,
    ),
    "compile": Benchmark(
        what="`encode` of data-table text of 8,000 structures",
        against="`iasl`",
        target=0.1,
        measure=compilation(8_000),
        pairs=3,
    ),
    "compile-growth": Benchmark(
        what="`encode` of data-table text of 100,000 structures",
        against="of 1,000",
        target=158,  # exponent 1.1
        target_peak=150 * MIB,
        measure=compilation_growth(100_000, 1_000),
        pairs=3,
    ),
    "disassemble": Benchmark(
        what="`aml disassemble` of 500 kB", against="`iasl -d`", target=3, measure=disassembly, pairs=7
    ),
    "namespace": Benchmark(
        what="`aml namespace` of 500 kB", against="`acpiexec -b namespace`", target=1.5, measure=namespace, pairs=7
    ),
    "run-arithmetic": Benchmark(
        what="`aml run`, 50,000 turns of arithmetic", against="`acpiexec`", target=3, measure=method("MATH"), pairs=5
    ),
    "run-calls": Benchmark(
        what="`aml run`, 50,000 calls of a method", against="`acpiexec`", target=3, measure=method("CALL"), pairs=5
    ),
    "run-data": Benchmark(
        what="`aml run`, 20,000 turns of strings and packages",
        against="`acpiexec`",
        target=3,
        measure=method("DATA"),
        pairs=5,
    ),
    "disassemble-growth": Benchmark(
        what="`aml disassemble` of 2 MB", against="of 500 kB", target=4.6, measure=disassembly_growth, pairs=3
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure the speed of acpitools.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones; all by default: {', '.join(BENCHMARKS)}")
    parser.add_argument("--pairs", type=int, help="runs of each pair of commands")
    options = parser.parse_args()
    unknown = set(options.names) - BENCHMARKS.keys()
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    print("| what | CPU | against | ratio | target | peak memory |")
    print("| --- | --- | --- | --- | --- | --- |")
    reached = True
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.names or BENCHMARKS:
            line, good = row(BENCHMARKS[name], Path(scratch), options.pairs)
            print(line, flush=True)
            reached = reached and good
    return 0 if reached else 1


def row(benchmark: Benchmark, folder: Path, pairs: int | None) -> tuple[str, bool]:
    """Measure; return the line of the table, and whether the targets were reached or could not be measured."""
    target = f"<= {benchmark.target:g}"
    if benchmark.target_peak is not None:
        target += f", <= {benchmark.target_peak // MIB} MiB"
    try:
        got = benchmark.measure(folder, pairs or benchmark.pairs)
    except PeerMissingError as reason:
        return f"| {benchmark.what} | | {benchmark.against} | not measured: {reason} | {target} | |", True
    except CommandError as reason:
        return f"| {benchmark.what} | | {benchmark.against} | failed: {reason} | {target} | |", False
    good = got.ratio <= benchmark.target and (benchmark.target_peak is None or got.peak <= benchmark.target_peak)
    cells = (
        benchmark.what,
        f"{got.ours * 1000:.0f} ms",
        f"{benchmark.against} ({got.theirs * 1000:.0f} ms)",
        f"{got.ratio:.2f}{'' if good else ' MISSED'}",
        target,
        f"{got.peak / MIB:.0f} MiB",
    )
    return f"| {' | '.join(cells)} |", good


if __name__ == "__main__":
    sys.exit(main())
