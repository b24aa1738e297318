"""Field, IndexField, BankField and their lists.  ACPI 6.5, 19.6.48, 19.6.64, 19.6.7."""

from __future__ import annotations

from acpitools.aml.encoding import NameString
from acpitools.aml.terms import Term
from acpitools.asl.keywords import ACCESS_ATTRIBUTES, ACCESS_TYPES, LOCK_RULES, UPDATE_RULES
from acpitools.asl.lower.context import Context, Lower, MisuseError, start_of
from acpitools.asl.nodes import Call, Comma, Integer, Name, Node, Raw
from acpitools.asl.region_checks import check_fields

__all__ = ["FUNCTIONS"]

_MAX_BITS = (1 << 28) - 1
_WITH_LENGTH = frozenset({0x0B, 0x0E, 0x0F})


def _field(context: Context, node: Call) -> Term:
    given = _arguments(node, 1)
    name = _reference(context, given[0])
    return Term("Field", (name, *_checked(context, node, given[0], _flags_and_list(context, node, given[1:]))))


def _index_field(context: Context, node: Call) -> Term:
    given = _arguments(node, 2)
    names = (_reference(context, given[0]), _reference(context, given[1]))
    return Term("IndexField", (*names, *_flags_and_list(context, node, given[2:])))


def _bank_field(context: Context, node: Call) -> Term:
    given = _arguments(node, 3)
    context.defer(*given[:3])
    names = (_reference(context, given[0]), _reference(context, given[1]))
    bank = context.value(given[2])
    context.checked("BankField", (*names, bank), *given[:3])
    rest = _checked(context, node, given[0], _flags_and_list(context, node, given[3:]))
    return Term("BankField", (*names, bank, *rest))


def _checked(
    context: Context, node: Call, region: Node | None, given: tuple[int, tuple[Term, ...]]
) -> tuple[int, tuple[Term, ...]]:
    symbol = None if context.exact or region is None else context.symbol(region)
    if symbol is None or symbol.external:
        return given
    if symbol.kind != "OpRegionObj":
        context.warning(
            start_of(region),
            f"{node.name} takes an operation region, and this is of type {symbol.kind}",
            "field-region",
        )
    else:
        flags, units = given
        check_fields(context, node.start, symbol, flags & 0xF, units)
    return given


def _arguments(node: Call, count: int) -> list[Node | None]:
    # What it is about, then an access type, a lock rule and an update rule, which may be left out.
    given = node.arguments
    if given is None or not count <= len(given) <= count + 3 or None in given[:count]:
        raise MisuseError(node.start, f"{node.name} takes {count + 3} arguments")
    if node.body is None:
        raise MisuseError(node.start, f"{node.name} takes a list of fields in braces")
    return given + [None] * (count + 3 - len(given))


def _reference(context: Context, node: Node | None) -> NameString:
    if not isinstance(node, Name):
        raise MisuseError(-1 if node is None else node.start, "the name of a region or field is expected here")
    return context.object(node)[1]


def _flags_and_list(context: Context, node: Call, rules: list[Node | None]) -> tuple[int, tuple[Term, ...]]:
    kinds = ((ACCESS_TYPES, "an access type"), (LOCK_RULES, "a lock rule"), (UPDATE_RULES, "an update rule"))
    flags = 0
    for rule, (table, what) in zip(rules, kinds, strict=True):
        flags |= 0 if rule is None else context.keyword_value(rule, table, what)
    return flags, _units(context, node)


def _units(context: Context, node: Call) -> tuple[Term, ...]:
    items = node.body or []
    done: list[Term] = []
    bits = position = 0
    while position < len(items):
        item = items[position]
        following = items[position + 1] if position + 1 < len(items) else None
        if type(item) is Raw:
            done.append(Term("Raw", (item.data,)))
            position += 1
            if following is None:
                position += 1
        elif item is None or type(item) is Comma:
            # A comma before a number: bits without a name.  Else a comma that ends the list or follows an entry.
            if following is not None and type(following) not in (Call, Name, Comma, Raw):
                size = _size(context, following)
                _skip(context, item, size, done)
                bits += size
                position += 2
                _separated(items, position)
            elif not context.exact:
                raise MisuseError(
                    _near(items, position, node), "a comma too many: a number of bits, or a field, follows"
                )
            position += 1
        elif type(item) is Name:
            if type(following) not in (type(None), Comma) or position + 2 >= len(items) or items[position + 2] is None:
                raise MisuseError(item.start, f"a comma and the number of bits must follow {item.text}")
            name = context.name(item)
            if name.root or name.parents or len(name.path) != 4:
                raise MisuseError(item.start, "a field has a name of one segment")
            size = _size(context, items[position + 2])
            done.append(_bits(context, item, "NamedField", size, name))
            bits += size
            position += 3
            _separated(items, position)
            position += 1
        else:
            bits = _other(context, item, bits, done)
            position += 1
            _separated(items, position)
            position += 1
    return tuple(done)


