"""From what is at hand to boot inputs: options first, then the log, then the tables, then a stated assumption."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from acpitools.core.boot_log import BootLog
from acpitools.core.errors import BootInputError
from acpitools.core.firmware_map import E820Entry, EfiDescriptor
from acpitools.core.ranges import AddrRange
from acpitools.core.units import KIB, MIB
from acpitools.core.value import value
from acpitools.kernel import config as kernel_config
from acpitools.kernel.inputs import (
    BootInputs,
    CedtWindow,
    HmatView,
    KernelImage,
    SlitView,
    SratView,
    TableInMemory,
    TableOverride,
    srat_from_log,
)
from acpitools.kernel.layout import Assumption
from acpitools.kernel.policy import Policy
from acpitools.kernel.versions import registry

__all__ = ["Firmware", "Given", "gather"]

_DEFAULT_RELEASE: Final = "6.12"
_EFI_KEPT: Final = ("MEMATTR", "ESRT", "MOKvar", "RNG", "TPMEventLog")
_EFI_TABLE_SIZE: Final = 1 * KIB  # the log names the place only
_LAST_XAPIC_ID: Final = 254
_ROOT_TABLES: Final = ("RSDP", "RSDT", "XSDT")


@value
class Firmware:
    """What the tables of the sources say."""

    srat: SratView | None = None
    slit: SlitView | None = None
    hmat: HmatView | None = None
    cedt: tuple[CedtWindow, ...] = ()
    apic_ids: tuple[int, ...] = ()
    """Of the MADT's enabled processors."""
    spare_cpus: int = 0
    """Disabled processors of the MADT that can come later."""
    spare_cpus_told: bool = False
    """The MADT says which can; before revision 5 all of them count."""
    places: tuple[TableInMemory, ...] = ()
    """Tables whose physical address the source gives."""


@value
class Given:
    """What the user gave; None where an option was left out.  Ranges are half open, in bytes."""

    e820: tuple[E820Entry, ...] = ()
    efi_memmap: tuple[EfiDescriptor, ...] = ()
    cmdline: str | None = None
    kernel: str | None = None
    config: Mapping[str, str] | None = None
    initrd: AddrRange | None = None
    kernel_range: AddrRange | None = None
    cpus: int | None = None
    hypervisor: bool | None = None
    la57: bool | None = None
    dmi_is_virtual: bool | None = None
    """A guess from the log's DMI line."""


