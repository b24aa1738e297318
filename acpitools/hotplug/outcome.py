"""What came of one action, gathered while it is carried out."""

from __future__ import annotations

from dataclasses import dataclass, field

from acpitools.core.findings import Finding, Severity
from acpitools.hotplug.step import KernelMemory

__all__ = ["Outcome"]


@dataclass(slots=True)
class Outcome:
    """The answer to an action: why it failed, what the kernel printed and reported, what it cost."""

    reason: str | None = None
    """Why it did not succeed, or None."""
    lines: list[str] = field(default_factory=list)
    """Kernel messages."""
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
