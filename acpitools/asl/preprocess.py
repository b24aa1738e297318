"""The preprocessor: #include, Include(), #define, #if and their kin.  It follows iasl's, chapter 9 of its reference.

Files are read by the caller's ``Includes``; depth, size and macro expansion are bounded here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from acpitools.asl.conditions import ConditionError, evaluate
from acpitools.asl.diagnostics import Diagnostic
from acpitools.asl.macros import IDENTIFIER, Macro, MacroError, Macros, parse_definition
from acpitools.asl.source import Origin, Source, plain_source
from acpitools.core.errors import InputError
from acpitools.core.findings import Severity

__all__ = ["MAX_INCLUDE_DEPTH", "MAX_TEXT", "Includes", "NoIncludes", "preprocess"]

MAX_INCLUDE_DEPTH = 32
MAX_CONDITIONS = 256
"""#if inside #if."""
MAX_TEXT = 32 << 20
"""Characters of a source with all that it includes."""

_HASH = re.compile(r"^[ \t]*#", re.MULTILINE)
_DIRECTIVE = re.compile(r"[ \t]*#[ \t]*([A-Za-z]*)[ \t]*(.*)", re.DOTALL)
_INCLUDED = re.compile(r'"([^"]*)"|<([^>]*)>')
# What a line is made of, as far as the preprocessor cares.
_PIECES = re.compile(
    r'(?P<skip>"(?:[^"\\]++|\\.)*+"|//[^\n]*|/\*.*?\*/)|(?P<open>/\*)|'
    r'\b(?P<include>include)[ \t]*\([ \t]*"(?P<file>[^"]*)"[ \t]*\)|(?P<word>[A-Za-z_][A-Za-z_0-9]*)',
    re.IGNORECASE | re.DOTALL,
)


class Includes(Protocol):
    """Where included files come from.  Both methods raise InputError for what may not or cannot be read."""

    def text(self, name: str, including: str) -> tuple[str, str]:
        """Return the file's name, for messages and for what it includes itself, and its text."""

    def data(self, name: str, including: str) -> bytes:
        """Return the bytes of a file that becomes a buffer."""


class NoIncludes:
    """For sources that stand alone."""

    def text(self, name: str, including: str) -> tuple[str, str]:
        """Refuse."""
        raise InputError("cannot include", name, f"{including} was given as text alone")

    def data(self, name: str, including: str) -> bytes:
        """Refuse."""
        raise InputError("cannot include", name, f"{including} was given as text alone")


def preprocess(
    text: str, file: str, *, includes: Includes | None = None, defines: Mapping[str, str] | None = None
) -> tuple[Source, list[Diagnostic]]:
    """Return the text with all directives carried out, and what was wrong with them.

    ``defines`` are macros to begin with, as ``-D NAME=VALUE`` gives them.
    """
    if not (defines or ("#" in text and _HASH.search(text)) or "include" in text.lower()):
        return plain_source(text, file), []
    work = _Work(includes or NoIncludes())
    for name, value in (defines or {}).items():
        work.macros.define(Macro(name, None, value))
    work.file(text, file)
    return Source(
        "".join(work.chunks), work.origins or [Origin(0, file, 1, 1)], work.files, work.numbering
    ), work.diagnostics


class _Branch:
    """An #if that is open."""

    def __init__(self, line: int, *, active: bool, outer: bool) -> None:
        self.line = line
        self.active = active
        self.taken = active
        self.outer = outer
        """Whether the text around it counts."""
        self.last = False
        """Whether its #else has been."""


