"""C-style operators, and the comparisons that AML has no opcode for.  ACPI 6.5, 19.2.6."""

from __future__ import annotations

from acpitools.aml.terms import NULL_NAME, Term
from acpitools.asl.lower.context import Context, Lower, LowerOperation, MisuseError, start_of
from acpitools.asl.lower.operands import check_operands, check_store
from acpitools.asl.nodes import Binary, Block, Call, Name, Node, Step, String, Unary

__all__ = ["FUNCTIONS", "OPERATIONS"]

_WITH_TARGET = {
    "+": "Add",
    "-": "Subtract",
    "*": "Multiply",
    "/": "Divide",
    "%": "Mod",
    "<<": "ShiftLeft",
    ">>": "ShiftRight",
    "&": "And",
    "|": "Or",
    "^": "XOr",
}
_LOGICAL = {"&&": "LAnd", "||": "LOr", "==": "LEqual", "<": "LLess", ">": "LGreater"}
_NEGATED = {"!=": "LEqual", ">=": "LLess", "<=": "LGreater"}
_MERGED = frozenset({*_WITH_TARGET.values(), "Not", "Index"})
"""Operators that take over the target of the assignment they are the value of."""


def _targets(op: str, target: Term) -> tuple[Term, ...]:
    # The first target of Divide is the remainder.
    return (NULL_NAME, target) if op == "Divide" else (target,)


def _operands(context: Context, op: str, node: Binary) -> tuple[Term, ...]:
    return context.checked(op, (context.value(node.left), context.value(node.right)), node.left, node.right)


def _operation(context: Context, node: Binary) -> Term:
    op = _WITH_TARGET[node.operator]
    args = (*_operands(context, op, node), *_targets(op, NULL_NAME))
    return context.folded(op, args, node.start)


def _logical(context: Context, node: Binary) -> Term:
    op = _LOGICAL[node.operator]
    return context.folded(op, _operands(context, op, node), node.start)


def _negated(context: Context, node: Binary) -> Term:
    # iasl folds LNotEqual and its kin, but not these.
    op = _NEGATED[node.operator]
    args = (context.value(node.left), context.value(node.right))
    if not context.exact:
        check_operands(context, op, args, (node.left, node.right), certain=False)
    return Term("LNot", (Term(op, args),))


def _assignment(context: Context, node: Binary) -> Term:
    if isinstance(node.right, Block):
        return context.value(_with_body(node.left, node.right))
    if isinstance(node.left, Unary | Binary):
        return context.value(_inner_assignment(node, node.left))
    value = context.value(node.right)
    target = context.target(node.left)
    if value.op in _MERGED and value.args[-1].op == "NullName":
        context.checked(value.op, (*[NULL_NAME] * (len(value.args) - 1), target), *[node.left] * len(value.args))
        return Term(value.op, (*value.args[:-1], target))
    if not context.exact:
        check_store(context, (value, target), (node.right, node.left))
    return Term("Store", (value, target))


def _inner_assignment(node: Binary, left: Unary | Binary) -> Node:
    # Only a name can be assigned to, so !A = B is !(A = B), and A + B = C is A + (B = C).
    if isinstance(left, Unary):
        return left._replace(operand=node._replace(left=left.operand))
    return left._replace(right=node._replace(left=left.right))


def _with_body(left: Node, right: Block) -> Call:
    # Buffer () = {1, 2} is Buffer () {1, 2}.
    if isinstance(left, Call) and left.body is None:
        return left._replace(body=right.items, end=right.end)
    raise MisuseError(right.start, "'= {' comes after Buffer () or Package () only")


def _compound(context: Context, node: Binary) -> Term:
    op = _WITH_TARGET[node.operator[:-1]]
    value = context.value(node.left)
    # iasl takes any operand here and copies it to where the target goes.
    left = node.left
    kept = isinstance(left, Unary | Binary | Step | String)
    if start_of(left) in context.parenthesized:
        kept = True
    elif isinstance(left, Call):
        kept = context.words[left.name] not in (None, "Index", "DerefOf", "RefOf")
    elif isinstance(left, Name):
        kept = context.words[left.text] in ("One", "Ones", "Revision", "Timer")
    target = value if kept else context.target(node.left)
    args = (value, context.value(node.right), *_targets(op, target))
    if kept and not isinstance(left, Unary | Binary):
        return Term(op, context.checked(op, args, left, node.right))
    return context.folded(
        op, context.checked(op, args, node.left, node.right, *[node.left] * (len(args) - 2)), node.start
    )


def _negated_call(context: Context, node: Call) -> Term:
    op = {"LNotEqual": "LEqual", "LGreaterEqual": "LLess", "LLessEqual": "LGreater"}[str(context.words[node.name])]
    given = node.arguments or []
    if len(given) != 2 or None in given:
        raise MisuseError(node.start, f"{node.name} takes 2 arguments")
    args = context.checked(op, (context.value(given[0]), context.value(given[1])), *given)
    return context.folded("LNot", (context.folded(op, args, node.start),), node.start)


OPERATIONS: dict[str, LowerOperation] = {
    **dict.fromkeys(_WITH_TARGET, _operation),
    **dict.fromkeys(_LOGICAL, _logical),
    **dict.fromkeys(_NEGATED, _negated),
    **{f"{operator}=": _compound for operator in _WITH_TARGET},
    "=": _assignment,
}

FUNCTIONS: dict[str, Lower] = dict.fromkeys(("LNotEqual", "LGreaterEqual", "LLessEqual"), _negated_call)
