"""Operator -> the function that lowers it."""

from __future__ import annotations

from collections.abc import Mapping

from acpitools.asl.keywords import MATCHES
from acpitools.asl.lower import data, expressions, fields, objects, pld, printing, resources, statements
from acpitools.asl.lower.context import CONVERT, Context, Lower
from acpitools.asl.nodes import Call, Node

__all__ = ["FUNCTIONS"]

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


def _match(context: Context, node: Node | None, _call: Call) -> int:
    return context.keyword_value(node, MATCHES, "a comparison")


CONVERT["MatchOp"] = _match
