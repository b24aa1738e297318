"""The macro of a resource descriptor: the one of the compiler's table that gives these very bytes.  ACPI 6.5, 19.6."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from acpitools.asl.descriptor_checks import descriptor_faults
from acpitools.asl.descriptor_layout import Contents, assemble, tag_fields, take_apart
from acpitools.asl.format.lexical import string_text
from acpitools.asl.resource_macros import MACROS, Macro, Parameter
from acpitools.asl.resource_words import WORDS

__all__ = ["MARK", "macro_text", "named_fields"]

_SHOWN = {group: {value: word for word, value in reversed(list(words.items()))} for group, words in WORDS.items()}
"""Group of keywords -> value -> the first keyword that has it."""
_MOST_ACCESS = 4
_NUMBERED = frozenset({"pull", "space"})
"""Groups whose other values are written as numbers."""

MARK = "\0"
"""Begins and ends what stands for the name of a descriptor (acpitools/asl/format/tags.py)."""
_NUMBERS = {
    "_GRA": "Granularity",
    "_MIN": "Range Minimum",
    "_MAX": "Range Maximum",
    "_TRA": "Translation Offset",
    "_LEN": "Length",
}
"""The numbers of an address space, which follow each other in its macro."""


def _tag(first: int) -> int:
    # Small descriptors have their length in the low bits.
    return first if first & 0x80 else first & 0xF8


_CANDIDATES: dict[int, list[tuple[str, Macro]]] = {}
for _name, _macro in MACROS.items():
    _CANDIDATES.setdefault(_tag(_macro.fixed[0]), []).append((_name, _macro))

_TAGS = {
    name: place
    for name, macro in MACROS.items()
    for place, parameter in enumerate(macro.parameters)
    if parameter.kind == "tag"
}
"""Macro to which of its arguments names the descriptor."""


def macro_text(data: bytes, tag: str = "", told: Callable[[int], None] | None = None) -> str | None:
    """Return the macro that gives a descriptor, with a name for it; None where no macro does.

    ``told`` is called with the numbers of iasl's messages about it.  Long macros take several lines.
    """
    made = _made(data)
    if made is None:
        return None
    name, macro, given, shown = made
    words = list(shown)
    if tag and name in _TAGS:
        words[_TAGS[name]] = tag
    if told is not None:
        for fault in descriptor_faults(name, macro, given, tagged=True):
            told(fault.number)
    return f"{name} ({_joined(macro, words)}){_braces(macro, given.body)}"


@lru_cache(maxsize=16)
def named_fields(data: bytes) -> Mapping[int, list[tuple[int, str]]]:
    """Return what a program can refer to in a descriptor that has a name: first bit to bits and name."""
    found: dict[int, list[tuple[int, str]]] = {}
    made = _made(data)
    if made is not None:
        _, macro, given, _ = made
        for name, first, bits in tag_fields(macro, given, assemble(macro, given)[1]):
            found.setdefault(first, []).append((bits, name))
    return found


@lru_cache(maxsize=2048)
def _made(data: bytes) -> tuple[str, Macro, Contents, tuple[str, ...]] | None:
    # The macro that gives a descriptor: its name, itself, what it holds, its arguments without a name.
    for name, macro in _CANDIDATES.get(_tag(data[0]), ()):
        given = take_apart(macro, data)
        words = None if given is None else _arguments(macro, given)
        if given is not None and words is not None:
            return name, macro, given, tuple(words)
    return None


def _joined(macro: Macro, words: list[str]) -> str:
    # The numbers of an address space stand below each other, each with what it is.
    names = [parameter.name for parameter in macro.parameters]
    if "_GRA" not in names:
        return _trimmed(words)
    first = names.index("_GRA")
    last = first + len(_NUMBERS)
    numbers = zip(words[first:last], _NUMBERS.values(), strict=True)
    lines = [f"{', '.join(words[:first])},", *(f"    {word + ',':<20}// {meaning}" for word, meaning in numbers)]
    return "\n".join([*lines, f"    {_trimmed(words[last:])}"])


def _trimmed(words: list[str]) -> str:
    # Without what is not given at the end.  The name is known later; without one what separates it is left out too.
    while words and not words[-1]:
        words.pop()
    if not words or words[-1][:1] != MARK:
        return ", ".join(words)
    mark = words.pop()
    separators = 0
    while words and not words[-1]:
        words.pop()
        separators += 1
    return f"{', '.join(words)}{mark[:-1]}:{separators + bool(words)}{MARK}"


def _arguments(macro: Macro, given: Contents) -> list[str] | None:
    words: list[str] = []
    for parameter in macro.parameters:
        word = _argument(parameter, given)
        if word is None:
            return None
        words.append(word)
    return words


def _argument(parameter: Parameter, given: Contents) -> str | None:
    match parameter.kind:
        case "tag":
            return ""
        case "source":
            return _text(given.source)
        case "label":
            return _text(given.label)
        case "index":
            return "" if given.source_index is None else f"0x{given.source_index:02X}"
        case "vendor":
            size = len(given.vendor)
            return f"RawDataBuffer (0x{size:02X}) {_bytes(given.vendor)}" if size else ""
    value = given.values >> parameter.bit & (1 << parameter.size) - 1
    if parameter.name == "_ASZ" and value > _MOST_ACCESS:
        return None  # iasl takes no macro of it
    if parameter.kind == "number":
        return f"0x{value:0{max(2, parameter.size // 4)}X}"
    if not parameter.size:  # a word that stands for no bits
        value = parameter.default or 0
    word = _SHOWN[parameter.kind].get(value)
    return f"0x{value:02X}" if word is None and parameter.kind in _NUMBERED else word


def _text(data: bytes | None) -> str | None:
    if data is None:
        return ""
    return string_text(data[:-1]) if data.endswith(b"\0") and 0 not in data[:-1] else None


def _braces(macro: Macro, body: bytes) -> str:
    match macro.body:
        case "irq" | "dma":
            mask = int.from_bytes(body, "little")
            return f" {{{', '.join(str(bit) for bit in range(8 * len(body)) if mask >> bit & 1)}}}"
        case "bytes":
            return f" {_bytes(body)}"
        case "interrupts" | "pins":
            size = 4 if macro.body == "interrupts" else 2
            numbers = (int.from_bytes(body[at : at + size], "little") for at in range(0, len(body), size))
            return f" {{ {', '.join(f'0x{number:0{2 * size}X}' for number in numbers)} }}"
    return ""


def _bytes(data: bytes) -> str:
    return f"{{{', '.join(f'0x{byte:02X}' for byte in data)}}}"
