"""The parser's tree to the values of an expectation; what the grammar lets pass but nobody can mean is refused here."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

from lark import Token
from lark.tree import Meta
from lark.visitors import Transformer_NonRecursive, v_args

from acpitools.core.ranges import AddrRange
from acpitools.core.units import PAGE_SIZE
from acpitools.expect import nodes
from acpitools.expect.errors import ExpectationError
from acpitools.expect.nodes import Attribute, Condition, Feature, Item, MemoryClass, NodeRef, Place, Position, Scope

__all__ = ["DEEPEST", "Builder"]

DEEPEST: Final = 100
"""How deep conditions and loops may be nested."""

_ZONES: Final = {name.lower(): name for name in ("DMA", "DMA32", "Normal", "Movable")}
_SHIFTS: Final = {"K": 10, "M": 20, "G": 30, "T": 40, "P": 50}
_COMMENT: Final = re.compile(r'("[^"\n]*")|#[^\n]*')
_LAST_ADDRESS: Final = (1 << 64) - 1
_ANYWHERE: Final = Scope()


def _at(token: Token) -> Position:
    return Position(token.line or 1, token.column or 1)


def _place(meta: Meta) -> Position:
    return Position(meta.line, meta.column)


@v_args(meta=True)
class Builder(Transformer_NonRecursive[Token, Any]):
    """Makes the items of one text."""

    def __init__(self, text: str, source: str) -> None:
        super().__init__(visit_tokens=False)
        self.text = text
        self.source = source

    def refuse(self, why: str, at: Position) -> ExpectationError:
        """Give the error that says why something cannot be meant."""
        return ExpectationError(why, self.source, at)

    # --- items ------------------------------------------------------------------------------------------------

    def start(self, _meta: Meta, items: list[Item]) -> tuple[Item, ...]:
        """Give all items in order."""
        return tuple(items)

    def expectation(self, meta: Meta, parts: list[Any]) -> nodes.Expectation:
        """Give one line, with its text as written."""
        name, condition = parts
        words = self.text[name.end_pos if name else meta.start_pos : meta.end_pos]
        words = words.lstrip(" \t:") if name else words
        told = _COMMENT.sub(lambda match: match[1] or "", words.replace("\\\n", " "))
        return nodes.Expectation(
            at=_place(meta),
            source=self.source,
            name=_unquoted(name),
            text=" ".join(told.split()),
            condition=condition,
        )

    def loop(self, meta: Meta, parts: list[Any]) -> nodes.Loop:
        """Give a block of expectations for each node."""
        name, _for, _node, variable, *rest = parts
        selectors = tuple(part for part in rest if isinstance(part, nodes.Selector))
        items = tuple(part for part in rest if not isinstance(part, nodes.Selector))
        depth = 1 + max((item.depth for item in items if isinstance(item, nodes.Loop)), default=0)
        self.bounded(depth, _place(meta))
        words = self.text[name.end_pos if name else meta.start_pos : meta.end_pos].lstrip(" \t:")
        return nodes.Loop(
            at=_place(meta),
            source=self.source,
            name=_unquoted(name),
            text=" ".join(words.partition("{")[0].split()),
            variable=str(variable),
            selectors=selectors,
            items=items,
            depth=depth,
        )

    # --- conditions -------------------------------------------------------------------------------------------

    def bounded(self, depth: int, at: Position) -> int:
        """Give a depth that is not too great."""
        if depth > DEEPEST:
            raise self.refuse(f"nested more than {DEEPEST} deep", at)
        return depth

    def _depth(self, conditions: list[Condition], at: Position) -> int:
        return self.bounded(1 + max(getattr(c, "depth", 0) for c in conditions), at)

    def disjunction(self, meta: Meta, parts: list[Any]) -> Condition:
        """Give what ``or`` joins."""
        conditions = [part for part in parts if not isinstance(part, Token)]
        if len(conditions) == 1:
            return conditions[0]  # type: ignore[no-any-return]
        return nodes.Or(operands=tuple(conditions), depth=self._depth(conditions, _place(meta)))

    def conjunction(self, meta: Meta, parts: list[Any]) -> Condition:
        """Give what ``and`` joins."""
        conditions = [part for part in parts if not isinstance(part, Token)]
        if len(conditions) == 1:
            return conditions[0]  # type: ignore[no-any-return]
        return nodes.And(operands=tuple(conditions), depth=self._depth(conditions, _place(meta)))

    def negated(self, meta: Meta, parts: list[Any]) -> Condition:
        """Give the opposite of a condition."""
        return nodes.Not(operand=parts[1], depth=self._depth([parts[1]], _place(meta)))

    def grouped(self, _meta: Meta, parts: list[Any]) -> Condition:
        """Give what stands in parentheses."""
        return parts[0]  # type: ignore[no-any-return]

    def quantified(self, meta: Meta, parts: list[Any]) -> Condition:
        """Give a condition for every, or some, node."""
        word, _node, variable, *selectors, body = parts
        return nodes.Quantified(
            at=_place(meta),
            every=word.type == "EVERY",
            variable=str(variable),
            selectors=tuple(selectors),
            body=body,
            depth=self._depth([body], _place(meta)),
        )

    def comparison(self, _meta: Meta, parts: list[Any]) -> Condition:
        """Give two quantities to compare."""
        left, operator, right = parts
        return nodes.Comparison(at=_at(operator), left=left, operator=str(operator), right=right)

    def claim(self, _meta: Meta, parts: list[Any]) -> Condition:
        """Give a quantity that is true or not."""
        return nodes.Claim(quantity=parts[0])

    # --- nodes of a loop --------------------------------------------------------------------------------------

    def having(self, _meta: Meta, parts: list[Any]) -> nodes.Selector:
        """Give ``with FEATURE``."""
        return nodes.Selector("with", feature=parts[1])

    def among(self, _meta: Meta, parts: list[Any]) -> nodes.Selector:
        """Give ``in NUMBERS``."""
        return nodes.Selector("in", numbers=tuple(self._numbers(token) for token in parts[1:]))

    def except_for(self, _meta: Meta, parts: list[Any]) -> nodes.Selector:
        """Give ``except NUMBERS``."""
        return nodes.Selector("except", numbers=tuple(self._numbers(token) for token in parts[1:]))

    def _numbers(self, token: Token) -> tuple[int, int]:
        if token.type == "RANGE":
            first, last = (int(part, 0 if part[:2] == "0x" else 10) for part in _ends(token))
            if last < first:
                raise self.refuse(f"{token} is empty", _at(token))
            return first, last
        number = self._whole(token, "a node number")
        return number, number

    def feature(self, _meta: Meta, parts: list[Any]) -> Feature:
        """Give what a node may have."""
        if parts[0].type == "ZONE":
            return Feature("zone", parts[1])
        return Feature(" ".join(_word(part) for part in parts))

    # --- quantities -------------------------------------------------------------------------------------------

    def size(self, _meta: Meta, parts: list[Token]) -> nodes.Number:
        """Give a literal amount: bytes where it has a unit."""
        token = parts[0]
        amount, unit = _amount(token)
        return nodes.Number(at=_at(token), amount=amount, unit=unit)

    def percent(self, _meta: Meta, parts: list[Token]) -> nodes.Number:
        """Give a share."""
        amount = Fraction(parts[0].rstrip("%").strip())
        return nodes.Number(at=_at(parts[0]), amount=amount, unit="percent")

    def attributed(self, meta: Meta, parts: list[Any]) -> nodes.Of:
        """Give an attribute of a place."""
        return nodes.Of(at=_place(meta), place=parts[0], attribute=parts[1])

    def boots(self, meta: Meta, _parts: list[Any]) -> nodes.Fact:
        """Give: the kernel comes up."""
        return nodes.Fact(at=_place(meta), kind="boots")

    def srat_used(self, meta: Meta, _parts: list[Any]) -> nodes.Fact:
        """Give: NUMA was set up from the SRAT."""
        return nodes.Fact(at=_place(meta), kind="srat used")

    def block_size(self, meta: Meta, _parts: list[Any]) -> nodes.Fact:
        """Give the size of a memory block."""
        return nodes.Fact(at=_place(meta), kind="block size")

    def block_count(self, meta: Meta, _parts: list[Any]) -> nodes.Fact:
        """Give the number of memory blocks."""
        return nodes.Fact(at=_place(meta), kind="blocks")

    def node_count(self, meta: Meta, parts: list[Any]) -> nodes.NodeCount:
        """Give a number of nodes."""
        online = any(isinstance(part, Token) and part.type == "ONLINE" for part in parts)
        feature = next((part for part in parts if isinstance(part, Feature)), None)
        return nodes.NodeCount(at=_place(meta), online=online, feature=feature)

    def finding_count(self, meta: Meta, parts: list[Any]) -> nodes.Fact:
        """Give how many findings, errors or warnings there are."""
        return nodes.Fact(at=_place(meta), kind=str(parts[0]))

    def no_findings(self, meta: Meta, parts: list[Any]) -> nodes.Fact:
        """Give: there are none."""
        return nodes.Fact(at=_place(meta), kind=str(parts[1]), none=True)

    def finding(self, meta: Meta, parts: list[Any]) -> nodes.FindingNamed:
        """Give a finding by its code."""
        return nodes.FindingNamed(at=_place(meta), code=str(parts[-1]), none=parts[0] is not None)

    def distance(self, meta: Meta, parts: list[Any]) -> nodes.Distance:
        """Give the distance of two nodes."""
        source, target = (part for part in parts if isinstance(part, NodeRef))
        return nodes.Distance(at=_place(meta), source=source, target=target)

    def memory(self, meta: Meta, parts: list[Any]) -> nodes.MemorySet:
        """Give a class of memory."""
        return nodes.MemorySet(at=_place(meta), memory=MemoryClass(parts[0], parts[1] or _ANYWHERE))

    def all_memory(self, meta: Meta, parts: list[Any]) -> nodes.MemorySet:
        """Give a claim about all, some or none of a class of memory."""
        word, kind, scope, attribute = parts
        memory = MemoryClass(kind, scope or _ANYWHERE)
        return nodes.MemorySet(at=_place(meta), memory=memory, quantifier=str(word), attribute=attribute)

    def memory_class(self, _meta: Meta, parts: list[Token]) -> str:
        """Give the kind of memory: ``all`` without a word before it."""
        return _word(parts[0]) if len(parts) > 1 else "all"

    def machine_zone(self, meta: Meta, parts: list[Any]) -> nodes.MachineZone:
        """Give a zone of all nodes."""
        return nodes.MachineZone(at=_place(meta), zone=parts[0], part=parts[1])

    def allocations(self, meta: Meta, parts: list[Any]) -> nodes.HeldBy:
        """Give what the kernel took."""
        no, owner, scope = parts
        return nodes.HeldBy(at=_place(meta), owner=owner or None, scope=scope or _ANYWHERE, none=no is not None)

    def allocation(self, _meta: Meta, parts: list[Token]) -> str:
        """Give the owner that is asked for; nothing for any."""
        return parts[1][1:-1] if parts[1].type == "STRING" else ""

    def scope(self, _meta: Meta, parts: list[Any]) -> Scope:
        """Give where to look."""
        where = parts[1]
        if isinstance(where, NodeRef):
            return Scope(node=where)
        if isinstance(where, Token):
            return Scope(range=self._range(where))
        return Scope(zone=where)

    # --- places -----------------------------------------------------------------------------------------------

    def node(self, _meta: Meta, parts: list[Token]) -> NodeRef:
        """Give a node by number or variable."""
        token = parts[1]
        if token.type == "NAME":
            return NodeRef(_at(token), name=str(token))
        return NodeRef(_at(token), number=self._whole(token, "a node number"))

    def block(self, _meta: Meta, parts: list[Token]) -> int:
        """Give the number of a memory block."""
        token = parts[-1]
        return int(token.removeprefix("memory")) if token.type == "BLOCK_NAME" else self._whole(token, "a block number")

    def place(self, meta: Meta, parts: list[Any]) -> Place:
        """Give a node or a block."""
        where = parts[0]
        return Place(_place(meta), node=where) if isinstance(where, NodeRef) else Place(_place(meta), block=where)

    def address(self, meta: Meta, parts: list[Token]) -> Place:
        """Give one byte."""
        address, _ = _amount(parts[0])
        if address.denominator != 1 or address > _LAST_ADDRESS:
            raise self.refuse(f"{parts[0]} is no address", _at(parts[0]))
        return Place(_place(meta), address=int(address))

    def range(self, meta: Meta, parts: list[Token]) -> Place:
        """Give a range of addresses."""
        return Place(_place(meta), range=self._range(parts[0]))

    def _range(self, token: Token) -> AddrRange:
        first, last = (int(part, 0 if part[:2] == "0x" else 10) for part in _ends(token))
        end = last if last % PAGE_SIZE == 0 else last + 1
        if not first < end <= _LAST_ADDRESS + 1:
            raise self.refuse(f"{token} is empty or beyond 64 bits", _at(token))
        return AddrRange(first, end)

    def zone(self, _meta: Meta, parts: list[Any]) -> str:
        """Give a zone's name as the kernel spells it."""
        return parts[1]  # type: ignore[no-any-return]

    def zone_name(self, _meta: Meta, parts: list[Token]) -> str:
        """Give a zone's name as the kernel spells it."""
        name = _ZONES.get(parts[0].lower())
        if name is None:
            raise self.refuse(f"{parts[0]} is no zone: {', '.join(_ZONES.values())}", _at(parts[0]))
        return name

    def zone_part(self, _meta: Meta, parts: list[Token]) -> str:
        """Give which number of a zone is meant."""
        return str(parts[0])

    def attribute(self, meta: Meta, parts: list[Token]) -> Attribute:
        """Give an attribute of one or two words."""
        return Attribute(" ".join(_word(part) for part in parts), _place(meta))

    def in_zone(self, meta: Meta, parts: list[Any]) -> Attribute:
        """Give ``in zone Z``."""
        return Attribute("in zone", _place(meta), zone=parts[1])

    def on_node(self, meta: Meta, parts: list[Any]) -> Attribute:
        """Give ``on node N``."""
        return Attribute("on node", _place(meta), node=parts[1])

    def in_block(self, meta: Meta, parts: list[Any]) -> Attribute:
        """Give ``in block N``."""
        return Attribute("in block", _place(meta), block=parts[1])

    def has(self, meta: Meta, parts: list[Any]) -> Attribute:
        """Give ``has FEATURE``."""
        return Attribute("has", _place(meta), feature=parts[1])

    def node_zone(self, meta: Meta, parts: list[Any]) -> Attribute:
        """Give a zone of a node."""
        return Attribute("zone", _place(meta), zone=parts[0], part=parts[1])

    # --- tokens -----------------------------------------------------------------------------------------------

    def _whole(self, token: Token, what: str) -> int:
        amount, unit = _amount(token)
        if amount.denominator != 1 or unit != "plain" or amount > _LAST_ADDRESS:
            raise self.refuse(f"{token} is not {what}", _at(token))
        return int(amount)


def _unquoted(token: Token | None) -> str | None:
    return token[1:-1] if token is not None else None


def _word(token: Token) -> str:
    return token.replace("-", "").lower()


def _ends(token: Token) -> list[str]:
    return token.removeprefix("[mem ").removesuffix("]").lower().split("-")


def _amount(token: Token) -> tuple[Fraction, str]:
    text = token.strip()
    if text.startswith(("0x", "0X")):
        return Fraction(int(text, 16)), "plain"
    digits = text.rstrip("KMGTPiBpages \t")
    unit = text[len(digits) :].strip()
    number = Fraction(digits)
    if unit == "pages":
        return number * PAGE_SIZE, "bytes"
    return (number * (1 << _SHIFTS[unit[0]]), "bytes") if unit else (number, "plain")
