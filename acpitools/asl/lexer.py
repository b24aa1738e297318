"""The terminals of ``grammars/asl.lark``: one master pattern, matched over the whole text at C speed."""

from __future__ import annotations

import re

__all__ = ["BAD", "END", "MASTER", "NOTE", "RAW", "SKIP", "TERMINALS", "TERMINAL_IDS"]

# Possessive where a text of millions of characters could fill memory with places to come back to.
# In the order of how often they occur, as far as longest match allows.  A caret before a name belongs to the name.
PATTERNS = (
    ("NAME", r"(?:\\|\^+)?[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*)*|\\|\^+(?=\t*[,)])|\^\^+"),
    ("COMMA", r","),
    ("INTEGER", r"[0-9][0-9A-Za-z_]*"),
    ("LEFT_PAREN", r"\("),
    ("RIGHT_PAREN", r"\)"),
    ("NOTE", r"/\*=(?:[^*]++|\*(?!/))*+\*/"),
    ("SKIP", r"//[^\n]*|/\*(?:[^*]++|\*(?!/))*+\*/"),
    ("LEFT_BRACE", r"\{"),
    ("RIGHT_BRACE", r"\}"),
    ("STEP", r"\+\+|--"),
    ("OPERATOR", r"<<=|>>=|<<|>>|[<>=!+\-*/%&|^]=|&&|\|\||[-+*%&|^<>=]|/(?!\*)"),
    ("STRING", r'"(?:[^"\\]++|\\.)*+"'),
    ("LEFT_BRACKET", r"\["),
    ("RIGHT_BRACKET", r"\]"),
    ("UNARY", r"[!~]"),
    ("SEMICOLON", r";"),
    ("END", r"\Z"),
    ("BAD", r"."),
)

TERMINALS = ("", *(name for name, _ in PATTERNS), "RAW")
"""Number of the group in the master pattern -> terminal.  RAW is a note, see acpitools/asl/notes.py, that stands for a
term."""
TERMINAL_IDS = {name: number for number, name in enumerate(TERMINALS)}
MASTER = re.compile(
    r"[ \t\r\n\f\v]*(?:" + "|".join(f"({pattern})" for _, pattern in PATTERNS) + ")", re.DOTALL | re.ASCII
)
"""Every character of a text is in one match; ``lastindex`` is the terminal."""

NOTE = TERMINAL_IDS["NOTE"]
SKIP = TERMINAL_IDS["SKIP"]
END = TERMINAL_IDS["END"]
BAD = TERMINAL_IDS["BAD"]
RAW = TERMINAL_IDS["RAW"]
