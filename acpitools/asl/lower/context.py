"""What every lowering function works with: the source, the namespace, where in it we are, and how to lower a node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn, TypeAlias

from acpitools.aml.encoding import NameString, decode_name, name_from_text
from acpitools.aml.names import path_text
from acpitools.aml.terms import NULL_NAME, Term, integer
from acpitools.asl.diagnostics import Diagnostic
from acpitools.asl.fold import FOLDABLE, FoldError, fold
from acpitools.asl.keywords import LEAVES, OPERATORS, keyword
from acpitools.asl.namespace import Namespace, Symbol, shortened, shortened_declaration
from acpitools.asl.nodes import Binary, Call, Index, Integer, Name, Node, Raw, Step, String, Unary
from acpitools.asl.notes import NoteError, Notes, hex_bytes
from acpitools.asl.options import Options
from acpitools.asl.source import Source
from acpitools.asl.strings import StringError, unescape
from acpitools.core.errors import EncodeError
from acpitools.core.findings import Severity

__all__ = ["Context", "Lower", "MethodState", "Misuse", "Words"]

MAX_DIAGNOSTICS = 200

LEAF_TERMS = {name: Term(name) for name in LEAVES if name != "Return"}
ZERO = LEAF_TERMS["Zero"]
_FLAGS = {"Method": 1, "Field": 1, "IndexField": 2, "BankField": 3}
"""Op -> which argument its flags are."""
_SLOTS = frozenset(name for name in LEAVES if name[:3] in ("Arg", "Loc")) | {"Debug"}


class Misuse(Exception):
    """An error in the source; the statement that holds it is given up."""

    def __init__(self, start: int, message: str) -> None:
        super().__init__(message)
        self.start = start
        self.message = message


class Words(dict[str, "str | None"]):
    """Word as written -> canonical keyword, or None for a name; remembers each spelling."""

    def __missing__(self, text: str) -> str | None:
        word = self[text] = keyword(text)
        return word


class MethodState:
    """The method whose body is being lowered."""

    def __init__(self, symbol: Symbol) -> None:
        self.symbol = symbol
        self.temporaries: list[Term] = []
        """Names that Switch needs, the newest first."""


class Context:
    """The state of one compilation."""

    def __init__(
        self, source: Source, namespace: Namespace, options: Options, words: Words, notes: Notes | None = None
    ) -> None:
        self.source = source
        self.namespace = namespace
        self.options = options
        self.words = words
        self.diagnostics: list[Diagnostic] = []
        self.scope = b""
        self.method: MethodState | None = None
        self.loops = 0
        self.width = 8
        """Bytes of an integer: 4 in a table of revision 1 or 0."""
        self.shorten = False
        """Whether names are shortened."""
        self.notes: Notes = notes or {}
        self.exact = bool(notes)
        """Whether the source says each byte (acpitools/asl/notes.py): nothing is optimised, and little is refused."""
        self.fold = options.fold and not self.exact
        self.externals: list[tuple[bytes, int]] = []
        """Paths in the order of the source, with the object types that External encodes."""
        self.external_methods: set[bytes] = set()
        self.called: dict[bytes, int] = {}
        """Path of an external method -> the number of arguments of its first call."""
        self.functions: Mapping[str, Lower] = {}
        self._names: dict[str, NameString] = {}
        self._references: dict[tuple[bytes, str], tuple[Symbol, NameString]] = {}
        self._integers: dict[int, Term] = {}

    # Diagnostics

    def error(self, start: int, message: str) -> None:
        """Report an error at an offset."""
        self._report(start, Severity.ERROR, message)

    def warning(self, start: int, message: str) -> None:
        """Report a warning at an offset."""
        self._report(start, Severity.WARNING, message)

    def _report(self, start: int, severity: Severity, message: str) -> None:
        if len(self.diagnostics) < MAX_DIAGNOSTICS:
            self.diagnostics.append(self.source.diagnostic(start, severity, message))

    # Names

    def name(self, node: Node | None, what: str = "a name") -> NameString:
        """Return the name that a node is."""
        if type(node) is not Name:
            raise Misuse(_start(node), f"{what} is expected here")
        text = node.text
        if self.exact and "name" in self.notes.get(node.start, ()):
            return self._noted_name(node)
        name = self._names.get(text)
        if name is None:
            try:
                name = name_from_text(text)
            except EncodeError as error:
                raise Misuse(node.start, f"{text!r} is no operator, and no name: {error.why}") from error
            self._names[text] = name
        return name

    def _noted_name(self, node: Name) -> NameString:
        raw = self.note_bytes(node.start, "name")
        name = decode_name(raw, 0, len(raw))
        if name is None or name.raw != raw:
            raise Misuse(node.start, f"{raw.hex()} encodes no name")
        return name

    def note_bytes(self, start: int, key: str) -> bytes:
        """Return the bytes that a note says."""
        try:
            return hex_bytes(self.notes[start][key])
        except NoteError as error:
            raise Misuse(start, str(error)) from error

    def note_number(self, start: int, key: str) -> int:
        """Return the number that a note says."""
        text = self.notes[start][key]
        try:
            return int(text, 0)
        except ValueError:
            raise Misuse(start, f"the note says {text!r}, which is no number") from None

    def noted(self, term: Term, start: int) -> Term:
        """Return a term encoded as the notes before it say."""
        notes = self.notes[start]
        if "flags" in notes and term.op in _FLAGS:
            place = _FLAGS[term.op]
            flags = self.note_number(start, "flags") & 0xFF
            term = term._replace(args=(*term.args[:place], flags, *term.args[place + 1 :]))
        if "pkglength" in notes:
            return term._replace(form=self.note_bytes(start, "pkglength"))
        if "pkg" in notes:
            size = self.note_number(start, "pkg")
            if not 1 <= size <= 4:
                raise Misuse(start, "a PkgLength has 1 to 4 bytes")
            return term._replace(form=size if size > 1 else 0)
        return term

    def declared(self, node: Node | None, op: str) -> tuple[NameString, Symbol]:
        """Return the name that a declaration writes and the symbol that it made."""
        name = self.name(node)
        symbol = self.namespace.find(self.scope, name) if op == "Scope" else None
        if symbol is None:
            symbol = self.namespace.symbols.get(declared(self.scope, name))
        if symbol is None:
            assert node is not None
            raise Misuse(node.start, f"{self.where(name)} is declared nowhere")
        if self.shorten:
            name = shortened_declaration(self.namespace, self.scope, name, symbol.path, op)
        return name, symbol

    def reference(self, node: Name) -> tuple[Symbol, NameString]:
        """Return the symbol that a name means here, and the name to encode."""
        key = (self.scope, node.text)
        if self.exact:
            name = self.name(node)
            symbol = self.namespace.find(self.scope, name)
            return symbol or Symbol(name.path, "UnknownObj"), name
        known = self._references.get(key)
        if known is None:
            name = self.name(node)
            symbol = self.namespace.find(self.scope, name)
            if symbol is None:
                raise Misuse(node.start, self.not_found(name))
            symbol.used = True
            if self.shorten and symbol.kind not in ("Resource", "ResourceField"):
                name = shortened(self.namespace, self.scope, name, symbol)
            known = self._references[key] = (symbol, name)
        return known

    def where(self, name: NameString) -> str:
        """Return a name as the messages show it."""
        return str(name)

    def not_found(self, name: NameString) -> str:
        """Return the message about a name that means nothing here."""
        last = name.path[-4:]
        elsewhere = [path for path in self.namespace.symbols if path[-4:] == last][:3]
        hint = f"; there is {' and '.join(map(path_text, elsewhere))}" if elsewhere and last else ""
        return f"{name} is not known in {path_text(self.scope)}{hint}: declare it, or say External"

    # Nodes to terms

    def number(self, value: int) -> Term:
        """Return the shortest constant for a value, as the options have it."""
        term = self._integers.get(value)
        if term is None:
            term = self._integers[value] = self._number(value)
        return term

    def _number(self, value: int) -> Term:
        short = self.options.shorten_integers and not self.exact
        if value in (0, 1) and not short:
            return Term("ByteConst", (value,))
        if value == (1 << (8 * self.width)) - 1 and short:
            return LEAF_TERMS["Ones"]
        return integer(value)

    def literal(self, node: Integer) -> Term:
        """Return the constant for an integer as written."""
        text = node.text
        if self.exact and text[:2] in ("0x", "0X"):
            digits = len(text) - 2
            op = "ByteConst" if digits <= 2 else "WordConst" if digits <= 4 else "DWordConst" if digits <= 8 else None
            return Term(op or "QWordConst", (self.parse_integer(node, wide=True),))
        return self.number(self.parse_integer(node))

    def parse_integer(self, node: Integer, *, wide: bool = False) -> int:
        """Return the value of an integer constant, cut to the width of the table unless it is ``wide``."""
        text = node.text
        try:
            value = int(text, 16) if text[:2] in ("0x", "0X") else int(text, 8 if text[0] == "0" else 10)
        except ValueError:
            raise Misuse(node.start, f"{text} is no integer") from None
        if value >> 64:
            raise Misuse(node.start, f"{text} does not fit 64 bits")
        if self.width == 4 and value >> 32 and not wide:
            self.warning(node.start, f"{text} is cut to 32 bits: integers of a table of revision 1 have no more")
            value &= 0xFFFF_FFFF
        return value

    def value(self, node: Node | None) -> Term:
        """Lower a node to a term that has a value."""
        kind = type(node)
        if kind is Name:
            return self._name_value(node)  # type: ignore[arg-type]
        if kind is Integer:
            return self.literal(node)  # type: ignore[arg-type]
        if kind is Call:
            return self.call(node)  # type: ignore[arg-type]
        return self._other_value(node)

    def _other_value(self, node: Node | None) -> Term:
        if isinstance(node, Binary):
            return self.functions[node.operator](self, node)
        if isinstance(node, String):
            return Term("String", (self.text(node),))
        if isinstance(node, Index):
            return Term("Index", (self.value(node.base), self.value(node.index), NULL_NAME))
        if isinstance(node, Unary):
            if node.operator == "!":
                return self.folded("LNot", (self.value(node.operand),), node.start)
            return self.folded("Not", (self.value(node.operand), NULL_NAME), node.start)
        if isinstance(node, Step):
            return Term("Increment" if node.operator == "++" else "Decrement", (self.target(node.operand),))
        if isinstance(node, Raw):
            return Term("Raw", (node.data,))
        raise Misuse(_start(node), "a value is expected here")

    def _name_value(self, node: Name) -> Term:
        word = self.words[node.text]
        if word is not None:
            term = LEAF_TERMS.get(word)
            if term is not None:
                return term
            return self.functions[word](self, Call(node.start, node.text, None, None, node.start))
        symbol, name = self.reference(node)
        if symbol.kind == "MethodObj":
            return self.invocation(node.start, symbol, name, ())
        if symbol.kind in ("Resource", "ResourceField"):
            return self.number(symbol.tag[0])
        return Term("NamePath", (name,))

    def target(self, node: Node | None) -> Term:
        """Lower a node to something that can be stored to or referred to (SuperName)."""
        kind = type(node)
        if kind is Name:
            assert isinstance(node, Name)
            word = self.words[node.text]
            if word is None:
                symbol, name = self.reference(node)
                if symbol.kind == "MethodObj":
                    return self.invocation(node.start, symbol, name, ())
                return Term("NamePath", (name,))
            if word in _SLOTS:
                return LEAF_TERMS[word]
        elif kind is Index:
            return self._other_value(node)
        elif kind is Call:
            assert isinstance(node, Call)
            word = self.words[node.name]
            if word in ("Index", "DerefOf", "RefOf") or word is None:
                return self.call(node)
        if self.exact:
            return self.value(node)
        raise Misuse(_start(node), "this cannot be stored to; a name, Local, Arg, Debug, Index or DerefOf can")

    def conditional(self, node: Node | None) -> Term:
        """Lower what CondRefOf asks for: an object that may not be there."""
        if type(node) is Name and self.words[node.text] is None:
            name = self.name(node)  # as it is written, never shortened: the object may be another one, or none
            symbol = self.namespace.find(self.scope, name)
            if symbol is not None:
                symbol.used = True
            return Term("NamePath", (name,))
        return self.simple(node)

    def simple(self, node: Node | None) -> Term:
        """Lower a node that means an object itself, never what it gives: of RefOf, CondRefOf, ObjectType, a package."""
        if type(node) is Name and self.words[node.text] is None:
            symbol, name = self.reference(node)
            if symbol.kind in ("Resource", "ResourceField"):
                return self.number(symbol.tag[0])
            return Term("NamePath", (name,))
        return self.target(node)

    def call(self, node: Call) -> Term:
        """Lower an operator, a macro or a method call."""
        if node.start in self.notes:
            return self.noted(self._call(node), node.start)
        return self._call(node)

    def _call(self, node: Call) -> Term:
        word = self.words[node.name]
        if word is None:
            return self._method_call(node)
        operator = OPERATORS.get(word)
        if operator is None:
            function = self.functions.get(word)
            if function is None:
                raise Misuse(node.start, f"{word} takes no arguments")
            return function(self, node)
        given = node.arguments
        if given is None or node.body is not None:
            raise Misuse(node.start, f"{word} takes arguments in parentheses, and no body")
        count = len(given)
        words = operator.words
        if count != len(words) and (count > len(words) or count < operator.required):
            raise Misuse(node.start, f"{word} takes {_counted(operator.required, len(words))}, not {_given(given)}")
        args = tuple([CONVERT[words[i]](self, given[i] if i < count else None, node) for i in range(len(words))])
        if operator.op in FOLDABLE:
            return self.folded(operator.op, args, node.start)
        return Term(operator.op, args)

    def folded(self, op: str, args: tuple[Term, ...], start: int) -> Term:
        """Return the operator on its arguments, or what it gives where all of them are constants."""
        if self.fold:
            try:
                done = fold(op, args, self.width, self.number)
            except FoldError as error:
                raise Misuse(start, f"this constant expression has no value: {error}") from error
            if done is not None:
                return done
        return Term(op, args)

    def _method_call(self, node: Call) -> Term:
        symbol, name = self.reference(Name(node.start, node.name))
        if node.body is not None or node.arguments is None:
            raise Misuse(node.start, f"{node.name} is no operator that takes a body")
        given = node.arguments
        if given[-1] is None:
            given = given[:-1]
        return self.invocation(node.start, symbol, name, tuple([self.value(argument) for argument in given]))

    def invocation(self, start: int, symbol: Symbol, name: NameString, args: tuple[Term, ...]) -> Term:
        """Return a method call, its number of arguments checked."""
        method = self.namespace.aliased(symbol) if symbol.kind == "Alias" else symbol
        if self.exact:
            return Term("Call", (name, *args))
        if method.kind != "MethodObj":
            if method.kind != "UnknownObj" and method.kind != "Alias":
                raise Misuse(start, f"{name} is no method: it cannot be called")
        elif method.arity >= 0 and len(args) != method.arity:
            raise Misuse(start, f"{name} takes {_counted(method.arity, method.arity)}, not {len(args)}")
        if method.path in self.external_methods:
            self.called.setdefault(method.path, len(args))
        return Term("Call", (name, *args))

    def text(self, node: Node | None, what: str = "a string") -> bytes:
        """Return the characters of a string constant."""
        if not isinstance(node, String):
            raise Misuse(_start(node), f"{what} is expected here")
        try:
            return unescape(node.text)
        except StringError as error:
            raise Misuse(node.start + error.offset, str(error)) from error

    def constant(self, node: Node | None, what: str = "a constant", bits: int = 64) -> int:
        """Return the value of a node that must be a constant; one that is written out is not cut to the table's width."""
        if isinstance(node, Integer):
            value = self.parse_integer(node, wide=True)
        else:
            term = self.value(node)
            if term.op in ("Zero", "One"):
                value = int(term.op == "One")
            elif term.op == "Ones":
                value = (1 << min(bits, 8 * self.width)) - 1
            elif term.op in ("ByteConst", "WordConst", "DWordConst", "QWordConst"):
                value = term.args[0]
            else:
                raise Misuse(_start(node), f"{what} is expected here, not an expression that is computed at run time")
        if value >> bits:
            raise Misuse(_start(node), f"{value:#x} does not fit {bits} bits")
        return value

    def keyword_value(self, node: Node | None, table: Mapping[str, int], what: str) -> int:
        """Return the value of one of a group of keywords."""
        if isinstance(node, Name):
            value = table.get(node.text)
            if value is None:
                value = {word.lower(): number for word, number in table.items()}.get(node.text.lower())
            if value is not None:
                return value
        raise Misuse(_start(node), f"{what} is expected here: {', '.join(table)}")


