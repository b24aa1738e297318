"""``@record``: one declaration of a binary layout gives the frozen object, its field list and both directions.

    @record
    class MemoryAffinity(Structure):
        \"\"\"One physical range and its proximity domain.\"\"\"
        type: U8 = 1
        length: Length8 = 40
        proximity_domain: U32
        ...

Records are frozen, slotted, keyword-only dataclasses (``dataclasses.fields`` and ``replace`` work on them).  Fields
are in the order of the specification; the fixed-size ones come first, then arrays and lists of structures.  Every
record ends in ``trailing``: bytes after the last field that is known, so that nothing is ever lost.  Nothing is
recomputed on ``encode``; ``checksum.seal`` does that.
"""

import dataclasses
from collections.abc import Callable
from inspect import get_annotations
from typing import Annotated, Any, ClassVar, NoReturn, Protocol, TypeVar, cast, dataclass_transform

from acpitools.codec.fields import Leaf
from acpitools.codec.labels import Label
from acpitools.codec.plan import Plan

__all__ = ["FieldSpec", "Record", "Rest", "Tail", "decode", "encode", "fixed_size", "plan_of", "record", "size_of"]

_R = TypeVar("_R", bound="Record")
_MISSING = dataclasses.MISSING


class Tail(Protocol):
    """A field of variable size, after the fixed part."""

    def take(self, draft: Any, data: bytes, start: int, end: int, begin: int = 0) -> tuple[Any, int]:
        """Give the value in the bytes from start, and where it ends.

        ``draft`` has the fields before it; ``begin`` is where its record begins, which offsets count from.
        """

    def put(self, value: Any) -> bytes:
        """Give the value's bytes."""

    def size_of(self, value: Any) -> int:
        """Give the number of bytes of the value."""


class RestBytes:
    """All bytes up to the end of the record (Construct: ``GreedyBytes``)."""

    def take(
        self,
        draft: Any,  # noqa: ARG002
        data: bytes,
        start: int,
        end: int,
        begin: int = 0,  # noqa: ARG002
    ) -> tuple[bytes, int]:
        """Give the bytes ``[start, end)``."""
        return data[start:end], end

    def put(self, value: bytes) -> bytes:
        """Give the bytes."""
        return value

    def size_of(self, value: bytes) -> int:
        """Give the number of bytes."""
        return len(value)


Rest = Annotated[bytes, RestBytes()]


