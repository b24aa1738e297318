"""Kernel models as values to show: their stages, and what sets them apart, with sources."""

from __future__ import annotations

from typing import NamedTuple

from acpitools.core.value import value

__all__ = ["Change", "ModelDifference", "ModelView", "StageView"]


class Change(NamedTuple):
    """One thing that changed between releases."""

    since: str
    """First release that has it; of a number, the builds that it was read off."""
    text: str
    function: str
    """Where the kernel does it."""
    certain: bool = True
    """Certain from code or documents, or only probable (the exact release above all)."""
    subject: str | None = None
    """Subject of the commit, where it is known."""


class ModelDifference(NamedTuple):
    """One difference between two models."""

    what: str
    """A field of `Policy`, or ``stage NAME``."""
    before: str
    after: str
    change: Change | None
    """Its source; None for the order and place of stages, which the models' own lists give."""


class StageView(NamedTuple):
    """A stage of a model's list."""

    phase: str
    name: str
    function: str
    """Where the kernel does it."""


@value
class ModelView:
    """A kernel model."""

    release: str
    released: bool
    exact: bool
    note: str
    stages: tuple[StageView, ...]
    changes: tuple[ModelDifference, ...]
    """What sets it apart from the model before it."""
