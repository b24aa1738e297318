"""The kernel command line: split as the kernel splits it, and the options that decide the memory layout.

Kernel: lib/cmdline.c:next_arg, init/main.c:do_early_param (dashes and underscores are one), and the early_param()
handlers named beside the fields of `Options`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from acpitools.core.units import PAGE_SHIFT, memparse, simple_strtoull
from acpitools.core.value import value

__all__ = ["COMMAND_LINE_SIZE", "NOT_REPLAYED", "CoreSize", "Options", "Param", "parse", "split"]


class Param(NamedTuple):
    """One parameter; the value is None where there is no ``=``."""

    name: str
    value: str | None

    def __str__(self) -> str:
        return self.name if self.value is None else f"{self.name}={self.value}"


COMMAND_LINE_SIZE: Final = 2048
"""Bytes of the kernel's copy on x86, the final NUL included."""


NOT_REPLAYED: Final = {
    "acpi=rsdt": "which tables there are",
    "cma_pernuma": "areas of contiguous memory on each node",
    "disableapic": "which CPUs there are",
    "efi_fake_mem": "attributes of the EFI memory map",
    "elfcorehdr": "a range that a crashed kernel left",
    "enable_mtrr_cleanup": "which memory the MTRRs leave in use",
    "initrdmem": "where the initrd lies",
    "mem_encrypt=on": "sizes of buffers for DMA",
    "nolapic": "which CPUs there are",
    "numa_cma": "areas of contiguous memory on nodes",
    "percpu_alloc=page": "where the per-cpu areas lie",
}
"""Options (with any value, or one) that decide about memory and that no stage replays: what each decides."""


@value
class CoreSize:
    """An amount of kernelcore= or movablecore=: pages, or per cent of all memory."""

    pages: int = 0
    percent: int = 0


@value
class Options:
    """The options that matter, in the kernel's reading of them; sizes in bytes."""

    e820_edits: tuple[Param, ...] = ()
    """``mem=`` and ``memmap=`` in order.  Kernel: e820.c:parse_memopt, parse_memmap_opt."""
    movable_node: bool = False
    kernelcore: CoreSize = CoreSize()
    kernelcore_mirror: bool = False
    movablecore: CoreSize = CoreSize()
    numa_off: bool = False
    numa_noacpi: bool = False
    numa_fake: str | None = None
    acpi_off: bool = False
    crashkernel: tuple[str, ...] = ()
    log_buf_len: tuple[int, ...] = ()
    """Sizes asked for, in order."""
    cma: str | None = None
    hugetlb_cma: str | None = None
    hugetlb: tuple[Param, ...] = ()
    """``hugepagesz=``, ``hugepages=``, ``default_hugepagesz=`` in order."""
    hugetlb_free_vmemmap: bool = False
    slab_users: bool = False
    """slab_debug= keeps the users of objects."""
    stack_depot_disable: bool = False
    swiotlb: str | None = None
    iommu: tuple[str, ...] = ()
    kaslr: bool = True
    efi: tuple[str, ...] = ()
    """Words of ``efi=``: debug, nosoftreserve, ..."""
    add_efi_memmap: bool = False
    gbpages: bool = True
    la57: bool = True
    """False with no5lvl."""
    nr_cpus: int | None = None
    """The lowest bound that nr_cpus=, possible_cpus= and nosmp set on CPUs."""
    possible_cpus: int | None = None
    debug_pagealloc: bool = False
    retain_initrd: bool = False
    hashdist: bool | None = None
    dhash_entries: int = 0
    ihash_entries: int = 0
    reserve_mem: tuple[str, ...] = ()
    kfence_interval: int | None = None
    """``kfence.sample_interval``; 0 is off."""
    mtrr_trim: bool = True
    not_replayed: tuple[str, ...] = ()
    """Keys of `NOT_REPLAYED`, in order."""


def split(text: str) -> Iterator[Param]:
    """Split a command line into parameters, up to a lone ``--``.  Quotes keep blanks together."""
    text = text.lstrip()
    while text:
        quoted = text.startswith('"')
        text = text[1:] if quoted else text
        in_quote, equals, end = quoted, 0, len(text)
        for index, char in enumerate(text):
            if char.isspace() and not in_quote:
                end = index
                break
            if char == "=" and not equals:
                equals = index
            if char == '"':
                in_quote = not in_quote
        word, text = text[:end], text[end:].lstrip()
        if quoted and word.endswith('"'):
            word = word[:-1]
        if not equals:
            if word == "--":
                return
            yield Param(word, None)
            continue
        value = word[equals + 1 :]
        if value.startswith('"'):
            value = value[1:].removesuffix('"')
        yield Param(word[:equals], value)


def _core_size(value: str) -> CoreSize:
    # Kernel: cmdline_parse_core.
    number, rest = simple_strtoull(value)
    if rest.startswith("%"):
        return CoreSize(percent=number)
    return CoreSize(pages=memparse(value)[0] >> PAGE_SHIFT)


def _is_true(value: str | None) -> bool | None:
    # Kernel: lib/kstrtox.c:kstrtobool; None where it would say that it does not know the word.
    if not value:
        return None
    word = value.lower()
    if word[0] in "y1t" or word[:2] == "on":
        return True
    if word[0] in "n0f" or word[:2] == "of":
        return False
    return None


