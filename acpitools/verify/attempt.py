"""One memory block that was to go offline, and what became of it."""

from __future__ import annotations

from enum import Enum

from acpitools.core.value import value

__all__ = ["Attempt", "Outcome", "parse_attempt"]


class Outcome(Enum):
    """What became of an attempt; the value is its name in JSON."""

    OFFLINE = "offline"
    REFUSED = "refused"
    TIMED_OUT = "timed out"
    """The write ended before the kernel refused: its time was up, or something else ended it."""
    SKIPPED = "skipped"
    """Too little memory is free to try."""
    NO_ANSWER = "no answer"
    """The kernel did not come back from it, or the machine is lost: neither yes nor no."""
    NOT_TRIED = "not tried"
    """The sweep was over before."""


@value
class Attempt:
    """One block, and what the kernel did."""

    block: int
    outcome: Outcome
    reason: str | None = None
    """The error of the write: ``Device or resource busy``; or why there is no answer."""


def parse_attempt(block: int, output: str) -> Attempt:
    """Read what the script printed of one block."""
    told = dict(line.partition("=")[::2] for line in output.splitlines())
    if told.get("skipped"):
        return Attempt(block=block, outcome=Outcome.SKIPPED)
    if told.get("stuck"):
        return Attempt(block=block, outcome=Outcome.NO_ANSWER, reason="the write goes on, past its signal")
    if told.get("state") == "offline":
        return Attempt(block=block, outcome=Outcome.OFFLINE)
    if told.get("code") in ("124", "143"):  # of timeout, and of busybox's
        return Attempt(block=block, outcome=Outcome.TIMED_OUT)
    reason = told.get("complaint", "").rpartition(": ")[2]
    if not reason:  # a kernel that refuses gives an error
        code = told.get("code") or "none"
        return Attempt(block=block, outcome=Outcome.TIMED_OUT, reason=f"no error; exit code of the write: {code}")
    return Attempt(block=block, outcome=Outcome.REFUSED, reason=reason)
