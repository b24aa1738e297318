"""ASL source to ACPI table: the order of the passes.  ACPI 6.5, 19.6.30."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import NamedTuple

from acpitools.aml.encoding import NameString, canonical_name
from acpitools.aml.terms import Term
from acpitools.aml.writer import write_terms
from acpitools.asl.checks import check, check_unused
from acpitools.asl.declare import declare, declare_unnamed
from acpitools.asl.diagnostics import Diagnostic, failed
from acpitools.asl.keywords import OBJECT_TYPES
from acpitools.asl.lower.context import LEAF_TERMS, Context, MisuseError
from acpitools.asl.lower.dispatch import FUNCTIONS, OPERATIONS
from acpitools.asl.lower.operands import check_calls
from acpitools.asl.lower.state import Words
from acpitools.asl.lower.statements import lower_statements
from acpitools.asl.namespace import Namespace
from acpitools.asl.nodes import Call, Node
from acpitools.asl.options import Options
from acpitools.asl.parser import Parsed, SyntaxProblem, parse
from acpitools.asl.preprocess import Includes, preprocess
from acpitools.asl.source import Source
from acpitools.asl.strings import StringError, unescape
from acpitools.core.collection import uncollected
from acpitools.core.errors import EncodeError
from acpitools.core.findings import Severity

__all__ = ["Compiled", "Table", "compile_source"]

_HEADER = struct.Struct("<4sIBB6s8sI4sI")
_FIRST_WIDE_REVISION = 2
"""From this revision on integers have 64 bits (19.6.30)."""


class Table(NamedTuple):
    """One definition block, compiled."""

    signature: str
    file: str
    """The output file that the source names; empty mostly."""
    terms: tuple[Term, ...]
    data: bytes
    """Header and AML."""


class Compiled(NamedTuple):
    """What became of a source; tables only where there is no error."""

    tables: tuple[Table, ...]
    diagnostics: list[Diagnostic]


def compile_source(
    text: str,
    file: str,
    *,
    includes: Includes | None = None,
    defines: Mapping[str, str] | None = None,
    options: Options | None = None,
) -> Compiled:
    """Compile a source; several definition blocks give several tables."""
    with uncollected():
        source, diagnostics = preprocess(text, file, includes=includes, defines=defines)
        parsed = parse(source.text)
        diagnostics += [_syntax_error(source, problem) for problem in parsed.problems]
        if failed(diagnostics):
            return Compiled((), diagnostics)
        tables: list[Table] = []
        try:
            for node in parsed.items:
                table = _block(source, node, options or Options(), parsed, diagnostics)
                if table is not None:
                    tables.append(table)
        except RecursionError:
            diagnostics.append(source.diagnostic(0, Severity.ERROR, "the source is nested too deeply"))
        if not parsed.items and not failed(diagnostics):
            diagnostics.append(source.diagnostic(0, Severity.ERROR, "there is no DefinitionBlock"))
    if options is not None and options.warnings_as_errors:
        diagnostics = [
            item._replace(severity=Severity.ERROR) if item.severity is Severity.WARNING else item
            for item in diagnostics
        ]
    return Compiled(() if failed(diagnostics) else tuple(tables), diagnostics)


def _syntax_error(source: Source, problem: SyntaxProblem) -> Diagnostic:
    message = problem.message
    if problem.about:
        lines = ", ".join(str(source.place(place)[1]) for place in problem.places)
        message = f"{message}; {problem.about} {lines}"
    return source.diagnostic(problem.start, Severity.ERROR, message)


def _block(
    source: Source, node: Node | None, options: Options, parsed: Parsed, diagnostics: list[Diagnostic]
) -> Table | None:
    words = Words()
    context = Context(source, Namespace(), options, words, parsed.notes, parsed.parenthesized)
    try:
        if not isinstance(node, Call) or words[node.name] != "DefinitionBlock":
            start = 0 if node is None else node.start
            raise MisuseError(start, "DefinitionBlock is expected here, and nothing else outside of one")
        return _definition_block(context, node, parsed.end)
    except MisuseError as error:
        context.error(max(error.start, 0), error.message)
        return None
    finally:
        diagnostics += sorted(
            context.diagnostics, key=lambda told: told[1:3] if told.file == source.origins[0].file else (0, 0)
        )


def _definition_block(context: Context, node: Call, end: int) -> Table:
    context.functions, context.operations = FUNCTIONS, OPERATIONS
    given = node.arguments or []
    if len(given) != 6 or node.body is None:
        raise MisuseError(
            node.start, "DefinitionBlock takes a file, signature, revision, OEM ID, OEM table ID and revision"
        )
    file = context.text(given[0]).decode("latin-1")
    signature = context.text(given[1])
    revision = context.constant(given[2], bits=8)
    oem, table = context.text(given[3]), context.text(given[4])
    oem_revision = context.constant(given[5], bits=32)
    start = given[1].start if given[1] is not None else node.start
    if not context.exact and (len(signature) != 4 or not signature.isalnum()):
        raise MisuseError(start, "a signature has four letters or digits")
    for text, size, place in ((oem, 6, given[3]), (table, 8, given[4])):
        if len(text) > size:
            raise MisuseError(node.start if place is None else place.start, f"this has at most {size} characters")
    context.width = 8 if revision >= _FIRST_WIDE_REVISION else 4
    context.dsdt = signature == b"DSDT"
    context.shorten = context.options.shorten_names and context.dsdt and not context.exact
    declare(context, node.body)
    items = node.body
    context.declare_late = lambda: declare_unnamed(context, items)
    terms = lower_statements(context, node.body)
    terms = (*context.outside.temporaries, *terms)
    if not context.exact:
        terms = (*_external_terms(context), *terms)
        check(context, node.body)
        check_calls(context)
        check_unused(context)
    if failed(context.diagnostics):
        return Table(signature.decode("latin-1"), file, terms, b"")
    try:
        aml = write_terms(terms)
    except EncodeError as error:
        raise MisuseError(node.start, str(error)) from error
    after = context.note_bytes(end, "trailing") if "trailing" in context.notes.get(end, ()) else b""
    if "header" in context.notes.get(node.start, ()):
        return Table(signature.decode("latin-1"), file, terms, context.note_bytes(node.start, "header") + aml + after)
    header = (signature, revision, oem, table, oem_revision)
    return Table(signature.decode("latin-1"), file, terms, _sealed(_creator(context, node), header, aml) + after)


def _creator(context: Context, node: Call) -> tuple[bytes, int]:
    note = context.notes.get(node.start, {}).get("creator")
    if note is None:
        return context.options.creator_id.encode("ascii"), context.options.creator_revision
    quoted, _, revision = note.rpartition(" ")
    try:
        return unescape(quoted.strip()), int(revision, 0) & 0xFFFF_FFFF
    except (StringError, ValueError):
        raise MisuseError(node.start, f"the note says {note!r}, which is no creator and revision") from None


def _external_terms(context: Context) -> tuple[Term, ...]:
    # iasl puts them first, where no interpreter runs them; external methods only if they are called.
    done: list[Term] = []
    for path, code in context.externals:
        count = 0
        if code == OBJECT_TYPES["MethodObj"]:
            if path not in context.called:
                continue
            count = context.called[path]
        done.append(Term("External", (NameString(canonical_name(root=True, path=path), True, 0, path), code, count)))
    return (Term("If", (LEAF_TERMS["Zero"], tuple(done))),) if done else ()


def _sealed(made_by: tuple[bytes, int], header: tuple[bytes, int, bytes, bytes, int], aml: bytes) -> bytes:
    signature, revision, oem, table, oem_revision = header
    length = _HEADER.size + len(aml)
    fields = (signature, length, revision, 0, oem, table, oem_revision, *made_by)
    data = bytearray(_HEADER.pack(*fields) + aml)
    data[9] = -sum(data) & 0xFF
    return bytes(data)