class FieldSpec:
    """One field as declared: name, layout, description, default and offset."""

    __slots__ = ("default", "doc", "label", "leaf", "name", "offset")

    def __init__(self, name: str, leaf: Any, doc: str, default: Any, label: Label | None = None) -> None:
        self.name = name
        self.leaf: Any = leaf
        """A Leaf (fixed size) or a Tail."""
        self.doc = doc
        self.default = default
        """The default value, or ``dataclasses.MISSING``."""
        self.label = label
        """How iasl's language has it, where that is declared."""
        self.offset: int | None = None
        """Bytes from the start of the record; None after the first field of variable size."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record(cls: type[_R]) -> type[_R]:
    """Turn annotated fields into a record class."""
    annotations = get_annotations(cls)
    base: type[Record] = cls.__mro__[1]
    inherited = {spec.name: FieldSpec(spec.name, spec.leaf, spec.doc, spec.default, spec.label) for spec in base.FIELDS}
    specs = dict(inherited)
    for name, hint in annotations.items():
        leaf, doc, label = None, "", None
        for item in getattr(hint, "__metadata__", ()):
            if isinstance(item, str):
                doc = item
            elif isinstance(item, Label):
                label = item
            else:
                leaf = item
        if leaf is None:
            raise TypeError(f"{cls.__name__}.{name} declares no layout")
        if name in inherited:
            doc, label = doc or inherited[name].doc, label or inherited[name].label
        specs[name] = FieldSpec(name, leaf, doc, cls.__dict__.get(name, _MISSING), label)
    if (last := specs.pop("trailing", None)) is not None:
        specs["trailing"] = last
    offset: int | None = 0
    for spec in specs.values():
        spec.offset = offset
        if not isinstance(spec.leaf, Leaf):
            offset = None
        elif offset is None:
            raise TypeError(f"{cls.__name__}.{spec.name}: a fixed-size field after one of variable size")
        else:
            offset += spec.leaf.size
    own = tuple(name for name in annotations if name not in inherited)
    namespace = {
        name: value
        for name, value in cls.__dict__.items()
        if name not in annotations and name not in ("__dict__", "__weakref__")
    }
    namespace |= {"__slots__": own, "FIELDS": tuple(specs.values()), "_plan": None}
    namespace["__qualname__"] = cls.__qualname__
    return cast("type[_R]", type(cls.__name__, cls.__bases__, namespace))


class _DataclassFields:
    """What ``dataclasses.fields`` and ``replace`` look at; most records are never asked, so that it is made late."""

    def __init__(self) -> None:
        self._made: dict[type[Any], dict[str, dataclasses.Field[Any]]] = {}

    def __get__(self, instance: object, owner: type[Any]) -> dict[str, dataclasses.Field[Any]]:
        fields = self._made.get(owner)
        if fields is None:
            namespace: dict[str, Any] = {
                spec.name: spec.default for spec in owner.FIELDS if spec.default is not _MISSING
            }
            # As the classes declare them: what all records have comes first.
            namespace["__annotations__"] = {"trailing": Any} | {spec.name: Any for spec in owner.FIELDS}
            # Only the bookkeeping: the methods are inherited from Record.
            make = dataclasses.dataclass(init=False, repr=False, eq=False, match_args=False, kw_only=True)
            bare: Any = type(owner.__name__, (), namespace)
            fields = self._made[owner] = make(bare).__dataclass_fields__
        return fields


class _Base:
    """What every record can do; apart from Record so that the decorator finds an empty field list above it."""

    __slots__ = ()
    __dataclass_fields__ = _DataclassFields()
    FIELDS: ClassVar[tuple[FieldSpec, ...]] = ()
    """The declaration, ``trailing`` last."""
    _plan: ClassVar[Plan | None] = None

    def __init__(self, **values: Any) -> None:
        for spec in self.FIELDS:
            value = values.pop(spec.name, spec.default)
            if value is _MISSING:
                raise TypeError(f"{type(self).__name__}() needs {spec.name!r}")
            object.__setattr__(self, spec.name, value)
        if values:
            raise TypeError(f"{type(self).__name__}() has no field {next(iter(values))!r}")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, spec.name) for spec in self.FIELDS)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        shown = (f"{spec.name}={getattr(self, spec.name)!r}" for spec in self.FIELDS if spec.name != "trailing")
        tail = [f"trailing={self.trailing!r}"] if self.trailing else []  # type: ignore[attr-defined]
        return f"{type(self).__name__}({', '.join([*shown, *tail])})"

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return _restore, (type(self), self._values())


def _restore(cls: type[Any], values: tuple[Any, ...]) -> Any:
    return cls(**{spec.name: value for spec, value in zip(cls.FIELDS, values, strict=True)})


@record
class Record(_Base):
    """Anything with a binary layout."""

    trailing: Annotated[bytes, RestBytes(), "Bytes after the last field that is known."] = b""


def plan_of(cls: type[Record]) -> Plan:
    """Give the plan of a record class; made on the first call."""
    plan = cls.__dict__["_plan"]
    if plan is None:
        # Both methods or neither: they share one type slot, and only object's own two together are quick.
        plain = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
        draft = type(cls.__name__ + "Draft", cls.__bases__, {"__slots__": cls.__dict__["__slots__"], **plain})
        plan = Plan(cls, draft)
        type.__setattr__(cls, "_plan", plan)
    return plan  # type: ignore[no-any-return]


def decode(cls: type[_R], data: bytes, start: int = 0, end: int | None = None) -> _R:
    """Give the record in the bytes ``[start, end)``.  Raises DecodeError where its fixed part does not fit."""
    return plan_of(cls).decode(data, start, len(data) if end is None else end)  # type: ignore[no-any-return]


def encode(value: Record) -> bytes:
    """Give a record's bytes, as it stands.  Raises EncodeError naming the field that does not fit."""
    return plan_of(type(value)).encode(value)


def size_of(value: Record) -> int:
    """Give the number of bytes of a record."""
    return plan_of(type(value)).size_of(value)


def fixed_size(cls: type[Record]) -> int:
    """Give the size in bytes of the part that every record of the class has."""
    return sum(spec.leaf.size for spec in cls.FIELDS if isinstance(spec.leaf, Leaf))