class _Parser:
    """Collects the fields of `Options` while the parameters run by."""

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}

    def _append(self, field: str, *items: object) -> None:
        self.fields[field] = (*self.fields.get(field, ()), *items)  # type: ignore[misc]

    def _bound_cpus(self, count: int) -> None:
        known = self.fields.get("nr_cpus")
        self.fields["nr_cpus"] = min(count, known) if isinstance(known, int) else count

    def feed(self, param: Param) -> None:
        name, value = param.name.replace("-", "_"), param.value
        self._append("not_replayed", *(key for key in (name, f"{name}={value}") if key in NOT_REPLAYED))
        if value is None:
            self._feed_flag(name)
        else:
            self._feed_value(name, value)

    def _feed_flag(self, name: str) -> None:
        flags: dict[str, tuple[str, object]] = {
            "movable_node": ("movable_node", True),
            "nokaslr": ("kaslr", False),
            "add_efi_memmap": ("add_efi_memmap", True),
            "nogbpages": ("gbpages", False),
            "gbpages": ("gbpages", True),
            "no5lvl": ("la57", False),
            "debug_pagealloc": ("debug_pagealloc", True),
            "hugetlb_free_vmemmap": ("hugetlb_free_vmemmap", True),
            "retain_initrd": ("retain_initrd", True),
            "keepinitrd": ("retain_initrd", True),
            "disable_mtrr_trim": ("mtrr_trim", False),
        }
        if name in flags:
            field, setting = flags[name]
            self.fields[field] = setting
        elif name == "nosmp":
            self._bound_cpus(1)
        elif name in ("slab_debug", "slub_debug"):
            self._feed_slab_debug("")

    def _feed_value(self, name: str, value: str) -> None:
        match name:
            case "mem" | "memmap":
                self._append("e820_edits", Param(name, value))
            case "movable_node" | "add_efi_memmap" | "nokaslr" | "no5lvl" | "retain_initrd" | "disable_mtrr_trim":
                self._feed_flag(name)  # these handlers do not look at their value
            case "kernelcore":
                if "mirror" in value.split(","):
                    self.fields["kernelcore_mirror"] = True
                else:
                    self.fields["kernelcore"] = self._sized("kernelcore", value)
            case "movablecore":
                self.fields["movablecore"] = self._sized("movablecore", value)
            case "numa":
                self._feed_numa(value)
            case "acpi":
                if value in ("off", "force"):
                    self.fields["acpi_off"] = value == "off"
            case "hugepagesz" | "hugepages" | "default_hugepagesz":
                self._append("hugetlb", Param(name, value))
            case "crashkernel" | "reserve_mem":
                self._append(name, value)
            case "efi" | "iommu":
                self._append(name, *value.split(","))
            case "cma" | "hugetlb_cma" | "swiotlb":
                self.fields[name] = value
            case "log_buf_len":
                self._append("log_buf_len", memparse(value)[0])
            case "dhash_entries" | "ihash_entries":
                self.fields[name] = simple_strtoull(value)[0]
            case "kfence.sample_interval":
                self.fields["kfence_interval"] = simple_strtoull(value)[0]
            case "hashdist":
                self.fields["hashdist"] = bool(simple_strtoull(value)[0])
            case "hugetlb_free_vmemmap" | "stack_depot_disable":
                self.fields[name] = bool(_is_true(value))
            case "slab_debug" | "slub_debug":
                self._feed_slab_debug(value)
            case "debug_pagealloc":
                self.fields["debug_pagealloc"] = bool(_is_true(value))
            case "nr_cpus" | "possible_cpus":
                count = simple_strtoull(value)[0]
                if count:
                    self._bound_cpus(count)
                if name == "possible_cpus":
                    self.fields["possible_cpus"] = count
            case "maxcpus":
                if value.strip() == "0":
                    self._bound_cpus(1)

    def _sized(self, field: str, value: str) -> CoreSize:
        # A per cent value leaves the pages of an earlier one as they were; a size resets the per cent.
        size = _core_size(value)
        before = self.fields.get(field)
        if size.percent and isinstance(before, CoreSize):
            return CoreSize(pages=before.pages, percent=size.percent)
        return size

    def _feed_slab_debug(self, value: str) -> None:
        # Full debugging where no flags are given; once asked for, the table stays.  Kernel: parse_slub_debug_flags.
        for block in value.split(";") if value else [""]:
            flags = block.partition(",")[0].lower().rpartition("-")
            if "u" in flags[2] or not (flags[1] or flags[2]):
                self.fields["slab_users"] = True

    def _feed_numa(self, value: str) -> None:
        # Kernel: arch/x86/mm/numa.c:numa_setup compares prefixes.
        if value.startswith("off"):
            self.fields["numa_off"] = True
        if value.startswith("fake="):
            self.fields["numa_fake"] = value.removeprefix("fake=")
        elif value.startswith("noacpi"):
            self.fields["numa_noacpi"] = True


def parse(text: str) -> Options:
    """Read the options that decide the memory layout; unknown ones are passed over, as the kernel does.

    What is longer than the kernel's buffer is cut off, as there.
    """
    parser = _Parser()
    for param in split(text[: COMMAND_LINE_SIZE - 1]):
        parser.feed(param)
    return Options(**parser.fields)  # type: ignore[arg-type]
