"""What predefined names give.  Spec: ACPI 6.5, 5.6.8.  ACPICA: acpi_gbl_predefined_methods.

Kinds of values are letters: I integer, S string, B buffer, P package, R reference, N nothing.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

__all__ = ["PREDEFINED", "Contents", "Expected", "Shape"]


class Shape(Enum):
    """How a package is made up."""

    FIXED = auto()
    """So many elements of each kind."""
    VARIABLE = auto()
    """Any number of elements of one kind."""
    OPTION = auto()
    """One element of each of the first kinds, then any number of the last."""
    BATTERY = auto()
    """_BIX: the first element tells how many there are."""
    PACKAGES = auto()
    """Packages with so many elements of each kind."""
    COUNTED = auto()
    """Packages whose first element counts the elements."""
    COUNTED_PACKAGES = auto()
    """The first element counts the packages."""
    ROUTES = auto()
    """_PRT: packages with one element of each kind."""
    AT_LEAST = auto()
    """Packages with at least so many elements of one kind."""
    REVISION = auto()
    """A revision, then packages with so many elements of each kind."""
    OPTIONAL_LAST = auto()
    """Packages with so many elements of the first kind, then any number of the second."""
    PAIRS = auto()
    """Buffers of 16 bytes (UUIDs), each with an element of the second kind."""
    FREE = auto()
    """Packages of any kind."""


class Contents(NamedTuple):
    """What a package holds."""

    shape: Shape
    parts: tuple[tuple[str, int], ...]
    """Kinds, and how many elements are of them."""


class Expected(NamedTuple):
    """What a name gives."""

    kinds: str
    contents: Contents | None = None


def _package(shape: Shape, *parts: tuple[str, int], also: str = "") -> Expected:
    return Expected(f"P{also}", Contents(shape, parts))


# What is given -> names
_GROUPS: tuple[tuple[Expected, str], ...] = (
    (
        Expected("I"),
        "_AC0 _AC1 _AC2 _AC3 _AC4 _AC5 _AC6 _AC7 _AC8 _AC9 _ADR _ALC _ALI _ALP _ALT _BBN _BCT _BDN _BMA _BMS _BPT "
        "_BQC _BTM _CBA _CCA _CDM _CR3 _CRT _CWS _DCK _DCS _DGS _EC_ _ERR _GAI _GCP _GHL _GLK _GPD _GPE _GSB _GWS "
        "_HOT _HRV _IFT _LID _LSW _MSM _MTL _NTT _PAI _PDL _PMM _PPC _PPE _PSC _PSR _PSV _PTP _PXM _REV _RMV _RTV "
        "_S0W _S1D _S1W _S2D _S2W _S3D _S3W _S4D _S4W _SBS _SEG _SHL _SPD _SRT _SRV _STA _STP _STV _SUN _SWS _TC1 "
        "_TC2 _TDL _TFP _TIP _TIV _TMP _TPC _TSP _TST _TZP _UPD _UPP _VPO _WPC _WPP",
    ),
    (
        Expected("B"),
        "_AEI _CRS _DMA _FDE _FIT _GRT _GTF _GTM _HMA _MAT _NBS _NCH _NIC _NIG _NIH _OSC _PRS _ROM _SLI _STR _WDG",
    ),
    (Expected("S"), "_DDN _EJD _OS_ _SUB"),
    (Expected("R"), "_TSN _TZM"),
    (Expected("IB"), "_DDC"),
    (Expected("IS"), "_HID _UID"),
    (Expected("ISB"), "_WED"),
    (
        _package(Shape.VARIABLE, ("R", 0)),
        "_AL0 _AL1 _AL2 _AL3 _AL4 _AL5 _AL6 _AL7 _AL8 _AL9 _DEP _EDL _PCL _PMD _PR0 _PR1 _PR2 _PR3 _PRE _PRL _PSL _TZD",
    ),
    (_package(Shape.VARIABLE, ("I", 0)), "_BCL _DOD _FIX _S0_ _S1_ _S2_ _S3_ _S4_ _S5_"),
    (_package(Shape.VARIABLE, ("IS", 0), also="IS"), "_CID"),
    (_package(Shape.VARIABLE, ("IB", 0)), "_CPC"),
    (_package(Shape.VARIABLE, ("B", 0)), "_PLD"),
    (_package(Shape.FIXED, ("I", 2)), "_PUR"),
    (_package(Shape.FIXED, ("I", 2), also="NI"), "_WAK"),
    (_package(Shape.FIXED, ("I", 3)), "_CBR _CLS _FST _LSI"),
    (_package(Shape.FIXED, ("I", 4)), "_BPC _BST _FIF _HPP _SBA _UPC"),
    (_package(Shape.FIXED, ("I", 5)), "_BMD _BPS"),
    (_package(Shape.FIXED, ("I", 8)), "_MBM"),
    (_package(Shape.FIXED, ("I", 16)), "_FDI"),
    (_package(Shape.FIXED, ("I", 3), ("S", 3)), "_PIF"),
    (_package(Shape.FIXED, ("I", 9), ("S", 4)), "_BIF"),
    (_package(Shape.FIXED, ("I", 11), ("S", 3)), "_PMC"),
    (_package(Shape.FIXED, ("I", 1), ("B", 1)), "_LSR _SBI"),
    (_package(Shape.FIXED, ("I", 2), ("IB", 1)), "_SBR _SBT"),
    (_package(Shape.FIXED, ("IB", 1)), "_SBW"),
    (_package(Shape.FIXED, ("B", 2)), "_PCT _PTC"),
    (_package(Shape.FIXED, ("R", 1)), "_PRR"),
    (_package(Shape.BATTERY, ("I", 16), ("S", 4)), "_BIX"),
    (_package(Shape.OPTION, ("IP", 1), ("I", 1), ("R", 0)), "_PRW"),
    (_package(Shape.PACKAGES, ("I", 2)), "_ALR"),
    (_package(Shape.PACKAGES, ("I", 5)), "_TSS"),
    (_package(Shape.PACKAGES, ("I", 6)), "_PSS"),
    (_package(Shape.PACKAGES, ("S", 1), ("B", 1)), "_MLS"),
    (_package(Shape.PACKAGES, ("R", 2), ("I", 6)), "_TRT"),
    (_package(Shape.COUNTED, ("I", 0)), "_CSD _PSD"),
    (_package(Shape.COUNTED, ("I", 5)), "_TSD"),
    (_package(Shape.COUNTED_PACKAGES, ("B", 1), ("I", 3)), "_CST"),
    (_package(Shape.ROUTES, ("I", 1), ("I", 1), ("IR", 1), ("I", 1)), "_PRT"),
    (_package(Shape.AT_LEAST, ("I", 5)), "_HPX"),
    (_package(Shape.REVISION, ("R", 2), ("I", 11)), "_ART"),
    (_package(Shape.REVISION, ("I", 5)), "_FPS"),
    (_package(Shape.REVISION, ("I", 2)), "_LPD"),
    (_package(Shape.OPTIONAL_LAST, ("R", 1), ("BR", 0)), "_DLM"),
    (_package(Shape.PAIRS, ("B", 1), ("P", 1)), "_DSD"),
    (_package(Shape.FREE), "_LPI _RDI"),
)

PREDEFINED: dict[bytes, Expected] = {name.encode(): expected for expected, names in _GROUPS for name in names.split()}
"""Last segment of a path -> what the object gives; those that give nothing, or anything, are left out."""
