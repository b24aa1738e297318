"""What came of an expectation: the verdict, what was measured, and what decides.  JSON: acpitools.check/1."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from acpitools.core.ranges import AddrRange
from acpitools.core.value import value
from acpitools.kernel.layout import Why

__all__ = ["Evidence", "Result", "Suggestion", "Suggestions", "Verdict"]


class Verdict(Enum):
    """How an expectation came out; only the first is good."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "undecided"
    """It speaks of something that is not there, or the kernel does not come up."""


@value
class Evidence:
    """One thing that decides, with its reasons; ranges are half open, bytes."""

    text: str
    ranges: tuple[AddrRange, ...] = ()
    node: int | None = None
    why: tuple[Why, ...] = ()


@value
class Suggestion:
    """Changes that make an expectation hold, found by replaying them, none of them superfluous."""

    changes: tuple[str, ...]
    """In words, with the SRAT structure or the option that is changed."""
    kinds: tuple[str, ...]
    """Stable, for scripts: ``option-add``, ``srat-flag``, ``initrd-move`` ..., one for each change."""
    cmdline: str | None
    """The whole new command line, where it changes."""
    breaks: tuple[str, ...] = ()
    """Other expectations that held before and do not with these changes."""


@value
class Suggestions:
    """The outcome of a search: what helps, the smallest first, and how far it went."""

    found: tuple[Suggestion, ...]
    tried: int
    """Boots that were replayed."""
    kinds: tuple[str, ...]
    """Kinds of changes that were tried."""
    exhausted: bool
    """Everything that the search knows was tried; else it ended at its limit."""


@value
class Result:
    """One expectation and its outcome."""

    source: str
    line: int
    column: int
    name: str | None
    expression: str
    nodes: tuple[tuple[str, int], ...]
    """Variables of the loops around it and the nodes they stand for."""
    verdict: Verdict
    measured: str
    evidence: tuple[Evidence, ...]
    suggestions: Suggestions | None = None
    """None where nobody asked, or it holds."""

    def with_suggestions(self, suggestions: Suggestions) -> Result:
        """Give the same result with what would make it hold."""
        return replace(self, suggestions=suggestions)

    @property
    def title(self) -> str:
        """The name, else the expression; with the nodes that the variables of loops stand for."""
        where = ", ".join(f"{name} = {node}" for name, node in self.nodes)
        return (self.name or self.expression) + (f" ({where})" if where else "")
