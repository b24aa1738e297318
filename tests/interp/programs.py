"""Random programs of methods: well-typed for the most part, with all operators, places, references and control flow."""

from __future__ import annotations

from random import Random

__all__ = ["GLOBALS", "program"]

GLOBALS = ("N0", "N1", "S0", "S1", "B0", "B1", "B2", "P0", "P1", "P2", "A0", "F0", "F1", "F2", "F3", "U0", "DEV0.V0")
"""Names whose values are looked at after each method."""

_HEAD = """
Name (N0, 5) Name (N1, 0x123456789ABCDEF0)
Name (S0, "abcdef") Name (S1, "0x1F4")
Name (B0, Buffer (6) {1, 2, 3, 4, 0x55}) Name (B1, Buffer (20) {"field of bytes"}) Name (B2, Buffer () {0xFF, 0x80})
Name (P0, Package () {1, "two", Buffer () {3, 4}, Package () {5, "six", Buffer (2) {7}}})
Name (P1, Package (6) {N0, S0, B0, P0, DEV0, 9})
Name (P2, Package () {LATE, MSTR, Package () {B1, N1}, F0})
Name (LATE, "late")
Alias (N1, A0)
CreateByteField (B0, 1, F0) CreateField (B1, 5, 23, F1) CreateQWordField (B1, 8, F2) CreateBitField (B2, 9, F3)
OperationRegion (REG0, SystemMemory, 0x100000, 32)
Field (REG0, ByteAcc, NoLock, Preserve) {U0, 8, U1, 3, , 5, U2, 80}
Device (DEV0) {Name (V0, 77) Method (GETV) {Return (V0)} Method (SETV, 1) {V0 = Arg0}}
Mutex (MTX0, 0) Event (EVT0)
Method (MCH0, 1) {Arg0 = 0x41 Return (Arg0)}
Method (MIDX, 1) {Arg0 [0] = 0x42 Return (Arg0)}
Method (MSAM, 1) {Return (Arg0)}
Method (MREF, 1) {If (Arg0) {Return (RefOf (S0))} Return (RefOf (P0))}
Method (MTWO, 2) {Local0 = Arg0 Arg1 = Local0 Return (Local0)}
Method (MCPY, 2) {CopyObject (Arg1, Arg0) Return (Arg0)}
Method (MREC, 2) {If (Arg0 == 0) {Return (Arg1)} Return (MREC (Arg0 - 1, Concatenate (Arg1, "x")))}
Method (MLOC) {Local0 = Package (3) {B0, 1, Package () {P0, S0}} Return (Local0)}
Method (MNAM) {Name (LOCN, Package () {B0, S0, 3}) Return (LOCN)}
Method (MNOV) {N0 = 6}
Method (MSTR) {Return ("text")}
Method (MBUF) {Local0 = Buffer () {1, 2, 3, 4, 5, 6, 7, 8, 9, 10} Local1 = RefOf (Local0) Return (Local0)}
"""

_BINARY = ("Add", "Subtract", "Multiply", "And", "Or", "XOr", "NAnd", "NOr", "ShiftLeft", "ShiftRight", "Mod")
_COMPARED = ("LEqual", "LGreater", "LLess", "LNotEqual", "LGreaterEqual", "LLessEqual")
_CREATES = ("Bit", "Byte", "Word", "DWord", "QWord")
_MATCHES = ("MTR", "MEQ", "MLE", "MLT", "MGE", "MGT")
_NUMBERS = ("Zero", "One", "Ones", "2", "3", "7", "0x41", "0x1234", "0x87654321", "0xFFFFFFFFFFFFFFFF", "0x99", "64")
_TEXTS = ('""', '"0"', '"7"', '"abc"', '"0x12"', '"12G"', '" 55"', '"\\\\N0"', '"S0"', '"P1"', '"FEDCBA98765432101"')
_NO_VALUE = ("DEV0", "MTX0", "EVT0", "REG0", "MSTR", "NOPE", "Debug")
_PLAIN = ("N0", "N1", "A0", "S0", "S1", "B0", "B1", "B2", "P0", "P1", "P2", "F0", "F1", "F2", "F3", "U0", "U2", "LATE")
_KINDS = ("integer", "string", "buffer", "package", "reference")


