"""What ACPICA makes of values of predefined names that are not what they should be.

Packages are repaired in place.  ACPICA: nspredef.c, nsprepkg.c, nsrepair.c, nsrepair2.c, nsconvert.c.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from acpitools.aml.predefined_values import PREDEFINED, Contents, Shape
from acpitools.core.errors import AmlError
from acpitools.core.findings import Finding, Location, Severity
from acpitools.interp import convert
from acpitools.interp.machine import Machine
from acpitools.interp.objects import (
    Buffer,
    IndexReference,
    Integer,
    Node,
    Object,
    Package,
    Reference,
    String,
    Unresolved,
    kind_of,
)
from acpitools.interp.sorting import NAMES

__all__ = ["repaired"]

_LETTERS: dict[type, str] = {Integer: "I", String: "S", Buffer: "B", Package: "P"}
_LETTERS |= {Reference: "R", IndexReference: "R", Unresolved: "R"}
_WORDS = {"I": "integer", "S": "string", "B": "buffer", "P": "package", "R": "reference", "N": "nothing"}
_NUMBER = re.compile(rb"[ \t\n\v\f\r]*(?:0[xX](?P<hex>[0-9a-fA-F]*)|0(?P<octal>[0-7]*)|(?P<decimal>[0-9]*))")
_UUID_BYTES = 16
_INTEGER_BYTES = 8
_END_TAG = b"\x79\0"
_RESOURCES = (b"_CRS", b"_DMA", b"_PRS")
_WITHOUT_NULLS = frozenset(
    {
        Shape.VARIABLE,
        Shape.PACKAGES,
        Shape.COUNTED,
        Shape.COUNTED_PACKAGES,
        Shape.ROUTES,
        Shape.AT_LEAST,
        Shape.REVISION,
        Shape.OPTIONAL_LAST,
    }
)
"""Packages of any length, from which elements that are not initialized are taken."""
_WRAPPED = frozenset({Shape.PACKAGES, Shape.COUNTED, Shape.ROUTES, Shape.AT_LEAST, Shape.OPTIONAL_LAST})
"""Packages of packages, in which a package that stands alone is wrapped."""


class _Wrong(Exception):  # noqa: N818 - it is caught here, and says what is wrong
    """A value cannot be repaired."""


def repaired(machine: Machine, node: Node, result: Object | None) -> Object | None:
    """Give what evaluating a name gives outside; a value that is not what the name should give is a finding."""
    name = node.path[-4:]
    expected = PREDEFINED.get(name)
    if expected is None:
        return result
    check = _Check(machine, node, name)
    try:
        result = check.value(result, expected.kinds, None)
        if result is None:
            return None
        if isinstance(result, Package) and expected.contents is not None:
            result = _wrapped(result, expected.contents.shape)
            try:
                check.package(result, expected.contents)
            except _Wrong as wrong:  # what the name's own repair does is tried all the same
                check.tell(str(wrong))
        own = NAMES.get(name)
        return own(result) if own is not None else result
    except _Wrong as wrong:
        check.tell(str(wrong))
    return result


def _wrapped(package: Package, shape: Shape) -> Package:
    # What holds whatever is wrong inside.  ACPICA: acpi_ns_remove_null_elements, acpi_ns_wrap_with_package.
    if shape in _WITHOUT_NULLS:
        package.elements[:] = [element for element in package.elements if element is not None]
    if shape in _WRAPPED and package.elements and not isinstance(package.elements[0], Package):
        return Package([package])
    return package


class _Check:
    def __init__(self, machine: Machine, node: Node, name: bytes) -> None:
        self._machine, self._node, self._name = machine, node, name

    def tell(self, why: str) -> None:
        """Add a finding, once."""
        found = Finding(
            code="AML013", severity=Severity.WARNING, message=why, location=Location(signature=self._node.text)
        )
        if found not in self._machine.findings:
            self._machine.findings.append(found)

    def value(self, item: Object | None, kinds: str, index: int | None) -> Object | None:
        """Give an item of one of some kinds, converted where it has to be.  ACPICA: acpi_ns_check_object_type."""
        letter = "N" if item is None else _LETTERS.get(type(item), "")
        if index is None and isinstance(item, Reference) and not item.explicit:
            letter = ""  # a device or the like itself
        if not letter:
            raise _Wrong(f"{self._where(index)}{kind_of(item)} where {_words(kinds)} is expected")
        if letter == "R" and "R" in kinds:
            if not isinstance(item, Reference) or item.explicit:
                raise _Wrong(f"{self._where(index)}a reference that is no named object")
            return item
        special = self._special(item, letter, index)
        if special is not None:
            return special
        if letter in kinds:
            return item
        if item is None:
            return self._missing(kinds, index)
        for kind, conversion in _CONVERSIONS:
            if kind in kinds:
                converted = conversion(self._machine, item)
                if converted is not None:
                    return converted
        if "P" in kinds:
            return Package([item])
        raise _Wrong(f"{self._where(index)}{kind_of(item)} where {_words(kinds)} is expected")

    @staticmethod
    def _where(index: int | None) -> str:
        return "" if index is None else f"element {index}: "

    def _missing(self, kinds: str, index: int | None) -> Object:
        # ACPICA: acpi_ns_repair_null_element.
        if index is not None:
            self.tell(f"element {index} is not initialized")
            if "I" in kinds:
                return Integer(0)
            if "S" in kinds:
                return String(bytearray())
            if "B" in kinds:
                return Buffer(bytearray())
        raise _Wrong(f"{self._where(index)}no value where {_words(kinds)} is expected")

    def _special(self, item: Object | None, letter: str, index: int | None) -> Object | None:
        # Conversions of single names.  ACPICA: acpi_object_repair_info.
        name = self._name
        if name in _RESOURCES and index is None and letter in "ISBN":
            return self._resource(item)
        if name == b"_DEP" and letter == "S" and index is not None and isinstance(item, String):
            return self._reference(item)
        if (name == b"_STR" and index is None) or (name == b"_MLS" and index == 1):
            if isinstance(item, String):
                return Buffer(bytearray(bytes(item.data).decode("latin-1").encode("utf-16-le") + b"\0\0"))
            if name == b"_STR" and isinstance(item, Buffer) and len(item.data) < len(b"\0\0"):
                raise _Wrong("a buffer that is no Unicode string")
        return None

    @staticmethod
    def _resource(item: Object | None) -> Object | None:
        # Nothing at all becomes a template of nothing.
        if isinstance(item, Buffer) and item.data:
            return None
        if isinstance(item, String) or (isinstance(item, Integer) and item.value):
            raise _Wrong(f"{kind_of(item)} where resource descriptors are expected")
        return Buffer(bytearray(_END_TAG))

    def _reference(self, item: String) -> Object:
        try:
            return Reference(self._machine.node(bytes(item.data).decode("latin-1"), self._node.path))
        except AmlError as error:
            raise _Wrong(str(error)) from error

    def package(self, package: Package, contents: Contents) -> None:
        """Check what a package holds.  ACPICA: acpi_ns_check_package."""
        shape, parts = contents
        elements = package.elements
        if not elements:
            if shape is not Shape.VARIABLE:
                raise _Wrong("a package without elements")
        elif shape is Shape.FIXED:
            self._parts(package, parts, 0)
        elif shape is Shape.VARIABLE:
            self._each(package, parts[0][0], 0, len(elements))
        elif shape is Shape.OPTION:
            self._option(package, parts)
        elif shape is Shape.BATTERY:
            self._battery(package)
        elif shape is Shape.PAIRS:
            self._pairs(package, parts)
        elif shape in (Shape.REVISION, Shape.COUNTED_PACKAGES):
            self._headed(package, contents)
        elif shape in _WRAPPED:
            self._packages(elements, contents)

    def _each(self, package: Package, kinds: str, start: int, count: int) -> None:
        for index in range(start, min(start + count, len(package.elements))):
            package.elements[index] = self.value(package.elements[index], kinds, index)

    def _parts(self, package: Package, parts: Sequence[tuple[str, int]], start: int) -> None:
        wanted = sum(count for _, count in parts)
        if len(package.elements) - start < wanted:
            raise _Wrong(f"a package of {len(package.elements)} elements where {start + wanted} are expected")
        for kinds, count in parts:
            self._each(package, kinds, start, count)
            start += count

    def _option(self, package: Package, parts: Sequence[tuple[str, int]]) -> None:
        *first, last = parts
        self._parts(package, first, 0)
        self._each(package, last[0], len(first), len(package.elements))

    def _battery(self, package: Package) -> None:
        version = package.elements[0]
        if not isinstance(version, Integer):
            raise _Wrong(f"element 0: {kind_of(version)} where a version is expected")
        parts = [("I", 16), ("S", 4)] + ([("I", 1)] if version.value & 0xFFFF_FFFF else [])
        self._parts(package, parts, 0)

    def _pairs(self, package: Package, parts: Sequence[tuple[str, int]]) -> None:
        elements = package.elements
        if len(elements) % 2:
            raise _Wrong(f"a package of {len(elements)} elements where pairs are expected")
        for index in range(0, len(elements), 2):
            elements[index] = self.value(elements[index], parts[0][0], 0)
            identifier = elements[index]
            if isinstance(identifier, Buffer) and len(identifier.data) != _UUID_BYTES:
                raise _Wrong(f"element {index}: a UUID of {len(identifier.data)} bytes")
            elements[index + 1] = self.value(elements[index + 1], parts[1][0], 0)

    def _headed(self, package: Package, contents: Contents) -> None:
        elements = package.elements
        elements[0] = head = self.value(elements[0], "I", 0)
        rest = elements[1:]
        if contents.shape is Shape.COUNTED_PACKAGES and isinstance(head, Integer):
            count = head.value & 0xFFFF_FFFF
            if count >= len(elements):
                raise _Wrong(f"a package of {len(elements)} elements where {count + 1} are expected")
            rest = rest[:count]
        self._packages(rest, contents)

    def _packages(self, elements: Sequence[Object | None], contents: Contents) -> None:
        # ACPICA: acpi_ns_check_package_list.
        shape, parts = contents
        for index, inner in enumerate(elements):
            if not isinstance(inner, Package):
                raise _Wrong(f"element {index}: {kind_of(inner)} where a package is expected")
            if shape is Shape.COUNTED:
                self._counted(inner, parts)
            elif shape is Shape.AT_LEAST:
                self._parts(inner, [(parts[0][0], max(parts[0][1], len(inner.elements)))], 0)
            elif shape is Shape.OPTIONAL_LAST:
                self._parts(inner, parts, 0)
                self._each(inner, parts[1][0], parts[0][1], len(inner.elements))
            else:
                self._parts(inner, parts, 0)

    def _counted(self, package: Package, parts: Sequence[tuple[str, int]]) -> None:
        elements = package.elements
        if not elements:
            raise _Wrong("a package without elements")
        elements[0] = head = self.value(elements[0], "I", 0)
        if not isinstance(head, Integer):
            return
        kinds, least = parts[0]
        count = head.value & 0xFFFF_FFFF
        if len(elements) < max(count, least):
            raise _Wrong(f"a package of {len(elements)} elements where {max(count, least)} are expected")
        if count == 0:
            count = len(elements)
            elements[0] = Integer(count)
        self._each(package, kinds, 1, count - 1)


def _words(kinds: str) -> str:
    return " or ".join(_WORDS[kind] for kind in kinds)


def _to_integer(_: Machine, item: Object) -> Object | None:
    if isinstance(item, Buffer):
        return Integer(int.from_bytes(item.data, "little")) if len(item.data) <= _INTEGER_BYTES else None
    if not isinstance(item, String):
        return None
    found = _NUMBER.match(bytes(item.data))  # what is no digit ends it
    if found is None:
        return None
    digits, base = next((found[kind], base) for kind, base in _BASES if found[kind] is not None)
    number = int(digits or b"0", base)
    return Integer(number) if number < 1 << 64 else None


_BASES = (("hex", 16), ("octal", 8), ("decimal", 10))


def _to_string(machine: Machine, item: Object) -> Object | None:
    if isinstance(item, Integer):
        return String(convert.to_string(item, machine.size) if item.value else bytearray())
    return String(item.data.partition(b"\0")[0]) if isinstance(item, Buffer) else None


def _to_buffer(machine: Machine, item: Object) -> Object | None:
    if isinstance(item, Integer):
        return Buffer(convert.to_buffer(item, machine.size))
    if isinstance(item, String):
        return Buffer(bytearray(item.data))
    if isinstance(item, Package):
        numbers = [element.value for element in item.elements if isinstance(element, Integer)]
        if len(numbers) == len(item.elements):
            return Buffer(bytearray(b"".join((number & 0xFFFF_FFFF).to_bytes(4, "little") for number in numbers)))
    return None


_CONVERSIONS: tuple[tuple[str, Callable[[Machine, Object], Object | None]], ...] = (
    ("I", _to_integer),
    ("S", _to_string),
    ("B", _to_buffer),
)
