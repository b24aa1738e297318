"""Printf and Fprintf, found again in what they become: a Store of Concatenates, the first of them of a string.

The inverse of :mod:`acpitools.asl.lower.printing`; what that would not make of the text is not found.
"""

from __future__ import annotations

import re

from acpitools.aml.terms import Term

__all__ = ["find_format"]

_TEXT = re.compile(rb"[ !#$&-\[\]-~]*")
"""What means itself in a format."""


def find_format(term: Term) -> tuple[bytes, list[Term]] | None:
    """Give the format and the arguments of a value that is stored, or None."""
    pieces: list[Term] = []
    while term.op == "Concatenate" and term.args[2].op == "NullName":
        pieces.append(term.args[1])
        term = term.args[0]
    if not pieces or term.op != "String" or not _TEXT.fullmatch(term.args[0]):
        return None
    form: bytes = term.args[0]
    arguments: list[Term] = []
    after_text = bool(form)
    for piece in reversed(pieces):
        if piece.op == "String" and form:
            text: bytes = piece.args[0]
            if text and not after_text and _TEXT.fullmatch(text):
                form += text
                after_text = True
                continue
            form += b"%s"
        else:
            form += b"%o"
        arguments.append(piece)
        after_text = False
    return form, arguments
