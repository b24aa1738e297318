"""Planning code: terms become a list of steps, which run one after the other on a stack of operands.

What an operator can fetch itself (constants, variables, names with nothing evaluated after them) takes no step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from acpitools.aml.opcodes import BY_NAME
from acpitools.aml.terms import Term
from acpitools.core.errors import AmlRuntimeError, AmlTypeError
from acpitools.interp import fetch, flow, forms, holding, returning, steps
from acpitools.interp.dispatch import DISPATCH
from acpitools.interp.exceptions import AE_SUPPORT
from acpitools.interp.fetch import Fetch
from acpitools.interp.frames import Code, Step
from acpitools.interp.lone_else import has_lone_else
from acpitools.interp.machine import Machine
from acpitools.interp.ops import objects

__all__ = ["plan", "plan_value"]

Task = Callable[[], None]


def plan(machine: Machine, terms: Sequence[Term]) -> Code:
    """Plan statements."""
    planner = _Planner(machine)
    if has_lone_else(terms):
        planner.remember_conditions()
    planner.run(lambda: planner.block(terms))
    return planner.code()


def plan_value(machine: Machine, term: Term) -> Code:
    """Plan an operand, whose value the code returns."""
    planner = _Planner(machine)
    planner.run(lambda: planner.then(lambda: planner.value(term, "Return"), lambda: planner.emit(returning.leave)))
    return planner.code()


class _Planner:
    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._steps: list[tuple[Step, int]] = []
        self._statements: list[int] = []
        self._ends: list[tuple[int, int]] = []
        self._around = [-1]
        """Numbers of the statements around what is planned."""
        self._blocks = [-1]
        """Those of the If and While whose predicate or block is planned."""
        self._controls: list[int] = []
        self._all_blocks: list[int] = []
        self._loops: list[flow.Loop] = []
        self._loop_count = 0
        self._names = False
        self._scopes = 0
        self._condition: int | None = None
        """The counter that holds what the last If found, where an Else without an If asks for it."""
        self._todo: list[Task] = []

    def remember_conditions(self) -> None:
        """Have each If tell what it found.  ACPICA: acpi_walk_state.last_predicate."""
        self._condition = self._loop_count
        self._loop_count += 1

    def code(self) -> Code:
        statements, ends, around = tuple(self._statements), tuple(self._ends), tuple(self._controls)
        blocks = frozenset(self._all_blocks)
        return Code(tuple(self._steps), statements, ends, around, blocks, self._loop_count, self._names)

    def run(self, first: Task) -> None:
        """Do what is to do, and all that comes of it; nesting takes no recursion."""
        self._todo.append(first)
        while self._todo:
            self._todo.pop()()

    def then(self, *tasks: Task) -> None:
        """Have tasks done in this order, before all that waits."""
        self._todo.extend(reversed(tasks))

    def emit(self, step: Step, weight: int = 0) -> None:
        """Plan a step next, which stands for so many terms."""
        self._place(step, weight)

    def _place(self, step: Step, weight: int = 0) -> int:
        self._steps.append((step, weight))
        self._statements.append(self._around[-1])
        return len(self._steps) - 1

    def block(self, terms: Sequence[Term]) -> None:
        """Plan statements; an Else goes with the If before it."""
        tasks: list[Task] = []
        for index, term in enumerate(terms):
            if term.op == "If":
                after = terms[index + 1] if index + 1 < len(terms) else None
                otherwise = after.args[0] if after is not None and after.op == "Else" else ()
                tasks.append(lambda term=term, otherwise=otherwise: self._if(term, otherwise))  # type: ignore[misc]
            elif term.op != "Else":
                tasks.append(lambda term=term: self._statement(term))  # type: ignore[misc]
            elif index == 0 or terms[index - 1].op != "If":
                tasks.append(lambda term=term: self._lone_else(term))  # type: ignore[misc]
        self.then(*tasks)

    def _open(self, term: Term) -> None:
        self._around.append(len(self._ends))
        self._controls.append(self._blocks[-1])
        self._ends.append((-1, term.start))

    def _enter_block(self) -> None:
        self._blocks.append(self._around[-1])
        self._all_blocks.append(self._around[-1])

    def _close(self) -> None:
        number = self._around.pop()
        self._ends[number] = (len(self._steps), self._ends[number][1])

    def _statement(self, term: Term) -> None:
        op = term.op
        self._open(term)
        if op == "While":
            self._while(term)
        elif op == "Return":
            self._return(term.args[0])
        elif op in ("Break", "Continue"):
            self._leave_loop(term)
        else:
            self.then(lambda: self.value(term, None), self._close)

    def _if(self, term: Term, otherwise: Sequence[Term]) -> None:
        self._open(term)
        self._enter_block()
        condition = self._fetch(term.args[0])
        branch: list[int] = []

        def decide() -> None:
            branch.append(self._place(returning.leave, 1))

        def between() -> None:
            self._blocks.pop()
            if self._condition is not None:
                self.emit(flow.remember(self._condition, 1))
            if otherwise or self._condition is not None:
                branch.append(self._place(returning.leave))
            self._branch(branch[0], condition)
            if self._condition is not None:
                self.emit(flow.remember(self._condition, 0))

        def end() -> None:
            if len(branch) > 1:
                self._steps[branch[1]] = (flow.jump(len(self._steps)), 0)
            self._close()

        first: tuple[Task, ...] = () if condition else (lambda: self.value(term.args[0], "If"),)
        self.then(*first, decide, lambda: self.block(term.args[1]), between, lambda: self.block(otherwise), end)

    def _lone_else(self, term: Term) -> None:
        # It runs where the last If of the method found zero, or there was none.  ACPICA: acpi_ds_exec_begin_control_op.
        self._open(term)
        number = self._condition or 0
        at: list[int] = []

        def end() -> None:
            self._steps[at[0]] = (flow.skip(number, len(self._steps)), 1)
            self._close()

        self.then(lambda: at.append(self._place(returning.leave, 1)), lambda: self.block(term.args[0]), end)

    def _branch(self, at: int, condition: Fetch | None) -> None:
        # Where a condition is zero, what is planned next follows the step at ``at``.
        weight = self._steps[at][1]
        self._steps[at] = (flow.branch(self._machine, condition, len(self._steps)), weight)

    def _while(self, term: Term) -> None:
        self._enter_block()
        loop = flow.Loop(self._loop_count, 0, self._scopes)
        self._loop_count += 1
        condition = self._fetch(term.args[0])
        self.emit(flow.enter_loop(loop.number))
        loop.top = len(self._steps)
        decided: list[int] = []

        def decide() -> None:
            decided.append(self._place(returning.leave, 1))
            self._loops.append(loop)

        def end() -> None:
            self._blocks.pop()
            self._loops.pop()
            self.emit(flow.again(self._machine, loop.number, loop.top))
            self._branch(decided[0], condition)
            for at in loop.leaves:
                self._steps[at] = (flow.jump(len(self._steps)), 0)
            self._close()

        first: tuple[Task, ...] = () if condition else (lambda: self.value(term.args[0], "While"),)
        self.then(*first, decide, lambda: self.block(term.args[1]), end)

    def _return(self, term: Term) -> None:
        got, where = self._fetch(term), holding.origin(term)
        if got is not None:
            self.emit(returning.return_(got, where), 2)
            self._close()
            return
        leave = returning.leave_from(where) if where != holding.NEW else returning.leave
        if term.op == "Call":
            leave = returning.leave_returned
        self.then(lambda: self.value(term, "Return"), lambda: self._emit_close(leave))

    def _emit_close(self, step: Step) -> None:
        self.emit(step, 1)
        self._close()

    def _leave_loop(self, term: Term) -> None:
        if not self._loops:
            self.emit(steps.fail(AmlRuntimeError(term.op, "", "there is no loop around it")), 1)
        else:
            loop = self._loops[-1]
            for _ in range(self._scopes - loop.scopes):
                self.emit(steps.exit_scope)
            if term.op == "Continue":
                self.emit(flow.again(self._machine, loop.number, loop.top), 1)
            else:
                loop.leaves.append(self._place(returning.leave, 1))
        self._close()

    # Operands

    def _fetch(self, term: Term, names: bool = True, user: str | None = None) -> Fetch | None:
        # How an operand is fetched without a step of its own.
        if term.op == "NamePath":
            if not names:
                return None
            got = fetch.name(self._machine, term.args[0], fetch.NAME_NOT_FOUND if user == "VarPackage" else None)
            return steps.remembered(got) if self._machine.semantics.implicit_return else got
        return fetch.simple(self._machine, term)

    def value(self, term: Term, user: str | None) -> None:
        """Plan a term whose value goes on the stack for an op, ``user``; nowhere where that is None."""
        if user is not None and term.op in forms.MAY_GIVE_INDEX and user not in forms.TAKES_REFERENCES:
            self.then(lambda: self._term(term, user), lambda: self.emit(steps.element(self._machine)))
        else:
            self._term(term, user)

    def _term(self, term: Term, user: str | None) -> None:
        op, keep = term.op, user is not None
        self._names |= op in forms.MAKES_NAMES
        if op == "Store" and self._to_itself(term):
            if keep:
                self.emit(steps.push_stored(term.args[0], needed=user != "Return"), 1)
            return  # nothing to do, even where the variable is not initialized.  ACPICA: acpi_ds_exec_end_op
        got = self._fetch(term)
        if got is not None:
            self.emit(steps.push(got) if keep else steps.drop(got), 1)
        elif op == "Call":
            self._call(term, None if user == "Return" else keep, asks=user in forms.ASK_WHOSE)
        elif op == "Name" and not keep and term.args[1].op not in forms.ELEMENTS:
            self._empty_name(term)
        elif op in DISPATCH:
            self._operator(term, user)
        elif op in forms.PACKAGES:
            self._package(term, keep, user)
        elif op == "Buffer":
            self._operands(
                [(term.args[0], op)],
                lambda parts: self.emit(
                    steps.buffer(self._machine, parts, term.args[1], keep, self._is_result(user)), 1
                ),
            )
        elif (op == "Scope" or op in steps.SCOPES) and not keep:
            self._scope(term)
        else:
            self.emit(steps.declaration(self._machine, term, keep), 1)

    def _is_result(self, user: str | None) -> bool:
        # Whether a method gives a new buffer or package if it ends there.  ACPICA: acpi_ds_eval_data_object_operands.
        return self._machine.semantics.implicit_return and user not in ("Name", "Package")

    def _to_itself(self, store: Term) -> bool:
        # A local variable is stored to itself; where it becomes zero by that, that is done.
        source, target = store.args
        same: bool = source.op == target.op
        return same and source.op.startswith("Local") and not self._machine.semantics.variables_are_zero

    def _scope(self, term: Term) -> None:
        self.emit(steps.enter_scope(self._machine, term), 1)
        self._scopes += 1

        def end() -> None:
            self._scopes -= 1
            self.emit(steps.exit_scope)

        self.then(lambda: self.block(term.args[-1]), end)

    def _operands(self, operands: Sequence[tuple[Term, str]], done: Callable[[list[Fetch | None]], None]) -> None:
        # Plan operands, each with its user; ``done`` is given how each is fetched, None for the next of the stack.
        parts: list[Fetch | None] = []
        tasks: list[Task] = []
        waits = False
        for term, user in reversed(operands):
            got = self._fetch(term, not waits, user)
            if got is None:
                waits = True
                tasks.append(lambda term=term, user=user: self.value(term, user))  # type: ignore[misc]
            parts.append(got)
        self.then(*reversed(tasks), lambda: done(parts[::-1]))

    def _empty_name(self, term: Term) -> None:
        # What an expression gives is dropped.  ACPICA: acpi_ds_is_result_used.
        self.emit(lambda frame: objects.empty_name(self._machine, frame, term.args[0]))
        self._term(term.args[1], None)

    def _call(self, term: Term, wanted: bool | None, *, asks: bool) -> None:
        operands = [(operand, "Call") for operand in term.args[1:]]
        new = holding.are_new(term.args[1:], self._machine.semantics.implicit_return) if asks else None
        returned = any(operand.op == "Call" for operand, _ in operands)
        self._operands(
            operands,
            lambda parts: self.emit(
                steps.call(self._machine, term.args[0], parts, wanted, new, returned), 1 + len(operands)
            ),
        )

    def _package(self, term: Term, keep: bool, user: str | None) -> None:
        elements = term.args[1][: self._machine.limits.object_size]
        operands: list[tuple[Term, str]] = []
        names: list[Fetch | None] = []
        if term.op == "VarPackage":
            if term.args[0].op == "Call":
                self.emit(steps.uncalled(term.args[0].args[0]))
            else:
                operands.append((term.args[0], term.op))
        for element in elements if term.op == "VarPackage" else elements[: term.args[0]]:
            named = element.op in ("NamePath", "Call")
            names.append(fetch.element_name(self._machine, element.args[0]) if named else None)
            if not named:
                if element.op not in forms.ELEMENTS and not self._machine.semantics.package_expressions:
                    why = f"{element.op} cannot be an element"
                    self.emit(steps.fail(AmlTypeError("Package", "", why, exception=AE_SUPPORT)))
                operands.append((element, "Package"))
        size = None if term.op == "VarPackage" else term.args[0]
        result = self._is_result(user)
        self._operands(
            operands,
            lambda parts: self.emit(steps.package(self._machine, size, parts, names, keep, result), 1 + len(names)),
        )

    def _operator(self, term: Term, user: str | None) -> None:
        op, keep = term.op, user is not None
        parts: list[Fetch | None] = []
        labels = [
            argument.op if word in forms.PLACES and argument.op in fetch.VARIABLES else ""
            for word, argument in zip(BY_NAME[op].arguments, term.args, strict=True)
        ]
        tasks: list[Task] = []
        waits = False
        words = list(zip(BY_NAME[op].arguments, term.args, strict=True))
        places: list[int] = []
        as_user, run = forms.form(term, user, implicit=self._machine.semantics.implicit_return)
        for at, (word, argument) in reversed(list(enumerate(words))):
            got: Fetch | None
            if word in forms.PLACES and op in forms.READ_PLACES and argument.op == "NamePath" and not waits:
                got = fetch.referring(self._machine, argument.args[0])
            elif word in forms.OPERANDS or (word in forms.PLACES and op in forms.READ_PLACES):
                got = self._fetch(argument, names=not waits)
                if got is None:
                    waits = True
                    tasks.append(lambda argument=argument: self.value(argument, as_user))  # type: ignore[misc]
            elif word in forms.PLACES:
                may_lack = op == "CondRefOf" and word != "Target"
                got = fetch.place(self._machine, argument, may_lack=may_lack)
                if got is None:
                    waits = True
                    if op not in forms.ANY_OBJECT:
                        places.append(at)
                    inner = op if op in forms.ANY_OBJECT and argument.op == "DerefOf" else "Store"
                    tasks.append(lambda argument=argument, inner=inner: self.value(argument, inner))  # type: ignore[misc]
            else:
                got = fetch.given(argument)
            parts.append(got)
        weight = 1 + sum(word in forms.OPERANDS for word, _ in words)

        def emit() -> None:
            needed = not (op == "DerefOf" and user == "Return")
            step = steps.operator(
                self._machine, op, parts[::-1], keep, run=run, labels=labels, places=places[::-1], needed=needed
            )
            self.emit(step, weight)

        self.then(*reversed(tasks), emit)