class _Gatherer:
    def __init__(self, firmware: Firmware, given: Given, log: BootLog | None) -> None:
        self.firmware = firmware
        self.given = given
        self.log = log or BootLog()
        self.has_log = log is not None
        self.assumed: list[Assumption] = []

    def assume(self, what: str, value: int | str | bool | None, why: str) -> None:
        self.assumed.append(Assumption(what=what, value=value, why=why))

    def memory_map(self) -> tuple[E820Entry, ...]:
        entries = self.given.e820 or self.log.extended_e820 or self.log.e820
        if not entries:
            where = "the log" if self.has_log else "the command line"
            raise BootInputError("no memory map", where, "give one with --memmap, or a log with BIOS-e820 lines")
        return entries

    def release(self) -> str:
        if self.given.kernel or self.log.release:
            return self.given.kernel or self.log.release or ""
        self.assume("kernel", _DEFAULT_RELEASE, "not given: --kernel or a log tells")
        return _DEFAULT_RELEASE

    def command_line(self) -> str:
        line = self.given.cmdline if self.given.cmdline is not None else self.log.command_line
        if line is None:
            self.assume("command line", "", "not given: --cmdline or a log tells")
            line = ""
        return kernel_config.command_line(self.given.config or {}, line)

    def srat(self) -> SratView | None:
        return self.firmware.srat or srat_from_log(self.log)

    def initrd(self) -> AddrRange | None:
        found = self.given.initrd or self.log.ramdisk
        if found is None and not self.log.command_line:
            self.assume("initrd", None, "not given: none is taken; --initrd-range or a log tells")
        return found

    def apic_ids(self, srat: SratView | None, policy: Policy) -> tuple[int, ...]:
        known = self.firmware.apic_ids
        count = self.given.cpus or self.log.cpus
        told = self.given.hypervisor if self.given.hypervisor is not None else self.log.hypervisor
        if count is None and (self.firmware.spare_cpus_told or policy.counts_disabled_cpus or told):
            count = len(known) + self.firmware.spare_cpus or None
        if not known and srat:
            known = tuple(dict.fromkeys(e.apic_id for e in srat.entries if e.type in (0, 2) and e.flags & 1))
        if count is None:
            if not known:
                self.assume("CPUs", 1, "not given: --cpus, a MADT or a log tells")
            return known or (0,)
        if self.firmware.apic_ids:
            # CPUs that are possible and that no MADT names have no id; negative numbers stand for that.
            return (*known, *range(min(0, len(known) - count), 0))[:count]
        extra = (n for n in range(count + len(known)) if n not in known)
        return (*known, *extra)[:count]

    def boot_x2apic(self, apic_ids: tuple[int, ...]) -> bool:
        if self.has_log or max(apic_ids) <= _LAST_XAPIC_ID:
            return self.log.x2apic_enabled_by_bios
        self.assume("x2APIC mode at boot", True, "there are ids above 254, which firmware hands over in x2APIC mode")
        return True

    def hypervisor(self, end: int) -> bool:
        told = self.given.hypervisor if self.given.hypervisor is not None else self.log.hypervisor
        if told is not None:
            return told
        guess = self.given.dmi_is_virtual
        if end >= 64 << 30:
            why = "guessed from the DMI line" if guess is not None else "not given"
            why += "; it decides the memory block size from 64 GiB on: --hypervisor or --bare-metal tells"
            self.assume("hypervisor", guess is not False, why)
        return guess is not False

    def la57(self, policy: Policy) -> bool:
        told = self.given.la57 if self.given.la57 is not None else self.log.la57
        if told is None:
            self.assume("five-level paging", False, "not given: --la57, --no-la57 or a log tells")
            return False
        return told and policy.five_level

    def setup_data(self, e820: Sequence[E820Entry]) -> tuple[AddrRange, ...]:
        """Find the pieces that setup_data cut out of RAM: within one entry of RAM, kinds alternate."""
        found: list[AddrRange] = []
        pieces = [AddrRange(e.start, e.end) for e in self.log.reserve_setup_data if e.type == 1]
        for entry in e820:
            inside = [p for p in pieces if entry.type == 1 and entry.start <= p.start and p.end <= entry.end]
            if len(inside) > 1:
                largest = max(range(len(inside)), key=lambda n: inside[n].size)
                found += [p for n, p in enumerate(inside) if (n - largest) % 2]
        return tuple(found)

    def efi_reservations(self) -> tuple[tuple[str, AddrRange], ...]:
        return tuple(
            (name, AddrRange(address, address + _EFI_TABLE_SIZE))
            for name, address in self.log.efi_tables
            if name in _EFI_KEPT and 0 < address < (1 << 63)
        )

    def unaccepted(self, end: int) -> AddrRange | None:
        address = dict(self.log.efi_tables).get("Unaccepted")
        if address is None or address >= 1 << 63:
            return None
        return AddrRange(address, address + 24 + end // (2 * MIB) // 8)

    def tables(self) -> tuple[TableInMemory, ...]:
        listed = [TableInMemory(t.signature, t.address, t.length) for t in self.log.tables]
        return tuple(t for t in listed or self.firmware.places if t.signature not in _ROOT_TABLES)

    def inputs(self) -> tuple[BootInputs, Policy]:
        e820 = self.memory_map()
        release = self.release()
        model = registry.find(release)[0]
        policy = kernel_config.configured(model.policy, self.given.config or {})
        end = max(entry.end for entry in e820 if entry.type == 1) if any(e.type == 1 for e in e820) else 0
        srat = self.srat()
        apic_ids = self.apic_ids(srat, policy)
        image = self.given.kernel_range
        efi_memmap = self.given.efi_memmap or self.log.efi_memmap
        if self.log.efi and not efi_memmap:
            why = "EFI boot services reserve memory until late; a log with efi=debug names it"
            self.assume("EFI memory map", None, why)
        inputs = BootInputs(
            e820=e820,
            cmdline=self.command_line(),
            release=release,
            srat=srat,
            slit=self.firmware.slit,
            hmat=self.firmware.hmat,
            cedt=self.firmware.cedt,
            efi=self.log.efi,
            efi_memmap=efi_memmap,
            efi_reservations=self.efi_reservations(),
            unaccepted_table=self.unaccepted(end),
            setup_data=self.setup_data(e820),
            initrd=self.initrd() if policy.initrd else None,
            image=KernelImage(start=image.start, end=image.end) if image else None,
            acpi_tables=self.tables(),
            overrides=tuple(TableOverride(o.signature, o.length) for o in self.log.overrides),
            mp_tables=self.log.mp_tables,
            apic_ids=apic_ids,
            boot_x2apic=self.boot_x2apic(apic_ids),
            hypervisor=self.hypervisor(end),
            la57=self.la57(policy),
            gigabyte_pages=self.log.gigabyte_pages is not False,
            mtrr_trimmed=self.log.mtrr_trimmed,
            mtrr_losing=(self.log.mtrr_losing_mib or 0) << 20,
            assumed=tuple(self.assumed),
        )
        return replace(inputs, assumed=tuple(self.assumed)), policy


def gather(firmware: Firmware, given: Given, log: BootLog | None) -> tuple[BootInputs, Policy]:
    """Put inputs together, and give them with the policy of the kernel and its configuration.

    Raises BootInputError where there is no memory map, UnknownKernelError for a release without a model.
    """
    return _Gatherer(firmware, given, log).inputs()
