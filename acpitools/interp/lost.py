"""Where code outside methods goes on after an operand that names nothing.

ACPICA forgets then which packages the statement lies in: what follows runs as if it stood outside of all of them, but
names are still looked up and declared in the scope of before, to the end of the table.  Of If and While it goes on
behind the innermost that it takes for running.  ACPICA: acpi_ps_parse_loop, acpi_ps_complete_op.
"""

from __future__ import annotations

from acpitools.interp.frames import Frame

__all__ = ["lose"]


def lose(frame: Frame, statement: int) -> int:
    """Give the step at which a frame goes on after a statement with such an operand, and forget its scopes."""
    code = frame.code
    frame.scopes.clear()
    inside: list[int] = []
    around = statement if statement in code.blocks else code.around[statement]
    while around >= 0:
        inside.append(around)
        around = code.around[around]
    running = frame.pending + [number for number in reversed(inside) if number not in frame.pending]
    after = running.pop() if running else statement
    frame.pending = running
    return code.ends[after][0]
