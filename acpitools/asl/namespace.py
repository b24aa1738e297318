"""The compiler's namespace: which names a source declares, and which object a name means where it is used.

A path is bytes, the segments of four characters from the root, as in :mod:`acpitools.aml.names`; the root is empty.
"""

from __future__ import annotations

from acpitools.aml.encoding import NameString, canonical_name
from acpitools.aml.names import declared_path

__all__ = ["Namespace", "Symbol", "shortened", "shortened_declaration"]


class Symbol:
    """One object of the namespace."""

    __slots__ = ("arity", "conditional", "external", "kind", "path", "since", "start", "tag", "target", "used")

    def __init__(self, path: bytes, kind: str, start: int = -1, *, arity: int = 0, external: bool = False) -> None:
        self.path = path
        self.kind = kind
        """ASL's word for its type (IntObj, DeviceObj, ...), or Scope, Alias, Resource, ResourceField."""
        self.start = start
        """Offset of its declaration in the text; -1 for what is there before any table."""
        self.since = start
        """Offset from which on it is known: that of an External before the declaration."""
        self.arity = arity
        """Arguments of a method; -1 where External does not say."""
        self.external = external
        self.conditional = False
        """Whether it is declared inside If, Else or While."""
        self.target: NameString | None = None
        """Of an alias, what it stands for."""
        self.tag: tuple[int, int] = (0, 0)
        """Of the field of a resource: offset and length in bits; of a resource: offset in bytes, as iasl has it, and
        length in bits; of a region: address space and length in bits."""
        self.used = False


PREDEFINED = (
    ("_GPE", "Scope", 0),
    ("_PR_", "Scope", 0),
    ("_SB_", "DeviceObj", 0),
    ("_SI_", "Scope", 0),
    ("_TZ_", "DeviceObj", 0),
    ("_REV", "IntObj", 0),
    ("_OS_", "StrObj", 0),
    ("_GL_", "MutexObj", 0),
    ("_OSI", "MethodObj", 1),
)
"""Spec: ACPI 6.5, 5.3.1 and 5.7."""


class Namespace:
    """All symbols, by path."""

    def __init__(self) -> None:
        self.symbols = {b"": Symbol(b"", "Scope")}
        for name, kind, arity in PREDEFINED:
            path = name.encode()
            self.symbols[path] = Symbol(path, kind, arity=arity)

    def find(self, scope: bytes, name: NameString) -> Symbol | None:
        """Return what a name means in a scope: a single segment is looked for upwards, all else is exact."""
        symbols = self.symbols
        path = name.path
        if name.root or name.parents or len(path) != 4:
            return symbols.get(declared_path(scope, name))
        while True:
            symbol = symbols.get(scope + path)
            if symbol is not None or not scope:
                return symbol
            scope = scope[:-4]

    def method_of(self, path: bytes) -> bytes:
        """Return the path of the innermost method that a path is in; empty where it is in none."""
        for end in range(len(path) - 4, 0, -4):
            parent = self.symbols.get(path[:end])
            if parent is not None and parent.kind == "MethodObj":
                return path[:end]
        return b""

    def aliased(self, symbol: Symbol) -> Symbol:
        """Return what an alias stands for in the end; itself where that is unknown."""
        for _ in range(16):
            if symbol.target is None:
                break
            found = self.find(symbol.path[:-4], symbol.target)
            if found is None:
                break
            symbol = found
        return symbol


def shortened(namespace: Namespace, scope: bytes, name: NameString, symbol: Symbol) -> NameString:
    """Return the shortest name for a symbol in a scope, as iasl writes it: its last segment, or carets and segments."""
    size = _length(name.raw)
    if size <= 4 or not symbol.path:
        return name
    last = NameString(symbol.path[-4:], False, 0, symbol.path[-4:])
    if namespace.find(scope, last) is symbol:
        return last
    return _with_carets(namespace, scope, name, symbol.path, declaration="")


def shortened_declaration(namespace: Namespace, scope: bytes, name: NameString, path: bytes, op: str) -> NameString:
    """Return the shortest name that declares a path in a scope; ``op`` is what declares it."""
    if _length(name.raw) <= 4:
        return name
    if not scope and name.root and name.path:
        return NameString(name.raw[1:], False, 0, name.path)
    return _with_carets(namespace, scope, name, path, declaration=op)


def _with_carets(namespace: Namespace, scope: bytes, name: NameString, path: bytes, *, declaration: str) -> NameString:
    here, there = len(scope) // 4, len(path) // 4
    most = min(here, there)
    common = 0
    while common < most and scope[4 * common : 4 * common + 4] == path[4 * common : 4 * common + 4]:
        common += 1
    if common == 0 or (common == most and here == there):
        return name
    carets = here - common
    rest = path[4 * common :]
    if declaration and common == most and here > there:
        # A declaration needs a segment of its own: one step further up, and the last segment again.
        rest = path[4 * (common - 1) :]
        if declaration == "Scope":
            carets += 1
    raw = canonical_name(parents=carets, path=rest)
    short = NameString(raw, False, carets, rest)
    if _length(raw) >= _length(name.raw):
        return name
    found = namespace.find(scope, short)
    return short if found is not None and found.path == path else name


def _length(raw: bytes) -> int:
    # iasl measures encoded names as C strings: the null name after carets ends one.
    end = raw.find(b"\0")
    return len(raw) if end < 0 else end
