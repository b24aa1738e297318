"""What a kernel did with the tables of its initrd, from its log, beside what was expected of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

from acpitools.image.inspection import ArchivedTable, Outcome
from acpitools.kernel.compare import Difference

__all__ = ["compare_srat", "compare_tables"]

_RANGE: Final = re.compile(r"SRAT: Node \d+ PXM \d+ \[mem .*")
_FOUND: Final = re.compile(r"ACPI: (.{4}) ACPI table found in initrd \[")
_USED: Final = re.compile(r"ACPI: Table Upgrade: (override|install) \[(.{4})-")


def compare_tables(log: str, tables: Iterable[ArchivedTable]) -> tuple[Difference, ...]:
    """Give the differences by signature: ``override``, ``install``, ``found`` (and not used) or ``refused``.

    Kernel: acpi_table_upgrade, acpi_table_initrd_override, acpi_table_initrd_scan.
    """
    expected: dict[str, Counter[str]] = {}
    for table in tables:
        expected.setdefault(table.signature, Counter())[_word(table)] += 1
    seen: dict[str, Counter[str]] = {}
    for match in _USED.finditer(log):
        seen.setdefault(match[2], Counter())[match[1]] += 1
    for signature, count in Counter(match[1] for match in _FOUND.finditer(log)).items():
        unused = count - seen.setdefault(signature, Counter()).total()
        if unused > 0:
            seen[signature]["found"] += unused
    for signature, words in expected.items():
        refused = words.total() - seen.setdefault(signature, Counter()).total()
        if refused > 0:
            seen[signature]["refused"] += refused
    return tuple(
        Difference(what="table", where=signature, predicted=_text(expected.get(signature)), observed=_text(words))
        for signature, words in sorted(seen.items())
        if +words != +expected.get(signature, Counter())
    )


def compare_srat(log: str, predicted: Iterable[str]) -> tuple[Difference, ...]:
    """Give the differences between the SRAT's memory lines in a log and those predicted, line by line."""
    seen = [match[0].rstrip() for match in _RANGE.finditer(log)]
    expected = [match[0].rstrip() for line in predicted if (match := _RANGE.search(line))]
    pairs = enumerate(zip_longest(expected, seen))
    return tuple(
        Difference(what="line", where=f"SRAT line {number}", predicted=left, observed=right)
        for number, (left, right) in pairs
        if left != right
    )


def _word(table: ArchivedTable) -> str:
    outcome, code = table.verdict.outcome, table.verdict.code
    if outcome is Outcome.UNUSED:
        return "install" if code in ("oem-ids", "not-reached") else "found"
    return "refused" if outcome is Outcome.REFUSED else "override" if outcome is Outcome.OVERRIDE else "install"


def _text(words: Counter[str] | None) -> str | None:
    return ", ".join(f"{word} x{count}" if count > 1 else word for word, count in sorted((words or {}).items())) or None
