"""Field types of a record: ``Annotated`` aliases that name the Construct which lays the bytes out.

``U32 = Annotated[int, Leaf("Int32ul", 4)]``: type checkers see ``int``, Construct is told ``Int32ul``.  A leaf
names its Construct instead of holding it, so that a decoder that runs from a plan need not import the library.
A plain string in the metadata is the field's one-line description.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, IntEnum, IntFlag
from typing import Annotated, Any, TypeVar

__all__ = [
    "IO32",
    "U8",
    "U16",
    "U24",
    "U32",
    "U64",
    "Address32",
    "Address64",
    "Checksum8",
    "Checksum8Of20",
    "Guid",
    "Hex8",
    "Hex16",
    "Hex32",
    "Hex56",
    "Hex64",
    "Leaf",
    "Length8",
    "Length16",
    "Length32",
    "Reserved8",
    "Reserved16",
    "Reserved24",
    "Reserved32",
    "Reserved64",
    "Role",
    "Show",
    "Sig4",
    "Size16",
    "Size32",
    "Size64",
    "Text6",
    "Text8",
    "enum8",
    "enum16",
    "enum32",
    "flag_names",
    "flags8",
    "flags16",
    "flags24",
    "flags32",
    "guid",
    "known_bits",
    "nested",
    "raw_bytes",
    "reserved_bytes",
    "text",
]

_F = TypeVar("_F", bound=IntFlag)


class Show(Enum):
    """How a value reads best."""

    DECIMAL = "decimal"
    HEX = "hex"
    SIZE = "size"
    """Bytes, with a unit beside it."""
    TEXT = "text"
    GUID = "guid"
    BYTES = "bytes"
    FLAGS = "flags"
    ENUM = "enum"
    RECORD = "record"


class Role(Enum):
    """What a field does for the codec, apart from carrying a value."""

    VALUE = "value"
    RESERVED = "reserved"
    LENGTH = "length"
    """Bytes of the whole record; made right by ``checksum.seal`` only."""
    CHECKSUM = "checksum"


class Leaf:
    """A fixed-size field: its Construct by name, its size in bytes, and how to show it."""

    __slots__ = ("construct", "covers", "decode", "encode", "record", "role", "show", "size", "values")

    def __init__(
        self,
        construct: str,
        size: int,
        show: Show = Show.DECIMAL,
        role: Role = Role.VALUE,
        *,
        decode: Callable[[Any], Any] | None = None,
        encode: Callable[[Any], Any] | None = None,
        values: type[IntFlag] | type[IntEnum] | Mapping[str, str] | None = None,
        record: Any = None,
        covers: int | None = None,
    ) -> None:
        self.construct = construct
        """Name in the construct library: an integer format, or ``Bytes`` of this size."""
        self.size = size
        self.show = show
        self.role = role
        self.decode = decode
        """From what Construct gives to the record's value; None where they are the same."""
        self.encode = encode
        self.values = values
        """The flags, the enumeration or (of GUIDs) the mapping that gives bits or values their names."""
        self.record = record
        """The record class of a nested field."""
        self.covers = covers
        """Of a checksum: how many bytes from the record's start it makes zero; None: all."""


def known_bits(flags: type[IntFlag]) -> int:
    """Give all bits that a flags class names."""
    bits = 0
    for member in flags.__members__.values():
        bits |= member.value
    return bits


def flag_names(flags: type[IntFlag], value: int) -> tuple[str, ...]:
    """Give the names of the bits that are set; a name of several bits stands for all of them (3: ACTIVE_LOW)."""
    names = []
    rest = value
    for name, member in sorted(flags.__members__.items(), key=lambda item: (-item[1].value.bit_count(), item[1].value)):
        if member.value and rest & member.value == member.value:
            names.append((member.value, name))
            rest &= ~member.value
    return tuple(name for _, name in sorted(names))


class _FlagValues(dict[int, IntFlag]):
    """Integer to flags, remembered for the combinations of known bits.

    Values with unknown bits are built each time: an enumeration keeps each value it ever saw, and a hostile table
    has as many as it has structures.
    """

    def __init__(self, flags: type[IntFlag]) -> None:
        super().__init__()
        self._flags = flags
        self._known = known_bits(flags)

    def __missing__(self, value: int) -> IntFlag:
        if value & ~self._known:
            made = int.__new__(self._flags, value)
            made._value_ = value
            made._name_ = None
            return made
        made = self[value] = self._flags(value)
        return made


class _EnumValues(dict[int, int]):
    """Integer to member; a value that the specification does not name stays an integer."""

    def __init__(self, enum: type[IntEnum]) -> None:
        super().__init__({member.value: member for member in enum})

    def __missing__(self, value: int) -> int:
        return value


def _flags(construct: str, size: int) -> Callable[[type[IntFlag]], Leaf]:
    def of(flags: type[IntFlag]) -> Leaf:
        return Leaf(construct, size, Show.FLAGS, decode=_FlagValues(flags).__getitem__, values=flags)

    return of