class _Work:
    """One run of the preprocessor."""

    def __init__(self, includes: Includes) -> None:
        self.includes = includes
        self.macros = Macros()
        self.chunks: list[str] = []
        self.size = 0
        self.origins: list[Origin] = []
        self.files: dict[str, str] = {}
        self.numbering: dict[str, list[tuple[int, int]]] = {}
        self.diagnostics: list[Diagnostic] = []
        self.stack: list[str] = []
        self.stopped = False
        self.following: tuple[str, int, int] | None = None
        """Where the text goes on that was emitted last; what is from there needs no origin of its own."""

    def complain(self, place: tuple[str, int, int], message: str, severity: Severity = Severity.ERROR) -> None:
        file, line, column = place
        lines = self.files[file].split("\n", line) if len(self.diagnostics) < 20 else []
        text = lines[line - 1].rstrip("\r") if line <= len(lines) else ""
        self.diagnostics.append(Diagnostic(file, line, column, severity, message, text))

    def emit(self, text: str, place: tuple[str, int, int], *, exact: bool = True) -> None:
        if not text or self.stopped:
            return
        if self.size + len(text) > MAX_TEXT:
            self.stopped = True
            self.chunks.clear()  # nothing of it is looked at
            self.complain(place, f"the source grows past {MAX_TEXT >> 20} MiB with what it includes and expands")
            return
        if not exact or place != self.following:
            self.origins.append(Origin(self.size, *place, exact))
        file, line, column = place
        newlines = text.count("\n")
        if not exact:
            self.following = None
        elif newlines:
            self.following = (file, line + newlines, len(text) - text.rfind("\n"))
        else:
            self.following = (file, line, column + len(text))
        self.chunks.append(text)
        self.size += len(text)

    def file(self, text: str, file: str) -> None:
        self.files[file] = text
        self.stack.append(file)
        branches: list[_Branch] = []
        in_comment = False
        number = 1
        lines = text.split("\n")
        end = "\n"
        while number <= len(lines):
            first = number
            line = lines[number - 1]
            match = None if in_comment else _DIRECTIVE.fullmatch(line)
            if match is not None:
                parts = [line]
                while parts[-1].rstrip("\r").endswith("\\") and number < len(lines):
                    parts[-1] = parts[-1].rstrip("\r")[:-1]
                    parts.append(lines[number])
                    number += 1
                line = " ".join(parts)
                self.directive(line, (file, first, line.index("#") + 1), branches)
                self.emit("\n" * (number - first + (number < len(lines))), (file, first, 1))
            else:
                if number == len(lines):
                    end = ""
                if all(branch.active for branch in branches):
                    in_comment = self.ordinary(line + end, file, number, in_comment=in_comment)
                else:
                    self.emit(end, (file, number, len(line) + 1))
            number += 1
            if self.stopped:
                break
        for branch in [] if self.stopped else branches:
            self.complain((file, branch.line, 1), "this #if has no #endif")
        self.stack.pop()

    def ordinary(self, line: str, file: str, number: int, *, in_comment: bool) -> bool:
        """Emit a line with its macros expanded; return whether a comment is open at its end."""
        done = 0
        position = 0
        if in_comment:
            end = line.find("*/")
            if end < 0:
                self.emit(line, (file, number, 1))
                return True
            position = end + 2
        while (match := _PIECES.search(line, position)) is not None:
            position = match.end()
            place = (file, number, match.start() + 1)
            if match["open"] is not None:
                self.emit(line[done:], (file, number, done + 1))
                return True
            if match["include"] is not None:
                self.emit(line[done : match.start()], (file, number, done + 1))
                self.include(match["file"], place)
                done = position
            elif match["word"] is not None and match["word"] in self.macros:
                try:
                    text, position = self.macros.expand_at(line, match.start())
                except MacroError as error:
                    self.complain(place, str(error))
                    continue
                self.emit(line[done : match.start()], (file, number, done + 1))
                self.emit(text, place, exact=False)
                done = position
        self.emit(line[done:], (file, number, done + 1))
        return False

    def include(self, name: str, place: tuple[str, int, int]) -> None:
        if len(self.stack) >= MAX_INCLUDE_DEPTH:
            self.complain(place, f"includes are nested more than {MAX_INCLUDE_DEPTH} deep")
            return
        try:
            file, text = self.includes.text(name, self.stack[-1])
        except InputError as error:
            self.complain(place, str(error))
            return
        if file in self.stack:
            self.complain(place, f"{file} includes itself: {' -> '.join([*self.stack, file])}")
            return
        self.file(text, file)

    def directive(self, line: str, place: tuple[str, int, int], branches: list[_Branch]) -> None:
        name, rest = _parts(line)
        active = all(branch.active for branch in branches)
        if name in ("if", "ifdef", "ifndef"):
            if len(branches) == MAX_CONDITIONS:
                self.complain(place, f"#if is nested more than {MAX_CONDITIONS} deep")
                self.stopped = True
                return
            holds = active and self.condition(name, rest, place)
            branches.append(_Branch(place[1], active=holds, outer=active))
        elif name in ("elif", "else", "endif"):
            self.branch(name, rest, place, branches)
        elif active:
            self.action(name, rest, place)

    def branch(self, name: str, rest: str, place: tuple[str, int, int], branches: list[_Branch]) -> None:
        if not branches:
            self.complain(place, f"#{name} without #if")
            return
        branch = branches[-1]
        if name == "endif":
            branches.pop()
        elif branch.last:
            self.complain(place, f"#{name} after #else")
        elif name == "else":
            branch.last = True
            branch.active = branch.outer and not branch.taken
        else:
            branch.active = branch.outer and not branch.taken and self.condition("if", rest, place)
            branch.taken = branch.taken or branch.active

    def condition(self, name: str, rest: str, place: tuple[str, int, int]) -> bool:
        if name != "if":
            if not IDENTIFIER.fullmatch(rest):
                self.complain(place, f"#{name} takes one name")
                return False
            return (rest in self.macros) == (name == "ifdef")
        try:
            return evaluate(rest, self.macros) != 0
        except (ConditionError, MacroError) as error:
            self.complain(place, f"#if: {error}")
            return False

    def action(self, name: str, rest: str, place: tuple[str, int, int]) -> None:
        if name == "define":
            try:
                self.macros.define(parse_definition(rest))
            except MacroError as error:
                self.complain(place, str(error))
        elif name == "undef":
            self.macros.remove(rest)
        elif name in ("include", "includebuffer"):
            self.inclusion(name, rest, place)
        elif name == "error":
            self.complain(place, f"#error {rest}")
        elif name == "warning":
            self.complain(place, f"#warning {rest}", Severity.WARNING)
        elif name == "line":
            self.numbered(rest, place)
        elif name not in ("pragma", ""):
            self.complain(place, f"there is no #{name}")

    def numbered(self, rest: str, place: tuple[str, int, int]) -> None:
        number, *_file = rest.split(maxsplit=1) or [""]
        if not (number.isascii() and number.isdecimal()):
            self.complain(place, "#line takes the number of the next line")
            return
        file, line, _column = place
        self.numbering.setdefault(file, []).append((line + 1, int(number)))

    def inclusion(self, name: str, rest: str, place: tuple[str, int, int]) -> None:
        match = _INCLUDED.match(rest)
        if match is None:
            self.complain(place, f'#{name} takes a file, as "file.asl"')
            return
        file = match[1] or match[2] or ""
        if name == "include":
            self.include(file, place)
            return
        target = rest[match.end() :].strip()
        if not IDENTIFIER.fullmatch(target):
            self.complain(place, "#includebuffer takes a file and a name")
            return
        try:
            data = self.includes.data(file, self.stack[-1])
        except InputError as error:
            self.complain(place, str(error))
            return
        values = ",".join(f"0x{byte:02X}" for byte in data)
        self.emit(f"Name ({target}, Buffer () {{{values}}})", place, exact=False)


def _parts(line: str) -> tuple[str, str]:
    match = _DIRECTIVE.fullmatch(line.rstrip("\r"))
    return ("", "") if match is None else (match[1].lower(), _without_comments(match[2]))


def _without_comments(text: str) -> str:
    return re.sub(
        r'("(?:[^"\\]++|\\.)*+")|//.*|/\*.*?\*/', lambda match: match[1] or " ", text, flags=re.DOTALL
    ).strip()
