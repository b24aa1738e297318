"""Records as words: names of tables and structures, and what there is to say about each field."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

from acpitools.codec.fields import Leaf, Show, flag_names, known_bits
from acpitools.codec.record import FieldSpec, Record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import StructureList
from acpitools.codec.tails import CountedBytes, Integers, String
from acpitools.core.units import format_size
from acpitools.tables.header import Table, UnknownTable
from acpitools.tables.signatures import TITLES

__all__ = ["FieldView", "Kind", "field_views", "structure_title", "table_title"]


class Kind(Enum):
    """What a field's value is to a reader."""

    DECIMAL = "decimal"
    HEX = "hex"
    TEXT = "text"
    BYTES = "bytes"
    ARRAY = "array"
    """Integers, ``digits`` hexadecimal digits each, or decimal where digits is 0."""
    MATRIX = "matrix"
    """Bytes in a square; ``side`` is the field with the number of rows."""
    GUID = "guid"
    STRING = "string"
    """Text of any length, NULs included."""
    RECORD = "record"
    RECORDS = "records"
    """A tuple of structures or other records."""


class FieldView(NamedTuple):
    """How one field of a record reads."""

    name: str
    kind: Kind
    doc: str
    """One line, ends with a full stop; may be empty."""
    offset: int | None
    """Bytes from the start of the record, where that is fixed."""
    digits: int = 0
    """Hexadecimal digits of a number."""
    width: int = 1
    """Bytes of an array's element."""
    row: str | None = None
    """The field with the number of elements in a row of an array that is a matrix."""
    side: str | None = None
    record: Any = None
    """The record class of a record inside."""
    meaning: Callable[[Any], str] | None = None
    """What a value says beyond its number: names of flags, a size with its unit."""


def table_title(table: Table, signature: str) -> str:
    """Give a table's full name; of one that is published nowhere, whose it is."""
    title = TITLES.get(signature)
    if title or not isinstance(table, UnknownTable):
        return title or type(table).TITLE
    if _OEM_SIGNATURE.fullmatch(signature):
        return "OEM Specific Information Table"
    vendor = table.oem_id.strip(" \0")
    return f"Vendor table of {vendor}" if vendor and vendor.isascii() and vendor.isprintable() else "Vendor table"


_OEM_SIGNATURE = re.compile(r"OEM[0-9A-Z]")
"""Spec: ACPI 6.5, table 5.5."""
_WORD = re.compile(r"[A-Z][a-z]*(?:[0-9]+[a-z]+)?")
_ACRONYMS = {
    "Acpi": "ACPI",
    "Aer": "AER",
    "Amba": "AMBA",
    "Apic": "APIC",
    "Aplic": "APLIC",
    "Asf": "ASF",
    "Ats": "ATS",
    "Ccompute": "CCompute",
    "Cpu": "CPU",
    "Crat": "CRAT",
    "Cxl": "CXL",
    "Dma": "DMA",
    "Efi": "EFI",
    "Gic": "GIC",
    "Gicc": "GICC",
    "Gicd": "GICD",
    "Gt": "GT",
    "Imsic": "IMSIC",
    "Io": "I/O",
    "Iommu": "IOMMU",
    "Iovt": "IOVT",
    "Irs": "IRS",
    "Isa": "ISA",
    "Its": "ITS",
    "Lpc": "LPC",
    "Mcfg": "MCFG",
    "Mid": "MID",
    "Mmio": "MMIO",
    "Mmu": "MMU",
    "Msc": "MSC",
    "Msi": "MSI",
    "Nmi": "NMI",
    "Nvdimm": "NVDIMM",
    "Oem": "OEM",
    "Pci": "PCI",
    "Pcie": "PCIe",
    "Pic": "PIC",
    "Plic": "PLIC",
    "Pmu": "PMU",
    "Prm": "PRM",
    "Ras": "RAS",
    "Rcec": "RCEC",
    "Rintc": "RINTC",
    "Sapic": "SAPIC",
    "Sev": "SEV",
    "Simd": "SIMD",
    "Smbios": "SMBIOS",
    "Smmu": "SMMU",
    "Soc": "SoC",
    "Tlb": "TLB",
    "Tpr": "TPR",
    "Uid": "UID",
    "X2apic": "x2APIC",
    "Xor": "XOR",
}
_NAMES = {
    "S3PerformanceTablePointer": "S3 Performance Table Pointer",
    "S3ResumeRecord": "S3 Resume Record",
    "S3SuspendRecord": "S3 Suspend Record",
    "SmmuV3": "SMMUv3",
    "SmmuV3At60": "SMMUv3",
}
"""Names that do not follow from the words of the class."""


