"""Lists of statements, and the statements that steer: If, While, For, Switch, Return, Break.  ACPI 6.5, 19.6."""

from __future__ import annotations

from acpitools.aml.encoding import NameString
from acpitools.aml.terms import Term, name_path
from acpitools.asl.lower.context import LEAF_TERMS, ZERO, Context, Lower, MisuseError, start_of
from acpitools.asl.lower.data import DATA
from acpitools.asl.lower.external import lower_external, lower_externals
from acpitools.asl.lower.operands import check_call, is_package, note_return
from acpitools.asl.nodes import Call, Integer, Name, Node, Semicolon, String

__all__ = ["FUNCTIONS", "lower_statements"]

_MAX_TEMPORARIES = 36
_NO_STATEMENT = "a statement is an operator, a call or an assignment; this is none of them"
_ALONE = frozenset({"Break", "BreakPoint", "Continue", "Noop", "Return"})
_INTEGER_OPS = frozenset(
    [
        "Zero",
        "One",
        "Ones",
        "ByteConst",
        "WordConst",
        "DWordConst",
        "QWordConst",
        "Add",
        "Subtract",
        "Multiply",
        "Divide",
        "Mod",
        "ShiftLeft",
        "ShiftRight",
        "And",
        "NAnd",
        "Or",
        "NOr",
        "XOr",
        "Not",
        "FindSetLeftBit",
        "FindSetRightBit",
        "FromBCD",
        "ToBCD",
        "LAnd",
        "LOr",
        "LNot",
        "LEqual",
        "LGreater",
        "LLess",
        "ToInteger",
        "SizeOf",
        "ObjectType",
        "Match",
        "Increment",
        "Decrement",
        "Acquire",
        "Wait",
        "CondRefOf",
        "Timer",
        "Revision",
    ]
)
_CASES = frozenset({"Zero", "One", "Ones", "ByteConst", "WordConst", "DWordConst", "QWordConst", "String", "Buffer"})
_DATA_ALONE = frozenset({"Package", "Buffer", "ToUUID", "EisaId", "Unicode", "ResourceTemplate"})
_STRING_WORDS = frozenset({"ToString", "ToHexString", "ToDecimalString", "__FILE__", "__PATH__"})
_BUFFER_WORDS = frozenset({"Buffer", "ToBuffer", "ConcatenateResTemplate", "ResourceTemplate"})


def lower_statements(context: Context, items: list[Node | None]) -> tuple[Term, ...]:
    """Lower a list of statements; one that is wrong is reported and left out."""
    done: list[Term] = []
    position = 0
    while position < len(items):
        node = items[position]
        position += 1
        try:
            if type(node) is Call:
                context.bare(node, "a statement")
                word = context.words[node.name]
                if word == "If" or (context.exact and word in ("Else", "ElseIf")):
                    position = _if(context, items, position - 1, done)
                    continue
                if word == "External" and context.exact:
                    position = lower_externals(context, items, position - 1, done)
                    continue
                if word in _DATA_ALONE and not context.exact:
                    raise MisuseError(
                        node.start, "a statement is an operator, a call or an assignment; this is none of them"
                    )
                if word in _PROCEDURES:
                    done += _PROCEDURES[word](context, node)
                    continue
            elif type(node) is Semicolon:
                continue
            elif node is None:
                raise MisuseError(_near(context, items, position - 1), "statements have no commas between them")
            elif type(node) is Name or type(node) is String or type(node) is Integer:
                _lone(context, node)
            done.append(context.statement(node))
        except MisuseError as error:
            context.error(error.start if error.start >= 0 else start_of(node), error.message)
    return tuple(done)


def _near(context: Context, items: list[Node | None], position: int) -> int:
    # The place of a comma is not kept: that of what is before it, or after it, or holds it.
    for node in (*items[:position][-1:], *items[position + 1 :]):
        if node is not None:
            return start_of(node)
    symbol = context.namespace.symbols.get(context.scope)
    return 0 if symbol is None else max(symbol.start, 0)


