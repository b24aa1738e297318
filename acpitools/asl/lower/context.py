"""Syntax trees to terms: how a node is lowered wherever it stands; the functions of other modules call back here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeAlias

from acpitools.aml.encoding import NameString
from acpitools.aml.terms import NULL_NAME, Term, integer
from acpitools.asl.fold import FOLDABLE, FoldError, fold
from acpitools.asl.keywords import BODIES, LEAVES, OPERATORS, STATEMENTS
from acpitools.asl.lower.arguments import CONVERT
from acpitools.asl.lower.operands import check_operands, check_store
from acpitools.asl.lower.state import LEAF_TERMS, ZERO, Located, MethodState, MisuseError, State, start_of
from acpitools.asl.namespace import Symbol
from acpitools.asl.nodes import Binary, Call, Index, Integer, Name, Node, Raw, Step, String, Unary
from acpitools.asl.strings import StringError, unescape

__all__ = ["LEAF_TERMS", "ZERO", "Context", "Lower", "LowerOperation", "MethodState", "MisuseError", "start_of"]

_SLOTS = frozenset(name for name in LEAVES if name[:3] in ("Arg", "Loc")) | {"Debug"}


class Context(State):
    """The state of one compilation, and how to lower a node in it."""

    functions: Mapping[str, Lower] = {}
    operations: Mapping[str, LowerOperation] = {}

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

    def offset(self, value: int) -> Term:
        """Return the constant for where a field of a resource is; in an exact source always the shortest."""
        return integer(value) if self.exact else self.number(value)

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
        if len(text) == 2 and text[1] in "xX":
            self.warning(node.start, f"{text} has no digits, and is 0", "literal")
            return 0
        try:
            if "_" in text:
                raise ValueError(text)
            value = int(text, 16) if text[:2] in ("0x", "0X") else int(text, 8 if text[0] == "0" else 10)
        except ValueError:
            raise MisuseError(node.start, f"{text} is no integer") from None
        if value >> 64:
            raise MisuseError(node.start, f"{text} does not fit 64 bits")
        if self.width == 4 and value >> 32 and not wide:
            kept = "too long" if self.options.force else "cut to 32 bits"
            self.warning(node.start, f"{text} is {kept}: integers of a table of revision 1 have 32 bits", "literal")
            value &= (1 << 64) - 1 if self.options.force else 0xFFFF_FFFF
        return value

    def value(self, node: Node | None) -> Term:
        """Lower a node to a term that has a value."""
        kind = type(node)
        if kind is Name:
            return self._name_value(node)  # type: ignore[arg-type]
        if kind is Integer:
            return self.literal(node)  # type: ignore[arg-type]
        if kind is Call:
            if self.words[node.name] in STATEMENTS and not self.exact:  # type: ignore[union-attr,operator]
                self._valueless(node)  # type: ignore[arg-type]
            return self.call(node)  # type: ignore[arg-type]
        return self._other_value(node)

    def statement(self, node: Node) -> Term:
        """Lower a node that stands by itself in a list of statements."""
        if type(node) is Call:
            return self.call(node)
        self.bare(node, "a statement")
        if type(node) is Name:
            term = LEAF_TERMS.get(self.words[node.text] or "")
            if term is not None:
                return term
        return self.value(node)

    def _valueless(self, node: Name | Call) -> NoReturn:
        word = self.words[node.name if isinstance(node, Call) else node.text]
        raise MisuseError(node.start, f"{word} gives no value")

    def _other_value(self, node: Node | None) -> Term:
        if isinstance(node, Binary):
            return self.operations[node.operator](self, node)
        if isinstance(node, String):
            return Term("String", (self.text(node),))
        if isinstance(node, Index):
            place = (self._indexed(node.base), self.value(node.place), NULL_NAME)
            return Term("Index", self.checked("Index", place, node.base, node.place))
        if isinstance(node, Unary):
            op = "LNot" if node.operator == "!" else "Not"
            operand = self.checked(op, (self.value(node.operand),), node.operand)
            return self.folded(op, operand if op == "LNot" else (*operand, NULL_NAME), node.start)
        if isinstance(node, Step):
            op = "Increment" if node.operator == "++" else "Decrement"
            return Term(op, self.checked(op, (self.target(node.operand),), node.operand))
        if isinstance(node, Raw):
            return Term("Raw", (node.data,))
        raise MisuseError(start_of(node), "a value is expected here")

    def _indexed(self, node: Node) -> Term:
        self.bare(node, "what has elements in brackets")
        call = type(node) is Call and self.words[node.name] in (None, "DerefOf", "RefOf", "Index")
        if call or type(node) in (Name, Index) or self.exact:
            return self.value(node)
        raise MisuseError(
            start_of(node), "only a name, Local, Arg, method call, Index or DerefOf has elements in brackets"
        )

    def _name_value(self, node: Name) -> Term:
        word = self.words[node.text]
        if word is not None:
            term = LEAF_TERMS.get(word)
            if term is not None:
                if word == "Debug" and not self.exact:
                    raise MisuseError(node.start, "Debug can be written to, and not read")
                if word in STATEMENTS and not self.exact:
                    self._valueless(node)
                return term
            function = self.functions.get(word)
            if function is None:
                raise MisuseError(node.start, f"{word} takes arguments in parentheses")
            return function(self, Call(node.start, node.text, None, None, node.start))
        symbol, name = self.reference(node)
        if symbol.kind in ("MethodObj", "Alias") and self.called_without(symbol):
            return self.invocation(node.start, symbol, name, ())
        if symbol.kind in ("Resource", "ResourceField"):
            return self.located(symbol)
        return Term("NamePath", (name,))

    def located(self, symbol: Symbol) -> Term:
        """Return the number that the name of a resource, or of a part of one, stands for."""
        return Located(*self.number(symbol.tag[0]))

    def called_without(self, symbol: Symbol) -> bool:
        """Tell whether a name alone is a call: that of a method, or of an alias of one."""
        return symbol.kind == "MethodObj" or self.namespace.aliased(symbol).kind == "MethodObj"

    def target(self, node: Node | None) -> Term:
        """Lower a node to something that can be stored to or referred to (SuperName)."""
        if node is not None and self.parenthesized:
            self.bare(node, "what is stored or referred to")
        if isinstance(node, Name):
            word = self.words[node.text]
            if word is None:
                symbol, name = self.reference(node)
                if symbol.kind in ("MethodObj", "Alias") and self.called_without(symbol):
                    return self.invocation(node.start, symbol, name, ())
                return Term("NamePath", (name,))
            if word in _SLOTS:
                return LEAF_TERMS[word]
        elif isinstance(node, Index):
            return self._other_value(node)
        elif isinstance(node, Call):
            word = self.words[node.name]
            if word in ("Index", "DerefOf", "RefOf") or word is None:
                return self.call(node)
        if self.exact:
            return self.value(node)
        raise MisuseError(start_of(node), "this cannot be stored to; a name, Local, Arg, Debug, Index or DerefOf can")

    def conditional(self, node: Node | None) -> Term:
        """Lower what CondRefOf asks for: an object that may not be there."""
        if type(node) is Name and self.words[node.text] is None:
            name = self.name(node)  # as it is written, never shortened: the object may be another one, or none
            symbol = self.namespace.find(self.scope, name)
            if symbol is not None:
                symbol.used = True
                if symbol.since > node.start:
                    self.ahead(node, symbol)
                if self.methods > 1:
                    self.reached(node.start, symbol.path)
            return Term("NamePath", (name,))
        return self.simple(node)

    def simple(self, node: Node | None) -> Term:
        """Lower a node that means an object itself, never what it gives: of RefOf, CondRefOf, ObjectType, a package."""
        if type(node) is Name and self.words[node.text] is None:
            symbol, name = self.reference(node)
            if symbol.kind in ("Resource", "ResourceField"):
                return self.located(symbol)
            return Term("NamePath", (name,))
        if type(node) is Call and self.words[node.name] is None and not self.exact:
            raise MisuseError(node.start, "an object is meant here, not what a method returns")
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
                raise MisuseError(node.start, f"{word} takes no arguments")
            if node.body is not None and word not in BODIES:
                raise MisuseError(node.start, f"{word} takes no braces")
            return function(self, node)
        given = node.arguments
        if given is None or node.body is not None:
            raise MisuseError(node.start, f"{word} takes arguments in parentheses, and no body")
        count = len(given)
        words = operator.words
        if count != len(words) and (count > len(words) or count < operator.required):
            raise MisuseError(
                node.start, f"{word} takes {_counted(operator.required, len(words))}, not {_given(given)}"
            )
        if word == "DataTableRegion":
            self.defer(*given)
        args: tuple[Any, ...] = tuple(
            [CONVERT[words[i]](self, given[i] if i < count else None, node) for i in range(len(words))]
        )
        if not self.exact:
            nodes = given if count == len(words) else [*given, *[None] * (len(words) - count)]
            if word == "Store":
                check_store(self, args, nodes)  # type: ignore[arg-type]
            else:
                check_operands(self, operator.op, args, nodes)
        if operator.op in FOLDABLE:
            return self.folded(operator.op, args, node.start)
        return Term(operator.op, args)

    def checked(self, op: str, args: tuple[Any, ...], *nodes: Node | None) -> tuple[Any, ...]:
        """Return the operands of an operator, those it cannot take reported."""
        if not self.exact:
            check_operands(self, op, args, nodes)
        return args

    def folded(self, op: str, args: tuple[Term, ...], start: int) -> Term:
        """Return the operator on its arguments, or what it gives where all of them are constants."""
        if self.fold:
            try:
                done = fold(op, args, self.width, self.number)
            except FoldError as error:
                raise MisuseError(start, f"this constant expression has no value: {error}") from error
            if done is not None and not any(type(arg) is Located for arg in args):
                return done
        return Term(op, args)

    def _method_call(self, node: Call) -> Term:
        symbol, name = self.reference(Name(node.start, node.name))
        if node.body is not None or node.arguments is None:
            raise MisuseError(node.start, f"{node.name} is no operator that takes a body")
        given = [argument for argument in node.arguments if argument is not None]
        if len(given) < len(node.arguments) > 1:
            self.warning(node.start, f"an argument of {node.name} is empty, and left out", "argument")
        return self.invocation(node.start, symbol, name, tuple([self.value(argument) for argument in given]))

    def invocation(self, start: int, symbol: Symbol, name: NameString, args: tuple[Term, ...]) -> Term:
        """Return a method call, its number of arguments checked."""
        method = self.namespace.aliased(symbol) if symbol.kind == "Alias" else symbol
        if self.exact:
            return Term("Call", (name, *args))
        if method.kind != "MethodObj":
            untyped = "; External (..., MethodObj) says that it is one" if method.kind == "UnknownObj" else ""
            raise MisuseError(start, f"{name} is no method: it cannot be called{untyped}")
        arity = method.arity
        if method.path in self.external_methods and arity < 0:
            arity = self.called.get(method.path, -1)
        if arity >= 0 and len(args) != arity:
            earlier = "" if method.arity >= 0 else " where it is called first"
            raise MisuseError(start, f"{name} takes {_counted(arity, arity)}{earlier}, not {len(args)}")
        if method.path in self.external_methods:
            self.called.setdefault(method.path, len(args))
        return Term("Call", (name, *args))

    def text(self, node: Node | None, what: str = "a string") -> bytes:
        """Return the characters of a string constant."""
        if not isinstance(node, String):
            raise MisuseError(start_of(node), f"{what} is expected here")
        try:
            if self.exact:
                return unescape(node.text)
            doubts: list[tuple[int, str]] = []
            text = unescape(node.text, doubts)
        except StringError as error:
            raise MisuseError(node.start + error.offset, str(error)) from error
        for offset, doubt in doubts:
            self.warning(node.start + offset, doubt, "escape")
        return text

    def constant(self, node: Node | None, what: str = "a constant", bits: int = 64) -> int:
        """Return the value of a node that must be a constant; a literal is not cut to the width of the table."""
        if node is not None and self.parenthesized:
            self.bare(node, what)
        if isinstance(node, Integer):
            value = self.parse_integer(node, wide=True)
        else:
            term = self.value(node)
            if type(term) is Located:
                raise MisuseError(start_of(node), f"{what} is expected here, not the place of a part of a resource")
            if term.op in ("Zero", "One"):
                value = int(term.op == "One")
            elif term.op == "Ones":
                value = (1 << min(bits, 8 * self.width)) - 1
            elif term.op in ("ByteConst", "WordConst", "DWordConst", "QWordConst"):
                value = term.args[0]
            else:
                raise MisuseError(
                    start_of(node), f"{what} is expected here, not an expression that is computed at run time"
                )
        if value >> bits:
            raise MisuseError(start_of(node), f"{value:#x} does not fit {bits} bits")
        return value

    def keyword_value(self, node: Node | None, table: Mapping[str, int], what: str) -> int:
        """Return the value of one of a group of keywords."""
        if isinstance(node, Name):
            value = table.get(node.text)
            if value is None:
                value = {word.lower(): number for word, number in table.items()}.get(node.text.lower())
            if value is not None:
                return value
        raise MisuseError(start_of(node), f"{what} is expected here: {', '.join(table)}")


Lower: TypeAlias = "Callable[[Context, Call], Term]"
LowerOperation: TypeAlias = "Callable[[Context, Binary], Term]"


def _counted(least: int, most: int) -> str:
    words = f"{least}" if least == most else f"{least} to {most}"
    return f"{words} argument{'' if most == 1 else 's'}"


def _given(arguments: list[Node | None]) -> str:
    return str(len(arguments)) if arguments != [None] else "none"
