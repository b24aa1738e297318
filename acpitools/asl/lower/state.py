"""The state of one compilation: the source, its namespace, what notes say, and where in all that lowering is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from acpitools.aml.encoding import NameString, decode_name, name_from_text
from acpitools.aml.names import declared_path, path_text
from acpitools.aml.terms import Term
from acpitools.asl.diagnostics import Diagnostic
from acpitools.asl.keywords import LEAVES, RESERVED_WORDS, keyword
from acpitools.asl.namespace import Namespace, Symbol, shortened, shortened_declaration
from acpitools.asl.nodes import Binary, Call, Index, Integer, Name, Node, Raw, Semicolon, Step, String
from acpitools.asl.notes import NoteError, Notes, hex_bytes
from acpitools.asl.options import Options
from acpitools.asl.source import Source
from acpitools.core.errors import EncodeError
from acpitools.core.findings import Severity

__all__ = [
    "LEAF_TERMS",
    "ZERO",
    "Located",
    "MethodState",
    "MisuseError",
    "Pending",
    "Returned",
    "State",
    "Words",
    "listed",
    "start_of",
]

MAX_DIAGNOSTICS = 200
"""Errors, and warnings, that are told of one definition block."""

LEAF_TERMS = {name: Term(name) for name in LEAVES if name != "Return"}
ZERO = LEAF_TERMS["Zero"]
_FLAGS = {"Method": 1, "Field": 1, "IndexField": 2, "BankField": 3}
"""Op -> which argument its flags are."""


class Located(Term):
    """The place of a part of a resource, for its name: a number that is not folded."""

    __slots__ = ()


class MisuseError(Exception):
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


class Pending(NamedTuple):
    """A call whose value an operator takes."""

    start: int
    path: bytes
    op: str
    takes: int


class Returned:
    """What a method returns."""

    __slots__ = ("always", "calls", "start", "types")

    def __init__(self, start: int) -> None:
        self.start = start
        """Offset of the method."""
        self.types = 0
        self.calls: set[bytes] = set()
        """Paths of the methods whose values it returns."""
        self.always = True
        """Whether it returns a value on every path that returns, if it does on any."""


class MethodState:
    """The method whose body is being lowered."""

    def __init__(self, symbol: Symbol, start: int) -> None:
        self.symbol = symbol
        self.temporaries: list[Term] = []
        """Names that Switch needs, the newest first."""
        self.returned = Returned(start)


class State:
    """The state of one compilation."""

    def __init__(
        self,
        source: Source,
        namespace: Namespace,
        options: Options,
        words: Words,
        notes: Notes | None = None,
        parenthesized: frozenset[int] = frozenset(),
    ) -> None:
        self.source = source
        self.namespace = namespace
        self.options = options
        self.words = words
        self.diagnostics: list[Diagnostic] = []
        self._places: set[int] = set()
        """Offsets of errors."""
        self._told = dict.fromkeys(Severity, 0)
        self.scope = b""
        self.method: MethodState | None = None
        self.methods = 0
        """How many methods are around, one in another."""
        self.outside = MethodState(namespace.symbols[b""], 0)
        """What is outside of methods, and may have a Switch too."""
        self.loops = 0
        self.width = 8
        """Bytes of an integer: 4 in a table of revision 1 or 0."""
        self.dsdt = False
        """Whether this is the first table of a machine, which none can have gone before."""
        self.shorten = False
        """Whether names are shortened."""
        self.notes: Notes = notes or {}
        self.exact = bool(notes)
        """Whether the source says each byte (acpitools/asl/notes.py): nothing is optimised, and little is refused."""
        self.fold = options.fold and not self.exact
        self.parenthesized = frozenset() if self.exact else parenthesized
        """Starts of the names, constants and calls that stand in parentheses of their own."""
        self.externals: list[tuple[bytes, int]] = []
        """Paths in the order of the source, with the object types that External encodes."""
        self.external_methods: set[bytes] = set()
        self.called: dict[bytes, int] = {}
        """Path of an external method -> the number of arguments of its first call."""
        self.pending: list[Pending] = []
        """Calls whose values operators take."""
        self.returned: dict[bytes, Returned] = {}
        """Path of a method -> what it returns."""
        self.deferred: set[int] = set()
        """Starts of names that may be those of what is declared further down."""
        self.declare_late: Callable[[], None] | None = None
        """What may declare a name that is not known yet; it is called once."""
        self.switches = 0
        """Switches since the last method began: iasl counts on after it."""
        self._names: dict[str, NameString] = {}
        self._references: dict[tuple[bytes, str], tuple[Symbol, NameString]] = {}
        self._integers: dict[int, Term] = {}

    # Diagnostics

    def error(self, start: int, message: str) -> None:
        """Report an error at an offset."""
        self._places.add(start)
        self._report(start, Severity.ERROR, message)

    def warning(self, start: int, message: str, name: str) -> None:
        """Report a warning at an offset; ``name`` is one of acpitools/asl/warning_names.py."""
        self._report(start, Severity.WARNING, message, name)

    def remark(self, start: int, message: str, name: str) -> None:
        """Report what is no fault, where remarks are wanted."""
        if self.options.remarks and not self.exact:
            self._report(start, Severity.INFO, message, name)

    def misuse(self, start: int, message: str) -> None:
        """Report what compiles, but goes wrong when it runs: an error, or a warning where the options allow it.

        Nothing is said where an error is already, nor of a source that says each byte.
        """
        if not self.exact and start not in self._places:
            self._places.add(start)
            if self.options.force:
                self._report(start, Severity.WARNING, message, "misuse")
            else:
                self._report(start, Severity.ERROR, message)

    def _report(self, start: int, severity: Severity, message: str, name: str = "") -> None:
        if name in self.options.disabled:
            return
        told = self._told[severity]
        self._told[severity] = told + 1
        if told < MAX_DIAGNOSTICS:
            self.diagnostics.append(self.source.diagnostic(start, severity, message, name))

    def bare(self, node: Node, what: str) -> None:
        """Refuse parentheses around a name, constant or call, where only an expression may have them."""
        if node.start in self.parenthesized and isinstance(node, Name | Call | Integer | String):
            raise MisuseError(node.start, f"{what} cannot be in parentheses")

    # Names

    def name(self, node: Node | None, what: str = "a name") -> NameString:
        """Return the name that a node is."""
        if type(node) is not Name:
            raise MisuseError(start_of(node), f"{what} is expected here")
        text = node.text
        if self.exact and "name" in self.notes.get(node.start, ()):
            return self._noted_name(node)
        name = self._names.get(text)
        if name is None:
            word = self.words[text]
            if (word not in (None, "For") or text.lower() in RESERVED_WORDS) and not self.exact:
                raise MisuseError(node.start, f"{text} is a word of the language; a name is expected here")
            try:
                name = name_from_text(text)
            except EncodeError as error:
                raise MisuseError(node.start, f"{text!r} is no operator, and no name: {error.why}") from error
            self._names[text] = name
            if not text.isupper() and any(map(str.islower, text)):
                self.remark(node.start, f"{text} means {text.upper()}: names have no case", "case")
        return name

    def _noted_name(self, node: Name) -> NameString:
        raw = self.note_bytes(node.start, "name")
        name = decode_name(raw, 0, len(raw))
        if name is None or name.raw != raw:
            raise MisuseError(node.start, f"{raw.hex()} encodes no name")
        return name

    def note_bytes(self, start: int, key: str) -> bytes:
        """Return the bytes that a note says."""
        try:
            return hex_bytes(self.notes[start][key])
        except NoteError as error:
            raise MisuseError(start, str(error)) from error

    def note_number(self, start: int, key: str) -> int:
        """Return the number that a note says."""
        text = self.notes[start][key]
        try:
            return int(text, 0)
        except ValueError:
            raise MisuseError(start, f"the note says {text!r}, which is no number") from None

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
                raise MisuseError(start, "a PkgLength has 1 to 4 bytes")
            return term._replace(form=size if size > 1 else 0)
        return term

    def declared(self, node: Node | None, op: str) -> tuple[NameString, Symbol]:
        """Return the name that a declaration writes and the symbol that it made."""
        name = self.name(node)
        path = declared_path(self.scope, name)
        symbol = (self.namespace.find(self.scope, name) if op == "Scope" else None) or self.namespace.symbols.get(path)
        if symbol is None:
            if not self.exact:
                raise MisuseError(start_of(node), f"{name} is declared nowhere: declare it before, or say External")
            symbol = Symbol(path, "UnknownObj")
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
            if symbol is None and self.declare_late is not None:
                declare_late, self.declare_late = self.declare_late, None
                declare_late()
                symbol = self.namespace.find(self.scope, name)
            if symbol is None:
                raise MisuseError(node.start, self.not_found(name))
            symbol.used = True
            if len(name.path) > 4 or self.methods > 1:
                self.reached(node.start, symbol.path, called=symbol.kind == "MethodObj")
            if self.shorten and symbol.kind not in ("Resource", "ResourceField"):
                name = shortened(self.namespace, self.scope, name, symbol)
            known = self._references[key] = (symbol, name)
        if known[0].since > node.start:
            self.ahead(node, known[0])
        return known

    def ahead(self, node: Name, symbol: Symbol) -> None:
        """Report the use of what is declared only further down, in code that runs from top to bottom."""
        if node.start in self.deferred or self.exact:
            return
        method = b"" if self.method is None else self.method.symbol.path
        if self.namespace.method_of(symbol.path) != method:
            return
        name = self.name(node)
        if len(node.text.lstrip("\\^")) == len(node.text) and len(name.path) == 4:
            # What has the name further out is meant until then.
            for end in range(len(symbol.path) - 8, -1, -4):
                outer = self.namespace.symbols.get(symbol.path[:end] + name.path)
                if outer is not None and outer.since <= node.start:
                    return
        self.misuse(node.start, f"{name} is declared only further down: it is not there yet when this runs")

    def defer(self, *nodes: Node | None) -> None:
        """Take names for those of what may be declared further down: operators that are evaluated later."""
        self.deferred.update(node.start for node in nodes if isinstance(node, Name))

    def object(self, node: Name) -> tuple[Symbol, NameString]:
        """Return what :meth:`reference` does for an object itself, which may be a method that takes no arguments."""
        symbol, name = self.reference(node)
        if symbol.kind == "MethodObj" and symbol.arity > 0 and not self.exact:
            raise MisuseError(node.start, f"{name} is a method, and nothing gives it its {symbol.arity} arguments here")
        return symbol, name

    def reached(self, start: int, path: bytes, *, called: bool = False) -> None:
        """Report the use of what another method makes for itself while it runs; a method inside it can be called."""
        owner = self.namespace.method_of(path)
        if owner in (b"", b"" if self.method is None else self.method.symbol.path):
            return
        if not (called and self.scope.startswith(owner)):
            message = f"{path_text(path)} is there only while {path_text(owner)} runs: it cannot be used outside"
            self.misuse(start, message)

    def symbol(self, node: Node) -> Symbol | None:
        """Return what a name means here, aliases followed; None where that is not known."""
        if type(node) is not Name or self.words[node.text] is not None:
            return None
        known = self._references.get((self.scope, node.text))
        found = known[0] if known else self.namespace.find(self.scope, self.name(node))
        return self.namespace.aliased(found) if found is not None and found.kind == "Alias" else found

    def not_found(self, name: NameString) -> str:
        """Return the message about a name that means nothing here."""
        if self._told[Severity.ERROR] >= MAX_DIAGNOSTICS:
            return f"{name} is not known"
        last = name.path[-4:]
        elsewhere = [path for path in self.namespace.symbols if path[-4:] == last][:3]
        hint = f"; there is {' and '.join(map(path_text, elsewhere))}" if elsewhere and last else ""
        return f"{name} is not known in {path_text(self.scope)}{hint}: declare it, or say External"


def listed(items: list[Node | None], what: str) -> Iterator[Node]:
    """Give the items of a list that commas part; ``what`` one of them is.  Raises MisuseError."""
    expected = True
    for item in items:
        if item is None:
            expected = True
            continue
        if type(item) is Semicolon:
            raise MisuseError(item.start, "a semicolon ends a statement; what is listed here has commas between")
        if not expected and type(item) is not Raw:
            raise MisuseError(start_of(item), f"a comma is missing before this {what}")
        expected = type(item) is Raw
        yield item


def start_of(node: Node | None) -> int:
    """Return the offset of the first character of a node; -1 where there is none."""
    if node is None:
        return -1
    if isinstance(node, Binary):
        return start_of(node.left)
    if isinstance(node, Index):
        return start_of(node.base)
    if isinstance(node, Step):
        return start_of(node.operand)
    return node.start
