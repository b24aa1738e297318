"""A definition block as ASL: header, External declarations, terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from acpitools.aml.encoding import NameString
from acpitools.aml.machine import AmlTable
from acpitools.aml.names import PREDEFINED, declared_path, path_text, places
from acpitools.aml.terms import Term
from acpitools.asl.format.lexical import external_name, note, string_text
from acpitools.asl.format.refusals import Refusals
from acpitools.asl.format.single import OBJECT_TYPES
from acpitools.asl.format.statements import Statements
from acpitools.core.collection import uncollected

__all__ = ["disassemble"]

_TYPES = {
    "Device": "DeviceObj",
    "Event": "EventObj",
    "Method": "MethodObj",
    "Mutex": "MutexObj",
    "OperationRegion": "OpRegionObj",
    "DataTableRegion": "OpRegionObj",
    "PowerResource": "PowerResObj",
    "Processor": "ProcessorObj",
    "ThermalZone": "ThermalZoneObj",
    "NamedField": "FieldUnitObj",
    "CreateBitField": "BuffFieldObj",
    "CreateByteField": "BuffFieldObj",
    "CreateDWordField": "BuffFieldObj",
    "CreateField": "BuffFieldObj",
    "CreateQWordField": "BuffFieldObj",
    "CreateWordField": "BuffFieldObj",
}
"""Op that declares a name to the word of External."""

_USES = {"Asked": 0, "NamePath": 1, "Scope": 1, "Call": 2, "Result": 3}
"""What a name is used for, to what counts more where it is used for several things."""


def disassemble(table: AmlTable, machine: Sequence[AmlTable] = ()) -> str:
    """Give the ASL of a definition block; the other tables of the machine tell what its external names are."""
    with uncollected():
        return "".join(_Document(table, machine).parts())


class _Document:
    """One definition block on its way to text."""

    def __init__(self, table: AmlTable, machine: Sequence[AmlTable]) -> None:
        self.table = table
        self.own = {item.path for item in table.declarations if item.op != "External"}
        self.elsewhere: dict[bytes, tuple[str, int]] = {}
        for other in machine:
            if other is not table:
                for item in other.declarations:
                    self.elsewhere.setdefault(item.path, (_TYPES.get(item.op, "UnknownObj"), item.arity))
        self.uses: dict[tuple[bytes, bytes], tuple[NameString, str, int]] = {}
        """(scope, name as encoded) -> the name and what it was first used for."""

    def parts(self) -> Iterator[str]:
        """Yield the text."""
        terms = self.table.terms
        block = _external_block(terms)
        statements = Statements(self._use, self._exists, self._declare)
        body = list(statements.text(terms[1:] if block else terms, 1))
        tags = statements.expressions.tags
        tags.resolve(self._exists, self.own)
        externals = list(self._externals(block, statements.refusals))
        yield from self._notes()
        yield from statements.refusals.pragmas(self.own)
        yield from self._head()
        yield from externals
        if externals and body:
            yield "\n"
        yield from (tags.fill(part) if "\0" in part else part for part in body)
        yield "}\n"
        if self.table.trailing:
            yield note("trailing", self.table.trailing.hex().upper()).rstrip() + "\n"

    def _use(self, scope: bytes, name: NameString, kind: str, arguments: int) -> None:
        key = (scope, name.raw)
        known = self.uses.get(key)
        if known is None or _USES[known[1]] < _USES[kind]:
            self.uses[key] = (name, kind, arguments)

    def _declare(self, path: bytes, arity: int) -> None:  # noqa: ARG002 - what a method takes is seen at its calls
        self.own.add(path)

    def _exists(self, path: bytes) -> bool:
        return path in self.own or path in self.elsewhere or path in PREDEFINED

    def _notes(self) -> Iterator[str]:
        header = self.table.header.ljust(36, b"\0")
        yield note("exact").rstrip() + "\n"
        texts = _texts(header)
        plain = [text.rstrip(b"\0") for text in texts]
        right = (
            self.table.sealed
            and all(text.ljust(size, b"\0") == given for text, size, given in zip(plain, (4, 6, 8), texts, strict=True))
            and all(0x20 <= byte < 0x7F for text in (*plain, header[28:32]) for byte in text)
        )
        if right:
            creator = f"{string_text(header[28:32])} 0x{int.from_bytes(header[32:36], 'little'):08X}"
            yield note("creator", creator).rstrip() + "\n"
        else:
            yield note("header", self.table.header.hex().upper()).rstrip() + "\n"

    def _head(self) -> Iterator[str]:
        header = self.table.header.ljust(36, b"\0")
        signature, oem, name = (
            string_text(bytes(byte if 0x20 <= byte < 0x7F else 0x3F for byte in text.rstrip(b"\0")))
            for text in _texts(header)
        )
        revision = int.from_bytes(header[24:28], "little")
        yield f'DefinitionBlock ("", {signature}, {header[8]}, {oem}, {name}, 0x{revision:08X})\n{{\n'

    def _externals(self, block: Term | None, refusals: Refusals) -> Iterator[str]:
        # Those of the table's own ExternalOps first, in their order, then what else is used and not declared.
        told: set[bytes] = set()
        if block is not None:
            for term in block.args[1]:
                name, kind, arguments = term.args
                told.add(name.path)
                refusals.external(name.path)
                shown = f"External ({external_name(b'', name)}, {OBJECT_TYPES[kind]})"
                yield f"    {note('aml', arguments)}{shown}{_arguments(OBJECT_TYPES[kind], arguments)}\n"
        above = {path[:end] for path in told for end in range(4, len(path), 4)}
        found: dict[bytes, tuple[str, int]] = {}
        for (scope, _), (name, kind, arguments) in self.uses.items():
            # What CondRefOf asks for need not be there.
            if kind == "Asked":
                continue
            declared = self._declared(scope, name, kind, told)
            if declared is not None:
                refusals.used(scope, declared, kind)
                continue
            path, type_name, count = self._meant(scope, name, kind, arguments)
            # What is above an ExternalOp's name is there with it, of no type.
            implied = path in told or (path in above and kind == "NamePath")
            if path and not implied and (path not in found or found[path][0] == "UnknownObj"):
                found[path] = (type_name, count)
        self._called(found)
        for path, (type_name, count) in sorted(found.items()):
            refusals.external(path)
            shown = path_text(path).removeprefix("\\")
            yield f"    External ({shown}, {type_name}){_arguments(type_name, count)}\n"

    def _declared(self, scope: bytes, name: NameString, kind: str, told: set[bytes]) -> bytes | None:
        # The path of what a name means, if the text declares it.
        for path in places(scope, name):
            if path in self.own or path in told or path in PREDEFINED:
                return path
            if path in self.elsewhere and kind in ("Call", "Result", "Scope"):
                return None
        return None

    def _called(self, found: dict[bytes, tuple[str, int]]) -> None:
        # A name that is looked for upwards may mean what another use names by its path: then that is a method.
        for (scope, _), (name, kind, arguments) in self.uses.items():
            if kind in ("Call", "Result"):
                path = next((path for path in places(scope, name) if path in found or path in self.own), b"")
                if path in found and found[path][0] == "UnknownObj":
                    found[path] = ("MethodObj", arguments)

    def _meant(self, scope: bytes, name: NameString, kind: str, arguments: int) -> tuple[bytes, str, int]:
        # (path, word of External, number of arguments) of a name that this table does not declare.
        for path in places(scope, name):
            if path in self.elsewhere:
                type_name, arity = self.elsewhere[path]
                if kind in ("Call", "Result"):
                    return path, "MethodObj", arguments
                return path, type_name, max(0, arity)
        path = name.path if len(name.path) == 4 and not name.parents else declared_path(scope, name)
        return (
            path,
            {"Call": "MethodObj", "Result": "MethodObj", "Scope": "DeviceObj"}.get(kind, "UnknownObj"),
            arguments,
        )


def _texts(header: bytes) -> tuple[bytes, bytes, bytes]:
    # Signature, OEM ID, OEM table ID.
    return header[0:4], header[10:16], header[16:24]


def _arguments(type_name: str, count: int) -> str:
    if type_name != "MethodObj":
        return ""
    return f"    // {count} argument{'s' * (count != 1)}"


def _external_block(terms: Sequence[Term]) -> Term | None:
    # The If (Zero) of ExternalOps that iasl puts first.
    if not terms or terms[0].op != "If" or terms[0].args[0].op != "Zero" or terms[0].form or not terms[0].args[1]:
        return None
    good = all(term.op == "External" and term.args[1] < len(OBJECT_TYPES) for term in terms[0].args[1])
    return terms[0] if good else None
