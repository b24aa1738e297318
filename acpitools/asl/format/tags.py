"""Names of resource descriptors and of the fields in them, where code refers to these by their places.

``CreateDWordField (BUF, 0x0A, MIN)`` says more as ``CreateDWordField (BUF, _Y00._MIN, MIN)`` once the descriptor has
the name ``_Y00``.  Which descriptors are referred to is known only when all is written: until then marks stand in the
text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, product
from typing import NamedTuple

from acpitools.aml.encoding import NameString
from acpitools.aml.names import path_text, places
from acpitools.aml.predefined import describe_name
from acpitools.aml.terms import Term, integer
from acpitools.asl.format.descriptors import named_fields

__all__ = ["Tags"]

_MARK = re.compile(r"\0([A-Z])(\d+)(?::(\d+))?\0")
_SIZES = {
    "CreateBitField": 1,
    "CreateByteField": 8,
    "CreateWordField": 16,
    "CreateDWordField": 32,
    "CreateQWordField": 64,
    "CreateField": 0,
}
_BITS = frozenset({"CreateBitField", "CreateField"})
"""Those that count in bits."""
_LETTERS = "YZJKX"
_DIGITS = "0123456789ABCDEF"


class _Template(NamedTuple):
    # The descriptors of a named template, where they end, in bytes, and the number of the first one's mark.
    descriptors: Sequence[bytes]
    ends: Sequence[int]
    first: int


class _Use(NamedTuple):
    scope: bytes
    source: NameString
    term: Term
    plain: str


class Tags:
    """The marks of one text, and what replaces them."""

    def __init__(self) -> None:
        self._wanted: list[bool] = []
        """For each descriptor, whether it has to have a name."""
        self._templates: dict[bytes, _Template | None] = {}
        """By path; None where several are declared."""
        self._uses: list[_Use] = []
        self._names: list[str] = []
        self._shown: list[tuple[str, str]] = []
        """For each use, the index and the comment."""

    def descriptor(self, *, wanted: bool) -> str:
        """Give the mark for the name of the next descriptor."""
        self._wanted.append(wanted)
        return f"\0T{len(self._wanted) - 1}\0"

    def template(self, path: bytes, descriptors: Sequence[bytes]) -> None:
        """Tell that the descriptors asked for last are those of a template that a name is declared for."""
        many = path in self._templates
        ends = list(accumulate(map(len, descriptors)))
        self._templates[path] = None if many else _Template(descriptors, ends, len(self._wanted) - len(descriptors))

    def use(self, scope: bytes, term: Term, plain: str) -> tuple[str, str]:
        """Give the marks for the index and the comment of an op that makes a field of a buffer."""
        self._uses.append(_Use(scope, term.args[0].args[0], term, plain))
        number = len(self._uses) - 1
        return f"\0I{number}\0", f"\0C{number}\0"

    def resolve(self, exists: Callable[[bytes], bool], taken: Iterable[bytes]) -> None:
        """Decide what replaces the marks; ``taken`` are paths whose last segments no descriptor may have."""
        found = [self._found(use, exists) for use in self._uses]
        named = {number for number, wanted in enumerate(self._wanted) if wanted}
        named |= {field[1] for field in found if field is not None}
        used = {path[-4:] for path in taken if path[-4:-3] == b"_"}
        free = (
            f"_{letter}{high}{low}"
            for letter, high, low in product(_LETTERS, _DIGITS, _DIGITS)
            if f"_{letter}{high}{low}".encode() not in used
        )
        self._names = [next(free, "") if number in named else "" for number in range(len(self._wanted))]
        self._shown = [self._text(use, field) for use, field in zip(self._uses, found, strict=True)]

    def _found(self, use: _Use, exists: Callable[[bytes], bool]) -> tuple[bytes, int, str] | None:
        # (scope of the template, number of the descriptor, name of the field)
        path = next((path for path in places(use.scope, use.source) if exists(path)), b"")
        template = self._templates.get(path)
        index = use.term.args[1]
        number = {"Zero": 0, "One": 1}.get(index.op, index.args[0] if index.args else 0)
        if template is None or (number > 1 and index != integer(number)) or (number < 2 and index.args):
            return None  # not a template, or not encoded as a compiler encodes a name
        size = _SIZES[use.term.op]
        if not size:
            length = use.term.args[2]
            size = length.args[0] if length.op in ("ByteConst", "WordConst") else 1 if length.op == "One" else 0
        bit = number if use.term.op in _BITS else 8 * number
        place = bisect_right(template.ends, bit // 8)
        if not size or place == len(template.ends):
            return None
        descriptor = template.descriptors[place]
        first = bit - 8 * (template.ends[place] - len(descriptor))
        fits = [(bits != size, name) for bits, name in named_fields(descriptor).get(first, ()) if bits >= size]
        return (path[:-4], template.first + place, min(fits)[1]) if fits else None

    def _text(self, use: _Use, field: tuple[bytes, int, str] | None) -> tuple[str, str]:
        if field is None or not self._names[field[1]]:
            return use.plain, ""
        scope, number, name = field
        tail = f"{self._names[number]}.{name.rstrip('_')}"
        comment = f"  // {name.rstrip('_')}: {describe_name(name.ljust(4, '_'))}"
        if scope == use.scope:
            return tail, comment
        if scope == use.scope[:-4]:
            return f"^{tail}", comment
        return f"{path_text(scope)}{'.' if scope else ''}{tail}", comment

    def fill(self, text: str) -> str:
        """Give a text with its marks replaced."""
        return _MARK.sub(self._replaced, text)

    def _replaced(self, match: re.Match[str]) -> str:
        kind, number, separators = match.groups()
        if kind == "T":
            name = self._names[int(number)]
            return f"{', ' * int(separators)}{name}" if name and separators else name
        return self._shown[int(number)][kind == "C"]