def _enum(construct: str, size: int) -> Callable[[type[IntEnum]], Leaf]:
    def of(enum: type[IntEnum]) -> Leaf:
        return Leaf(construct, size, Show.ENUM, decode=_EnumValues(enum).__getitem__, values=enum)

    return of


flags8 = _flags("Int8ul", 1)
flags16 = _flags("Int16ul", 2)
flags24 = _flags("Int24ul", 3)
flags32 = _flags("Int32ul", 4)
enum8 = _enum("Int8ul", 1)
enum16 = _enum("Int16ul", 2)
enum32 = _enum("Int32ul", 4)


def _latin1(data: bytes) -> str:
    return data.decode("latin-1")


def _to_latin1(text: str) -> bytes:
    return text.encode("latin-1")


def text(size: int) -> Leaf:
    """Give a leaf of characters, one a byte: Latin-1 maps the 256 byte values to the first 256 characters."""
    return Leaf("Bytes", size, Show.TEXT, decode=_latin1, encode=_to_latin1)


_GUID_ORDER = (3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15)
"""UEFI 2.10, appendix A: the first three groups are little-endian integers."""
_GUID_GROUPS = ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))


def _to_guid(data: bytes) -> str:
    digits = bytes(data[index] for index in _GUID_ORDER).hex()
    return "-".join(digits[start:stop] for start, stop in _GUID_GROUPS)


def _from_guid(value: str) -> bytes:
    digits = bytes.fromhex(value.replace("-", ""))
    return bytes(digits[index] for index in _GUID_ORDER) if len(digits) == 16 else digits


def guid(names: Mapping[str, str] | None = None) -> Leaf:
    """Give a leaf of a GUID, written in small letters with hyphens; ``names`` says what known ones stand for."""
    return Leaf("Bytes", 16, Show.GUID, decode=_to_guid, encode=_from_guid, values=names)


def _to_int(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _from_56(value: int) -> bytes:
    return value.to_bytes(7, "little")


def raw_bytes(size: int) -> Leaf:
    """Give a leaf of opaque bytes."""
    return Leaf("Bytes", size, Show.BYTES)


def reserved_bytes(size: int) -> Leaf:
    """Give a leaf of reserved bytes, expected to be zero."""
    return Leaf("Bytes", size, Show.BYTES, Role.RESERVED)


def nested(record: Any) -> Leaf:
    """Give a leaf that holds another record of fixed size, such as a Generic Address Structure."""
    from acpitools.codec.record import decode, encode, fixed_size

    def decode_nested(data: bytes) -> Any:
        return decode(record, data)

    return Leaf("Bytes", fixed_size(record), Show.RECORD, decode=decode_nested, encode=encode, record=record)


U8 = Annotated[int, Leaf("Int8ul", 1)]
U16 = Annotated[int, Leaf("Int16ul", 2)]
U24 = Annotated[int, Leaf("Int24ul", 3)]
U32 = Annotated[int, Leaf("Int32ul", 4)]
U64 = Annotated[int, Leaf("Int64ul", 8)]

Hex8 = Annotated[int, Leaf("Int8ul", 1, Show.HEX)]
Hex16 = Annotated[int, Leaf("Int16ul", 2, Show.HEX)]
Hex32 = Annotated[int, Leaf("Int32ul", 4, Show.HEX)]
Hex56 = Annotated[int, Leaf("Bytes", 7, Show.HEX, decode=_to_int, encode=_from_56)]
Hex64 = Annotated[int, Leaf("Int64ul", 8, Show.HEX)]
Address32 = Hex32
"""A physical address."""
Address64 = Hex64
IO32 = Hex32
"""An I/O port."""
Size16 = Annotated[int, Leaf("Int16ul", 2, Show.SIZE)]
Size32 = Annotated[int, Leaf("Int32ul", 4, Show.SIZE)]
Size64 = Annotated[int, Leaf("Int64ul", 8, Show.SIZE)]

Length8 = Annotated[int, Leaf("Int8ul", 1, role=Role.LENGTH)]
Length16 = Annotated[int, Leaf("Int16ul", 2, role=Role.LENGTH)]
Length32 = Annotated[int, Leaf("Int32ul", 4, role=Role.LENGTH)]
Checksum8 = Annotated[int, Leaf("Int8ul", 1, Show.HEX, Role.CHECKSUM)]
Checksum8Of20 = Annotated[int, Leaf("Int8ul", 1, Show.HEX, Role.CHECKSUM, covers=20)]

Reserved8 = Annotated[int, Leaf("Int8ul", 1, Show.HEX, Role.RESERVED)]
Reserved16 = Annotated[int, Leaf("Int16ul", 2, Show.HEX, Role.RESERVED)]
Reserved24 = Annotated[int, Leaf("Int24ul", 3, Show.HEX, Role.RESERVED)]
Reserved32 = Annotated[int, Leaf("Int32ul", 4, Show.HEX, Role.RESERVED)]
Reserved64 = Annotated[int, Leaf("Int64ul", 8, Show.HEX, Role.RESERVED)]

Sig4 = Annotated[str, text(4)]
Text6 = Annotated[str, text(6)]
Text8 = Annotated[str, text(8)]
Guid = Annotated[str, guid()]
