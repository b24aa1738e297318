"""Tables of the sources to the view of them that a boot takes."""

from __future__ import annotations

from acpitools.kernel.gather import Firmware
from acpitools.kernel.inputs import TableInMemory, cedt_windows, slit_view, srat_view
from acpitools.tables.cedt import Cedt
from acpitools.tables.slit import Slit
from acpitools.tables.srat import Srat
from acpitools.tables.table_set import TableSet

__all__ = ["firmware_of"]


def firmware_of(tables: TableSet) -> Firmware:
    """Give what the first SRAT, SLIT, CEDT and MADT of a machine say, and where its tables lie."""
    found = {name: table.record for name in ("SRAT", "SLIT", "CEDT") if (table := tables.first(name))}
    srat, slit, cedt = found.get("SRAT"), found.get("SLIT"), found.get("CEDT")
    return Firmware(
        srat=srat_view(srat) if isinstance(srat, Srat) else None,
        slit=slit_view(slit) if isinstance(slit, Slit) else None,
        cedt=cedt_windows(cedt) if isinstance(cedt, Cedt) else (),
        places=tuple(
            TableInMemory(table.signature.strip(), table.address, len(table.data)) for table in tables if table.address
        ),
    )
