"""A record class as a Construct ``Struct``, and the slow codec that follows from it.

The library is imported inside: it takes longer to load than most tables to decode.  ``decode`` and ``encode`` of
``record`` run from plans instead; that both ways give the same, for every record and any bytes, is a property test.
"""

from __future__ import annotations

import io
from typing import Any, TypeVar

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import Leaf
from acpitools.codec.record import Record, Tail
from acpitools.codec.tails import Count, CountedBytes, Integers
from acpitools.core.errors import DecodeError, EncodeError

__all__ = ["construct_decode", "construct_encode", "struct_of"]

_R = TypeVar("_R", bound=Record)


def struct_of(cls: type[Record]) -> Any:
    """Give the ``construct.Struct`` of a record class.

    A list of structures is ``GreedyBytes`` there: ``GreedyRange`` takes the first error for the end of the list, so
    that walking it is ``structures.StructureList``'s work.
    """
    import construct

    return construct.Struct(*(spec.name / _subcon(spec.name, spec.leaf) for spec in cls.FIELDS))


def construct_decode(cls: type[_R], data: bytes) -> _R:
    """Give the record in bytes as Construct reads it; lists of structures stay bytes.  Raises DecodeError."""
    import construct

    try:
        container = struct_of(cls).parse(data)
    except construct.ConstructError as exc:
        raise DecodeError("cannot decode", cls.__name__, str(exc).splitlines()[-1]) from exc
    return cls(**{spec.name: container[spec.name] for spec in cls.FIELDS})


def construct_encode(record: Record) -> bytes:
    """Give a record's bytes as Construct builds them.  Raises EncodeError."""
    import construct

    try:
        built = struct_of(type(record)).build({spec.name: getattr(record, spec.name) for spec in record.FIELDS})
    except construct.ConstructError as exc:
        raise EncodeError("cannot encode", type(record).__name__, str(exc).splitlines()[-1]) from exc
    return bytes(built)


def _subcon(name: str, leaf: Leaf | Tail) -> Any:
    import construct

    if isinstance(leaf, Leaf):
        plain = construct.Bytes(leaf.size) if leaf.construct == "Bytes" else getattr(construct, leaf.construct)
        return _adapted(plain, leaf)
    if isinstance(leaf, Integers):
        return _integers(name, leaf)
    if isinstance(leaf, CountedBytes):
        count = leaf.count
        return construct.Bytes(lambda context: _elements(context, name, count, 1))
    return construct.GreedyBytes


def _adapted(plain: Any, leaf: Leaf) -> Any:
    import construct

    decode, encode = leaf.decode, leaf.encode
    if decode is None:
        return plain
    return construct.ExprAdapter(
        plain,
        lambda value, _: decode(value),
        lambda value, _: int(value) if encode is None else encode(value),
    )


def _integers(name: str, leaf: Integers) -> Any:
    import construct

    width, count = leaf.width, leaf.count
    array = construct.Array(
        lambda context: _elements(context, name, count, width), getattr(construct, f"Int{8 * width}ul")
    )
    return construct.ExprAdapter(array, lambda items, _: IntArray.of(items, width), lambda items, _: list(items))


def _elements(context: Any, name: str, count: Count | None, width: int) -> int:
    # What is built has its own size; what is parsed has as many as the count says, or as there are.
    if context._building:
        return len(context[name])
    stream: io.BytesIO = context._io
    room = (len(stream.getbuffer()) - stream.tell()) // width
    return room if count is None else min(max(0, count(context)), room)
