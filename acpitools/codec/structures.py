"""Lists of typed structures: type, length, body.  The length decides where the next one starts.

A structure of unknown type, or too short for its type, becomes a ``RawStructure``.  A length shorter than its own
header or past the end of the table ends the walk: that structure is raw and holds all bytes that are left.  Fewer
bytes than a header are left to the record's ``trailing``.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from importlib import import_module
from itertools import islice
from operator import attrgetter
from typing import Annotated, Any, TypeAlias, cast

from acpitools.codec.fields import U8, U16, U32, Hex8, Hex16, Leaf, Length8, Length16, Length32, Role
from acpitools.codec.plan import Plan, within
from acpitools.codec.record import Record, Rest, encode, fixed_size, plan_of, record, size_of
from acpitools.codec.tails import Count, counter, in_place
from acpitools.core.errors import EncodeError

__all__ = [
    "RawStructure",
    "RawStructure8",
    "RawStructure8L16",
    "RawStructure8R16",
    "RawStructure16",
    "RawStructure16R32",
    "RawStructure32",
    "SelfSizedList",
    "Structure",
    "StructureList",
    "spans",
]


@record
class Structure(Record):
    """A typed element inside a table; subclasses declare ``type`` and ``length`` as their header has them."""


class RawStructure(Structure):
    """A structure that no record describes: its header as found, and the bytes after it.

    A header without ``type`` is of lists with one kind of structure, one without ``length`` of a SelfSizedList.
    """

    __slots__ = ()
    type: Any
    length: Any
    payload: Any


@record
class RawStructure8(RawStructure):
    """Unknown or malformed structure with 8-bit type and 8-bit length."""

    type: Annotated[U8, "Structure type."]
    length: Annotated[Length8, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class RawStructure16(RawStructure):
    """Unknown or malformed structure with 16-bit type and 16-bit length."""

    type: Annotated[U16, "Structure type."]
    length: Annotated[Length16, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class RawStructure16R32(RawStructure):
    """Unknown or malformed structure with 16-bit type, 16 reserved bits and 32-bit length (HMAT)."""

    type: Annotated[U16, "Structure type."]
    reserved: Annotated[Hex16, "Second half of the header's first word."] = 0
    length: Annotated[Length32, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class RawStructure32(RawStructure):
    """Unknown or malformed structure with 32-bit type and 32-bit length."""

    type: Annotated[U32, "Structure type."]
    length: Annotated[Length32, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class RawStructure8L16(RawStructure):
    """Unknown or malformed structure with 8-bit type and 16-bit length."""

    type: Annotated[U8, "Structure type."]
    length: Annotated[Length16, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class RawStructure8R16(RawStructure):
    """Unknown or malformed structure with 8-bit type, 8 reserved bits and 16-bit length (CEDT)."""

    type: Annotated[U8, "Structure type."]
    reserved: Annotated[Hex8, "Second byte of the header."] = 0
    length: Annotated[Length16, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


_TRAILING = attrgetter("trailing")
_MANY = 1 << 16
"""Bytes of structures from which on the garbage collector is not to look through them while they are made."""


@contextmanager
def _uncollected() -> Iterator[None]:
    # Records hold no cycles; looking for them takes as long as making the records.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


_REMEMBERED = 4096
"""Headers remembered per list; hostile tables may have many, real ones a few."""

_RUNS = (8, 128, 4096)
"""Structures that are looked at together for the same header: few first, more where those have it."""


def _repeats(data: bytes, key: bytes, start: int, size: int, end: int) -> int:
    # How many structures of this size have this header, one after another; column by column of the header's bytes.
    number = 1
    if data[start + size : start + size + len(key)] != key:
        return number
    room = (end - start) // size
    for most in _RUNS:
        number = limit = min(room, most)
        for at in range(len(key)):
            column = data[start + at : start + number * size : size]
            number = len(column) - len(column.lstrip(key[at : at + 1]))
        if number < limit or limit == room:
            break
    return number


Records: TypeAlias = tuple[type[Structure], ...] | tuple[str, ...]
"""Records of one type, shortest first; or the name of a module and of its classes, imported when first met."""


class StructureList:
    """A table's structures: the header they share and the records of each type, one per published length."""

    _has_runs = True

    def __init__(
        self,
        raw: type[RawStructure],
        choices: Mapping[int, Records],
        *,
        misdeclared: Mapping[tuple[int, int], type[Structure]] | None = None,
        package: str = "",
        vendor: range = range(0),
        count: Count | str | None = None,
        claimed: str | None = None,
        sized_by: str | None = None,
        at: str | None = None,
        room: Callable[[bytes, int, int], int] | None = None,
    ) -> None:
        self.raw = raw
        """Gives the header its layout, and holds what no record fits."""
        self._choices = choices
        self.misdeclared = misdeclared or {}
        """By (type, declared length): records whose makers are known to declare a wrong length."""
        self._package = package
        self.vendor = vendor
        """Types that are free for vendors: raw, and nothing wrong with it."""
        self.count = counter(count)
        """The number of structures; None: as many as fit."""
        self.counted_by = count if isinstance(count, str) else claimed
        """The field that holds the number of structures, where one does; ``claimed`` ends no list."""
        self.sized_by = sized_by
        """The field that holds the number of bytes of all structures, where one does."""
        self.at = at
        """The field that holds the offset of the first one in the record, where one does."""
        self._room = room
        """Bytes of ``[start, stop)`` that the fixed part of a structure may have; None: all."""
        names = {spec.name for spec in raw.FIELDS}
        self.typed = "type" in names
        """The header has a type; where it has none, the records are those of type 0."""
        self._plans: dict[int, list[tuple[int, Plan]]] = {}
        # Header bytes seen before: length and plan.
        self._exact: dict[bytes, tuple[int, Plan]] = {}
        for (number, length), cls in self.misdeclared.items():
            fields: dict[str, Any] = {"type": number, "length": length}
            self._exact[encode(raw(**fields))] = (fixed_size(cls), plan_of(cls))

    @property
    def types(self) -> tuple[int, ...]:
        """Give the types that have a record."""
        return tuple(self._choices)

    def records_of(self, number: int) -> tuple[type[Structure], ...]:
        """Give the records of a type, shortest first; none for an unknown type."""
        given = self._choices.get(number, ())
        if given and isinstance(given[0], str):
            module = import_module(f"{self._package}.{given[0]}")
            return tuple(getattr(module, str(name)) for name in given[1:])
        return cast("tuple[type[Structure], ...]", given)

    def _plans_of(self, number: int) -> list[tuple[int, Plan]]:
        # Longest first.
        plans = self._plans.get(number)
        if plans is None:
            plans = [(fixed_size(cls), plan_of(cls)) for cls in reversed(self.records_of(number))]
            if plans:
                self._plans[number] = plans
        return plans

    def walk(self, data: bytes, start: int, end: int) -> Iterator[tuple[int, int, Plan]]:
        """Give (start, end, plan of the record) of each structure in the bytes ``[start, end)``."""
        for first, size, plan, number in self._runs(data, start, end):
            for at in range(first, first + size * number, size):
                yield at, at + size, plan

    def _runs(self, data: bytes, start: int, end: int) -> Iterator[tuple[int, int, Plan, int]]:
        # (start, bytes of each, plan, how many) of structures that follow one another with the same header.
        exact, raw_plan = self._exact, plan_of(self.raw)
        header = raw_plan.size
        while end - start >= header:
            # Most structures have a header seen before: one look-up gives length and plan.
            key = data[start : start + header]
            seen = exact.get(key)
            if seen is not None:
                size, plan = seen
                if start + size <= end:
                    number = _repeats(data, key, start, size, end) if plan.flat and plan.size == size else 1
                    yield start, size, plan, number
                    start += size * number
                    continue
            raw = raw_plan.make(data, start, start + header)
            stop = start + raw.length
            if raw.length < header or stop > end:
                yield start, end - start, raw_plan, 1
                return
            number = raw.type if self.typed else 0
            room = raw.length if self._room is None else min(raw.length, self._room(data, start, stop))
            chosen = next((plan for size, plan in self._plans_of(number) if size <= room), raw_plan)
            if len(exact) < _REMEMBERED and self._room is None and (number, raw.length) not in self.misdeclared:
                exact[key] = (raw.length, chosen)
            yield start, stop - start, chosen, 1
            start = stop

    def places(self, draft: Any, data: bytes, start: int, end: int, begin: int = 0) -> Iterator[tuple[int, int, Plan]]:
        """Give (start, end, plan of the record) of each structure that the fields before ask for; see ``take``."""
        walk = self.walk(data, *self._bounds(draft, start, end, begin))
        if self.count is not None:
            walk = islice(walk, min(max(0, self.count(draft)), len(data)))
        return walk

    def _bounds(self, draft: Any, start: int, end: int, begin: int) -> tuple[int, int]:
        if self.sized_by is not None:
            end = min(end, start + max(0, getattr(draft, self.sized_by)))
        return start, end if in_place(self.at, draft, start, begin) else start

    def take(self, draft: Any, data: bytes, start: int, end: int, begin: int = 0) -> tuple[tuple[Structure, ...], int]:
        """Give the structures in the bytes ``[start, end)``, and where the last one ends."""
        found: list[Structure] = []
        append, stop = found.append, start
        with _uncollected() if end - start > _MANY else nullcontext():
            if self.count is not None or not self._has_runs:
                for first, stop, plan in self.places(draft, data, start, end, begin):
                    append(plan.make(data, first, stop))
                return tuple(found), stop
            for first, size, plan, number in self._runs(data, *self._bounds(draft, start, end, begin)):
                stop = first + size * number
                if number == 1:
                    append(plan.make(data, first, stop))
                else:
                    plan.make_all(data, first, stop, append)
        return tuple(found), stop

    def put(self, value: Sequence[Structure]) -> bytes:
        """Give the structures' bytes, one after another."""
        try:
            return b"".join(map(encode, value))
        except EncodeError:
            for index, structure in enumerate(value):
                try:
                    encode(structure)
                except EncodeError as exc:
                    raise within(exc, f"[{index}]") from None
            raise

    def size_of(self, value: Sequence[Structure]) -> int:
        """Give the number of bytes of all structures."""
        # A table may have a hundred thousand: most are of a few classes without fields of variable size.
        plans = {cls: (plan_of(cls), number) for cls, number in Counter(map(type, value)).items()}
        if all(plan.flat for plan, _ in plans.values()):
            fixed = sum(plan.size * number for plan, number in plans.values())
            return fixed + sum(map(len, map(_TRAILING, value)))
        return sum(map(size_of, value))


