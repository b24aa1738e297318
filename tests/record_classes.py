"""Every record class of the package, found through the registry."""

from __future__ import annotations

from acpitools.codec.fields import Leaf
from acpitools.codec.record import Record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import StructureList
from acpitools.tables.header import Fragment, SdtHeader, UnknownTable
from acpitools.tables.registry import TABLES, codec_for


def _reachable(cls: type[Record]) -> list[type[Record]]:
    found = [cls]
    for spec in cls.FIELDS:
        leaf = spec.leaf
        if (isinstance(leaf, Leaf) and leaf.record is not None) or isinstance(leaf, Repeated):
            found += _reachable(leaf.record)
        elif isinstance(leaf, StructureList):
            found.append(leaf.raw)
            structures = [each for number in leaf.types for each in leaf.records_of(number)]
            for each in dict.fromkeys([*structures, *leaf.misdeclared.values()]):
                found += _reachable(each)
    return found


TABLE_RECORDS: tuple[type[Record], ...] = tuple(
    cls for signature in TABLES if (codec := codec_for(signature)) for cls in codec.records
)
RECORDS: tuple[type[Record], ...] = tuple(
    dict.fromkeys(each for cls in (SdtHeader, UnknownTable, Fragment, *TABLE_RECORDS) for each in _reachable(cls))
)
LISTS: tuple[StructureList, ...] = tuple(
    dict.fromkeys(spec.leaf for cls in RECORDS for spec in cls.FIELDS if isinstance(spec.leaf, StructureList))
)
"""Every list of structures of the package."""