def _bits(context: Context, node: Node | None, op: str, size: int, *name: NameString) -> Term:
    if context.exact:
        term = Term(op, (*name, size))
        return context.noted(term, node.start) if node is not None and node.start in context.notes else term
    # iasl counts the bytes of a number of bits as those of a PkgLength, which counts itself: the largest go a size up.
    form = 1 + sum(size > limit for limit in (0x3E, 0xFFD, 0xFFFFC))
    return Term(op, (*name, size), form=form if form > 1 else 0)


def _skip(context: Context, node: Node | None, size: int, done: list[Term]) -> None:
    if size or context.exact or not context.options.drop_empty_fields:
        done.append(_bits(context, node, "ReservedField", size))


def _near(items: list[Node | None], position: int, node: Call) -> int:
    # The place of a comma is not kept.
    return next((start_of(item) for item in items[position::-1] if item is not None), node.start)


def _separated(items: list[Node | None], position: int) -> None:
    if position < len(items) and type(items[position]) not in (type(None), Comma):
        raise MisuseError(start_of(items[position]), "a comma is missing before this field")


def _plain(context: Context, node: Node | None, what: str) -> int:
    if type(node) is not Integer and not context.exact:
        raise MisuseError(start_of(node), f"{what} is expected here, written as a number")
    return context.constant(node, what)


def _size(context: Context, node: Node | None) -> int:
    size = _plain(context, node, "a number of bits")
    if size > _MAX_BITS:
        raise MisuseError(-1 if node is None else node.start, f"a field has at most {_MAX_BITS:#x} bits")
    return size


def _other(context: Context, node: Node, bits: int, done: list[Term]) -> int:
    word = node.name.lower() if isinstance(node, Call) else ""
    if not isinstance(node, Call) or node.arguments is None or word not in ("offset", "accessas", "connection"):
        raise MisuseError(start_of(node), "a field, Offset, AccessAs or Connection is expected here")
    if node.body is not None:
        raise MisuseError(node.start, f"{node.name} takes no braces")
    if word == "connection":
        done.append(Term("ConnectField", (_connection(context, node),)))
    elif word == "accessas":
        done.append(_access(context, node, node.arguments))
    else:
        start = 8 * _plain(context, node.arguments[0], "an offset in bytes")
        if len(node.arguments) != 1:
            raise MisuseError(node.start, "Offset takes one argument")
        if start < bits:
            raise MisuseError(node.start, f"this offset lies before the last field, which ends at bit {bits}")
        if start - bits > _MAX_BITS:
            raise MisuseError(node.start, f"Offset can pass over at most {_MAX_BITS:#x} bits")
        if start == bits:
            context.remark(node.start, "the next field begins there anyway", "redundant-offset")
        _skip(context, node, start - bits, done)
        bits = start
    return bits


def _access(context: Context, node: Call, given: list[Node | None]) -> Term:
    if not 1 <= len(given) <= 2:
        raise MisuseError(node.start, "AccessAs takes an access type and an attribute")
    access = context.keyword_value(given[0], ACCESS_TYPES, "an access type")
    attribute = given[1] if len(given) == 2 else None
    if attribute is None:
        return Term("AccessField", (access, 0))
    context.bare(attribute, "an access attribute")
    if isinstance(attribute, Call):
        code = context.keyword_value(Name(attribute.start, attribute.name), ACCESS_ATTRIBUTES, "an access attribute")
        given_length = attribute.arguments or []
        if code not in _WITH_LENGTH or len(given_length) != 1 or attribute.body is not None:
            raise MisuseError(attribute.start, f"{attribute.name} takes no length")
        length = context.constant(given_length[0], "a length in bytes", bits=8)
        return Term("ExtendedAccessField", (access, code, length))
    if isinstance(attribute, Name) and context.words[attribute.text] is None:
        code = context.keyword_value(attribute, ACCESS_ATTRIBUTES, "an access attribute")
        if code in _WITH_LENGTH:
            raise MisuseError(attribute.start, f"{attribute.text} takes a length in parentheses")
    else:
        code = context.constant(attribute, "an access attribute", bits=8)
    return Term("AccessField", (access, code))


def _connection(context: Context, node: Call) -> object:
    given = node.arguments or []
    if len(given) != 1:
        raise MisuseError(node.start, "Connection takes one argument")
    if isinstance(given[0], Name):
        return context.object(given[0])[1]
    return context.functions["Connection"](context, node)


FUNCTIONS: dict[str, Lower] = {"Field": _field, "IndexField": _index_field, "BankField": _bank_field}