class SelfSizedList(StructureList):
    """Structures that declare no length, or one that their children are part of: each record knows its own end.

    One of unknown type has the size that ``unknown_size`` gives for it; where there is none, the walk ends.
    """

    _has_runs = False

    def __init__(
        self,
        raw: type[RawStructure],
        choices: Mapping[int, Records],
        *,
        unknown_size: Callable[[int], int | None] = lambda _: None,
        claimed: str | None = None,
        package: str = "",
    ) -> None:
        super().__init__(raw, choices, claimed=claimed, package=package)
        self._unknown_size = unknown_size

    def walk(self, data: bytes, start: int, end: int) -> Iterator[tuple[int, int, Plan]]:
        """Give (start, end, plan of the record) of each structure in the bytes ``[start, end)``."""
        raw_plan = plan_of(self.raw)
        while end - start >= raw_plan.size:
            number = raw_plan.make(data, start, start + raw_plan.size).type
            plans = self._plans_of(number)
            chosen = next((plan for size, plan in plans if size <= end - start), raw_plan)
            if chosen is not raw_plan:
                _, stop = chosen.prefix(data, start, end)
            else:
                size = None if plans else self._unknown_size(number)
                stop = start + size if size is not None and raw_plan.size <= size <= end - start else end
            yield start, stop, chosen
            start = stop


def spans(structures: Sequence[Structure], start: int) -> Iterator[tuple[int, int, Structure]]:
    """Give (index, offset, structure), where the first is ``start`` bytes into its table."""
    # A table may have a hundred thousand: most are of a few classes without fields of variable size.
    sizes: dict[type[Structure], int | None] = {}
    offset = start
    for index, structure in enumerate(structures):
        yield index, offset, structure
        cls = type(structure)
        if cls not in sizes:
            plan = plan_of(cls)
            sizes[cls] = plan.size if plan.flat else None
        size = sizes[cls]
        offset += size_of(structure) if size is None else size + len(structure.trailing)


def declared_length(structure: Structure) -> int | None:
    """Give the length that a structure's header declares, or None where it has none."""
    for spec in structure.FIELDS:
        if isinstance(spec.leaf, Leaf) and spec.leaf.role is Role.LENGTH:
            return int(getattr(structure, spec.name))
    return None
