"""Operator -> the function that lowers it."""

from __future__ import annotations

from collections.abc import Mapping

from acpitools.asl.lower import data, expressions, fields, objects, pld, printing, resources, statements
from acpitools.asl.lower.context import Lower, LowerOperation

__all__ = ["FUNCTIONS", "OPERATIONS"]

FUNCTIONS: Mapping[str, Lower] = {
    **data.FUNCTIONS,
    **expressions.FUNCTIONS,
    **fields.FUNCTIONS,
    **objects.FUNCTIONS,
    **pld.FUNCTIONS,
    **printing.FUNCTIONS,
    **resources.FUNCTIONS,
    **statements.FUNCTIONS,
}

OPERATIONS: Mapping[str, LowerOperation] = expressions.OPERATIONS
"""C-style operator -> the function that lowers it."""
