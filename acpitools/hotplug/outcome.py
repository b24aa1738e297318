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
| HP008 | the memory map takes most of what the kernel has |
| HP009 | a write to an eject file succeeds, and the ejection that it asks for fails |
| HP010 | two devices claim the same memory: the first one loses its blocks |
"""

from __future__ import annotations

from dataclasses import dataclass, field

from acpitools.core.findings import Finding, Severity
from acpitools.hotplug.step import KernelMemory

__all__ = ["Outcome"]


@dataclass(slots=True)
class Outcome:
    """The answer to an action: why it failed, what the kernel reported, what it cost."""

    reason: str | None = None
    """Why it did not succeed, or None."""
    ost: int | None = None
    """The last status given to _OST."""
    costs: list[KernelMemory] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def tell(self, code: str, message: str, severity: Severity = Severity.WARNING) -> None:
        """Add a finding."""
        self.findings.append(Finding(code=code, severity=severity, message=message))

    def fail(self, why: str) -> None:
        """Keep the first reason."""
        self.reason = self.reason or why
