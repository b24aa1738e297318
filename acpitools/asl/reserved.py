"""Names that ACPI reserves: how many arguments each takes, what it gives.  ACPI 6.5, 5.7, and ACPICA's acpredef.h."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["RESERVED", "Reserved", "is_event", "reserved"]


class Reserved(NamedTuple):
    """What a reserved name is."""

    arguments: int
    gives: frozenset[str]
    """IntObj, StrObj, BuffObj, PkgObj, RefObj; empty where nothing is given."""
    silent: bool
    """Whether it gives nothing."""


# (arguments, what it gives) -> names
_GROUPS: tuple[tuple[int, str, str], ...] = (
    (0, "", "_DIS _INI _IRC _OFF _ON_ _PS0 _PS1 _PS2 _PS3 _RST"),
    (0, "BuffObj", "_AEI _CRS _DMA _FDE _FIT _GRT _GTF _GTM _HMA _MAT _NBS _NCH _NIC _NIG _PRS _SLI _STR _WDG"),
    (
        0,
        "IntObj",
        "_AC0 _AC1 _AC2 _AC3 _AC4 _AC5 _AC6 _AC7 _AC8 _AC9 _ADR _ALC _ALI _ALP _ALT _BBN _BDN _BQC _CBA _CCA _CDM "
        "_CR3 _CRT _DCS _DGS _DSC _EC_ _GAI _GCP _GHL _GLK _GPD _GPE _GSB _HOT _HRV _IFT _LID _MTL _NTT _PDL _PMM "
        "_PPC _PPE _PSC _PSR _PSV _PXM _REV _RMV _RTV _S0W _S1D _S1W _S2D _S2W _S3D _S3W _S4D _S4W _SBS _SEG _SRV "
        "_STA _SUN _SWS _TC1 _TC2 _TDL _TFP _TMP _TPC _TSP _TST _TZP _UPD _UPP _VPO _WPC _WPP",
    ),
    (0, "IntObj StrObj", "_HID _UID"),
    (0, "IntObj StrObj PkgObj", "_CID"),
    (
        0,
        "PkgObj",
        "_AL0 _AL1 _AL2 _AL3 _AL4 _AL5 _AL6 _AL7 _AL8 _AL9 _ALR _ART _BCL _BIF _BIX _BMD _BPC _BPS _BST _CBR _CLS "
        "_CPC _CSD _CST _DEP _DLM _DOD _DSD _EDL _FDI _FIF _FIX _FPS _FST _HPP _HPX _LPD _LPI _LSI _MBM _MLS _PCL "
        "_PCT _PIF _PLD _PMC _PMD _PR0 _PR1 _PR2 _PR3 _PRE _PRL _PRR _PRT _PRW _PSD _PSL _PSS _PTC _PUR _RDI _S0_ "
        "_S1_ _S2_ _S3_ _S4_ _S5_ _SBA _SBI _TRT _TSD _TSS _TZD _UPC",
    ),
    (0, "RefObj", "_TSN _TZM"),
    (0, "StrObj", "_DDN _EJD _OS_ _SUB"),
    (
        1,
        "",
        "_BCM _BFS _BMC _BTH _BTP _DOS _DSS _DTI _EJ0 _EJ1 _EJ2 _EJ3 _EJ4 _EVT _FDM _FSL _GTS _LCK _MSG _PDC _PIC "
        "_PSE _PSW _PTS _SDD _SRS _SST _TPT _TTS",
    ),
    (1, "IntObj PkgObj", "_WAK"),
    (1, "BuffObj", "_NIH"),
    (1, "IntObj", "_BCT _BMA _BMS _BPT _BTM _CWS _DCK _GWS _PAI _SHL _SPD _SRT _TIP _TIV"),
    (1, "IntObj BuffObj", "_DDC"),
    (1, "IntObj StrObj BuffObj", "_WED"),
    (2, "", "_REG"),
    (2, "BuffObj", "_ROM"),
    (2, "IntObj", "_PTP _STP _STV"),
    (2, "PkgObj", "_LSR"),
    (3, "", "_BLT _DSW _OST _STM"),
    (3, "IntObj", "_ERR"),
    (3, "PkgObj", "_LSW _SBR"),
    (4, "IntObj StrObj BuffObj PkgObj RefObj", "_DSM"),
    (4, "BuffObj", "_OSC"),
    (4, "IntObj", "_MSM"),
    (4, "PkgObj", "_SBT"),
    (5, "PkgObj", "_SBW"),
)

RESERVED: dict[str, Reserved] = {
    name: Reserved(arguments, frozenset(types.split()), types == "")
    for arguments, types, names in _GROUPS
    for name in names.split()
}
"""_SCP is not here: it takes 1 argument, or 3 since ACPI 3.0."""

_EVENT = Reserved(0, frozenset(), silent=True)
_HEX = frozenset("0123456789ABCDEF")


def reserved(name: str) -> Reserved | None:
    """Return what a name of four characters is reserved for; event methods (_L01, _E1F, _Q7A, _W12) are too."""
    known = RESERVED.get(name)
    return _EVENT if known is None and is_event(name) else known


def is_event(name: str) -> bool:
    """Tell whether a name of four characters is that of an event method."""
    return name[:2] in ("_L", "_E", "_Q", "_W") and set(name[2:]) <= _HEX
