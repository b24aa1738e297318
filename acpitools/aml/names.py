"""Which object a name means, and how many arguments it takes.  Spec: ACPI 6.5, 5.3.

A path is bytes: the segments of four characters, one after another, from the root; the root is empty.  A name of one
segment and no prefix is looked for in the scope and then in each scope above; any other name is exact
(ACPICA: acpi_ns_lookup).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from acpitools.aml.encoding import NameString, segment_text

__all__ = ["NO_METHOD", "PREDEFINED", "UNKNOWN", "Arities", "declared_path", "padded_path", "path_text", "places"]

NO_METHOD = -1
"""The name is declared, and takes no arguments."""
UNKNOWN = -2
"""The name is declared nowhere."""

PREDEFINED: Mapping[bytes, int] = {
    b"_GPE": NO_METHOD,
    b"_PR_": NO_METHOD,
    b"_SB_": NO_METHOD,
    b"_SI_": NO_METHOD,
    b"_TZ_": NO_METHOD,
    b"_GL_": NO_METHOD,
    b"_OS_": NO_METHOD,
    b"_OSI": 1,
    b"_REV": NO_METHOD,
}
"""What is there before any table is loaded.  Spec: ACPI 6.5, 5.3.1 and 5.7."""


_ABOVE_ROOT = b"^___"


def path_text(path: bytes) -> str:
    r"""Give a path as text, ``\_SB.PCI0``; one above the root (declared_path) as ``^PCI0``."""
    above = path.startswith(_ABOVE_ROOT)
    text = path[len(_ABOVE_ROOT) if above else 0 :].decode("latin-1")
    names = ".".join(segment_text(text[index : index + 4]) for index in range(0, len(text), 4))
    return ("^" if above else "\\") + names


def padded_path(path: bytes) -> str:
    r"""Give a path as the kernel prints it, with four characters each: ``\_SB_.PCI0``.  ACPICA: acpi_get_name."""
    text = path.decode("latin-1")
    return "\\" + ".".join(text[index : index + 4] for index in range(0, len(text), 4))


def declared_path(scope: bytes, name: NameString) -> bytes:
    """Give the path that a declaration in a scope makes.

    Where ``^`` leads above the root it is one that no other name means, below a scope that is never there: nothing can
    be declared or found above the root (ACPICA: acpi_ns_lookup).
    """
    if name.root:
        return name.path
    if 4 * name.parents > len(scope):
        return _ABOVE_ROOT + name.path
    return scope[: len(scope) - 4 * name.parents] + name.path


def places(scope: bytes, name: NameString) -> Iterator[bytes]:
    """Yield the paths that a use of a name in a scope may mean, the nearest first."""
    if name.root or name.parents or len(name.path) != 4:
        yield declared_path(scope, name)
        return
    while scope:
        yield scope + name.path
        scope = scope[:-4]
    yield name.path


class Arities:
    """Numbers of arguments by path: what one table says, then the other tables, then what was worked out."""

    def __init__(
        self,
        own: Mapping[bytes, int],
        others: Mapping[bytes, int],
        unsure: frozenset[bytes] = frozenset(),
        guessed: Mapping[bytes, int] | None = None,
    ) -> None:
        self.own = dict(own)
        """Path to number of arguments; NO_METHOD for what takes none.  Grows as local names are met."""
        self.others = others
        self.unsure = unsure
        """Paths declared more than once, with different numbers of arguments."""
        self.guessed = guessed or {}
        """Path of a name, as :meth:`key` gives it, to the number of arguments that its uses show."""

    def find(self, scope: bytes, name: NameString) -> int:
        """Give the number of arguments, NO_METHOD or UNKNOWN."""
        own, others, guessed = self.own, self.others, self.guessed
        for path in places(scope, name):
            if path in guessed:
                return guessed[path]
            if path in own:
                return own[path]
            if path in others:
                return others[path]
        return self.guessed.get(self.unknown_key(scope, name), UNKNOWN)

    def key(self, scope: bytes, name: NameString) -> bytes:
        """Give where a guess about a name belongs: its path where it is declared, else a mark for all its uses."""
        for path in places(scope, name):
            if path in self.own or path in self.others:
                return path
        return self.unknown_key(scope, name)

    @staticmethod
    def unknown_key(scope: bytes, name: NameString) -> bytes:
        """Give the mark of a name that is declared nowhere."""
        if name.root or name.parents or len(name.path) != 4:
            return b"\\" + declared_path(scope, name)
        return b"?" + name.path
