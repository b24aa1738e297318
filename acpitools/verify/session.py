"""One machine in QEMU: started, asked, ended, with nothing left behind.

Initrd and sockets are open descriptors without a name, and the machine dies with this process.
"""

from __future__ import annotations

import os
import selectors
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Any, Final

from acpitools.core.errors import MachineError
from acpitools.core.value import value
from acpitools.image.qemu import QemuMachine, command_arguments
from acpitools.verify.console import is_dead, panic_line
from acpitools.verify.guest import FRAME, unpacked
from acpitools.verify.qmp import LineBuffer, Message, command_line, event_name

__all__ = ["Ran", "Session", "Watch"]

Watch = Callable[[], None]
"""Called some times a second while the machine is waited for."""

_TICK: Final = 0.25
_CHUNK: Final = 1 << 16
_MOST_CONSOLE: Final = 8 << 20
_MOST_DATA: Final = 80 << 20
_GRACE: Final = 5.0
_MONITOR: Final = 30.0


@value
class Ran:
    """A shell command in the guest."""

    output: str
    code: int


class Session:
    """A running machine; a context manager, which ends it."""

    def __init__(self, machine: QemuMachine, initrd: bytes, *, program: str, watch: Watch = lambda: None) -> None:
        self.events: list[Message] = []
        self._machine = machine
        self._initrd = initrd
        self._program = program
        self._watch = watch
        self._lines = LineBuffer()
        self._answers: list[Message] = []
        self._data = bytearray()
        self._errors = bytearray()
        self._console = bytearray()
        self._selector = selectors.DefaultSelector()
        self._open: list[socket.socket] = []
        self._process: subprocess.Popen[bytes] | None = None

    # --- start and end ---------------------------------------------------------------------------------------

    def __enter__(self) -> Session:
        try:
            self._start()
            self._wait(lambda: bool(self._answers), _MONITOR, "QEMU's greeting", of_guest=False)
            self._answers.clear()
            self.execute("qmp_capabilities")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> None:
        self._monitor, monitor = socket.socketpair()
        self._port, port = socket.socketpair()
        self._open += [self._monitor, self._port]
        initrd = os.memfd_create("initrd")
        try:
            view = memoryview(self._initrd)
            while view:
                view = view[os.write(initrd, view) :]
            arguments = self._arguments(initrd, monitor.fileno(), port.fileno())
            self._process = subprocess.Popen(  # noqa: S603 - the program that the user named, and no shell
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(initrd, monitor.fileno(), port.fileno()),
                start_new_session=True,  # Ctrl-C is for this process, which then ends the machine
            )
        except OSError as error:
            raise MachineError("cannot start", self._program, error.strerror or str(error)) from error
        finally:
            os.close(initrd)
            monitor.close()
            port.close()
        for source, sink in (
            (self._process.stdout, self._console),
            (self._process.stderr, self._errors),
            (self._port, self._data),
            (self._monitor, None),
        ):
            if source is not None:
                self._selector.register(source, selectors.EVENT_READ, sink)

    def _arguments(self, initrd: int, monitor: int, port: int) -> tuple[str, ...]:
        machine = replace(
            self._machine,
            initrd=f"/dev/fd/{initrd}",
            extra=(
                *("-nodefaults", "-display", "none", "-no-reboot"),
                *("-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"),
                *("-chardev", f"socket,id=data,fd={port}", "-serial", "chardev:data"),
                *("-chardev", f"socket,id=monitor,fd={monitor}", "-mon", "chardev=monitor,mode=control"),
                *self._machine.extra,
            ),
        )
        # Dies with this process, whatever ends it.
        setpriv = shutil.which("setpriv")
        leash = (setpriv, "--pdeathsig", "KILL", "--") if setpriv else ()
        return (*leash, *command_arguments(machine, program=self._program))

    def close(self) -> None:
        """End the machine, if it still runs, and wait until it is gone."""
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._selector.close()
        for stream in (*self._open, *((process.stdout, process.stderr) if process is not None else ())):
            if stream is not None:
                stream.close()

    # --- what it says ------------------------------------------------------------------------------------------

    @property
    def console(self) -> bytes:
        """Give what the console has shown so far; the first 8 MiB of it."""
        return bytes(self._console)

    @property
    def ended(self) -> bool:
        """Tell whether the machine runs no more, or its kernel has said its last words."""
        return self._gone or is_dead(self._console)

    @property
    def _gone(self) -> bool:
        return self._process is None or self._process.poll() is not None

    @property
    def complaint(self) -> str:
        """Give the last line of QEMU's own messages; empty where there is none."""
        lines = self._errors.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def _pump(self, seconds: float) -> bool:
        # Take what has come in, waiting for it at most so long; tell whether something had.
        found = self._selector.select(seconds)
        for key, _ in found:
            try:
                data = os.read(key.fd, _CHUNK)
            except ConnectionError:
                data = b""
            if not data:
                self._selector.unregister(key.fileobj)
                continue
            sink: bytearray | None = key.data
            if sink is None:
                for message in self._lines.add(data):
                    (self.events if event_name(message) else self._answers).append(message)
            elif len(sink) < (_MOST_CONSOLE if sink is self._console else _MOST_DATA):
                sink += data
        return bool(found)

    def _until(self, ready: Callable[[], bool], seconds: float, *, of_guest: bool = True) -> bool:
        # True once ready, False when the time is up, the machine has ended or, of the guest, its kernel is dead.
        deadline = time.monotonic() + seconds
        while not ready():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if self.ended if of_guest else self._gone:
                while self._pump(0):
                    pass
                return ready()
            self._pump(min(_TICK, left))
            self._watch()
        return True

    def _wait(self, ready: Callable[[], bool], seconds: float, what: str, *, of_guest: bool = True) -> None:
        if self._until(ready, seconds, of_guest=of_guest):
            return
        if is_dead(self._console):
            words = panic_line(self._console.decode("utf-8", "replace")) or "without a word"
            raise MachineError("the kernel died", f"while waiting for {what}", words)
        if self._gone:
            raise MachineError("QEMU ended", f"while waiting for {what}", self.complaint or "without a word")
        raise MachineError("no answer", what, f"within {seconds:.0f} s")

    # --- what it is asked --------------------------------------------------------------------------------------

    def execute(self, command: str, **arguments: Any) -> Message:
        """Run a command of the monitor and give its answer, which holds ``return`` or ``error``."""
        self._answers.clear()
        self._send(self._monitor, command_line(command, arguments), command)
        self._wait(lambda: bool(self._answers), _MONITOR, f"QEMU's {command}", of_guest=False)
        return self._answers.pop(0)

    def booted(self, seconds: float) -> bool:
        """Wait for the guest's first words: False where the kernel died.  Raises MachineError past the time."""
        if self._until(lambda: b"READY" in self._data, seconds):
            self._data.clear()
            return True
        if self.ended:
            return False
        last = self._console.decode("utf-8", "replace").strip().splitlines()
        shown = f"; the console's last line: {last[-1].strip()[:120]}" if last else ""
        raise MachineError("the kernel did not come up", f"within {seconds:.0f} s", f"--timeout allows more{shown}")

    def ask(self, request: str, seconds: float) -> bytes:
        """Send the guest a request and give its answer, expanded."""
        self._data.clear()
        self._send(self._port, request.encode() + b"\n", request)
        self._wait(lambda: self._frame() is not None, seconds, f"the guest's answer to {request[:60]!r}")
        return unpacked(self._frame() or b"")

    def shell(self, command: str, seconds: float) -> Ran:
        """Run a shell command, in one line, in the guest."""
        output, _, code = self.ask(command, seconds).decode("utf-8", "replace").rstrip("\n").rpartition("rc=")
        return Ran(output=output.strip(), code=int(code) if code.isdigit() else -1)

    def wait_for(self, wanted: Callable[[Message], bool], seconds: float, since: int) -> bool:
        """Wait for an event, from number ``since`` on, that is wanted; tell whether one came."""
        return self._until(lambda: any(map(wanted, self.events[since:])), seconds)

    def settle(self, seconds: float) -> None:
        """Let some time pass, taking in what comes."""
        self._until(lambda: False, seconds)

    def _send(self, port: socket.socket, data: bytes, what: str) -> None:
        try:
            port.sendall(data)
        except OSError as error:
            why = self.complaint or error.strerror or str(error)
            raise MachineError("QEMU ended", f"before {what[:60]!r}", why) from error

    def _frame(self) -> bytes | None:
        found = FRAME.search(self._data)
        if found is None or len(self._data) < found.end() + int(found[1]):
            return None
        return bytes(self._data[found.end() : found.end() + int(found[1])])