Lower: TypeAlias = "Callable[[Context, Call | Binary], Term]"


def declared(scope: bytes, name: NameString) -> bytes:
    """Return the path that a declaration makes."""
    from acpitools.aml.names import declared_path

    return declared_path(scope, name)


def _start(node: Node | None) -> int:
    if node is None:
        return -1
    if isinstance(node, Binary):
        return _start(node.left)
    if isinstance(node, Index):
        return _start(node.base)
    if isinstance(node, Step):
        return _start(node.operand)
    return node.start


def _counted(least: int, most: int) -> str:
    words = f"{least}" if least == most else f"{least} to {most}"
    return f"{words} argument{'' if most == 1 else 's'}"


def _given(arguments: list[Node | None]) -> str:
    return str(len(arguments)) if arguments != [None] else "none"


def _needed(context: Context, node: Node | None, call: Call) -> NoReturn:
    raise Misuse(call.start if node is None else _start(node), f"an argument of {call.name} is missing")


def _value(context: Context, node: Node | None, call: Call) -> Term:
    if node is None:
        _needed(context, node, call)
    return context.value(node)


def _target_or_none(context: Context, node: Node | None, call: Call) -> Term:
    return NULL_NAME if node is None else context.target(node)


def _target(context: Context, node: Node | None, call: Call) -> Term:
    if node is None:
        _needed(context, node, call)
    return context.target(node)


