"""What came of one action, gathered while it is carried out.

Findings of hot-plug:

| code | what |
| --- | --- |
| HP001 | an insertion failed and reports success to the firmware |
| HP002 | a failed ejection turned Movable blocks into kernel memory |
| HP003 | a device whose domain nothing named at boot: its memory goes to another node |
| HP004 | a device's domain and the SRAT range that holds it disagree |
| HP005 | a device that was refused before is added along with another one |
| HP006 | a device lies over RAM in part: the rest of it is not added |
| HP007 | ejecting a device ends in a kernel BUG: not all of it is offline, or it is no multiple of a block |
| HP008 | the memory map takes most of what the kernel has left, or more: what is in use decides |
| HP009 | a write to an eject file succeeds, and the ejection that it asks for fails |
| HP010 | two devices claim the same memory: the first one loses its blocks |
| HP011 | what is in use decides whether blocks of a kernel zone go offline; an idle machine is assumed |
| HP012 | a memory map did not fit: the kernel keeps the part that it made, and dies of memory |
| HP013 | a memory device of the tables is there at boot, and the kernel has no memory of it |
| HP014 | the firmware notified what is no memory device and no container |
| HP015 | code of the firmware fails |
| HP016 | what the kernel does for a Notify that came of an action fails |
| HP017 | the firmware notifies without an end |
| HP020 | code of the firmware reads hardware that nothing describes: zeros are taken for it |
| HP019 | a scan meets a container whose ejection was not complete: a kernel since 6.11 dies of it |
| HP018 | a device of the tables was to be there at boot, and by its _STA it is not |
| HP021 | a notification that comes too late: a check of what is attached, an eject request of what is not |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from acpitools.core.findings import Finding, Severity
from acpitools.hotplug.step import FirmwareCall, KernelMemory

__all__ = ["UNCERTAIN", "Outcome", "block_list", "name_list"]

UNCERTAIN: Final = frozenset({"HP008", "HP011"})
"""Codes of what a prediction for an idle machine may get wrong."""
_SHOWN: Final = 8


def name_list(names: Sequence[str]) -> str:
    """Give the first names of a list, and how many more there are."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def block_list(numbers: Iterable[int]) -> str:
    """Give blocks by name, neighbours as a range; see `name_list`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return name_list([f"memory{low}" if low == high else f"memory{low}-memory{high}" for low, high in runs])


@dataclass(slots=True)
class Outcome:
    """The answer to an action: why it failed, what the kernel reported, what it cost."""

    reason: str | None = None
    """Why it did not succeed, or None."""
    ost: int | None = None
    """The last status given to _OST."""
    costs: list[KernelMemory] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    calls: list[FirmwareCall] = field(default_factory=list)
    """What was evaluated of the firmware."""

    def tell(self, code: str, message: str, severity: Severity = Severity.WARNING) -> None:
        """Add a finding."""
        self.findings.append(Finding(code=code, severity=severity, message=message))

    def tell_guesses(self, guesses: Mapping[int, bool]) -> None:
        """Tell of blocks that were to go offline and are taken as in use, or not, as on an idle machine."""
        used, free = ([number for number, busy in guesses.items() if busy is kind] for kind in (True, False))
        parts = [f"{block_list(blocks)} {word}" for blocks, word in ((free, "unused"), (used, "in use")) if blocks]
        if parts:
            text = f"what is in use decides; on an idle machine: {', '.join(parts)}"
            self.tell("HP011", text, Severity.INFO)

    def add(self, other: Outcome) -> None:
        """Take in what another action cost and found."""
        self.costs += other.costs
        self.findings += other.findings

    def fail(self, why: str) -> None:
        """Keep the first reason."""
        self.reason = self.reason or why