def _lone(context: Context, node: Node) -> None:
    if context.exact:
        return
    if isinstance(node, Name):
        word = context.words[node.text]
        if word in ("Break", "Continue") and not context.loops:
            raise MisuseError(node.start, f"{word} has no While, For or Switch around it")
        if word in _ALONE:
            return
        symbol = context.symbol(node) if word is None else None
        if symbol is not None and symbol.kind == "MethodObj":
            raise MisuseError(node.start, f"{node.text} is a method: a call has parentheses, as {node.text} ()")
    raise MisuseError(start_of(node), _NO_STATEMENT)


def _body(node: Call) -> list[Node | None]:
    if node.body is None:
        raise MisuseError(node.start, f"{node.name} takes a body in braces")
    return node.body


def _predicate(context: Context, node: Call) -> Term:
    given = node.arguments
    if given is None or len(given) != 1 or given[0] is None:
        raise MisuseError(node.start, f"{node.name} takes one argument")
    value = context.value(given[0])
    word = str(context.words[node.name])
    check_call(context, "If" if word == "ElseIf" else word, value, given[0])
    return value


def _if(context: Context, items: list[Node | None], position: int, done: list[Term]) -> int:
    # Collects If, its ElseIfs and its Else; each ElseIf is an If inside an Else.
    first = items[position]
    chain: list[tuple[Term | None, tuple[Term, ...], int]] = []
    try:
        while position < len(items):
            node = items[position]
            if not isinstance(node, Call):
                break
            word = context.words[node.name]
            if node is not first and word not in ("ElseIf", "Else"):
                break
            predicate = None if word == "Else" else _predicate(context, node)
            if word == "Else" and node.arguments is not None:
                raise MisuseError(node.start, "Else takes no arguments")
            position += 1
            chain.append((predicate, lower_statements(context, _body(node)), node.start))
            if predicate is None:
                break
    except MisuseError as error:
        context.error(error.start if error.start >= 0 else start_of(first), error.message)
        position += 1
    built: tuple[Term, ...] = ()
    for place in range(len(chain) - 1, -1, -1):
        predicate, body, start = chain[place]
        term = Term("Else", (body,)) if predicate is None else Term("If", (predicate, body))
        built = (context.noted(term, start) if start in context.notes else term, *built)
        if predicate is None:
            continue
        if place:
            built = (Term("Else", (built,)),)
    done += built
    return position


def _while(context: Context, node: Call) -> Term:
    predicate = _predicate(context, node)
    context.loops += 1
    body = lower_statements(context, _body(node))
    context.loops -= 1
    return Term("While", (predicate, body))


def _for(context: Context, node: Call) -> list[Term]:
    given = node.arguments or []
    if len(given) != 3:
        raise MisuseError(
            node.start, "For takes three arguments: what comes first, the predicate, what follows each turn"
        )
    first, predicate, after = given
    done = [context.value(first)] if first is not None else []
    test = context.number(1) if predicate is None else context.value(predicate)
    context.loops += 1
    body = lower_statements(context, _body(node))
    context.loops -= 1
    if after is not None:
        last = context.value(after)
        if body:
            body = (*body, last)
        else:
            message = "iasl leaves this out where nothing is in the braces: say Noop there"
            context.warning(start_of(after), message, "as-iasl")
    return [*done, Term("While", (test, body))]


def _return(context: Context, node: Call) -> Term:
    given = node.arguments or [None]
    if len(given) != 1 or node.body is not None:
        raise MisuseError(node.start, "Return takes at most one argument")
    if given[0] is None:
        return Term("Return", (ZERO,))
    value = context.value(given[0])
    check_call(context, "Return", value, given[0])
    note_return(context, value, given[0])
    return Term("Return", (value,))


def _misplaced(_context: Context, node: Call) -> Term:
    raise MisuseError(
        node.start, f"{node.name} has no {'Switch' if node.name.lower() in ('case', 'default') else 'If'}"
    )


