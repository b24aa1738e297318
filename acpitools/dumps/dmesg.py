"""The inputs of a boot, read from its kernel log; results that the log also prints are never looked at.

Lines of every release since 3.10 are understood, most older ones too.
"""

from __future__ import annotations

from acpitools.core.boot_log import BootLog
from acpitools.core.errors import BootInputError
from acpitools.core.firmware_map import E820Entry, E820Type
from acpitools.core.ranges import AddrRange, subtract
from acpitools.core.units import MIB
from acpitools.dumps.boot_messages import READERS, Seen
from acpitools.dumps.log_lines import boot_messages
from acpitools.dumps.text import decode_text

__all__ = ["dmi_names_virtual_machine", "read_boot_log"]

_VIRTUAL = (
    "qemu",
    "kvm",
    "bochs",
    "standard pc",
    "vmware",
    "virtualbox",
    "virtual machine",
    "virtual platform",
    "xen",
    "hvm domu",
    "hyper-v",
    "google compute engine",
    "amazon ec2",
    "alibaba cloud",
    "openstack",
    "nutanix ahv",
    "rhev",
    "ovirt",
    "parallels",
    "bhyve",
    "cloud hypervisor",
    "digitalocean",
    "droplet",
    "firecracker",
    "apple virtualization",
)


def read_boot_log(data: bytes | str, *, where: str = "") -> BootLog:
    """Read the inputs of a boot from its kernel log (text, or bytes that may be compressed).

    The log may have any of the usual prefixes, may hold several boots (the last one that prints a memory map
    counts) and may end or begin anywhere.  Raises BootInputError for a line that begins like one of those
    needed but cannot be read, except where the end of the text cuts that line off; a memory map that is cut off
    within an entry is an error too.
    """
    text = decode_text(data, what="boot log", where=where)
    seen = Seen()
    reader = READERS.get
    for number, message in boot_messages(text):
        read = reader(message.partition(" ")[0])
        if read is None:
            continue
        try:
            read(seen, message)
        except ValueError as error:
            cut_off = number > text.count("\n") and not message.startswith("BIOS-")
            if not cut_off:
                place = f"{where}: line {number}" if where else f"line {number}"
                raise BootInputError("boot log", place, str(error)) from error
    return _finish(seen)


def _finish(seen: Seen) -> BootLog:
    return BootLog(
        release=seen.release,
        command_line=seen.early_command_line if seen.command_line is None else seen.command_line,
        e820=tuple(seen.e820),
        extended_e820=tuple(seen.extended),
        reserve_setup_data=tuple(seen.reserve_setup_data),
        efi=seen.efi,
        efi_memmap=tuple(seen.efi_memmap),
        efi_tables=tuple(seen.efi_tables),
        ramdisk=seen.ramdisk,
        relocated_ramdisk=seen.relocated_ramdisk,
        mtrr_losing_mib=seen.mtrr_losing_mib,
        mtrr_trimmed=_mtrr_trimmed(seen),
        tables=tuple(seen.tables),
        overrides=tuple(seen.overrides),
        mp_tables=tuple(seen.mp_tables),
        x2apic_enabled_by_bios=seen.x2apic,
        gigabyte_pages=_gigabyte_pages(seen),
        la57=seen.la57,
        hypervisor=_hypervisor(seen),
        dmi=seen.dmi,
        cpus=seen.nr_cpu_ids if seen.allowed_cpus is None else seen.allowed_cpus,
        srat_memory=tuple(seen.srat_memory),
        srat_cpus=tuple(seen.srat_cpus),
    )


def _gigabyte_pages(seen: Seen) -> bool | None:
    # The line lies between the memory map and the tables: where both are there and it is not, nothing was printed.
    if seen.gigabyte_pages is None and seen.e820 and (seen.tables or seen.ramdisk):
        return False
    return seen.gigabyte_pages


def _mtrr_trimmed(seen: Seen) -> tuple[AddrRange, ...]:
    if seen.mtrr_losing_mib is None:
        return ()
    if seen.mtrr_updates or not seen.modified:
        return tuple(seen.mtrr_updates)
    # The update lines are debug messages, which a console log lacks; the map printed after them is not.
    # What lies below 1 MiB the kernel has trimmed before, for other reasons.
    before = seen.user or seen.reserve_setup_data or seen.extended or seen.e820
    gone = subtract(_ram(before), _ram(seen.modified))
    return tuple(AddrRange(max(start, MIB), end) for start, end in gone if end > MIB)


def _ram(entries: list[E820Entry]) -> list[AddrRange]:
    return [AddrRange(entry.start, entry.end) for entry in entries if entry.type == E820Type.RAM]


def _hypervisor(seen: Seen) -> bool | None:
    if seen.hypervisor is None and seen.pmu_driver and seen.dmi and not dmi_names_virtual_machine(seen.dmi):
        return False
    return seen.hypervisor


def dmi_names_virtual_machine(dmi: str) -> bool:
    """Tell whether a ``DMI:`` line names a maker of virtual machines; a guess from names, no proof."""
    lowered = dmi.lower()
    return any(name in lowered for name in _VIRTUAL)
