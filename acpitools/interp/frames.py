"""The frame of a method that runs: its arguments, local variables and the names it makes."""

from __future__ import annotations

from acpitools.interp.objects import Argument, Node, Object, Slot

__all__ = ["Frame"]


class Frame:
    """A method invocation, or the code of a table outside methods."""

    __slots__ = ("arguments", "depth", "local", "made", "scope", "text")

    def __init__(self, scope: bytes, text: str, arguments: list[Object], depth: int) -> None:
        self.scope = scope
        """Path from which names are looked up."""
        self.text = text
        """The method's path, for messages."""
        self.arguments = [Argument(item) for item in arguments] + [Argument() for _ in range(7 - len(arguments))]
        self.local = [Slot() for _ in range(8)]
        self.made: list[Node] = []
        """Names that go when the method ends."""
        self.depth = depth
