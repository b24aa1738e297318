"""The collector is off inside the block, and after it as it was before."""

from __future__ import annotations

import gc

import pytest

from acpitools.core.collection import uncollected


def fail_uncollected() -> None:
    with uncollected():
        raise KeyError(gc.isenabled())


def test_the_collector_is_off_inside_and_on_again_after_an_exception() -> None:
    assert gc.isenabled()
    with pytest.raises(KeyError, match="False"):
        fail_uncollected()
    assert gc.isenabled()


def test_nested_blocks_end_with_the_outermost() -> None:
    with uncollected():
        with uncollected():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
