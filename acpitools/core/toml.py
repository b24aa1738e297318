"""TOML read key by key: every value is checked where it is taken, and a key that nobody takes is an error."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from acpitools.core.errors import AcpiToolsError, TopologyError
from acpitools.core.units import U64_MAX

__all__ = ["MAX_LISTED", "Refusal", "Section", "number_list", "numbers_text", "parse_size"]

Refusal = Callable[[str, str], AcpiToolsError]
"""Takes a place in the file and what is wrong there; gives the error."""

MAX_LISTED = 1 << 17
"""Numbers that one list such as ``0-447`` may stand for."""
_T = TypeVar("_T")


def _topology(where: str, why: str) -> AcpiToolsError:
    return TopologyError("topology", where, why)


_UNITS = ("", "K", "M", "G", "T", "P", "E")
_SIZE = re.compile(r"(0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20})([kKmMgGtTpPeE]?)(?:i?B)?")
_SPAN = re.compile(r"(\d{1,10}|0[xX][0-9a-fA-F]{1,8})(?:-(\d{1,10}|0[xX][0-9a-fA-F]{1,8}))?$")


class Section:
    """One TOML table and its place in the file; what is wrong in it raises what ``refusal`` gives."""

    def __init__(self, values: object, where: str, refusal: Refusal = _topology) -> None:
        self.refusal = refusal
        if not isinstance(values, Mapping):
            raise refusal(where, f"expected a table, found {_shown(values)}")
        self._values: Mapping[str, Any] = values
        self.where = where
        self._known: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def at(self, key: str) -> str:
        """Give the place of a key, for a message."""
        return f"{self.where}.{key}" if self.where else key

    def wrong(self, key: str, why: str) -> AcpiToolsError:
        """Make the error for a key's value."""
        return self.refusal(self.at(key), why)

    def _take(self, key: str, default: _T) -> Any | _T:
        self._known.add(key)
        return self._values.get(key, default)

    def raw(self, key: str) -> Any:
        """Give a value as it is, None where it is left out."""
        return self._take(key, None)

    def text(self, key: str, default: str, *, longest: int = 200, any_byte: bool = False) -> str:
        """Give a text of printable ASCII characters, or of any character that is one byte."""
        found = self._take(key, default)
        if not isinstance(found, str):
            raise self.wrong(key, f"expected a text, found {_shown(found)}")
        if len(found) > longest:
            raise self.wrong(key, f"{found[:40]!r} has {len(found)} characters; at most {longest} fit")
        fits = max(found, default="") <= "\xff" if any_byte else found.isascii() and found.isprintable()
        if not fits:
            raise self.wrong(key, f"{found!r} has characters that are no {'bytes' if any_byte else 'printable ASCII'}")
        return found

    def flag(self, key: str, default: bool) -> bool:
        """Give true or false."""
        found = self._take(key, default)
        if not isinstance(found, bool):
            raise self.wrong(key, f"expected true or false, found {_shown(found)}")
        return found

    def choice(self, key: str, default: str, choices: Sequence[str]) -> str:
        """Give one of some words."""
        found = self._take(key, default)
        if not isinstance(found, str) or found not in choices:
            raise self.wrong(key, f"{_shown(found)} is none of {', '.join(filter(None, choices))}")
        return found

    def integer(self, key: str, default: int, *, least: int = 0, most: int = (1 << 32) - 1) -> int:
        """Give an integer; a text such as ``"0x10"`` is one too."""
        found = self._take(key, default)
        number = _integer(found)
        if number is None:
            raise self.wrong(key, f"expected an integer, found {_shown(found)}")
        if not least <= number <= most:
            raise self.wrong(key, f"{number} is not between {least} and {most}")
        return number

    def optional_integer(self, key: str, *, least: int = 0, most: int = (1 << 32) - 1) -> int | None:
        """Give an integer, or None where the key is left out."""
        return self.integer(key, 0, least=least, most=most) if key in self else self._take(key, None)

    def size(self, key: str, default: int) -> int:
        """Give bytes: an integer, or a text such as ``"4G"`` or ``"0x100000000"``."""
        return parse_size(self._take(key, default), self.at(key), self.refusal)

    def optional_size(self, key: str) -> int | None:
        """Give bytes, or None where the key is left out."""
        return self.size(key, 0) if key in self else self._take(key, None)

    def numbers(self, key: str) -> tuple[int, ...] | None:
        """Give a list of integers, written as one or as ``"0-3,8"``; None where it is left out."""
        found = self._take(key, None)
        return None if found is None else number_list(found, self.at(key), self.refusal)

    def hexadecimal(self, key: str) -> tuple[bytes, ...]:
        """Give a list of byte strings in hexadecimal."""
        try:
            return tuple(bytes.fromhex(item) for item in self._list(key))
        except (TypeError, ValueError):
            raise self.wrong(key, "expected a list of hexadecimal texts") from None

    def words(self, key: str) -> tuple[str, ...]:
        """Give a list of texts."""
        found = self._list(key)
        for index, item in enumerate(found):
            if not isinstance(item, str):
                raise self.refusal(f"{self.at(key)}[{index}]", f"expected a text, found {_shown(item)}")
        return tuple(found)

    def section(self, key: str) -> Section:
        """Give a table, an empty one where it is left out."""
        return Section(self._take(key, {}), self.at(key), self.refusal)

    def sections(self, key: str) -> list[Section]:
        """Give an array of tables."""
        return [Section(item, f"{self.at(key)}[{index}]", self.refusal) for index, item in enumerate(self._list(key))]

    def _list(self, key: str) -> list[Any]:
        found: Any = self._take(key, None)
        if found is None:
            return []
        if not isinstance(found, list):
            raise self.wrong(key, f"expected a list, found {_shown(found)}")
        return found

    def done(self) -> None:
        """Refuse keys that were not asked for."""
        for key in self._values:
            if key not in self._known:
                near = difflib.get_close_matches(key, sorted(self._known), 1)
                hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(self._known))}"
                raise self.wrong(str(key), f"no such key; {hint}")


