"""Tables of the sources to the view of them that a boot takes."""

from __future__ import annotations

from acpitools.kernel.gather import Firmware
from acpitools.kernel.inputs import TableInMemory, cedt_windows, hmat_view, slit_view, srat_view
from acpitools.tables.cedt import Cedt
from acpitools.tables.hmat import Hmat, Hmat1
from acpitools.tables.madt import Madt
from acpitools.tables.madt_x86 import ProcessorLocalApic, ProcessorLocalX2apic
from acpitools.tables.slit import Slit
from acpitools.tables.srat import Srat
from acpitools.tables.table_set import TableSet

__all__ = ["firmware_of"]

_ENABLED = 1
_ONLINE_CAPABLE = 2
_SAYS_WHICH = 5


def _apic_ids(madt: Madt) -> tuple[int, ...]:
    # Enabled processors, each once: firmware lists some both as APIC and as x2APIC.
    ids: dict[int, None] = {}
    for item in madt.structures:
        if isinstance(item, ProcessorLocalApic) and item.flags & _ENABLED:
            ids[item.apic_id] = None
        elif isinstance(item, ProcessorLocalX2apic) and item.flags & _ENABLED:
            ids[item.x2apic_id] = None
    return tuple(ids)


def _spare_cpus(madt: Madt, present: tuple[int, ...]) -> int:
    # Processors that are disabled and can come later: from revision 5 on the MADT says which.  Kernel:
    # acpi_is_processor_usable, which passes over the id of all ones.
    ids = set()
    for item in madt.structures:
        if isinstance(item, ProcessorLocalApic | ProcessorLocalX2apic):
            short = isinstance(item, ProcessorLocalApic)
            number = item.apic_id if isinstance(item, ProcessorLocalApic) else item.x2apic_id
            usable = madt.revision < _SAYS_WHICH or item.flags & _ONLINE_CAPABLE
            if usable and number != (0xFF if short else 0xFFFF_FFFF):
                ids.add(number)
    return len(ids - set(present))


def firmware_of(tables: TableSet) -> Firmware:
    """Give what the first SRAT, SLIT, CEDT, HMAT and MADT of a machine say, and where its tables lie."""
    found = {name: table.record for name in ("SRAT", "SLIT", "CEDT", "APIC", "HMAT") if (table := tables.first(name))}
    srat, slit, cedt, madt, hmat = (found.get(name) for name in ("SRAT", "SLIT", "CEDT", "APIC", "HMAT"))
    apic_ids = _apic_ids(madt) if isinstance(madt, Madt) else ()
    return Firmware(
        srat=srat_view(srat) if isinstance(srat, Srat) else None,
        slit=slit_view(slit) if isinstance(slit, Slit) else None,
        hmat=hmat_view(hmat) if isinstance(hmat, Hmat | Hmat1) else None,
        cedt=cedt_windows(cedt) if isinstance(cedt, Cedt) else (),
        apic_ids=apic_ids,
        spare_cpus=_spare_cpus(madt, apic_ids) if isinstance(madt, Madt) else 0,
        spare_cpus_told=isinstance(madt, Madt) and madt.revision >= _SAYS_WHICH,
        places=tuple(
            TableInMemory(table.signature.strip(), table.address, len(table.data)) for table in tables if table.address
        ),
    )
