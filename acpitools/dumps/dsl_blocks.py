"""The fast way through a text: all lines of a record's fixed part in one regular expression.

Where it does not match (an expression, a comment's note, an error) ``dsl_records`` reads the same line by line; a test
holds the two equal for every record.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from struct import Struct
from typing import Any, NamedTuple

from acpitools.codec.fields import Role
from acpitools.codec.labels import Form
from acpitools.codec.record import Record
from acpitools.tables.dsl_layout import Line, fixed_lines, named_bits, tails

__all__ = ["Block", "block_of"]

_PREFIX = r"\s*+(?:\[[^\]\n]*+\][ \t]*+)?"
_SUFFIX = r"[ \t\r]*+(?:\[[^\]\n]*+\][ \t\r]*+)?(?:\n|\Z)"
_CODES = {1: "B", 2: "H", 4: "I", 8: "Q"}
_BIT_DIGITS = {1: "[01]", 2: "[0-3]", 3: "[0-7]", 4: "[0-9A-Fa-f]"}


class Block(NamedTuple):
    """How the lines of one record class are read at once."""

    match: Callable[[str, int], re.Match[str] | None]
    make: Callable[[tuple[str, ...]], bytes | None]
    """Bytes of the groups of a match; None where a flags word has bits that none of its lines has."""


def block_of(cls: type[Record], *, newest: bool = False) -> Block | None:
    """Give how a record's fixed part is read at once, or None where it has values that need a look each."""
    if (cls, newest) not in _BLOCKS:
        _BLOCKS[cls, newest] = _compiled(cls, newest)
    return _BLOCKS[cls, newest]


_BLOCKS: dict[tuple[type[Record], bool], Block | None] = {}


def _compiled(cls: type[Record], newest: bool) -> Block | None:
    pattern, codes, values, groups = "", "<", [], 0
    odd: list[str] = []
    scope: dict[str, Any] = {"fromhex": bytes.fromhex}
    lines = fixed_lines(cls, newest=newest)
    size = sum(line.size for line in lines)
    for line in lines:
        if line.absent or line.optional:
            codes += f"{line.size}x"
            continue
        if line.heading:
            pattern += f"(?:{_PREFIX}{re.escape(line.heading)}[ \\t]*+:{_SUFFIX})?"
        part = _part(line, groups, fixed=not tails(cls), size=size)
        if part is None:
            return None
        if line.bits and (unnamed := (1 << 8 * line.size) - 1 & ~named_bits(line)):
            odd.append(f"int(g[{groups}], 16) & {unnamed}")
        expression, code, value, count = part
        pattern += expression
        groups += count
        codes += code
        values.append(value)
    scope["pack"] = Struct(codes).pack
    known = f"    if {' or '.join(odd)}:\n        return None\n" if odd else ""
    exec(f"def make(g):\n{known}    return pack({', '.join(values)})\n", scope)  # noqa: S102  (indices and sizes only)
    return Block(re.compile(pattern).match, scope["make"])


def _part(line: Line, group: int, *, fixed: bool, size: int) -> tuple[str, str, str, int] | None:
    # Expression, struct code, value, number of groups.
    head = f"{_PREFIX}{re.escape(line.label)}[ \\t]*+:[ \\t]*"
    if line.form is Form.INTEGER:
        code = _CODES.get(line.size, f"{line.size}s")
        digits = f"[0-9A-Fa-f]{{1,{2 * line.size}}}"
        if line.whole and line.bits:
            return None
        if line.bits:
            text, value = f"{head}({digits}){_SUFFIX}", "0"
            for number, bit in enumerate(line.bits):
                if bit.width not in _BIT_DIGITS and bit.width % 4:
                    return None
                choice = _BIT_DIGITS.get(bit.width, f"[0-9A-Fa-f]{{1,{bit.width // 4}}}")
                text += f"{_PREFIX}{re.escape(bit.label)}[ \\t]*+:[ \\t]*+({choice}){_SUFFIX}"
                value += f" | int(g[{group + 1 + number}], 16) << {bit.shift}"
            return text, code, _integer(f"({value})", line.size), 1 + len(line.bits)
        if line.role is Role.LENGTH and fixed:
            return f"{head}{digits}{_SUFFIX}", code, _integer(str(size), line.size), 0
        if line.must is not None:
            return f"{head}0*{line.must}{_SUFFIX}", code, _integer(str(line.must), line.size), 0
        return f"{head}({digits}){_SUFFIX}", code, _integer(f"int(g[{group}], 16)", line.size), 1
    if line.form is Form.STRING:
        text = f'{head}"([^"\\n]{{0,{line.size}}})(?<!\\\\)"{_SUFFIX}'
        return text, f"{line.size}s", f"g[{group}].encode('latin-1')", 1
    if line.form is Form.BUFFER:
        text = f"{head}([0-9A-Fa-f]{{2}}(?: +[0-9A-Fa-f]{{2}}){{{line.size - 1}}}){_SUFFIX}"
        return text, f"{line.size}s", f"fromhex(g[{group}])", 1
    return None


def _integer(value: str, size: int) -> str:
    return value if size in _CODES else f"({value}).to_bytes({size}, 'little')"