def _shown(found: object) -> str:
    text = repr(found)
    return text if len(text) <= 60 else text[:57] + "..."


def _integer(found: object) -> int | None:
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    if isinstance(found, str) and re.fullmatch(r"0[xX][0-9a-fA-F]{1,16}|\d{1,20}", found):
        return int(found, 0) if found[:2] in ("0x", "0X") else int(found)
    return None


def parse_size(found: object, where: str, refusal: Refusal = _topology) -> int:
    """Give the bytes that an integer or a text such as ``"512M"`` stands for.  Raises the error of the refusal."""
    if isinstance(found, int) and not isinstance(found, bool):
        number = found
    elif isinstance(found, str):
        parts = re.split(r"([+-])", found.replace(" ", ""))
        number = _size_text(parts[0], found, where, refusal)
        for sign, part in zip(parts[1::2], parts[2::2], strict=True):
            number += _size_text(part, found, where, refusal) * (1 if sign == "+" else -1)
    else:
        raise refusal(where, f'expected a size such as "4G", found {_shown(found)}')
    if not 0 <= number <= U64_MAX:
        raise refusal(where, f"{_shown(found)} is not between 0 and 2^64 - 1")
    return number


def _size_text(part: str, whole: str, where: str, refusal: Refusal) -> int:
    match = _SIZE.fullmatch(part)
    if match is None:
        raise refusal(where, f'{_shown(whole)} is no size such as "4G" or "0x100000000"')
    digits = match[1]
    number = int(digits, 16) if digits[:2] in ("0x", "0X") else int(digits)
    return number << 10 * _UNITS.index(match[2].upper())


def number_list(found: object, where: str, refusal: Refusal = _topology) -> tuple[int, ...]:
    """Give the integers of a list, or of a text such as ``"0-3,8"``.  Raises the error of the refusal."""
    if isinstance(found, int) and not isinstance(found, bool):
        found = [found]
    if isinstance(found, list):
        numbers = [_integer(item) for item in found]
        if len(numbers) > MAX_LISTED or any(number is None or not 0 <= number < 1 << 32 for number in numbers):
            raise refusal(where, f'expected integers such as [0, 1] or "0-3,8", found {_shown(found)}')
        return tuple(number for number in numbers if number is not None)
    if not isinstance(found, str):
        raise refusal(where, f'expected integers such as [0, 1] or "0-3,8", found {_shown(found)}')
    return tuple(_spans(found, where, refusal))


def _spans(text: str, where: str, refusal: Refusal) -> Iterator[int]:
    count = 0
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        match = _SPAN.match(part)
        first = int(match[1], 0) if match and not re.match(r"0\d", match[1]) else None
        last = int(match[2] or match[1], 0) if match and not re.match(r"0\d", match[2] or "") else None
        if first is None or last is None or last < first or last >= 1 << 32:
            raise refusal(where, f'{_shown(part)} is no number or range such as "0-3,8"')
        count += last - first + 1
        if count > MAX_LISTED:
            raise refusal(where, f"more than {MAX_LISTED} numbers")
        yield from range(first, last + 1)


def numbers_text(numbers: Sequence[int]) -> str:
    """Write integers as ``"0-3,8"``, in their order."""
    parts: list[str] = []
    start = 0
    for index in range(1, len(numbers) + 1):
        if index == len(numbers) or numbers[index] != numbers[index - 1] + 1:
            first, last = numbers[start], numbers[index - 1]
            parts.append(str(first) if first == last else f"{first}-{last}")
            start = index
    return ",".join(parts)
