"""Where and why a text is no expectation."""

from __future__ import annotations

from acpitools.core.errors import InputError
from acpitools.expect.nodes import Position

__all__ = ["ExpectationError"]


class ExpectationError(InputError):
    """Say what is wrong with an expectation; renders as ``bad expectation: FILE:LINE:COLUMN: WHY``."""

    def __init__(self, why: str, source: str, at: Position) -> None:
        super().__init__("bad expectation", f"{source}:{at.line}:{at.column}", why)
        self.at = at

    def __reduce__(self) -> tuple[type[ExpectationError], tuple[str, str, Position]]:
        return type(self), (self.why, self.where.rsplit(":", 2)[0], self.at)
