"""Terms to ASL text that means the same bytes: what ``aml disassemble`` shows.

The text is plain ASL; what plain ASL cannot say about the encoding is in notes, ``/*=...*/`` (grammars/README.md).
Needs no parser.
"""
