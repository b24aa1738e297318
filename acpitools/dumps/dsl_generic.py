"""The generic form of a table's body: lines that say what they are, ``UINT32 : 00000010``, and labels to count from.

iasl takes it for tables that it does not know.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acpitools.codec.labels import Form
from acpitools.dumps.dsl_source import NOTE, Entry
from acpitools.dumps.dsl_values import bytes_of, fixed_bytes

if TYPE_CHECKING:
    from acpitools.dumps.dsl_records import RecordReader

__all__ = ["GENERIC_LABELS", "read_generic"]

_INTEGERS = {f"UINT{8 * size}": size for size in range(1, 9)}
_FORMS = {
    "String": Form.STRING,
    "DevicePath": Form.STRING,
    "Unicode": Form.UNICODE,
    "Buffer": Form.BUFFER,
    "GUID": Form.GUID,
}
_LABEL = "Label"
GENERIC_LABELS = frozenset({*_INTEGERS, *_FORMS, _LABEL})
_NAME = re.compile(r"[A-Za-z][0-9A-Za-z]*\Z")


def read_generic(reader: RecordReader, offset: int) -> bytes:
    """Give the bytes of the lines up to the end of the table, of which ``offset`` are before them.

    ``Label : NAME`` names the place of the next line, in bytes from the start of the table; expressions before and
    after it may say ``$NAME``.  Raises SourceError.
    """
    source = reader.source
    entries: list[Entry] = []
    labels: dict[str, int] = {}
    while (entry := source.peek()) is not None and entry.label not in ("Signature", NOTE):
        source.at = entry.end
        if entry.label == _LABEL:
            if not _NAME.match(entry.value):
                source.fail(entry.value_at, f"{entry.value!r} is no label; expected letters and digits")
            if labels.setdefault(entry.value, offset) != offset:
                source.fail(entry.value_at, f"there is a line Label : {entry.value} already")
            continue
        if entry.label in _INTEGERS:
            offset += _INTEGERS[entry.label]
        elif entry.label in _FORMS:
            offset += len(bytes_of(source, entry, _FORMS[entry.label]))
        else:
            names = ", ".join([*_INTEGERS, *_FORMS, _LABEL])
            source.fail(entry.at, f'expected one of {names}, not "{entry.label}"')
        entries.append(entry)
    parts = []
    for entry in entries:
        if entry.label in _INTEGERS:
            parts.append(fixed_bytes(source, entry, Form.INTEGER, _INTEGERS[entry.label], labels))
        else:
            parts.append(bytes_of(source, entry, _FORMS[entry.label]))
    return b"".join(parts)
