"""Which module describes which table.  A module is imported when its first table is decoded."""

from __future__ import annotations

from importlib import import_module

from acpitools.codec.record import decode
from acpitools.tables.header import HEADER_SIZE, Fragment, Table, UnknownTable
from acpitools.tables.table_codec import TableCodec

__all__ = ["TABLES", "codec_for", "declared_size", "decode_table", "is_cdat", "layout_of", "signature_of"]

TABLES = {
    "AEST": "aest",
    "AGDI": "agdi",
    "APIC": "madt",
    "APMT": "apmt",
    "ASF!": "asf",
    "ASPT": "aspt",
    "BDAT": "bdat",
    "BERT": "bert",
    "BGRT": "bgrt",
    "BOOT": "boot",
    "CCEL": "ccel",
    "CDAT": "cdat",
    "CDIT": "cdit",
    "CEDT": "cedt",
    "CPEP": "cpep",
    "CRAT": "crat",
    "CSRT": "csrt",
    "DBG2": "dbg2",
    "DBGP": "dbgp",
    "DMAR": "dmar",
    "DRTM": "drtm",
    "DTPR": "dtpr",
    "ECDT": "ecdt",
    "EINJ": "einj",
    "ERDT": "erdt",
    "ERST": "erst",
    "FACP": "fadt",
    "FACS": "facs",
    "FPDT": "fpdt",
    "GTDT": "gtdt",
    "HEST": "hest",
    "HMAT": "hmat",
    "HPET": "hpet",
    "IORT": "iort",
    "IOVT": "iovt",
    "IVRS": "ivrs",
    "KEYP": "keyp",
    "LPIT": "lpit",
    "MCFG": "mcfg",
    "MCHI": "mchi",
    "MPAM": "mpam",
    "MPST": "mpst",
    "MRRM": "mrrm",
    "MSCT": "msct",
    "MSDM": "msdm",
    "MTMR": "mtmr",
    "NFIT": "nfit",
    "NHLT": "nhlt",
    "PCCT": "pcct",
    "PDTT": "pdtt",
    "PHAT": "phat",
    "PMTT": "pmtt",
    "PPTT": "pptt",
    "PRMT": "prmt",
    "RAS2": "ras2",
    "RASF": "rasf",
    "RGRT": "rgrt",
    "RHCT": "rhct",
    "RIMT": "rimt",
    "RSD PTR ": "rsdp",
    "RSDT": "rsdt",
    "S3PT": "s3pt",
    "SBST": "sbst",
    "SDEI": "sdei",
    "SDEV": "sdev",
    "SLIC": "slic",
    "SLIT": "slit",
    "SPCR": "spcr",
    "SPMI": "spmi",
    "SRAT": "srat",
    "STAO": "stao",
    "SVKL": "svkl",
    "SWFT": "swft",
    "TCPA": "tcpa",
    "TDEL": "tdel",
    "TPM2": "tpm2",
    "UEFI": "uefi",
    "VIOT": "viot",
    "VRTC": "vrtc",
    "WAET": "waet",
    "WDAT": "wdat",
    "WDDT": "wddt",
    "WDRT": "wdrt",
    "WPBT": "wpbt",
    "WSMT": "wsmt",
    "XENV": "xenv",
    "XSDT": "xsdt",
}
"""Signature to module of this package; each module has a ``CODEC``."""

_RSDP = b"RSD PTR "
_CDAT = "CDAT"
_CDAT_HEADER = 16


def is_cdat(data: bytes) -> bool:
    """Tell whether bytes are a CDAT, which has no signature: their number, reserved zeros, and a right checksum."""
    size = len(data)
    return (
        size >= _CDAT_HEADER
        and int.from_bytes(data[:4], "little") == size
        and data[6:12] == bytes(6)
        and sum(data) & 0xFF == 0
    )


def signature_of(data: bytes) -> str:
    """Give the signature that a table's bytes begin with: eight characters for the RSDP, else up to four.

    A CDAT, which has none, gives ``CDAT``.
    """
    if is_cdat(data):
        return _CDAT
    return (data[:8] if data[:8] == _RSDP else data[:4]).decode("latin-1")


def codec_for(signature: str) -> TableCodec | None:
    """Give the description of a table, or None where there is none."""
    module = TABLES.get(signature)
    if module is None:
        return None
    return import_module(f"acpitools.tables.{module}").CODEC  # type: ignore[no-any-return]


def declared_size(data: bytes) -> int | None:
    """Give the length in bytes that a table declares, or None where the field is not there."""
    if is_cdat(data):
        return len(data)
    if data[:8] == _RSDP:
        if len(data) > 15 and data[15] < 2:
            return 20
        return int.from_bytes(data[20:24], "little") if len(data) >= 24 else None
    return int.from_bytes(data[4:8], "little") if len(data) >= 8 else None


def layout_of(data: bytes) -> tuple[type[Table], int]:
    """Give the record class for a table's bytes, and how many of them, from the first, are the table.

    The declared length bounds the table where the bytes hold it.  A table without a description is an UnknownTable,
    one that ends inside its fixed part too; less than a header is a Fragment.
    """
    size = declared_size(data)
    if size is None or not 0 < size <= len(data):
        size = len(data)
    signature = signature_of(data)
    # Four letters do not make a CDAT.
    codec = codec_for(signature) if signature != _CDAT or is_cdat(data) else None
    cls = None
    if codec is not None:
        cls = codec.record_for(data, size) or codec.record_for(data, size := len(data))
    if cls is None:
        if size < HEADER_SIZE:
            size = len(data)
        cls = UnknownTable if size >= HEADER_SIZE else Fragment
    return cls, size


def decode_table(data: bytes) -> Table:
    """Give the record of a table's bytes; always one, and ``encode`` gives these bytes back.

    Bytes beyond the declared length are ``trailing``; ``layout_of`` says which record it is.
    """
    cls, size = layout_of(data)
    table = decode(cls, data, 0, size)
    if size < len(data):
        values = {spec.name: getattr(table, spec.name) for spec in table.FIELDS}
        values["trailing"] += data[size:]
        table = type(table)(**values)
    return table
