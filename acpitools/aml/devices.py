"""The devices of a machine with what identifies and describes them.  Spec: ACPI 6.5, 6.1 to 6.3.

Values come from an evaluator, a function from a path to a value.  :func:`static_value` is the one that runs no code:
it knows objects, and methods that do nothing but return one.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from acpitools.aml.namespace import Namespace, NamespaceObject
from acpitools.aml.resources.descriptor import Descriptor
from acpitools.aml.resources.small import EndTag
from acpitools.aml.resources.template import decode_template
from acpitools.aml.terms import Term
from acpitools.core.value import value

__all__ = ["AmlDevice", "Evaluator", "StaticValues", "Value", "devices", "eisa_text"]

Value = int | str | bytes | tuple["Value", ...] | None
"""An integer, a string, a buffer, a package; None where there is no value without running code."""
Evaluator = Callable[[bytes], Value]
"""Path of an object to its value."""

_INTEGERS = frozenset({"ByteConst", "WordConst", "DWordConst", "QWordConst"})
_MAX_STEPS = 8
"""Names of names that are followed."""


@value
class AmlDevice:
    """A device as the tables describe it; None where there is no such object, or no value without running code."""

    path: bytes
    hid: str | None = None
    cid: tuple[str, ...] = ()
    uid: int | str | None = None
    sta: int | None = None
    pxm: int | None = None
    crs: tuple[Descriptor, ...] | None = None
    """Current resources, the end tag left out."""
    adr: int | None = None
    needs_run: tuple[str, ...] = ()
    """Objects that are there, but whose value depends on code."""
    table: int = -1
    conditional: bool = False


def eisa_text(number: int) -> str:
    """Give the text of a compressed EISA ID, ``PNP0C80``; of a number that is none, the number in hexadecimal."""
    swapped = int.from_bytes((number & 0xFFFF_FFFF).to_bytes(4, "little"), "big")
    letters = [(swapped >> shift) & 0x1F for shift in (26, 21, 16)]
    if number >> 32 or not all(1 <= letter <= 26 for letter in letters):
        return f"0x{number:X}"
    return f"{''.join(chr(0x40 + letter) for letter in letters)}{swapped & 0xFFFF:04X}"


class StaticValues:
    """Values that are known without running code."""

    def __init__(self, names: Namespace) -> None:
        self._names = names

    def __call__(self, path: bytes) -> Value:
        """Give the value of an object, or None."""
        found = self._names.get(path)
        for _ in range(_MAX_STEPS):
            if found is None or found.term is None:
                return None
            term = _returned(found.term)
            if term is None:
                return None
            if term.op != "NamePath":
                return self._constant(term, self._integer_mask(found))
            scope = found.path if found.kind == "method" else found.path[:-4]
            found = self._names.find(scope, term.args[0])
        return None

    def _integer_mask(self, item: NamespaceObject) -> int:
        dsdt = next((table for table in self._names.tables if table.signature == "DSDT"), None)
        table = dsdt or self._names.tables[item.table]
        return (1 << 8 * table.integer_size) - 1

    def _constant(self, term: Term, mask: int) -> Value:
        # Packages do not nest deep in what identifies devices: three levels are read, the rest has no value.
        return self._level(term, mask, 3)

    def _level(self, term: Term, mask: int, levels: int) -> Value:
        op, args = term.op, term.args
        if op in _INTEGERS:
            return int(args[0]) & mask
        if op == "String":
            return str(args[0].decode("latin-1"))
        if op == "Buffer":
            size = self._level(args[0], mask, 0)
            return bytes(args[1].ljust(size, b"\0")) if isinstance(size, int) and size <= _MAX_BUFFER else None
        if op == "Package" and levels:
            return tuple(self._level(element, mask, levels - 1) for element in args[1])
        return {"Zero": 0, "One": 1, "Ones": mask}.get(op)


_MAX_BUFFER = 1 << 20
"""Bytes of a buffer that is filled up with zeros."""


def _returned(term: Term) -> Term | None:
    # The value of a Name; of a method, what it returns where that is all it does.
    if term.op == "Name":
        value: Term = term.args[1]
        return value
    if term.op == "Method" and len(term.args[2]) == 1 and term.args[2][0].op == "Return":
        returned: Term = term.args[2][0].args[0]
        return returned
    return None


def devices(
    names: Namespace, evaluate: Evaluator | None = None, there: Container[bytes] | None = None
) -> tuple[AmlDevice, ...]:
    """Give all devices of a namespace, in the order of their declarations.

    ``there`` has the paths of the objects that count, where running the code tells: what stands in an If may not.
    """
    known = evaluate or StaticValues(names)
    counts = names if there is None else there
    found = (item for item in names.values() if item.kind == "device" and item.term and item.path in counts)
    return tuple(_device(item, counts, known) for item in found)


def _device(item: NamespaceObject, names: Container[bytes], evaluate: Evaluator) -> AmlDevice:
    needs: list[str] = []

    def value_of(segment: bytes) -> Value:
        path = item.path + segment
        if path not in names:
            return None
        found = evaluate(path)
        if found is None:
            needs.append(segment.decode())
        return found

    hid, cid, uid, status, domain, resources, address = map(
        value_of, (b"_HID", b"_CID", b"_UID", b"_STA", b"_PXM", b"_CRS", b"_ADR")
    )
    return AmlDevice(
        path=item.path,
        hid=_identity(hid),
        cid=tuple(text for text in map(_identity, cid if isinstance(cid, tuple) else (cid,)) if text is not None),
        uid=uid if isinstance(uid, int | str) else None,
        sta=status if isinstance(status, int) else None,
        pxm=domain if isinstance(domain, int) else None,
        crs=_resources(resources),
        adr=address if isinstance(address, int) else None,
        needs_run=tuple(needs),
        table=item.table,
        conditional=item.conditional,
    )


def _identity(found: Value) -> str | None:
    if isinstance(found, int):
        return eisa_text(found)
    return found if isinstance(found, str) else None


def _resources(found: Value) -> tuple[Descriptor, ...] | None:
    if not isinstance(found, bytes):
        return None
    descriptors: Sequence[Descriptor] = decode_template(found).descriptors
    return tuple(item for item in descriptors if not isinstance(item, EndTag))