def structure_title(cls: type[Record]) -> str:
    """Give the name of a structure in words: ``Processor Local x2APIC Affinity``."""
    name = cls.__name__
    if name.startswith("RawStructure"):
        return "Unknown structure"
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith("Gicv5"):
        return "GICv5 " + " ".join(_ACRONYMS.get(word, word) for word in _WORD.findall(name[5:]))
    return " ".join(_ACRONYMS.get(word, word) for word in _WORD.findall(name))


def field_views(cls: type[Record]) -> tuple[FieldView, ...]:
    """Give the fields of a record class, in order."""
    views = _VIEWS.get(cls)
    if views is None:
        views = _VIEWS[cls] = tuple(_view(spec) for spec in cls.FIELDS)
    return views


_VIEWS: dict[type[Record], tuple[FieldView, ...]] = {}

_KINDS = {
    Show.DECIMAL: Kind.DECIMAL,
    Show.ENUM: Kind.DECIMAL,
    Show.HEX: Kind.HEX,
    Show.SIZE: Kind.HEX,
    Show.FLAGS: Kind.HEX,
    Show.TEXT: Kind.TEXT,
    Show.GUID: Kind.GUID,
    Show.BYTES: Kind.BYTES,
    Show.RECORD: Kind.RECORD,
}


def _view(spec: FieldSpec) -> FieldView:
    leaf = spec.leaf
    common: dict[str, Any] = {"name": spec.name, "doc": spec.doc, "offset": spec.offset}
    if isinstance(leaf, Leaf):
        kind, digits = _KINDS[leaf.show], 2 * leaf.size
        return FieldView(kind=kind, digits=digits, record=leaf.record, meaning=_meaning(leaf), **common)
    if isinstance(leaf, Integers):
        return FieldView(
            kind=Kind.ARRAY, digits=2 * leaf.width if leaf.hexadecimal else 0, width=leaf.width, row=leaf.row, **common
        )
    if isinstance(leaf, StructureList | Repeated):
        return FieldView(kind=Kind.RECORDS, **common)
    if isinstance(leaf, String):
        return FieldView(kind=Kind.STRING, **common)
    if isinstance(leaf, CountedBytes) and leaf.side is not None:
        return FieldView(kind=Kind.MATRIX, side=leaf.side, **common)
    return FieldView(kind=Kind.BYTES, **common)


def _meaning(leaf: Leaf) -> Callable[[Any], str] | None:
    if leaf.show is Show.SIZE:
        return format_size
    if leaf.show is Show.ENUM:
        return _enum_name
    if leaf.show is Show.FLAGS:
        return _FlagWords(leaf.values).__getitem__
    if leaf.show is Show.GUID and leaf.values is not None:
        return _GuidNames(leaf.values).__getitem__
    return None


def _enum_name(value: int) -> str:
    return value.name if isinstance(value, Enum) else "reserved"


class _GuidNames(dict[str, str]):
    # Not remembered: a hostile table has as many as it has structures.
    def __missing__(self, value: str) -> str:
        return ""


class _FlagWords(dict[int, str]):
    # Remembered for combinations of known bits: there are few of those.
    def __init__(self, flags: Any) -> None:
        super().__init__()
        self._flags = flags
        self._known = known_bits(flags)

    def __missing__(self, value: int) -> str:
        number = int(value)
        if not number:
            return "none"
        words = " | ".join(flag_names(self._flags, number))
        if unknown := number & ~self._known:
            return f"{words} | reserved {unknown:#x}" if words else f"reserved {unknown:#x}"
        self[number] = words
        return words
