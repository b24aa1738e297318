"""Packages of reserved names: how many elements they have, and of which types.  ACPI 6.5, 5.6.8; ACPICA: nsprepkg.c.

Only what the source says is looked at: a name among the elements may stand for anything.
"""

from __future__ import annotations

from acpitools.aml.predefined_values import PREDEFINED, Contents, Shape
from acpitools.asl.lower.state import State, start_of
from acpitools.asl.nodes import Binary, Call, Integer, Name, Node, String, Unary

__all__ = ["check_package", "kind_of"]

_KINDS = {
    "Buffer": "B",
    "ResourceTemplate": "B",
    "ToUUID": "B",
    "Unicode": "B",
    "ToPLD": "B",
    "Package": "P",
    "EisaId": "I",
    "Zero": "I",
    "One": "I",
    "Ones": "I",
    "Revision": "I",
}
"""Operator -> the kind of what it makes, where that is certain."""
_SHOWN = {"I": "an integer", "S": "a string", "B": "a buffer", "P": "a package", "R": "a reference"}
_COUNTS = frozenset({Shape.COUNTED, Shape.COUNTED_PACKAGES})
_MAY_BE_EMPTY = frozenset(
    {
        Shape.VARIABLE,
        Shape.PACKAGES,
        Shape.COUNTED,
        Shape.ROUTES,
        Shape.AT_LEAST,
        Shape.OPTIONAL_LAST,
        Shape.PAIRS,
        Shape.BATTERY,
    }
)
_HOLD_PACKAGES = frozenset({Shape.PACKAGES, Shape.ROUTES, Shape.AT_LEAST, Shape.OPTIONAL_LAST, Shape.COUNTED})
_NUMBERS = {"_LPI": 3, "_RDI": 1}
"""Numbers before packages that may hold anything."""
_HEADED = frozenset({Shape.COUNTED_PACKAGES, Shape.REVISION})
"""Shapes whose packages follow an integer."""


def kind_of(context: State, node: Node | None) -> str:
    """Return I, S, B or P for what a node certainly is, and nothing where that is not certain."""
    if isinstance(node, Integer):
        return "I"
    if isinstance(node, String):
        return "S"
    if isinstance(node, Unary | Binary):
        return "I" if all(kind_of(context, part) == "I" for part in _parts(node)) else ""
    if isinstance(node, Name | Call):
        return _KINDS.get(context.words[node.text if isinstance(node, Name) else node.name] or "", "")
    return ""


def _parts(node: Unary | Binary) -> list[Node]:
    return [node.operand] if isinstance(node, Unary) else [node.left, node.right]


def check_package(context: State, name: str, node: Call) -> None:
    """Report what is wrong with the package of a reserved name of four characters."""
    expected = PREDEFINED.get(name.encode())
    if expected is not None and expected.contents is not None:
        _Package(context, name, node).check(expected.contents)


