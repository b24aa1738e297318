"""The AML tables of one machine, read together: a call in one table may be of a method in another.

A first pass over all tables collects names (:mod:`acpitools.aml.declarations`), then each table is read whole.  Where a
name is declared nowhere, or differently in several places, its uses decide how many arguments it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from acpitools.aml.declarations import Declaration, declarations
from acpitools.aml.inference import Evidence, infer
from acpitools.aml.names import NO_METHOD, PREDEFINED, Arities, path_text, places
from acpitools.aml.reader import Doubt, Reader
from acpitools.aml.terms import Term
from acpitools.aml.writer import write_terms
from acpitools.core.collection import uncollected
from acpitools.core.findings import Finding, Location, Severity
from acpitools.core.value import value

__all__ = ["AML_SIGNATURES", "HEADER_SIZE", "AmlTable", "read_machine", "read_table", "write_table"]

HEADER_SIZE = 36
"""Bytes of the header of a definition block.  Spec: ACPI 6.5, 5.2.6."""
AML_SIGNATURES = ("DSDT", "SSDT", "PSDT")
"""Tables that hold AML, by their signature."""


@value
class AmlTable:
    """A definition block."""

    header: bytes
    """The first 36 bytes as they are, or fewer where there are no more."""
    terms: tuple[Term, ...] = ()
    trailing: bytes = b""
    """Bytes after the length that the header states."""
    sealed: bool = False
    """Whether length and checksum were right when it was read."""
    declarations: tuple[Declaration, ...] = ()
    """What it declares outside methods, in the order of the bytes."""
    findings: tuple[Finding, ...] = ()

    @property
    def signature(self) -> str:
        """Give the four characters that name the table."""
        return self.header[:4].decode("latin-1")

    @property
    def integer_size(self) -> int:
        """Give the bytes of an integer: 4 in a DSDT before revision 2, else 8 (an SSDT follows its DSDT)."""
        return 4 if self.header[8:9] < b"\2" else 8


def read_table(data: bytes) -> AmlTable:
    """Read one definition block as if there were no other."""
    return read_machine((data,))[0]


def write_table(table: AmlTable) -> bytes:
    """Give the bytes of a definition block; header and checksum are written as they stand."""
    return table.header + write_terms(table.terms) + table.trailing


def read_machine(tables: Sequence[bytes]) -> tuple[AmlTable, ...]:
    """Read the definition blocks of one machine, the DSDT first; one result for each, in the same order."""
    with uncollected():
        return _read_all(tables)


def _read_all(tables: Sequence[bytes]) -> tuple[AmlTable, ...]:
    bounds = [_end_of(data) for data in tables]
    found = _declarations(tables, bounds)
    arities = [_arities_of(part) for part in found]
    together, unsure = _together(found)
    first = []
    for data, end, own, declared in zip(tables, bounds, arities, found, strict=True):
        reader = Reader(data, Arities(own, together, unsure))
        terms = reader.terms(min(HEADER_SIZE, end), end)
        first.append((terms, Evidence(data, end, reader, declared)))
    guesses = infer([evidence for _, evidence in first])
    result = []
    for data, end, declared, (terms, evidence) in zip(tables, bounds, found, first, strict=True):
        reader = evidence.reader
        if guesses and any(doubt.key in guesses for doubt in reader.doubts):
            reader = Reader(data, Arities(reader.arities.own, together, unsure, guesses))
            terms = reader.terms(min(HEADER_SIZE, end), end)
        result.append(
            AmlTable(
                header=data[: min(HEADER_SIZE, end)],
                terms=terms,
                trailing=data[end:],
                sealed=int.from_bytes(data[4:8], "little") == end and sum(data[:end]) & 0xFF == 0,
                declarations=tuple(declared),
                findings=tuple(_findings(data, evidence.reader, reader, guesses)),
            )
        )
    return tuple(result)


def _end_of(data: bytes) -> int:
    # Where the terms end: at the stated length, if the bytes are there.
    stated = int.from_bytes(data[4:8], "little")
    return stated if HEADER_SIZE <= stated <= len(data) else len(data)


def _declarations(tables: Sequence[bytes], bounds: Sequence[int]) -> list[list[Declaration]]:
    # Statements outside methods may call methods that come later: again, until nothing new is known.
    found: list[list[Declaration]] = [[] for _ in tables]
    together: dict[bytes, int] = dict(PREDEFINED)
    again = list(range(len(tables)))
    for _ in range(4):
        doubts: dict[int, list[Doubt]] = {}
        for index in again:
            arities = Arities(_arities_of(found[index]), together)
            found[index], doubts[index] = declarations(tables[index], HEADER_SIZE, bounds[index], arities)
        together, _ = _together(found)
        names = {path[-4:] for path, arity in together.items() if arity > 0}
        again = [index for index in again if any(doubt.key[-4:] in names for doubt in doubts[index])]
        if not again:
            break
    return found


def _arities_of(found: Iterable[Declaration]) -> dict[bytes, int]:
    # The first declaration of a name counts, but External only where there is no other.
    arities: dict[bytes, int] = {}
    external: dict[bytes, int] = {}
    aliases: list[Declaration] = []
    for item in found:
        if item.op == "External":
            external.setdefault(item.path, item.arity)
        elif item.op == "Alias":
            aliases.append(item)
        else:
            arities.setdefault(item.path, item.arity)
    for path, arity in external.items():
        arities.setdefault(path, arity)
    for item in aliases:
        scope = item.path[:-4]
        meant = places(scope, item.source) if item.source is not None else ()
        arities.setdefault(item.path, next((arities[path] for path in meant if path in arities), NO_METHOD))
    return arities


def _together(found: Sequence[Sequence[Declaration]]) -> tuple[dict[bytes, int], frozenset[bytes]]:
    # What all tables declare, the first table counting, and the paths that are declared differently somewhere.
    together: dict[bytes, int] = dict(PREDEFINED)
    counts: dict[bytes, int] = {}
    unsure = set()
    for part in found:
        for path, arity in _arities_of(part).items():
            together.setdefault(path, arity)
        for item in part:
            if item.op not in ("Alias", "External") and max(0, item.arity) != counts.setdefault(
                item.path, max(0, item.arity)
            ):
                unsure.add(item.path)
    return together, frozenset(unsure)


def _findings(data: bytes, first: Reader, last: Reader, guesses: Mapping[bytes, int]) -> Iterator[Finding]:
    signature = data[:4].decode("latin-1")

    def finding(code: str, severity: Severity, offset: int, message: str) -> Finding:
        return Finding(
            code=code,
            severity=severity,
            message=message,
            location=Location(signature=signature, offset=offset),
        )

    for damage in last.damages:
        yield finding("AML001", Severity.ERROR, damage.offset, damage.message)
    told = set()
    for doubt in first.doubts:
        if doubt.key in guesses and doubt.key not in told:
            told.add(doubt.key)
            name = path_text(doubt.key.lstrip(b"\\?"))
            count = guesses[doubt.key]
            text = (
                f"{name.removeprefix(chr(92)) if doubt.key[:1] == b'?' else name} is called here with {count} argument"
            )
            yield finding("AML002", Severity.INFO, doubt.offset, f"{text}{'s' * (count != 1)}, as no table declares it")
    if last.strays:
        text = f"{len(last.strays)} constants or the like stand where only statements may"
        yield finding("AML003", Severity.WARNING, last.strays[0], text)
