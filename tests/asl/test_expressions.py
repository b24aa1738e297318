"""Precedence of the C-style operators."""

from __future__ import annotations

from typing import Any

import pytest

from acpitools.asl.nodes import Binary, Name, Unary
from acpitools.asl.parser import parse


def shape(node: Any) -> str:
    """Write a tree with all its brackets."""
    if isinstance(node, Binary):
        return f"({shape(node.left)}{node.operator}{shape(node.right)})"
    if isinstance(node, Unary):
        return f"({node.operator}{shape(node.operand)})"
    assert isinstance(node, Name)
    return node.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A + B * C", "(A+(B*C))"),
        ("A * B + C", "((A*B)+C)"),
        ("A - B - C", "((A-B)-C)"),
        ("A << B + C", "(A<<(B+C))"),
        ("A | B ^ C & D", "(A|(B^(C&D)))"),
        ("A == B & C", "((A==B)&C)"),
        ("A < B == C > D", "((A<B)==(C>D))"),
        ("A && B || C && D", "((A&&B)||(C&&D))"),
        ("A = B = C + D", "(A=(B=(C+D)))"),
        ("A += B -= C", "(A+=(B-=C))"),
        ("A = B + C | D", "(A=((B+C)|D))"),
        ("!A == B", "((!A)==B)"),
        ("~A & !B", "((~A)&(!B))"),
        ("(A + B) * C", "((A+B)*C)"),
        ("A % B / C * D", "(((A%B)/C)*D)"),
    ],
)
def test_operators_group_as_the_specification_says(text: str, expected: str) -> None:
    (node,) = parse(text).items
    assert shape(node) == expected


def test_a_long_chain_is_climbed_in_one_go() -> None:
    (node,) = parse(" + ".join(["A"] * 50_000)).items
    assert isinstance(node, Binary)
