"""Tables as plain JSON values and back, without loss: schema ``acpitools.tables/1``.

    {"schema": "acpitools.tables/1", "tables": [
      {"signature": "SRAT", "record": "Srat", "source": "a.dump", "address": 2147356672, "size": 88,
       "findings": [{"code": "TAB001", "severity": "error", "message": "...", "index": null, "offset": 9}],
       "fields": {"signature": "SRAT", "length": 88, ..., "structures": [
         {"record": "MemoryAffinity", "offset": 48, "type": 1, "length": 40, "proximity_domain": 0, ...}]}}],
     "findings": []}

- ``signature`` chooses the description, ``record`` the layout; ``fields`` is what ``encode`` writes, as it stands:
  lengths and checksums included.  ``source``, ``address``, ``size``, ``findings`` and ``offset`` are for the reader.
- Integers are numbers, flags and enumerations too; text is one character per byte (Latin-1); bytes are hexadecimal
  text, GUIDs as they are written; arrays are lists; a SLIT's matrix is a list of rows.
- A field that has a default may be left out, an unknown one is refused.  ``trailing`` (bytes after the last known
  field) is left out where it is empty.
- A structure that no record describes is a ``RawStructure...``: type, declared length and payload; a table without a
  description is an ``UnknownTable``, one cut off in its header a ``Fragment``.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import Leaf, Show
from acpitools.codec.plan import within
from acpitools.codec.record import FieldSpec, Record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import StructureList
from acpitools.codec.tails import CountedBytes, Integers, String
from acpitools.core.errors import EncodeError
from acpitools.tables.header import Fragment, Table, UnknownTable
from acpitools.tables.registry import codec_for

__all__ = ["SCHEMA", "matrix_rows", "record_entry", "record_fields", "table_from_entry", "tables_from_document"]

SCHEMA = "acpitools.tables/1"
_R = TypeVar("_R", bound=Record)
_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_INFORMATIVE = frozenset({"record", "offset"})


def record_fields(record: Record) -> dict[str, Any]:
    """Give a record's fields as JSON values; of a table, lists of records stay as they are, as tuples."""
    cls = type(record)
    converters = _CONVERTERS.get(cls)
    if converters is None:
        converters = _CONVERTERS[cls] = tuple(
            (spec.name, convert) for spec in cls.FIELDS if (convert := _to_json(cls, spec)) is not None
        )
    fields = {spec.name: getattr(record, spec.name) for spec in cls.FIELDS}
    for name, convert in converters:
        fields[name] = convert(fields[name], record)
    if not fields["trailing"]:
        del fields["trailing"]
    return fields


_CONVERTERS: dict[type[Record], tuple[tuple[str, Callable[[Any, Record], Any]], ...]] = {}


def record_entry(record: Record) -> dict[str, Any]:
    """Give a record in a list as a JSON value: its fields, and the name of its layout."""
    return {"record": type(record).__name__, **record_fields(record)}


def _to_json(cls: type[Record], spec: FieldSpec) -> Callable[[Any, Record], Any] | None:
    leaf = spec.leaf
    if isinstance(leaf, Leaf):
        if leaf.show is Show.BYTES:
            return lambda value, _: value.hex()
        if leaf.show is Show.RECORD:
            return lambda value, _: record_fields(value)
        return None
    if isinstance(leaf, String):
        return None
    if isinstance(leaf, Integers):
        return lambda value, _: list(value)
    if isinstance(leaf, StructureList | Repeated):
        return None if issubclass(cls, Table) else lambda value, _: [record_entry(item) for item in value]
    if isinstance(leaf, CountedBytes) and leaf.side is not None:
        side = leaf.side
        return lambda value, record: matrix_rows(value, getattr(record, side))
    return lambda value, _: value.hex()


def matrix_rows(data: bytes, columns: int) -> list[list[int]]:
    """Give the rows of a matrix of bytes, as far as there are any; the last may be short."""
    width = min(columns, len(data)) or 1
    return [list(data[start : start + width]) for start in range(0, len(data), width)]


def tables_from_document(document: Any) -> list[tuple[Table, Mapping[str, Any]]]:
    """Give the tables of a document, each with its entry.  Raises EncodeError where it does not describe tables."""
    entries = document.get("tables") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise EncodeError("not a table document", "tables", "expected a list")
    return [(table_from_entry(entry, f"tables[{index}]"), entry) for index, entry in enumerate(entries)]


