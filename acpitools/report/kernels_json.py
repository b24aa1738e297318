"""Kernel models and layouts under two of them, for programs: acpitools.kernels/1 and acpitools.comparison/1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from acpitools.kernel.compare_layouts import FactPair
from acpitools.kernel.model_view import ModelDifference, ModelView

__all__ = ["comparison_json", "model_differences_json", "models_json"]


def _difference(found: ModelDifference) -> dict[str, Any]:
    change = found.change
    return {
        "what": found.what,
        "before": found.before,
        "after": found.after,
        "text": change.text if change else None,
        "since": change.since if change else None,
        "certain": change.certain if change else None,
        "function": change.function if change else None,
        "subject": change.subject if change else None,
    }


def _model(view: ModelView) -> dict[str, Any]:
    return {
        "release": view.release,
        "released": view.released,
        "exact": view.exact,
        "note": view.note,
        "stages": [{"phase": s.phase, "name": s.name, "function": s.function} for s in view.stages],
        "changes": [_difference(change) for change in view.changes],
    }


def models_json(views: Sequence[ModelView]) -> str:
    """Give models as acpitools.kernels/1."""
    return json.dumps({"schema": "acpitools.kernels/1", "models": [_model(view) for view in views]}, indent=1) + "\n"


def model_differences_json(left: str, right: str, found: Sequence[ModelDifference]) -> str:
    """Give what sets two models apart as acpitools.kernels/1."""
    document = {
        "schema": "acpitools.kernels/1",
        "kernels": [left, right],
        "differences": [_difference(one) for one in found],
    }
    return json.dumps(document, indent=1) + "\n"


def comparison_json(names: tuple[str, str], pairs: Sequence[FactPair], found: Sequence[ModelDifference]) -> str:
    """Give two layouts side by side as acpitools.comparison/1, with what sets their kernels apart."""
    document = {
        "schema": "acpitools.comparison/1",
        "kernels": list(names),
        "equal": not any(pair.differs and pair.counts for pair in pairs),
        "facts": [
            {
                "where": pair.where,
                "what": pair.what,
                "left": pair.left,
                "right": pair.right,
                "differs": pair.differs,
                "counts": pair.counts,
            }
            for pair in pairs
        ],
        "models": [_difference(one) for one in found],
    }
    return json.dumps(document, indent=1) + "\n"
