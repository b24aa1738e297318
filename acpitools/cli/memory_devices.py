"""The memory devices of the tables in `layout`: evaluated, and held against the machine that it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from acpitools.core.errors import AcpiToolsError
from acpitools.core.findings import Finding, Severity

if TYPE_CHECKING:
    from acpitools.interp.hardware import Hardware
    from acpitools.kernel.layout import Layout
    from acpitools.kernel.predict import Prediction
    from acpitools.tables.table_set import TableSet

__all__ = ["has_qemu_controller", "memory_device_findings"]

_CONTROLLER: Final = b"Memory hotplug resources"
_IDS: Final = (bytes.fromhex("41d00c80"), b"PNP0C80")
"""PNP0C80 as EisaId encodes it, and as text."""


def has_qemu_controller(tables: TableSet | None) -> bool:
    """Tell whether a machine's AML names QEMU's memory hot-plug controller, without reading it."""
    return any(_CONTROLLER in table.data for table in tables or ())


def memory_device_findings(
    tables: TableSet | None, prediction: Prediction, layout: Layout, hardware: Hardware | None
) -> tuple[Finding, ...]:
    """Evaluate the memory devices in a machine's AML; nothing where no table mentions one, or the kernel dies."""
    # Bytes are looked for before anything is loaded that can read them: few machines have such a device.
    if not layout.boots or tables is None or not any(_mentions(table.data) for table in tables):
        return ()
    from acpitools.aml.machine import AML_SIGNATURES

    if not any(_mentions(table.data) for table in tables if table.signature in AML_SIGNATURES):
        return ()
    from acpitools.core.firmware_map import E820Type
    from acpitools.core.ranges import AddrRange
    from acpitools.hotplug.inventory import containers_asked_for, inventory
    from acpitools.hotplug.kernel_setup import linux_of
    from acpitools.hotplug.memory_rules import Machine, check_memory_devices, controller_found
    from acpitools.hotplug.platform import platform_of
    from acpitools.kernel.stages.sparse import physmem_end

    try:
        kernel = linux_of(prediction.replay.env.inputs)
        platform = platform_of([table.data for table in tables], hardware, kernel)
        devices = inventory(platform)
    except AcpiToolsError as error:
        text = f"the memory devices of the tables cannot be evaluated: {error}"
        return (Finding(code="MEM020", severity=Severity.INFO, message=text),)
    inputs = prediction.replay.env.inputs
    machine = Machine(
        srat=inputs.srat.entries if inputs.srat is not None else (),
        ram=tuple(AddrRange(entry.start, entry.end) for entry in inputs.e820 if entry.type == E820Type.RAM),
        windows=tuple(AddrRange(window.start, window.end) for window in inputs.cedt),
        block_size=layout.blocks.size,
        limit=physmem_end(la57=inputs.la57),
        containers=containers_asked_for(platform),
    )
    found = check_memory_devices(devices, machine)
    if platform.assumed is None:
        return tuple(found)
    return (controller_found(platform.assumed), *found)


def _mentions(data: bytes) -> bool:
    return any(text in data for text in _IDS)
