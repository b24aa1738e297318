"""The inside of methods: statements that are never reached, Locals and Args used wrongly, results that are lost."""

from __future__ import annotations

from acpitools.asl.keywords import OPERATORS
from acpitools.asl.lost_results import report_lost
from acpitools.asl.lower.context import Context
from acpitools.asl.lower.state import start_of
from acpitools.asl.nodes import Binary, Block, Call, Index, Integer, Name, Node, Semicolon, Step, Unary
from acpitools.asl.scope_checks import last_segment

__all__ = ["check_method"]

_ENDS = frozenset({"Return", "Break", "Continue"})
_SCOPES = frozenset({"Scope", "Device", "Processor", "PowerResource", "ThermalZone"})
_CREATORS = frozenset(
    ["Alias", "DataTableRegion", "Device", "Event", "Mutex", "Name", "OperationRegion", "PowerResource", "ThermalZone"]
)
"""Operators that make a name which stays until the method ends; fields and methods may be made again."""
_MOST_ARGUMENTS = 7
_FOREVER = 0xFFFF
_LONG_SLEEP = 1000
"""Milliseconds."""
_LISTS = frozenset({"If", "ElseIf", "Else", "While", "For", "Switch", "Case", "Default"})


def check_method(context: Context, node: Call, count: int) -> tuple[list[Node], list[Node]]:
    """Warn about the body of a method of so many arguments; return what its Returns give, and the bare ones."""
    work = _Method(context, count, last_segment(node.arguments[0] if node.arguments else None))
    ends = work.block(node.body or [])
    if work.returned and (not ends or work.bare):
        context.warning(
            node.start, "not every path through this method returns a value; Return one at its end", "missing-return"
        )
        for returned in context.returned.values():
            if returned.start == node.start:
                returned.always = False
    _remark(context, node, count, work)
    for local, start in work.unread.items():
        context.warning(start, f"{local} is set here, and never used", "unused-local")
    return work.returned, work.bare


def _remark(context: Context, node: Call, count: int, work: _Method) -> None:
    given = (node.arguments or []) + [None] * 3
    rule = given[2] if context.words[node.name] == "Method" else None
    if work.creates and str(getattr(rule, "text", "")).lower() != "serialized":
        message = "this method makes names while it runs: Serialized keeps a second call from finding them there"
        context.remark(node.start, message, "serialize")
    if not work.name.startswith("_"):
        for number in range(min(count, _MOST_ARGUMENTS)):
            if f"Arg{number}" not in work.read | work.ready:
                context.remark(node.start, f"Arg{number} is never used", "unused-argument")