class _Package:
    """One package, and what is said of it."""

    def __init__(self, context: State, name: str, node: Call) -> None:
        self.context = context
        self.name = name
        self.node = node
        self.elements = [item for item in node.body or [] if item is not None]
        size = node.arguments[0] if node.arguments else None
        declared = (
            int(size.text, 0) if isinstance(size, Integer) and size.text.isdecimal() and size.text[0] != "0" else 0
        )
        self.length = max(len(self.elements), declared)

    def check(self, contents: Contents) -> None:
        shape, parts = contents
        if not self.length:
            if shape not in _MAY_BE_EMPTY and shape is not Shape.FREE:
                self._least(sum(count or 1 for _, count in parts) if shape not in _HEADED else 1)
            return
        if shape is Shape.BATTERY:
            parts = self._battery(parts)
        if not self.elements:
            if (
                shape in _MAY_BE_EMPTY
                or shape in _HEADED
                or shape is Shape.FREE
                or self._least(sum(count for _, count in parts))
            ):
                self._report(f"this package of {self.name} has {self.length} elements, and none of them is given")
        elif shape is Shape.VARIABLE:
            self._all(parts[0][0], 0)
        elif shape is Shape.PAIRS:
            if self.length % 2:
                self._report(f"{self.name} has an even number of elements, a UUID and a package each")
            for index, item in enumerate(self.elements):
                self._element(index, item, "BP"[index % 2])
        elif shape in _HOLD_PACKAGES:
            self._packages(0, contents)
        elif shape in _HEADED:
            self._headed(contents)
        elif shape is Shape.FREE:
            self._free(_NUMBERS[self.name])
        elif self._least(sum(count for _, count in parts)):
            self._fixed(parts)
            if shape is Shape.OPTION:
                self._all(parts[-1][0], sum(count for _, count in parts))

    def _headed(self, contents: Contents) -> None:
        if not self._element(0, self._at(0), "I"):
            return
        if contents.shape is Shape.COUNTED_PACKAGES:
            count = self._count()
            if count is not None and count >= self.length:
                self._report(f"the first element of {self.name} counts the packages after it: {self.length - 1}")
                return
            self._packages(1, contents, None if count is None else count + 1)
        else:
            self._packages(1, contents)

    def _free(self, numbers: int) -> None:
        if self._least(numbers + 1):
            self._fixed((("I", numbers),))
            self._all("P", numbers)

    def _battery(self, parts: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
        # _BIX: revision 1 has one more number, at its end.
        revision = self._count()
        if revision is None:
            return ()
        return (*parts, ("I", 1)) if revision else parts

    def _packages(self, first: int, contents: Contents, end: int | None = None) -> None:
        for index, item in enumerate(self.elements[first:end], first):
            if self._element(index, item, "P") and isinstance(item, Call):
                inner = _Package(self.context, self.name, item)
                if self.context.words[item.name] == "Package":
                    inner.part(contents)

    def part(self, contents: Contents) -> None:
        """Look at one of the packages that a package holds."""
        shape, parts = contents
        least = 1 if shape is Shape.OPTIONAL_LAST else sum(count for _, count in parts)
        if not self._least(max(least, 1)):
            return
        if shape is Shape.COUNTED:
            if self._element(0, self._at(0), "I"):
                count = self._count()
                if count is not None and count > self.length:
                    self._report(f"this part of {self.name} says that it has {count} elements, and has {self.length}")
                    return
                self._all("I", 1, self.length if count is None else count)
        elif shape is Shape.AT_LEAST:
            self._all(parts[0][0], 0)
        elif shape is Shape.OPTIONAL_LAST:
            self._fixed(parts[:1])
            self._all(parts[1][0], 1)
        else:
            self._fixed(parts)

    def _count(self) -> int | None:
        first = self._at(0)
        if isinstance(first, Integer):
            try:
                return int(first.text, 0)
            except ValueError:
                return None
        word = self.context.words[first.text] if isinstance(first, Name) else None
        return {"Zero": 0, "One": 1}.get(word or "")

    def _at(self, index: int) -> Node | None:
        return self.elements[index] if index < len(self.elements) else None

    def _fixed(self, parts: tuple[tuple[str, int], ...]) -> None:
        index = 0
        for kinds, count in parts:
            for _ in range(count):
                self._element(index, self._at(index), kinds)
                index += 1

    def _all(self, kinds: str, first: int, end: int | None = None) -> None:
        for index, item in enumerate(self.elements[first:end], first):
            self._element(index, item, kinds)

    def _element(self, index: int, item: Node | None, kinds: str) -> bool:
        kind = kind_of(self.context, item)
        if not kind or kind in kinds:
            return True
        wanted = " or ".join(_SHOWN[letter] for letter in kinds)
        self.context.misuse(start_of(item), f"element {index} of {self.name} is {wanted}, not {_SHOWN[kind]}")
        return False

    def _least(self, count: int) -> bool:
        if self.length >= count:
            return True
        holds = "holds nothing" if not self.length else f"has {self.length}"
        self._report(f"this package of {self.name} needs at least {count} element{'s' * (count != 1)}, and {holds}")
        return False

    def _report(self, message: str) -> None:
        self.context.misuse(self.node.start, message)
