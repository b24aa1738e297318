"""What decides how memory is added and put online: the command line at first, writes to files later.

Kernel: mm/memory_hotplug.c, drivers/acpi/acpi_memhotplug.c.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from acpitools.core.units import memparse, simple_strtoull
from acpitools.core.value import value
from acpitools.kernel import cmdline

__all__ = ["ONLINE_TYPES", "Settings", "boot_settings", "kstrtobool", "written"]

ONLINE_TYPES: Final = ("offline", "online", "online_kernel", "online_movable")
_POLICIES: Final = ("contig-zones", "auto-movable")
_UINT_MAX: Final = (1 << 32) - 1
_MODULE: Final = "/sys/module/memory_hotplug/parameters/"


@value
class Settings:
    """The switches of memory hot-plug."""

    auto_online: str
    policy: str = "contig-zones"
    ratio: int = 301
    """auto_movable_ratio, per cent."""
    numa_aware: bool = True
    memmap_on_memory: bool = False
    movable_node: bool = False
    profile_enabled: bool = True
    """/sys/firmware/acpi/hotplug/memory/enabled: off refuses ejections."""
    acpi_memhotplug: bool = True
    """False with acpi_no_memhotplug: devices are not attached."""
    knobs: tuple[str, ...] = ("auto_online_blocks", "memhp_default_state", "memmap_on_memory", "online_policy")
    """What this kernel lets one set."""
    max_size: int | None = None
    """Bytes: with mem=, memory ending above is refused until userspace runs."""


def kstrtobool(text: str) -> bool | None:
    """Read a truth value by its first letter, or first two, as the kernel does; None where it is none."""
    word = text[:2].lower()
    if word[:1] in ("y", "1", "t") or word == "on":
        return True
    if word[:1] in ("n", "0", "f") or word == "of":
        return False
    return None


def boot_settings(
    command_line: str, *, auto_online: str, movable_node: bool, memmap_force: bool, knobs: tuple[str, ...]
) -> Settings:
    """Give the settings after boot; auto_online is what the kernel was built with.

    With memmap_force the kernel knows ``memmap_on_memory=force``; what is not among the knobs it does not know at all.
    """
    settings = Settings(auto_online=auto_online, movable_node=movable_node, knobs=knobs)
    for param in cmdline.split(command_line):
        name, value = param.name.replace("-", "_"), param.value or ""
        if name == "memhp_default_state" and name in knobs and value in ONLINE_TYPES:
            settings = replace(settings, auto_online=value)
        elif name == "acpi_no_memhotplug":
            settings = replace(settings, acpi_memhotplug=False)
        elif name == "mem":
            size = memparse(value)[0]
            settings = replace(settings, max_size=size) if size and value != "nopentium" else settings
        elif name.startswith("memory_hotplug."):
            settings = _boot_parameter(settings, name.removeprefix("memory_hotplug."), param.value, memmap_force)
    return settings


def _known(settings: Settings, name: str) -> bool:
    # auto_movable_ratio and auto_movable_numa_aware came with the policy that reads them.
    return ("online_policy" if name.startswith("auto_movable_") else name) in settings.knobs


def _boot_parameter(settings: Settings, name: str, value: str | None, memmap_force: bool) -> Settings:
    # What the kernel cannot read leaves the parameter as it is.
    if not _known(settings, name):
        return settings
    if name == "memmap_on_memory":
        on = True if value is None or (memmap_force and value == "force") else kstrtobool(value)
        return settings if on is None else replace(settings, memmap_on_memory=on)
    return _parameter(settings, name, "1" if value is None and name == "auto_movable_numa_aware" else value or "") or (
        settings
    )


def _parameter(settings: Settings, name: str, value: str) -> Settings | None:
    match name:
        case "online_policy" if value in _POLICIES:
            return replace(settings, policy=value)
        case "auto_movable_ratio" if value[:1].isdigit():
            number, rest = simple_strtoull(value)
            return None if rest or number > _UINT_MAX else replace(settings, ratio=number)
        case "auto_movable_numa_aware" if (aware := kstrtobool(value)) is not None:
            return replace(settings, numa_aware=aware)
    return None


def written(settings: Settings, path: str, value: str) -> tuple[Settings, str | None]:
    """Give the settings after a write to a file, and why the kernel refuses it, or None.

    A file that changes nothing here is taken as written.
    """
    text = value.removesuffix("\n")
    knob = path.rpartition("/")[2]
    if path.startswith((_MODULE, "/sys/devices/system/memory/auto_")) and not _known(settings, knob):
        return settings, "ENOENT: this kernel has no such file"
    if path == "/sys/devices/system/memory/auto_online_blocks":
        if text not in ONLINE_TYPES:
            return settings, "EINVAL: not one of " + ", ".join(ONLINE_TYPES)
        return replace(settings, auto_online=text), None
    if path == "/sys/firmware/acpi/hotplug/memory/enabled":
        if not settings.acpi_memhotplug:
            return settings, "ENOENT: with acpi_no_memhotplug there is no such file"
        if text not in ("0", "1"):
            return settings, "EINVAL: not 0 or 1"
        return replace(settings, profile_enabled=text == "1"), None
    if path.startswith(_MODULE):
        name = path.removeprefix(_MODULE)
        if name == "memmap_on_memory":
            return settings, "EACCES: memmap_on_memory can be set at boot only"
        changed = _parameter(settings, name, text)
        if changed is None:
            return settings, "EINVAL: the parameter does not take this value"
        return changed, None
    return settings, None
