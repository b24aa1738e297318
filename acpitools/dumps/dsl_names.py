"""Labels that a record may have in a text: those of Debian's iasl, and those of the newest where they are others."""

from __future__ import annotations

from collections.abc import Sequence

from acpitools.codec.record import Record
from acpitools.codec.structures import StructureList
from acpitools.tables.dsl_layout import fixed_lines, has_newer_lines, tails

__all__ = ["all_names", "before_type", "common", "first_labels", "first_of", "names_of", "variants", "without_optional"]


def variants(cls: type[Record]) -> tuple[bool, ...]:
    """Tell whose lines a record may have: False, those of Debian's iasl; True, other ones of the newest."""
    return (False, True) if has_newer_lines(cls) else (False,)


def names_of(cls: type[Record], newest: bool = False) -> list[str]:
    """Give the labels of the lines that must be there."""
    names = _NAMES.get((cls, newest))
    if names is None:
        names = _NAMES[cls, newest] = [
            label
            for line in fixed_lines(cls, newest=newest)
            if not line.absent and not line.optional
            for label in (line.label, *(bit.label for bit in line.bits))
        ]
    return names


_NAMES: dict[tuple[type[Record], bool], list[str]] = {}


def without_optional(labels: list[str], cls: type[Record], newest: bool) -> list[str]:
    """Give labels without those of lines that need not be there."""
    optional = {line.label for line in fixed_lines(cls, newest=newest) if line.optional}
    return [label for label in labels if label not in optional] if optional else labels


def common(names: Sequence[str], labels: Sequence[str]) -> int:
    """Give how many of the names stand first among the labels."""
    return next(
        (i for i, (a, b) in enumerate(zip(names, labels, strict=False)) if a != b), min(len(names), len(labels))
    )


_ALL_NAMES: dict[int, list[list[str]]] = {}


def all_names(known: StructureList) -> list[list[str]]:
    """Give the labels of every record of a list, as each iasl has them."""
    found = _ALL_NAMES.get(id(known))
    if found is None:
        classes = [cls for number in known.types or (0,) for cls in known.records_of(number)]
        found = _ALL_NAMES[id(known)] = [names_of(cls, newest) for cls in classes for newest in variants(cls)]
    return found


def first_of(cls: type[Record]) -> tuple[str, ...]:
    """Give the labels that a record may begin with."""
    return tuple((names_of(cls, newest) or [tails(cls, newest=newest)[0].label_of(0)])[0] for newest in variants(cls))


_FIRST: dict[int, tuple[str, ...]] = {}


def first_labels(known: StructureList) -> tuple[str, ...]:
    """Give the labels that a structure of a list may begin with."""
    labels = _FIRST.get(id(known))
    if labels is None:
        first = known.records_of((known.types or (0,))[0])[0]
        labels = _FIRST[id(known)] = first_of(first)
    return labels


def before_type(known: StructureList) -> int:
    """Give the number of lines in front of the type in a structure's header; -1 where there is no type."""
    offset = next((spec.offset for spec in known.raw.FIELDS if spec.name == "type"), None)
    if offset is None:
        return -1
    first = known.records_of((known.types or (0,))[0])[0]
    return [line.offset for line in fixed_lines(first) if not line.absent].index(offset)
