"""Truth values as the kernel reads them.  Kernel: lib/kstrtox.c:kstrtobool, the same in 6.1 and 6.12."""

from __future__ import annotations

import string

import pytest

from acpitools.hotplug.settings import kstrtobool


@pytest.mark.parametrize("text", ["y", "Y", "yes", "t", "T", "1", "10", "on", "ON", "oN", "one"])
def test_what_is_true(text: str) -> None:
    assert kstrtobool(text) is True


@pytest.mark.parametrize("text", ["n", "N", "no", "f", "F", "0", "01", "of", "off", "OFF", "oF"])
def test_what_is_false(text: str) -> None:
    assert kstrtobool(text) is False


def test_all_other_first_letters_are_refused() -> None:
    others = set(string.printable) - set("yYtT1nNfF0")
    assert {text for text in others if kstrtobool(text) is not None} == set()
    assert [kstrtobool(text) for text in ("", " 1", "o", "oo", "2", "-1")] == [None] * 6
