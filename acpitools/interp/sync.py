"""Mutexes, serialized methods and sync levels of the one thread that runs.  Spec: ACPI 6.5, 19.6.2, 19.6.85, 19.6.88.

ACPICA: exmutex.c, acpi_ds_begin_method_execution, acpi_ds_terminate_control_method.
"""

from __future__ import annotations

from acpitools.core.errors import AmlRuntimeError
from acpitools.interp.exceptions import AE_AML_METHOD_LIMIT, AE_AML_MUTEX_NOT_ACQUIRED, AE_AML_MUTEX_ORDER
from acpitools.interp.frames import Frame
from acpitools.interp.limits import exceeded
from acpitools.interp.objects import Method, Mutex

__all__ = ["Sync"]

_MOST_RUNS = 255
"""Invocations of one method inside each other.  ACPICA: AE_AML_METHOD_LIMIT."""


class Sync:
    """What the thread holds, and its sync level."""

    def __init__(self) -> None:
        self.level = 0
        self._held: list[Mutex] = []
        """Mutexes in the order in which they were taken."""

    def begin(self, method: Method | None) -> None:
        """Begin an evaluation, with the sync level of the method that is evaluated."""
        self.level = method.sync_level if method else 0

    def end(self) -> None:
        """End an evaluation: what is still held is given back.  ACPICA: acpi_ex_release_all_mutexes."""
        for mutex in self._held:
            mutex.held = 0
        self._held.clear()
        self.level = 0

    def acquire(self, mutex: Mutex, where: str) -> None:
        """Take a mutex, which may be held already.  Raises AmlRuntimeError where the order is not kept."""
        if self.level > mutex.sync_level:
            why = f"sync level {mutex.sync_level} below that of now, {self.level}"
            raise AmlRuntimeError("Acquire", where, why, exception=AE_AML_MUTEX_ORDER)
        mutex.held += 1
        if mutex.held == 1:
            mutex.before, self.level = self.level, mutex.sync_level
            self._held.append(mutex)

    def release(self, mutex: Mutex, where: str) -> None:
        """Give a mutex back.  Raises AmlRuntimeError where it is not held, or not the one to give back next."""
        if not mutex.held:
            raise AmlRuntimeError("Release", where, "the mutex is not held", exception=AE_AML_MUTEX_NOT_ACQUIRED)
        if mutex.sync_level != self.level:
            raise AmlRuntimeError(
                "Release",
                where,
                f"sync level {mutex.sync_level}, but that of now is {self.level}",
                exception=AE_AML_MUTEX_ORDER,
            )
        before = self._held[-1].before  # mutexes of one level may be given back in any order
        mutex.held -= 1
        if not mutex.held:
            at = self._held.index(mutex)
            if at + 1 < len(self._held):
                self._held[at + 1].before = mutex.before  # ACPICA: acpi_ex_unlink_mutex
            del self._held[at]
            self.level = before

    def enter(self, method: Method, frame: Frame, *, called: bool) -> None:
        """Begin to run a method; ``called`` by code, not from outside.  Raises AmlRuntimeError, AmlLimitError."""
        if method.running >= _MOST_RUNS:
            raise exceeded(
                "invocations of a method inside each other", _MOST_RUNS, frame.text, exception=AE_AML_METHOD_LIMIT
            )
        if method.serialized and called and self.level > method.sync_level:
            why = f"the method has sync level {method.sync_level}, below that of now, {self.level}"
            raise AmlRuntimeError(frame.text, "", why, exception=AE_AML_MUTEX_ORDER)
        if not method.running:
            method.before = self.level
            if method.serialized:
                self.level = method.sync_level
        method.running += 1
        frame.made = method.made

    def exit(self, method: Method) -> bool:
        """End an invocation of a method; tell whether it was the last of those inside each other."""
        method.running -= 1
        if method.running:
            return False
        if method.serialized or (method.code is not None and method.code.names):
            self.level = method.before
        return True