def table_from_entry(entry: Any, where: str) -> Table:
    """Give the table that one entry of a document describes.  Raises EncodeError."""
    if not isinstance(entry, dict):
        raise EncodeError("not a table document", where, "expected an object")
    signature, name = entry.get("signature"), entry.get("record")
    if not isinstance(signature, str) or not isinstance(name, str):
        raise EncodeError("not a table document", where, "expected texts under signature and record")
    codec = codec_for(signature)
    known: list[type[Table]] = [*(codec.records if codec else ()), UnknownTable, Fragment]
    cls = next((cls for cls in known if cls.__name__ == name), None)
    if cls is None:
        names = ", ".join(cls.__name__ for cls in known)
        raise EncodeError("not a table document", f"{where}.record", f"no layout {name!r}; expected one of {names}")
    return _record_from(cls, entry.get("fields"), f"{where} ({signature.strip()}).fields")


def _record_from(cls: type[_R], values: Any, where: str) -> _R:
    if not isinstance(values, dict):
        raise EncodeError("cannot encode", where, "expected an object")
    made: dict[str, Any] = {}
    for spec in cls.FIELDS:
        if spec.name in values:
            made[spec.name] = _from_json(spec, values[spec.name], f"{where}.{spec.name}")
        elif spec.default is dataclasses.MISSING:
            raise EncodeError("cannot encode", where, f"field {spec.name!r} of {cls.__name__} is missing")
    for name in values:
        if name not in made and name not in _INFORMATIVE:
            raise EncodeError("cannot encode", where, f"{cls.__name__} has no field {name!r}")
    return cls(**made)


def _from_json(spec: FieldSpec, value: Any, where: str) -> Any:
    leaf = spec.leaf
    if isinstance(leaf, Leaf):
        if leaf.show is Show.TEXT:
            return _text(value, leaf.size, where)
        if leaf.show is Show.GUID:
            return _guid(value, where)
        if leaf.show is Show.BYTES:
            return _hex(value, where)
        if leaf.show is Show.RECORD:
            return _record_from(leaf.record, value, where)
        number = _integer(value, leaf.size, where)
        return number if leaf.decode is None or leaf.construct == "Bytes" else leaf.decode(number)
    if isinstance(leaf, String):
        return _string(value, leaf, where)
    if isinstance(leaf, Integers):
        return IntArray.of(_integers(value, leaf.width, where), leaf.width)
    if isinstance(leaf, StructureList):
        return tuple(_structure(leaf, item, f"{where}[{index}]") for index, item in enumerate(_list(value, where)))
    if isinstance(leaf, Repeated):
        return tuple(
            _record_from(leaf.record, item, f"{where}[{index}]") for index, item in enumerate(_list(value, where))
        )
    if isinstance(leaf, CountedBytes) and leaf.side is not None:
        rows = _list(value, where)
        return b"".join(bytes(_integers(row, 1, f"{where}[{index}]")) for index, row in enumerate(rows))
    return _hex(value, where)


def _structure(known: StructureList, value: Any, where: str) -> Any:
    name = value.get("record") if isinstance(value, dict) else None
    if not isinstance(name, str):
        raise EncodeError("cannot encode", where, "expected an object with a record name")
    if name == known.raw.__name__:
        return _record_from(known.raw, value, where)
    number = value.get("type")
    numbers: Iterable[int] = (number, *known.types) if isinstance(number, int) else known.types
    for candidate in numbers:
        for cls in known.records_of(candidate):
            if cls.__name__ == name:
                return _record_from(cls, value, where)
    raise EncodeError("cannot encode", where, f"no structure {name!r} in this table")


def _integer(value: Any, size: int, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise EncodeError("cannot encode", where, f"{value!r} is not an integer")
    if not 0 <= value < 1 << 8 * size:
        raise EncodeError("cannot encode", where, f"{value} does not fit in {size} bytes (0 to {(1 << 8 * size) - 1})")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise EncodeError("cannot encode", where, "expected a list")
    return value


def _integers(value: Any, size: int, where: str) -> list[int]:
    return [_integer(item, size, f"{where}[{index}]") for index, item in enumerate(_list(value, where))]


def _text(value: Any, size: int, where: str) -> str:
    if not isinstance(value, str):
        raise EncodeError("cannot encode", where, "expected a text")
    if len(value) != size:
        raise EncodeError("cannot encode", where, f"{value!r} has {len(value)} characters; the field has {size}")
    if max(value) > "\xff":
        raise EncodeError("cannot encode", where, f"{value!r} has a character that is not one byte")
    return value


def _string(value: Any, leaf: String, where: str) -> str:
    if not isinstance(value, str):
        raise EncodeError("cannot encode", where, "expected a text")
    try:
        leaf.put(value)
    except EncodeError as exc:
        raise within(exc, where) from None
    return value


def _guid(value: Any, where: str) -> str:
    if not isinstance(value, str) or _GUID.fullmatch(value) is None:
        why = "expected a GUID such as 01234567-89ab-cdef-0123-456789abcdef"
        raise EncodeError("cannot encode", where, why)
    return value.lower()


def _hex(value: Any, where: str) -> bytes:
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        raise EncodeError("cannot encode", where, "expected hexadecimal text") from None
