"""The frame of a method that runs: its arguments, local variables, the names it makes, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from acpitools.interp.objects import Argument, Method, Node, Object, Slot

__all__ = ["NOTHING", "RETURN", "Code", "Frame", "Step"]

RETURN = -1
"""What a step gives that ends its frame; what is returned lies on the stack."""


class Code(NamedTuple):
    """Terms, as a list of steps that need no recursion."""

    steps: tuple[tuple[Step, int], ...]
    """Each step, with how many terms it stands for."""
    statements: tuple[int, ...]
    """Step -> number of the innermost statement that it is part of; -1 where there is none."""
    ends: tuple[tuple[int, int], ...]
    """Statement -> the first step after it, and its offset in the table, bytes (-1 where that is not known)."""
    around: tuple[int, ...]
    """Statement -> the If, outside of its Else, or While that it is in; -1 where there is none."""
    blocks: frozenset[int]
    """Statements that are an If or While."""
    loops: int
    """How many While loops there are."""
    names: bool
    """Whether names are made: such a method is serialized.  ACPICA: acpi_ds_auto_serialize_method."""


class Frame:
    """A method invocation, or the code of a table outside methods."""

    __slots__ = (
        "arguments",
        "at",
        "code",
        "depth",
        "given",
        "implicit",
        "local",
        "made",
        "method",
        "new_operands",
        "origin",
        "pending",
        "scope",
        "scopes",
        "stack",
        "text",
        "turns",
        "wanted",
    )

    def __init__(self, scope: bytes, text: str, arguments: list[Object], depth: int) -> None:
        self.given: Sequence[Object] = arguments
        """What the arguments were at first."""
        self.scope = scope
        """Path from which names are looked up."""
        self.text = text
        """The method's path, for messages."""
        self.arguments: list[Slot] = [Argument(item) for item in arguments]
        self.local: list[Slot] = []
        self.made: list[Node] = []
        """Names that go when the method ends."""
        self.depth = depth
        self.code = NOTHING
        self.at = 0
        """The next step."""
        self.stack: list[Any] = []
        """Operands that wait for their operator."""
        self.scopes: list[bytes] = []
        """Scopes around that of now, the innermost last."""
        self.pending: list[int] = []
        """Statements that code outside methods was lost in and that count as running (acpitools.interp.lost)."""
        self.turns: list[int] = []
        """Turns of each loop."""
        self.implicit: Object | None = None
        """What the method gives if it ends without Return."""
        self.method: Method | None = None
        self.wanted: bool | None = None
        """Whether the caller needs a value; None where it takes one if there is one."""
        self.new_operands: Sequence[bool] | None = None
        """Which arguments are new objects that nothing else holds, where the caller asks whether the result is one."""
        self.origin = 0
        """Where the result stood (acpitools.interp.holding)."""

    def share(self, other: Frame) -> None:
        """Use the variables and names of another frame."""
        self.arguments, self.local, self.made = other.arguments, other.local, other.made

    def begin(self, code: Code) -> None:
        """Make ready to run code from its first step."""
        self.code = code
        self.turns = [0] * code.loops
        self.arguments += [Argument() for _ in range(7 - len(self.arguments))]
        self.local += [Slot() for _ in range(8 - len(self.local))]


Step = Callable[[Frame], "Frame | int | None"]
"""Does a part of a term.  Gives None where the next step follows, the number of the step that does, RETURN, or the
frame of a method that runs first."""

NOTHING = Code((), (), (), (), frozenset(), 0, names=False)