def _simple(context: Context, node: Node | None, call: Call) -> Term:
    if node is None:
        _needed(context, node, call)
    return context.simple(node)


def _name(context: Context, node: Node | None, call: Call) -> NameString:
    if node is None:
        _needed(context, node, call)
    return context.declared(node, call.name)[0]


def _name_reference(context: Context, node: Node | None, call: Call) -> NameString:
    if not isinstance(node, Name):
        raise Misuse(call.start if node is None else _start(node), "a name is expected here")
    return context.reference(node)[1]


def _number_of(bits: int) -> Callable[[Context, Node | None, Call], int]:
    def convert(context: Context, node: Node | None, call: Call) -> int:
        if node is None:
            _needed(context, node, call)
        return context.constant(node, bits=bits)

    return convert


CONVERT: dict[str, Callable[[Context, Node | None, Call], object]] = {
    "TermArg": _value,
    "Target": _target_or_none,
    "SuperName": _target,
    "SimpleName": _simple,
    "PossibleName": lambda c, n, call: _needed(c, n, call) if n is None else c.conditional(n),
    "NameString": _name,
    "NameReference": _name_reference,
    "ByteData": _number_of(8),
    "WordData": _number_of(16),
    "DWordData": _number_of(32),
    "LengthOrOnes": lambda c, n, _: LEAF_TERMS["Ones"] if n is None else c.value(n),
    "TermArgOrEmpty": lambda c, n, _: Term("String", (b"",)) if n is None else c.value(n),
    "TermArgOrZero": lambda c, n, _: ZERO if n is None else c.value(n),
    "SyncLevel": lambda c, n, _: 0 if n is None else c.constant(n, bits=8),
}
"""Word for an argument -> how it is lowered; MatchOp is added by its module."""