class _Method:
    """One method, read in the order of its text."""

    def __init__(self, context: Context, count: int, name: str) -> None:
        self.context = context
        self.count = count
        self.name = name
        """Last segment of the method's own."""
        self.creates = False
        """Whether a name has been made that stays until the method ends."""
        self.returned: list[Node] = []
        self.bare: list[Node] = []
        """Returns that give nothing."""
        self.ready: set[str] = set()
        """Locals, and Args that are no arguments, that have been set."""
        self.unread: dict[str, int] = {}
        """Locals that were set and not read -> where they were set last."""
        self.read: set[str] = set()
        self.scoped = False
        """Whether this is directly inside a Scope or a Device of the method."""

    def block(self, items: list[Node | None]) -> bool:
        """Read statements; return whether their end cannot be reached."""
        ended = False
        told = False
        chain = False
        for node in items:
            if node is None or type(node) is Semicolon:
                continue
            if ended and not told:
                self.context.warning(start_of(node), "this statement is never reached", "unreachable")
                told = True
            word = self._word(node)
            if word in ("ElseIf", "Else"):
                chain = self._list(node, word) and chain
                ended = ended or (word == "Else" and chain)
                continue
            if word == "If":
                chain = self._list(node, word)
            elif word in _LISTS:
                ended = self._list(node, word) or ended
            else:
                ended = self.statement(node, word) or ended
        return ended

    def scope(self, items: list[Node | None]) -> None:
        """Read what a Scope or a Device inside a method holds: its lost results are not told, as iasl has it."""
        outer, self.scoped = self.scoped, True
        self.block(items)
        self.scoped = outer

    def _word(self, node: Node) -> str | None:
        if isinstance(node, Call):
            return self.context.words[node.name]
        return self.context.words[node.text] if isinstance(node, Name) else None

    def _list(self, node: Node, word: str | None) -> bool:
        if not isinstance(node, Call):
            return False
        outer, self.scoped = self.scoped, False
        ended = self._parts(node, word)
        self.scoped = outer
        return ended

    def _parts(self, node: Call, word: str | None) -> bool:
        first, last = None, None
        given = node.arguments or []
        if word == "For" and len(given) == 3:
            first, *given, last = given
        if first is not None:
            self.statement(first, self._word(first))
        for argument in given:
            self.value(argument)
        body = node.body or []
        if word == "Switch":
            self.creates = True  # its variable
            return self._switch(body)
        ended = self.block(body)
        if last is not None:
            self.statement(last, self._word(last))
        if word in ("While", "For"):
            # Only a loop without a condition is left by nothing but Return.
            return word == "While" and self._forever(node) and not _breaks(self.context, body)
        return ended

    def _forever(self, node: Call) -> bool:
        predicate = node.arguments[0] if node.arguments else None
        text = getattr(predicate, "text", "")
        return self.context.words[text] in ("One", "Ones") or text in ("1", "0x01", "0x1")

    def _switch(self, body: list[Node | None]) -> bool:
        ends = []
        default = False
        for item in body:
            word = None if item is None else self._word(item)
            if item is not None and word in ("Case", "Default"):
                default = default or word == "Default"
                ends.append(self._list(item, word) and not _breaks(self.context, getattr(item, "body", None) or []))
        return default and all(ends)

    def statement(self, node: Node, word: str | None) -> bool:
        """Read one statement; return whether the next is not reached."""
        self.creates = self.creates or word in _CREATORS
        if word == "Return":
            given = node.arguments if isinstance(node, Call) else None
            value = given[0] if given else None
            if not self.scoped:
                self.returned += [] if value is None else [value]
                self.bare += [node] if value is None else []
            self.value(value)
            return True
        if word in _ENDS:
            return True
        if word in _SCOPES and isinstance(node, Call):
            self.scope(node.body or [])
            return False
        if not self.scoped:
            report_lost(self.context, node)
        if isinstance(node, Call):
            self._doubtful(node, word)
        self.value(node)
        return False

    def _doubtful(self, node: Call, word: str | None) -> None:
        given = node.arguments or []
        number = given[-1] if given else None
        if word in ("Acquire", "Wait"):
            ones = word == "Acquire" and isinstance(number, Name) and self._word(number) == "Ones"
            if not (ones or (isinstance(number, Integer) and _number(number) >= _FOREVER)):
                message = "whether this timed out is not looked at; 0xFFFF waits for ever"
                self.context.warning(node.start, message, "timeout")
        elif word == "Unload":
            self.context.warning(node.start, "few operating systems can take a table out again", "unload")
        elif word == "Sleep" and isinstance(number, Integer) and _number(number) > _LONG_SLEEP:
            self.context.remark(node.start, f"this sleeps for {_number(number) / 1000:g} seconds", "long-sleep")

    def value(self, node: Node | None) -> None:
        """Read an operand."""
        if isinstance(node, Name):
            self._use(node)
        elif isinstance(node, Call):
            self._call(node)
        elif isinstance(node, Binary):
            self.value(node.right)
            if node.operator == "=":
                self.target(self._assigned(node.left))
            else:
                self.value(node.left)
        elif isinstance(node, Unary | Step):
            self.value(node.operand)
        elif isinstance(node, Index):
            self.value(node.base)
            self.value(node.place)
        elif isinstance(node, Block):
            for item in node.items:
                self.value(item)

    def _assigned(self, node: Node) -> Node:
        # !A = B is !(A = B), and A + B = C is A + (B = C).
        while isinstance(node, Unary | Binary):
            if isinstance(node, Binary):
                self.value(node.left)
            node = node.operand if isinstance(node, Unary) else node.right
        return node

    def _call(self, node: Call) -> None:
        word = self.context.words[node.name]
        if word is None and node.name.upper().ljust(4, "_") == self.name:
            if self.creates:
                self.context.misuse(node.start, f"{node.name} calls itself, and has made names that are there then")
            else:
                self.context.remark(node.start, f"{node.name} calls itself", "recursion")
        words = OPERATORS[word].words if word in OPERATORS else ()
        targets: list[Node] = []
        for place, argument in enumerate(node.arguments or []):
            kind = words[place] if place < len(words) else ""
            stores = (
                kind in ("Target", "PossibleTarget")
                or (word in ("Store", "CopyObject", "Load") and place == 1)
                or word == "RefOf"
            )
            if argument is not None and (stores or (word == "Fprintf" and place == 0)):
                targets.append(argument)
            elif word != "ObjectType":
                self.value(argument)
        for target in targets:
            self.target(target)
        if node.body and word in ("Buffer", "Package"):
            for item in node.body:
                self.value(item)

    def target(self, node: Node) -> None:
        """Read what is stored to."""
        if not isinstance(node, Name):
            self.value(node)
            return
        word = self.context.words[node.text]
        if word is not None and word[:3] in ("Loc", "Arg"):
            self.ready.add(word)
            if word[0] == "L" and word not in self.read:
                self.unread[word] = node.start

    def _use(self, node: Name) -> None:
        word = self.context.words[node.text]
        if word is None or word[:3] not in ("Loc", "Arg"):
            return
        self.read.add(word)
        self.unread.pop(word, None)
        if word in self.ready or (word[0] == "A" and int(word[3]) < self.count):
            return
        self.ready.add(word)
        if word[0] == "A":
            self.context.misuse(node.start, f"{word} is no argument: this method takes {self.count}")
        else:
            self.context.misuse(node.start, f"{word} is used before anything is stored to it")


def _number(node: Integer) -> int:
    try:
        return int(node.text, 16 if node.text[:2] in ("0x", "0X") else 8 if node.text[0] == "0" else 10)
    except ValueError:
        return 0


def _breaks(context: Context, items: list[Node | None]) -> bool:
    # Whether a Break leaves the loop or Switch whose list this is.
    for node in items:
        if isinstance(node, Name) and context.words[node.text] == "Break":
            return True
        inner = node.body if isinstance(node, Call) and context.words[node.name] in ("If", "ElseIf", "Else") else None
        if inner and _breaks(context, inner):
            return True
    return False
