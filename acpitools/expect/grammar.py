"""The parser of expectations, made once from grammars/expect.lark."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from lark import Lark

__all__ = ["expectation_parser"]


@cache
def expectation_parser() -> Lark:
    """Give the LALR parser of grammars/expect.lark."""
    text = files("acpitools").joinpath("grammars", "expect.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", lexer="basic", propagate_positions=True, maybe_placeholders=True)