class _Writer:
    # Writes one method: statements of expressions of a wanted kind, now and then of another.

    def __init__(self, random: Random, wrong: float) -> None:
        self._random = random
        self._wrong = wrong
        self._loops = 0
        self._made = 0

    def pick(self, *choices: str) -> str:
        return self._random.choice(choices)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def expression(self, kind: str, depth: int) -> str:
        """Write an expression of a kind, or with some chance of any other."""
        if self.chance(self._wrong):
            kind = self.pick(*_KINDS)
        text: str = getattr(self, f"_{kind}")(depth)
        return text

    def data(self, depth: int) -> str:
        return self.expression(self.pick("integer", "string", "buffer"), depth)

    def any(self, depth: int) -> str:
        if self.chance(0.03):
            return self.pick(*_NO_VALUE)
        return self.expression(self.pick(*_KINDS), depth)

    def _variable(self) -> str:
        if self.chance(0.8):
            return f"Local{self._random.randrange(4)}"
        return f"Arg{self._random.randrange(2)}"

    def _called(self, depth: int) -> str:
        down = depth - 1
        return self.pick(
            f"MCH0 ({self.argument(down)})",
            f"MIDX ({self.argument(down)})",
            f"MSAM ({self.argument(down)})",
            f"MREF ({self.operand(down)})",
            f"MTWO ({self.argument(down)}, {self.argument(down)})",
            f"MCPY ({self.argument(down)}, {self.argument(down)})",
            f"MREC ({self.pick('0', '1', '2')}, {self.argument(down)})",
            "MLOC ()",
            "MNAM ()",
            "MSTR ()",
            "MBUF ()",
            "DEV0.GETV ()",
            "MNOV ()" if self.chance(0.1) else "MSTR ()",
        )

    def argument(self, depth: int) -> str:
        variable = self._variable()
        return self.pick(
            self.place(depth), f"RefOf ({self.referable(depth)})", self.any(depth), variable, f"RefOf ({variable})"
        )

    def _integer(self, depth: int) -> str:
        if depth <= 0 or self.chance(0.25):
            return self.pick(*_NUMBERS, "N0", "N1", "A0", "F0", "F1", "F2", "F3", "U0", "U1", self._variable())
        down = depth - 1
        target = self.target(down)
        return self._random.choice(
            (
                lambda: f"{self.pick(*_BINARY)} ({self.operand(down)}, {self.operand(down)}, {target})",
                lambda: f"{self.pick('Not', 'FindSetLeftBit', 'FindSetRightBit')} ({self.operand(down)}, {target})",
                lambda: f"{self.pick('FromBCD', 'ToBCD')} ({self.operand(down)}, {target})",
                lambda: f"Divide ({self.operand(down)}, {self.operand(down)}, {self.target(down)}, {target})",
                lambda: f"{self.pick(*_COMPARED)} ({self.data(down)}, {self.data(down)})",
                lambda: f"{self.pick('LAnd', 'LOr')} ({self.operand(down)}, {self.operand(down)})",
                lambda: f"LNot ({self.operand(down)})",
                lambda: f"{self.pick('Increment', 'Decrement')} ({self.place(down)})",
                lambda: f"SizeOf ({self.place(down)})",
                lambda: f"ObjectType ({self.place(down)})",
                lambda: f"CondRefOf ({self.referable(down)}, {target})",
                lambda: f"ToInteger ({self.data(down)}, {target})",
                lambda: (
                    f"Match ({self.expression('package', down)}, {self.pick(*_MATCHES)}, {self.data(down)}, "
                    f"{self.pick(*_MATCHES)}, {self.data(down)}, {self.pick('0', '1', self.operand(down))})"
                ),
                lambda: self._followed(down),
                lambda: f"Store ({self.expression('integer', down)}, {self.target(down, needed=True)})",
                lambda: f"CopyObject ({self.expression('integer', down)}, {self.named()})",
                lambda: f"Acquire (MTX0, {self.pick('0', '10', '0xFFFF')})",
                lambda: "Wait (EVT0, 1)",
                lambda: self._called(depth),
            )
        )()

    def operand(self, depth: int) -> str:
        """Write what an integer is made of: an integer in most cases."""
        return self.data(depth) if self.chance(0.15) else self.expression("integer", depth)

    def _string(self, depth: int) -> str:
        if depth <= 0 or self.chance(0.25):
            return self.pick(*_TEXTS, "S0", "S1", "LATE", self._variable())
        down = depth - 1
        target = self.target(down)
        return self._random.choice(
            (
                lambda: f"Concatenate ({self.expression('string', down)}, {self.any(down)}, {target})",
                lambda: f"{self.pick('ToHexString', 'ToDecimalString')} ({self.data(down)}, {target})",
                lambda: f"ToString ({self.data(down)}, {self.pick('Ones', '3', self.operand(down))}, {target})",
                lambda: (
                    f"Mid ({self.expression('string', down)}, {self.operand(down)}, {self.operand(down)}, {target})"
                ),
                lambda: self._followed(down),
                lambda: f"Store ({self.expression('string', down)}, {self.target(down, needed=True)})",
                lambda: self._called(depth),
            )
        )()

    def _buffer(self, depth: int) -> str:
        if depth <= 0 or self.chance(0.25):
            literal = "Buffer (4) {1, 2, 3}"
            return self.pick("B0", "B1", "B2", literal, 'Buffer () {"text"}', "Buffer (0) {}", "U2", self._variable())
        down = depth - 1
        target = self.target(down)
        template = "ResourceTemplate () {IO (Decode16, 1, 2, 3, 4)}"
        return self._random.choice(
            (
                lambda: f"Concatenate ({self.expression('buffer', down)}, {self.any(down)}, {target})",
                lambda: f"Concatenate ({self.expression('integer', down)}, {self.data(down)}, {target})",
                lambda: (
                    f"ConcatenateResTemplate ({self.pick(template, self.expression('buffer', down))}, "
                    f"{self.pick(template, self.expression('buffer', down))}, {target})"
                ),
                lambda: f"ToBuffer ({self.data(down)}, {target})",
                lambda: (
                    f"Mid ({self.expression('buffer', down)}, {self.operand(down)}, {self.operand(down)}, {target})"
                ),
                lambda: f"Buffer ({self._size()}) {{9, 8}}",
                lambda: self._followed(down),
                lambda: f"Store ({self.expression('buffer', down)}, {self.target(down, needed=True)})",
                lambda: self._called(depth),
            )
        )()

    def _element(self, depth: int) -> str:
        return self.pick(
            *("1", '"e"', "Buffer (2) {5}", *_PLAIN, *_NO_VALUE[:5], "^N0", "\\S0"),
            self._package_of(depth) if depth > 0 else "Ones",
        )

    def _package_of(self, depth: int) -> str:
        elements = ", ".join(self._element(depth - 1) for _ in range(self._random.randrange(4)))
        return f"Package ({self.pick('', '', self._size())}) {{{elements}}}"

    def _size(self) -> str:
        # Small: acpiexec makes whatever is asked for.
        sizes = ("3", "2", "0x41", "S1", "B2", "MSTR ()", "Add (1, 2)", "And (N0, 3)", "And (Local0, 7)", "F3", "NOPE")
        return self.pick(*sizes, "SizeOf (B0)", "And (DerefOf (Local1), 15)", "P0", "Local7", "One")

    def _package(self, depth: int) -> str:
        if depth <= 0 or self.chance(0.25):
            return self.pick("P0", "P1", "P2", self._variable(), "Package () {1, N0, S0}", "Package (2) {B0}")
        down = depth - 1
        return self._random.choice(
            (
                lambda: self._package_of(depth),
                lambda: self._followed(down),
                lambda: f"Store ({self.expression('package', down)}, {self.target(down, needed=True)})",
                lambda: f"MSAM ({self.expression('package', down)})",
                lambda: self.pick("MLOC ()", "MNAM ()", "MSAM (P0)", "MIDX (P1)"),
            )
        )()

    def _index(self, depth: int) -> str:
        holder = self.expression(self.pick("package", "package", "buffer", "string"), depth)
        at = self.pick("0", "1", "2", "3", self.expression("integer", depth))
        return f"Index ({holder}, {at}, {self.target(depth) if self.chance(0.3) else ''})"

    def _reference(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(self._variable(), "RefOf (N0)", "RefOf (S0)", "RefOf (B0)", "RefOf (P0)", "Index (P0, 1)")
        down = depth - 1
        return self._random.choice(
            (
                lambda: f"RefOf ({self.referable(down)})",
                lambda: self._index(down),
                lambda: self._index(down),
                lambda: self._variable(),
                lambda: f"MREF ({self.operand(down)})",
                lambda: f"MSAM ({self.expression('reference', down)})",
                lambda: f"Store ({self.expression('reference', down)}, {self._variable()})",
                lambda: self._followed(down),
                lambda: self.pick(*_TEXTS),
            )
        )()

    def _followed(self, depth: int) -> str:
        # The grammar takes no literal here.
        text = self.expression("reference", depth)
        literal = text[0] in '"0123456789' or text.startswith(("Zero", "One", "Package", "Buffer", "L"))
        return f"DerefOf ({f'Store ({text}, Local4)' if literal and not text.startswith('Local') else text})"

    def place(self, depth: int) -> str:
        """Write a place: a variable, a name, an element, what a reference refers to."""
        if self.chance(0.03):
            return self.pick(*_NO_VALUE)
        if depth <= 0 or self.chance(0.6):
            return self.pick(self._variable(), self._variable(), *_PLAIN)
        return self.pick(
            self._index(depth - 1),
            self._followed(depth - 1),
            self._called(depth - 1) if self.chance(0.1) else self._variable(),
        )

    def named(self) -> str:
        """Write a variable or name."""
        return self.pick(self._variable(), self._variable(), *_PLAIN)

    def referable(self, depth: int) -> str:
        """Write a place that RefOf takes."""
        text = self.place(depth)
        # What refers to a variable of a method that has ended is undefined in ACPICA.
        return self.pick(*_PLAIN) if text.startswith(("M", "DEV0.", "RefOf", "Local", "Arg")) else text

    def target(self, depth: int, *, needed: bool = False) -> str:
        """Write where a result goes; nothing in most cases, unless it is needed."""
        if not needed and self.chance(0.75):
            return ""
        return f"RefOf ({self.referable(depth)})" if self.chance(0.05) else self.place(depth)

    # Statements

    def block(self, count: int, depth: int, names: bool = False) -> str:
        return " ".join(self.statement(depth, names) for _ in range(count))

    def statement(self, depth: int, names: bool) -> str:
        kind = self._random.randrange(100)
        if kind < 40 or depth <= 0:
            return f"Store ({self.any(2)}, {self.target(2, needed=True)})"
        if kind < 48:
            return f"CopyObject ({self.any(2)}, {self.named()})"
        if kind < 60:
            return self._used(self.expression(self.pick(*_KINDS[:3]), 3))
        if kind < 66:
            otherwise = f" Else {{{self.block(1, depth - 1)}}}" if self.chance(0.5) else ""
            return f"If ({self.operand(2)}) {{{self.block(2, depth - 1)}}}{otherwise}"
        if kind < 72:
            return self._while(depth)
        if kind < 76:
            return self._switch(depth)
        if kind < 79:
            return f"Notify ({self.pick('DEV0', self.place(1))}, {self.operand(1)})"
        if kind < 81:
            return self.pick("Release (MTX0)", "Acquire (MTX0, 5)", "Signal (EVT0)", "Reset (EVT0)", "Sleep (1)")
        if kind < 85:
            return f"Return ({self.any(2)})"
        if kind < 88:
            return self._called(2)
        return self._declaration() if names else f"Store ({self.any(2)}, {self._variable()})"

    def _used(self, text: str) -> str:
        # The grammar takes no name or literal alone.
        alone = "(" not in text or text.startswith(("Buffer", "Package"))
        return f"Store ({text}, {self._variable()})" if alone else text

    def _while(self, depth: int) -> str:
        if self._loops >= 2:
            return "Noop"
        counter = f"Local{7 - self._loops}"
        self._loops += 1
        leave = self.pick("", "", "Break", f"If ({counter} == 1) {{Continue}}", f"If ({counter} == 2) {{Break}}")
        body = f"{self.block(1, depth - 1)} {leave} {self.block(1, 0)}"
        return f"{counter} = {self.pick('0', '3', '4')} While ({counter}) {{{counter}-- {body}}}"

    def _switch(self, depth: int) -> str:
        first, second = self.pick("0", "1", "5"), self.pick("2", "0x41", "Package () {3, 7, 77}")
        default = f"Default {{{self.block(1, depth - 1)}}}" if self.chance(0.5) else ""
        inner = (
            f"Case ({first}) {{{self.block(1, depth - 1)}}} Case ({second}) {{{self.block(1, depth - 1)}}} {default}"
        )
        return f"Switch (ToInteger ({self.operand(1)})) {{{inner}}}"

    def _declaration(self) -> str:
        self._made += 1
        name = f"L{self._made:X}"
        return self._random.choice(
            (
                lambda: f"Name ({name}, {self.pick('3', '7', 'Buffer (3) {1}', 'Package () {N0, B0, 1}')})",
                lambda: f"Name ({name}, {self.any(1)})",
                lambda: (
                    f"Create{self.pick(*_CREATES)}Field ({self.expression('buffer', 1)}, {self.operand(1)}, {name}) "
                    f"Store ({self.any(1)}, {name})"
                ),
                lambda: (
                    f"CreateField ({self.expression('buffer', 1)}, {self.operand(0)}, "
                    f"{self.pick('8', '12', '70', self.operand(1))}, {name}) Store ({name}, {self._variable()})"
                ),
                lambda: f"Alias ({self.pick(*_PLAIN)}, {name}) Store ({self.any(1)}, {name})",
                lambda: f"Method ({name}, 1) {{Return (Arg0)}} Store ({name} ({self.argument(1)}), {self._variable()})",
                lambda: f"Device ({name}) {{Name (INNR, {self.any(1)})}} Store ({name}.INNR, {self._variable()})",
                lambda: f"Scope (DEV0) {{Name ({name}, 5) Store (V0, {self._variable()})}}",
                lambda: f"Mutex ({name}, 2) Acquire ({name}, 0) Release ({name})",
            )
        )()

    def method(self, name: str) -> str:
        """Write a method without arguments: what its variables hold first, statements, a value to return."""
        names = self.chance(0.3)
        first = " ".join(f"Store ({self.any(1)}, Local{index})" for index in range(4) if self.chance(0.8))
        last = f"Return ({self.any(3)})" if self.chance(0.9) else ""
        return f"Method ({name}) {{{first} {self.block(self._random.randrange(6), 2, names)} {last}}}"


def program(seed: int, methods: int) -> str:
    """Write a program with methods M000, M001, ... that change the names of :data:`GLOBALS`."""
    random = Random(seed)
    wrong = random.choice((0.0, 0.03, 0.1, 0.3))
    revision = random.choice((1, 2, 2))
    body = "\n".join(_Writer(random, wrong).method(f"M{index:03}") for index in range(methods))
    return f'DefinitionBlock ("", "DSDT", {revision}, "ACPIT", "RANDOM", 1)\n{{{_HEAD}{body}\n}}\n'
