"""One step of a hot-plug run: what was done, what came of it, and the machine after it."""

from __future__ import annotations

from acpitools.core.value import value
from acpitools.hotplug.actions import Action
from acpitools.kernel.layout import Block, ZoneView

__all__ = ["HotplugStep"]


@value
class HotplugStep:
    """An action, what came of it, and the machine after it."""

    action: Action | None
    """None for the state after boot."""
    result: str | None
    """``ok`` or ``failed``."""
    reason: str | None
    dmesg: tuple[str, ...]
    ost: int | None
    zones: tuple[ZoneView, ...]
    block_size: int
    blocks: tuple[Block, ...]
    online: tuple[int, ...]
    possible: tuple[int, ...]
    memory: tuple[int, ...]
    """Nodes with memory (has_memory)."""
    normal_memory: tuple[int, ...]
    changes: tuple[str, ...]
    """What is different from the step before, in words."""
