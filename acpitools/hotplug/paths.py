"""Paths of devices and methods as actions and descriptions name them."""

from __future__ import annotations

from acpitools.aml.encoding import name_from_text
from acpitools.aml.names import path_text
from acpitools.core.errors import EncodeError, InputError

__all__ = ["canonical", "path_of"]


def path_of(text: str, what: str = "hot-plug actions") -> bytes:
    r"""Give the path that a text such as ``\_SB.MEM0`` names.  Raises InputError about ``what``."""
    try:
        return name_from_text(text).path
    except EncodeError as error:
        raise InputError(what, text, f"it is no path: {error.why}") from error


def canonical(name: str) -> str:
    r"""Give a device's name as steps show it: a path without the underscores that fill up ``\_SB_.MEM0``."""
    if not name.startswith("\\"):
        return name
    try:
        return path_text(name_from_text(name).path)
    except EncodeError:
        return name
