"""Changes to a machine's boot: an option, a flag, a border, a place; each a function from inputs to inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from acpitools.core.firmware_map import EfiDescriptor, EfiType
from acpitools.core.ranges import AddrRange
from acpitools.kernel.inputs import Affinity, BootInputs, KernelImage

__all__ = [
    "Change",
    "add_option",
    "drop_overrides",
    "drop_slit",
    "kept_by_firmware",
    "move_firmware",
    "move_image",
    "move_initrd",
    "other_kernel",
    "remove_option",
    "set_affinities",
    "words_of",
]


class Change(NamedTuple):
    """One change that someone could make."""

    kind: str
    """Stable, for scripts: ``option-add``, ``srat-flag``, ``initrd-move`` ..."""
    text: str
    """What to do, in words."""
    cost: int
    """How much it takes: an option is 1, a table 3, other firmware 5, another kernel 8."""
    subject: str
    """What it changes; two changes of one subject exclude each other."""
    apply: Callable[[BootInputs], BootInputs]


def words_of(line: str) -> list[str]:
    """Give the words of a command line as they stand; quotes keep blanks together."""
    words: list[str] = []
    quoted, word = False, ""
    for char in line:
        if char.isspace() and not quoted:
            if word:
                words.append(word)
            word = ""
            continue
        quoted ^= char == '"'
        word += char
    return [*words, word] if word else words


def add_option(option: str, *, cost: int = 1) -> Change:
    """Put an option at the end of the command line, before a lone ``--``."""

    def apply(inputs: BootInputs) -> BootInputs:
        words = words_of(inputs.cmdline)
        end = words.index("--") if "--" in words else len(words)
        return replace(inputs, cmdline=" ".join([*words[:end], option, *words[end:]]))

    subject = f"option {option.partition('=')[0]}"
    return Change("option-add", f"add {option} to the command line", cost, subject, apply)


def remove_option(word: str) -> Change:
    """Take a word off the command line, the first of its kind."""

    def apply(inputs: BootInputs) -> BootInputs:
        words = words_of(inputs.cmdline)
        if word in words:
            words.remove(word)
        return replace(inputs, cmdline=" ".join(words))

    return Change("option-remove", f"take {word} off the command line", 1, f"option {word}", apply)


def set_affinities(kind: str, text: str, cost: int, changed: Iterable[Affinity]) -> Change:
    """Put changed SRAT structures in the place of those with the same number."""
    new = {entry.number: entry for entry in changed}

    def apply(inputs: BootInputs) -> BootInputs:
        if inputs.srat is None:
            return inputs
        entries = tuple(new.get(entry.number, entry) for entry in inputs.srat.entries)
        return replace(inputs, srat=replace(inputs.srat, entries=entries))

    return Change(kind, text, cost, f"SRAT {sorted(new)}", apply)


def move_initrd(place: AddrRange, where: str) -> Change:
    """Let the boot loader put the initrd elsewhere."""
    text = f"load the initrd at {place} ({where}): --initrd-range {place.start:#x}-{place.end - 1:#x}"
    return Change("initrd-move", text, 2, "initrd", lambda inputs: replace(inputs, initrd=place))


def move_image(place: KernelImage, where: str) -> Change:
    """Let the kernel lie elsewhere."""
    area = AddrRange(place.start, place.end)
    text = f"have the kernel at {area} ({where}): --kernel-range {place.start:#x}-{place.end - 1:#x}"
    return Change("kernel-move", text, 4, "kernel", lambda inputs: replace(inputs, image=place))


def drop_overrides() -> Change:
    """Leave the tables out of the initrd."""
    text = "leave the ACPI tables out of the initrd (their copy is reserved)"
    return Change("override-drop", text, 3, "overrides", lambda inputs: replace(inputs, overrides=()))


def drop_slit() -> Change:
    """Leave the SLIT out; without one the kernel makes no distance table."""
    return Change("slit-drop", "leave the SLIT out", 4, "SLIT", lambda inputs: replace(inputs, slit=None))


def other_kernel(release: str) -> Change:
    """Boot another kernel."""
    text = f"boot Linux {release}: --kernel {release}"
    return Change("kernel-release", text, 8, "release", lambda inputs: replace(inputs, release=release))


def kept_by_firmware(inputs: BootInputs) -> list[AddrRange]:
    """Give where ACPI tables, EFI boot services and kept EFI tables lie, and setup data."""
    return [
        *(AddrRange(t.address, t.address + t.length) for t in inputs.acpi_tables),
        *(place for _, place in inputs.efi_reservations),
        *(AddrRange(d.start, d.end) for d in inputs.efi_memmap if _boot_services(d)),
        *inputs.setup_data,
    ]


def move_firmware(pxm: int, areas: tuple[AddrRange, ...], to: int) -> Change:
    """Let the firmware keep its tables and boot services out of a domain's ranges: they go to ``to`` and up."""

    def inside(start: int, end: int) -> bool:
        return any(start < area.end and area.start < end for area in areas)

    def apply(inputs: BootInputs) -> BootInputs:
        cursor = to

        def moved(start: int, end: int) -> AddrRange:
            nonlocal cursor
            place = AddrRange(cursor, cursor + end - start)
            cursor = -(-place.end // 4096) * 4096
            return place

        tables = tuple(
            t._replace(address=moved(t.address, t.address + t.length).start)
            if inside(t.address, t.address + t.length)
            else t
            for t in inputs.acpi_tables
        )
        kept = tuple(
            (name, moved(*place) if inside(place.start, place.end) else place)
            for name, place in inputs.efi_reservations
        )
        efi = tuple(
            EfiDescriptor(*moved(d.start, d.end), *d[2:]) if _boot_services(d) and inside(d.start, d.end) else d
            for d in inputs.efi_memmap
        )
        setup = tuple(moved(*place) if inside(place.start, place.end) else place for place in inputs.setup_data)
        return replace(inputs, acpi_tables=tables, efi_reservations=kept, efi_memmap=efi, setup_data=setup)

    text = f"firmware: keep ACPI tables and boot services out of the memory of domain {pxm} (tried: from {to:#x} on)"
    return Change("firmware-move", text, 5, f"firmware {pxm}", apply)


def _boot_services(descriptor: EfiDescriptor) -> bool:
    return descriptor.type in (EfiType.BOOT_SERVICES_CODE, EfiType.BOOT_SERVICES_DATA)
