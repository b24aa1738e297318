"""A prediction beside a real boot, as text: both sides, and where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from acpitools.core.findings import Severity
from acpitools.core.observed import ObservedZone
from acpitools.kernel.layout import ZoneView
from acpitools.report.differences_text import differences_text
from acpitools.report.hotplug_text import action_text
from acpitools.report.terminal import Palette, table, wrapped
from acpitools.report.verification import Verification, VerifiedStep, VerifiedSweep
from acpitools.verify.attempt import Outcome

__all__ = ["verify_text"]

_ZONE_COLUMNS: Final = ("node", "zone", "present", "observed", "managed", "observed")
_RARE: Final = (Outcome.NO_ANSWER, Outcome.NOT_TRIED)
"""Outcomes that have a column only where there are any."""


def verify_text(found: Verification, *, width: int, color: bool) -> Iterator[str]:
    """Give what came up, the zones of both sides, steps, sweep, and all differences; each line with its line end."""
    palette = Palette(color)
    yield from (line + "\n" for line in wrapped(_verdict(found), width, ""))
    why = [finding.message for finding in found.layout.findings if finding.severity is Severity.ERROR]
    if why and not found.layout.boots:
        yield from (line + "\n" for line in wrapped(f"Predicted: {why[-1]}", width, "", "  "))
    if found.layout.zones and found.observed.zones:
        yield "\n" + palette.title("Zones after boot (in pages): predicted, observed") + "\n"
        rows = _zone_rows(found.layout.zones, found.observed.zones)
        yield from (line + "\n" for line in table(_ZONE_COLUMNS, rows, "02345"))
    if found.steps:
        yield "\n" + palette.title("Steps") + "\n"
        for number, step in enumerate(found.steps, start=1):
            yield from (line + "\n" for line in wrapped(_step(number, step), width, "  ", "     "))
        if found.steps_left_out:
            yield f"  {found.steps_left_out} more left out: they were predicted for a machine that is another now\n"
    if found.sweep is not None:
        yield "\n" + palette.title("Offline sweep: what was predicted of the blocks, what became of them") + "\n"
        had = {attempt.outcome for attempt in found.sweep.attempts}
        outcomes = [outcome for outcome in Outcome if outcome in had or outcome not in _RARE]
        columns = ("removable", "blocks", *(outcome.value for outcome in outcomes))
        yield from (line + "\n" for line in table(columns, _sweep_rows(found.sweep, outcomes), "1234567"))
        for attempt in found.sweep.attempts:
            if attempt.outcome is Outcome.NO_ANSWER:
                told = f"memory{attempt.block}: no answer: {attempt.reason}; no more blocks are tried after it"
                yield from (line + "\n" for line in wrapped(told, width, "  ", "    "))
    yield "\n"
    yield from differences_text(found.all_differences, color=color)


def _verdict(found: Verification) -> str:
    if not found.observed.boots:
        words = found.last_words or "without a word"
        return f"Linux {found.release} died in QEMU after {found.seconds:.1f} s: {words}"
    nodes, blocks = len(found.observed.online_nodes or ()), len(found.observed.blocks or ())
    tables = "".join(f", {item.signature} {item.verdict.outcome.value}" for item in found.tables)
    return (
        f"Linux {found.release} came up in QEMU after {found.seconds:.1f} s: {nodes} node{'s' * (nodes != 1)} online, "
        f"{blocks} memory blocks{tables}."
    )


def _zone_rows(predicted: Iterable[ZoneView], observed: Iterable[ObservedZone]) -> Iterator[tuple[object, ...]]:
    left = {(zone.node, zone.zone): zone for zone in predicted}
    right = {(zone.node, zone.zone): zone for zone in observed}
    for key in (*left, *(key for key in right if key not in left)):
        zone, seen = left.get(key), right.get(key)
        yield (
            *key,
            zone.present_pages if zone else "-",
            seen.present_pages if seen else "-",
            zone.managed_pages.estimate if zone else "-",
            seen.managed_pages if seen else "-",
        )


def _step(number: int, step: VerifiedStep) -> str:
    action = step.predicted.action
    said = f"{number}. {action_text(action) if action else ''}: {step.result}"
    if step.reason:
        said += f" ({step.reason})"
    count = len(step.differences)
    if count and step.open:
        said += "; it was open, for what is in use decides"
    return said + (f"; {count} difference{'s' * (count > 1)} from the prediction" if count else ", as predicted")


def _sweep_rows(sweep: VerifiedSweep, shown: Sequence[Outcome]) -> Iterator[tuple[object, ...]]:
    said = dict(sweep.removable)
    for word in ("yes", "maybe", "no"):
        outcomes = [attempt.outcome for attempt in sweep.attempts if said.get(attempt.block) == word]
        yield (word, len(outcomes), *(outcomes.count(outcome) for outcome in shown))
