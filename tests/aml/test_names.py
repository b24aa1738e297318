"""Which path a name means, at the edge of the namespace."""

from __future__ import annotations

import pytest

from acpitools.aml.encoding import name_from_text
from acpitools.aml.names import declared_path, path_text, places


@pytest.mark.parametrize(
    ("scope", "name", "path"),
    [
        (b"_SB_PCI0", "DEV0", b"_SB_PCI0DEV0"),
        (b"_SB_PCI0", "^DEV0", b"_SB_DEV0"),
        (b"_SB_PCI0", "^^DEV0", b"DEV0"),
        (b"_SB_PCI0", "\\DEV0", b"DEV0"),
    ],
)
def test_a_declaration_counts_from_its_scope(scope: bytes, name: str, path: bytes) -> None:
    assert declared_path(scope, name_from_text(name)) == path


def test_above_the_root_is_nothing_that_another_name_means() -> None:
    for scope, text in ((b"", "^DEV0"), (b"_SB_", "^^DEV0"), (b"_SB_", "^^^DEV0")):
        name = name_from_text(text)
        assert path_text(declared_path(scope, name)) == "^DEV0"
        assert list(places(scope, name)) == [declared_path(scope, name)]
