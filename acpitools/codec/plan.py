"""Plans: a record's fixed part lowered to one ``struct`` format, and the code that makes a record from it.

Interpreting Construct costs about forty microseconds a structure, a plan about one.  Construct stays the
declaration: ``schema.struct_of`` builds the Struct from the same fields, and a property test holds the two equal,
both ways, for every record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from struct import Struct
from struct import error as StructError  # noqa: N812  (the exception's only name is ``error``)
from typing import TYPE_CHECKING, Any

from acpitools.codec.fields import Leaf
from acpitools.core.errors import DecodeError, EncodeError

if TYPE_CHECKING:
    from acpitools.codec.record import Record

__all__ = ["STRUCT_CODES", "Plan", "within"]

STRUCT_CODES = {"Int8ul": "B", "Int16ul": "H", "Int24ul": "3s", "Int32ul": "I", "Int64ul": "Q"}
"""What each integer Construct lowers to; three bytes have no code and go through bytes."""


def _from_24(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _to_24(value: int) -> bytes:
    return value.to_bytes(3, "little")


def _code(leaf: Leaf) -> str:
    return f"{leaf.size}s" if leaf.construct == "Bytes" else STRUCT_CODES[leaf.construct]


def _decoder(leaf: Leaf) -> Callable[[Any], Any] | None:
    if leaf.construct != "Int24ul":
        return leaf.decode
    inner = leaf.decode
    return _from_24 if inner is None else lambda data: inner(_from_24(data))


def _encoder(leaf: Leaf) -> Callable[[Any], Any] | None:
    if leaf.construct == "Int24ul":
        return _to_24
    if leaf.construct != "Bytes":
        return None
    inner, size = leaf.encode, leaf.size

    # struct pads and cuts byte fields silently; a wrong length has to be said.
    def exact(value: Any) -> bytes:
        data = value if inner is None else inner(value)
        if not isinstance(data, bytes) or len(data) != size:
            raise ValueError(f"holds {len(data)} bytes")
        return data

    return exact


def within(error: EncodeError, outer: str) -> EncodeError:
    """Give the same error with its place seen from further out: ``Srat.structures[5].MemoryAffinity.flags``."""
    return EncodeError(error.what, outer + (error.where if error.where[:1] == "[" else f".{error.where}"), error.why)


_FIRST = 16
"""Records of a class that are made field by field: code for all fields at once is dear to make."""


class Plan:
    """Decode and encode one record class; made once, on first use."""

    __slots__ = (
        "_all",
        "_decoders",
        "_draft",
        "_encoders",
        "_getter",
        "_left",
        "_struct",
        "_tail",
        "cls",
        "fixed",
        "flat",
        "iter_unpack",
        "make",
        "size",
    )

    def __init__(self, cls: type[Record], draft: type[Any]) -> None:
        self.cls = cls
        """The record class."""
        self.fixed = tuple(spec for spec in cls.FIELDS if isinstance(spec.leaf, Leaf))
        self._tail = tuple(spec for spec in cls.FIELDS if not isinstance(spec.leaf, Leaf))
        self.flat = len(self._tail) == 1
        """There is nothing after the fixed part but trailing bytes."""
        self._struct = Struct("<" + "".join(_code(spec.leaf) for spec in self.fixed))
        self.iter_unpack: Callable[[bytes], Iterator[tuple[Any, ...]]] = self._struct.iter_unpack
        self.size: int = self._struct.size
        """Bytes of the fixed part."""
        names = [spec.name for spec in self.fixed]
        get = attrgetter(*names) if names else None
        self._getter: Callable[[Any], tuple[Any, ...]] = (
            (lambda _: ()) if get is None else get if len(names) > 1 else lambda record: (get(record),)
        )
        self._encoders: tuple[tuple[int, Callable[[Any], bytes]], ...] | None = None
        self._decoders = tuple((spec.name, _decoder(spec.leaf)) for spec in self.fixed)
        self._draft = draft
        self._left = _FIRST
        self.make: Callable[[bytes, int, int], Any] = self._make
        """``make(data, start, end)``: a record of the bytes ``[start, end)``; the fixed part must fit."""
        self._all: Callable[[bytes, Callable[[Any], None]], None] | None = None

    def _make(self, data: bytes, start: int, end: int) -> Any:
        # Field by field.  The draft class is the record's mutable twin; the object changes class when complete.
        self._left -= 1
        if self._left < 0:
            self.make = self._compile()
            return self.make(data, start, end)
        made = object.__new__(self._draft)
        for (name, decoder), value in zip(self._decoders, self._struct.unpack_from(data, start), strict=True):
            setattr(made, name, value if decoder is None else decoder(value))
        self._take_tail(made, data, start, end)
        made.__class__ = self.cls
        return made

    def _compile(self) -> Callable[[bytes, int, int], Any]:
        # As dataclasses do for __init__: source with one assignment per field, several times the speed of a
        # loop over setattr.
        scope, targets, after = self._assignments("    ")
        scope["tail"] = self._take_tail
        lines = ["def make(data, start, end):", "    o = new(draft)"]
        if targets:
            lines.append(f"    {targets}, = unpack(data, start)")
        lines += after
        if not self.flat:
            lines.append("    tail(o, data, start, end)")
        else:
            lines.append(f"    o.trailing = data[start + {self.size}:end] if end - start > {self.size} else b''")
        lines += ["    o.__class__ = cls", "    return o"]
        exec("\n".join(lines), scope)  # noqa: S102  (field names are identifiers of our own classes)
        return scope["make"]  # type: ignore[no-any-return]

    def _assignments(self, indent: str) -> tuple[dict[str, Any], str, list[str]]:
        # Names that the code needs, what one unpacking fills, and the lines that decode the rest.
        scope: dict[str, Any] = {"new": object.__new__, "draft": self._draft, "cls": self.cls}
        scope["unpack"] = self._struct.unpack_from
        targets, after = [], []
        for index, (name, decoder) in enumerate(self._decoders):
            if decoder is None:
                targets.append(f"o.{name}")
            else:
                scope[f"decode{index}"] = decoder
                targets.append(f"v{index}")
                after.append(f"{indent}o.{name} = decode{index}(v{index})")
        return scope, ", ".join(targets), after

    def make_all(self, data: bytes, start: int, end: int, append: Callable[[Any], None]) -> None:
        """Make a record of every ``size`` bytes of ``[start, end)``, one after another; only of a flat record."""
        if self._all is None:
            scope, targets, after = self._assignments("        ")
            scope["unpack"] = self.iter_unpack
            lines = ["def make_all(data, append):", "    for values in unpack(data):", "        o = new(draft)"]
            lines += [f"        {targets}, = values", *after]
            lines += ["        o.trailing = b''", "        o.__class__ = cls", "        append(o)"]
            exec("\n".join(lines), scope)  # noqa: S102  (as above)
            self._all = scope["make_all"]
        self._all(data[start:end], append)

    def _take_tail(self, draft: Any, data: bytes, start: int, end: int) -> None:
        position = start + self.size
        for spec in self._tail:
            value, position = spec.leaf.take(draft, data, position, end, start)
            object.__setattr__(draft, spec.name, value)

    def prefix(self, data: bytes, start: int, end: int) -> tuple[Any, int]:
        """Give the record that begins at start, without trailing bytes, and where it ends; the fixed part must fit.

        For records that no length bounds: each field of variable size knows its own end.
        """
        position = start + self.size
        record = self.make(data, start, position)
        for spec in self._tail[:-1]:
            value, position = spec.leaf.take(record, data, position, end, start)
            object.__setattr__(record, spec.name, value)
        return record, position

    def decode(self, data: bytes, start: int, end: int) -> Any:
        """Give the record in ``[start, end)``.  Raises DecodeError where the fixed part does not fit."""
        if end - start < self.size:
            why = f"{end - start} bytes, at least {self.size} needed"
            raise DecodeError("cannot decode", self.cls.__name__, why)
        return self.make(data, start, end)

    def plain_decoder(self, name: str) -> Callable[[Any], Any] | None:
        """Give what turns a field's unpacked value into its own, or None; flags and enumerations stay integers."""
        leaf = next(spec.leaf for spec in self.fixed if spec.name == name)
        return _decoder(leaf) if leaf.construct == "Bytes" else _from_24 if leaf.size == 3 else None

    def encode(self, record: Any) -> bytes:
        """Give the bytes, as they stand.  Raises EncodeError naming the field that does not fit."""
        if self._encoders is None:
            encoders = ((index, _encoder(spec.leaf)) for index, spec in enumerate(self.fixed))
            self._encoders = tuple((index, encoder) for index, encoder in encoders if encoder is not None)
        try:
            values = self._getter(record)
            if self._encoders:
                mutable = list(values)
                for index, encoder in self._encoders:
                    mutable[index] = encoder(mutable[index])
                values = tuple(mutable)
            fixed = self._struct.pack(*values)
        except EncodeError:
            raise
        except (StructError, ValueError, OverflowError, TypeError, AttributeError) as exc:
            raise self._misfit(record) from exc
        parts = [fixed]
        for spec in self._tail:
            value = getattr(record, spec.name)
            try:
                parts.append(spec.leaf.put(value))
            except EncodeError as exc:
                raise within(exc, f"{self.cls.__name__}.{spec.name}") from None
        return b"".join(parts)

    def size_of(self, record: Any) -> int:
        """Give the number of bytes that ``encode`` gives."""
        if self.flat:
            return self.size + len(record.trailing)
        sizes: list[int] = [spec.leaf.size_of(getattr(record, spec.name)) for spec in self._tail]
        return self.size + sum(sizes)

    def _misfit(self, record: Any) -> EncodeError:
        for spec in self.fixed:
            leaf, value = spec.leaf, getattr(record, spec.name)
            try:
                encoder = _encoder(leaf)
                Struct("<" + _code(leaf)).pack(value if encoder is None else encoder(value))
            except EncodeError as exc:
                return exc
            except (StructError, ValueError, OverflowError, TypeError, AttributeError):
                where = f"{self.cls.__name__}.{spec.name}"
                if leaf.construct == "Bytes":
                    shown = repr(value) if len(repr(value)) < 60 else repr(value)[:56] + "..."
                    return EncodeError("cannot encode", where, f"{shown} is not {leaf.size} bytes")
                why = f"{value!r} does not fit in {leaf.size} bytes (0 to {(1 << 8 * leaf.size) - 1})"
                return EncodeError("cannot encode", where, why)
        return EncodeError("cannot encode", self.cls.__name__, "a value does not fit its field")
