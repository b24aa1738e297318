"""Blocks that were to go offline, and the promises about them."""

from __future__ import annotations

import pytest

from acpitools.verify.attempt import Attempt, Outcome, parse_attempt
from acpitools.verify.sweep import compare_sweep


@pytest.mark.parametrize(
    ("output", "outcome", "reason"),
    [
        ("zones=Movable\ncode=0\ncomplaint=\nstate=offline", Outcome.OFFLINE, None),
        (
            "code=1\ncomplaint=sh: write error: Device or resource busy\nstate=online",
            Outcome.REFUSED,
            "Device or resource busy",
        ),
        ("code=143\ncomplaint=Terminated\nstate=online", Outcome.TIMED_OUT, None),
        ("code=124\nstate=online", Outcome.TIMED_OUT, None),
        ("skipped=yes", Outcome.SKIPPED, None),
        ("stuck=yes", Outcome.NO_ANSWER, "the write goes on, past its signal"),
        ("code=0\ncomplaint=\nstate=online", Outcome.TIMED_OUT, "no error; exit code of the write: 0"),
        ("", Outcome.TIMED_OUT, "no error; exit code of the write: none"),
    ],
)
def test_an_attempt_is_read(output: str, outcome: Outcome, reason: str | None) -> None:
    assert parse_attempt(5, output) == Attempt(block=5, outcome=outcome, reason=reason)


@pytest.mark.parametrize(
    ("said", "outcome", "broken"),
    [
        ("yes", Outcome.OFFLINE, False),
        ("yes", Outcome.REFUSED, True),
        ("yes", Outcome.TIMED_OUT, True),
        ("yes", Outcome.SKIPPED, False),
        ("yes", Outcome.NO_ANSWER, False),
        ("no", Outcome.NO_ANSWER, False),
        ("yes", Outcome.NOT_TRIED, False),
        ("no", Outcome.OFFLINE, True),
        ("no", Outcome.REFUSED, False),
        ("maybe", Outcome.OFFLINE, False),
        ("maybe", Outcome.REFUSED, False),
    ],
)
def test_only_a_broken_promise_is_a_difference(said: str, outcome: Outcome, broken: bool) -> None:
    found = compare_sweep([Attempt(block=7, outcome=outcome, reason="busy")], {7: said})
    assert [(d.where, d.predicted) for d in found] == ([("memory7", said)] if broken else [])