def _switch(context: Context, node: Call) -> list[Term]:
    value = _predicate(context, node)
    method = context.method or context.outside
    # Outside of methods iasl counts on from the last one.
    number = len(method.temporaries) if context.method else max(len(method.temporaries), context.switches)
    context.switches = number + 1
    if number >= _MAX_TEMPORARIES:
        raise MisuseError(node.start, f"a method can have {_MAX_TEMPORARIES} Switches, and no more")
    raw = b"_T_" + b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number : number + 1]
    variable = NameString(raw, False, 0, raw)
    method.temporaries.insert(0, Term("Name", (variable, _initial(context, node, value))))
    context.loops += 1
    cases, default = _cases(context, node, name_path(variable))
    context.loops -= 1
    if not cases:
        raise MisuseError(node.start, "Switch has no Case")
    built: tuple[Term, ...] = () if default is None else (Term("Else", (default,)),)
    for index, (test, body) in enumerate(reversed(cases)):
        built = (Term("If", (test, body)), *built)
        if index < len(cases) - 1:
            built = (Term("Else", (built,)),)
    given = (node.arguments or [None])[0]
    context.checked("Switch", (value,), given)
    if not context.exact and is_package(context, value, given):
        raise MisuseError(start_of(given), "Switch takes an integer, a string or a buffer, and no package")
    store = Term("Store", (value, name_path(variable)))
    return [Term("While", (LEAF_TERMS["One"], (store, *built, LEAF_TERMS["Break"])))]


def _initial(context: Context, node: Call, value: Term) -> Term:
    # iasl goes by the operator as it is written, not by what that gives.
    given = (node.arguments or [None])[0]
    text = given.name if isinstance(given, Call) else given.text if isinstance(given, Name) else ""
    word = context.words[text]
    if isinstance(given, String) or word in _STRING_WORDS:
        return Term("String", (b"",))
    if word in _BUFFER_WORDS:
        return Term("Buffer", (ZERO, b""))
    if value.op not in _INTEGER_OPS:
        context.warning(
            node.start,
            "the type of this value is not known, and taken for an integer; ToInteger () or the like says it",
            "switch-type",
        )
    return ZERO


def _cases(
    context: Context, node: Call, variable: Term
) -> tuple[list[tuple[Term, tuple[Term, ...]]], tuple[Term, ...] | None]:
    cases: list[tuple[Term, tuple[Term, ...]]] = []
    seen: dict[Term, str] = {}
    default: tuple[Term, ...] | None = None
    for item in _body(node):
        word = context.words[item.name] if isinstance(item, Call) else None
        if not isinstance(item, Call) or word not in ("Case", "Default"):
            raise MisuseError(node.start if item is None else start_of(item), "a Switch holds Case and Default only")
        if word == "Default":
            if default is not None:
                raise MisuseError(item.start, "this Switch has a Default already")
            default = lower_statements(context, _body(item))
            continue
        test = _predicate(context, item)
        given = (item.arguments or [None])[0]
        if given is not None:
            context.bare(given, "the constant of a Case")
        if test.op in ("Package", "VarPackage"):
            found = Term("Match", (test, 1, variable, 0, ZERO, ZERO))
            condition = Term("LNot", (Term("LEqual", (found, LEAF_TERMS["Ones"])),))
        else:
            named = isinstance(given, Name) and context.words[given.text] is None
            if (named or test.op not in DATA) and not context.exact:
                raise MisuseError(start_of(given), "Case takes a constant, a string, a buffer or a package")
            context.checked("LEqual", (test,), given)
            if test.op in _CASES and not context.exact:
                written = _written(context, given)
                if test in seen:
                    # For iasl this is an error only where both are written alike.
                    message = "there is a Case for this value already"
                    if written and seen[test] == written:
                        context.misuse(start_of(given), message)
                    else:
                        context.warning(start_of(given), message, "double-case")
                seen.setdefault(test, written)
            condition = Term("LEqual", (variable, test))
        cases.append((condition, lower_statements(context, _body(item))))
    return cases, default


def _written(context: Context, node: Node | None) -> str:
    # The kind of a constant, as iasl tells them apart; empty for what is computed.
    if isinstance(node, Name):
        return context.words[node.text] or ""
    if isinstance(node, Call):
        return "Buffer" if context.words[node.name] == "Buffer" else ""
    if isinstance(node, Integer):
        return str(context.parse_integer(node, wide=True))
    return "String" if isinstance(node, String) else ""


_PROCEDURES = {"For": _for, "Switch": _switch, "External": lower_external}
"""Statements that become several terms, or none."""


FUNCTIONS: dict[str, Lower] = {
    "While": _while,
    "Return": _return,
    "Else": _misplaced,
    "ElseIf": _misplaced,
    "Case": _misplaced,
    "Default": _misplaced,
}
