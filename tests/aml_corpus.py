"""Every AML table of the reference dumps there and back: ``python -m tests.aml_corpus [--iasl]``.

Prints how many tables are written back as they were read, and how many of their disassemblies our compiler turns into
the same bytes; with --iasl also how many iasl compiles, of our text and of its own, and how many to the same bytes
(creator and checksum aside).  Exit code 1 where one of ours is not the same.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from acpitools.aml.machine import AML_SIGNATURES, read_machine, write_table
from acpitools.asl.compile import compile_source
from acpitools.asl.format.document import disassemble
from acpitools.core.findings import Severity
from acpitools.dumps.load import load
from tests.support import shared_cases

HEADER = 36


def compiled(text: str, folder: Path) -> bytes | None:
    """Return what iasl makes of a source, errors ignored; None where it makes nothing."""
    source, made = folder / "source.dsl", folder / "source.aml"
    source.write_text(text)
    made.unlink(missing_ok=True)
    subprocess.run(["iasl", "-oa", "-f", source.name], cwd=folder, capture_output=True, check=False, timeout=300)
    return made.read_bytes() if made.exists() else None


def own_text(data: bytes, folder: Path) -> str | None:
    """Return iasl's own disassembly of a table; None where it gives none."""
    (folder / "own.dat").write_bytes(data)
    text = folder / "own.dsl"
    text.unlink(missing_ok=True)
    subprocess.run(["iasl", "-d", "own.dat"], cwd=folder, capture_output=True, check=False, timeout=300)
    return text.read_text(errors="replace") if text.exists() else None


def judged(what: str, text: str | None, data: bytes, folder: Path) -> Iterator[str]:
    """Yield what iasl makes of a text, in words to count."""
    made = None if text is None else compiled(text, folder)
    if made is not None:
        yield f"iasl compiles {what}"
        if made[HEADER:] == data[HEADER:]:
            yield f"iasl compiles {what} to the same bytes"


def results(blocks: tuple[bytes, ...], seen: set[bytes], folder: Path | None) -> Iterator[str]:
    """Yield the results for the tables of one machine, in words to count; iasl judges each distinct table once."""
    tables = read_machine(blocks)
    for data, table in zip(blocks, tables, strict=True):
        yield "tables"
        if write_table(table) == data:
            yield "written back as they were read"
        if not any(finding.severity is Severity.ERROR for finding in table.findings):
            yield "read whole"
        text = disassemble(table, tables)
        made = compile_source(text, "table.dsl").tables
        if made and made[0].data == data:
            yield "text compiled to the same bytes"
        if folder is not None and data not in seen:
            seen.add(data)
            yield "distinct tables"
            yield from judged("our text", text, data, folder)
            yield from judged("its own text", own_text(data, folder), data, folder)


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.aml_corpus", description="Every AML table there and back.")
    parser.add_argument("--iasl", action="store_true", help="let iasl judge the texts too")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    seen: set[bytes] = set()
    with tempfile.TemporaryDirectory() as scratch:
        for dump in shared_cases("corpus/dumps", "*.gz"):
            blocks = tuple(table.data for table in load((str(dump),)) if table.signature in AML_SIGNATURES)
            counts.update(results(blocks, seen, Path(scratch) if options.iasl else None))
    for what, count in counts.items():
        sys.stdout.write(f"{count:6}  {what}\n")
    ours = ("written back as they were read", "read whole", "text compiled to the same bytes")
    return 0 if all(counts[what] == counts["tables"] for what in ours) else 1


if __name__ == "__main__":
    sys.exit(main())
