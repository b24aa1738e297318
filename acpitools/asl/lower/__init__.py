"""Lowering: syntax tree to terms.  Each module lowers one family of operators; ``dispatch.py`` lists all of them."""
