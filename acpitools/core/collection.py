"""Work that makes very many values at once, without the cyclic collector looking through them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["uncollected"]


@contextmanager
def uncollected() -> Iterator[None]:
    """Switch the cyclic collector off inside the block, or the decorated function, if it was on.

    It may more than double the time of such work; what lives on is looked through once, after the block.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
