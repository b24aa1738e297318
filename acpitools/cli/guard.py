"""The edge between the program and the shell: every way to end becomes an exit code and at most one line.

Imports nothing but what the interpreter has loaded anyway, so that ``--version`` stays cheap.
"""

from __future__ import annotations

import os
import sys

from acpitools.core.errors import AcpiToolsError, SourceError

TYPE_CHECKING = False  # typing is slow to load
if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CLOSED_PIPE", "FINDINGS", "INTERRUPTED", "OK", "UNUSABLE", "complain", "complain_at", "guarded", "one_line"]

OK = 0
FINDINGS = 1
"""The input was understood, and something in it is wrong."""
UNUSABLE = 2
"""Unusable input or usage."""
INTERRUPTED = 130
"""128 + SIGINT, as a shell reports it."""
_SHOWN = 160
"""Characters of a source's line around an error."""
CLOSED_PIPE = 141
"""128 + SIGPIPE, as a shell reports a program whose reader went away."""


def guarded(work: Callable[[], int], *, verbose: Callable[[], bool] = lambda: False) -> int:
    """Return what ``work`` returns, or the exit code of the way it failed, after one line on stderr.

    ``verbose`` is asked after an internal error: True lets the traceback through.
    """
    try:
        code = work()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = CLOSED_PIPE
    except SourceError as error:
        code = complain_at(error)
    except AcpiToolsError as error:
        code = complain(str(error))
    except MemoryError:
        code = complain("out of memory: the input needs more than this process may use")
    except RecursionError:
        code = complain("cannot process the input: it is nested too deeply")
    except OSError as error:
        code = complain(_os_error(error))
    except Exception as error:
        # The outermost frame: users get one line, -vv gets the traceback.
        if verbose():
            raise
        code = complain(_internal_error(error))
    return _finish(code)


def complain(message: str) -> int:
    """Print the one error line on stderr; return the exit code for unusable input."""
    try:
        if sys.stderr is not None:
            sys.stderr.write(f"acpitools: error: {one_line(message)}\n")
            sys.stderr.flush()
    except OSError:
        pass  # nobody listens; the exit code still tells
    return UNUSABLE


def complain_at(error: SourceError) -> int:
    """Print an error as compilers do, with its line and a mark below; return the exit code for unusable input."""
    start = max(0, error.column - _SHOWN // 2)
    shown = one_line(error.text.expandtabs(1)[start : start + _SHOWN])
    space = " " * len(one_line(error.text[start : error.column - 1]))
    mark = f"\n  {shown}\n  {space}^" if shown.strip() else ""
    try:
        if sys.stderr is not None:
            sys.stderr.write(f"{one_line(str(error))}{mark}\n")
            sys.stderr.flush()
    except OSError:
        pass  # nobody listens; the exit code still tells
    return UNUSABLE


def one_line(text: str) -> str:
    """Return the text with line ends and other control characters written as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _os_error(error: OSError) -> str:
    reason = error.strerror or type(error).__name__
    if error.filename is None:
        return f"input or output failed: {reason}"
    names = [name.decode(errors="backslashreplace") if isinstance(name, bytes) else str(name) for name in _names(error)]
    return f"cannot use file: {' -> '.join(names)}: {reason}"


def _names(error: OSError) -> list[object]:
    return [name for name in (error.filename, error.filename2) if name is not None]


def _internal_error(error: Exception) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = "unknown place"
    if frame is not None:
        place = f"{os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}"  # noqa: PTH119 - pathlib is slow to load
    return f"internal error: {place}: {type(error).__name__}: {error} (a bug; -vv shows the traceback)"


def _finish(code: int) -> int:
    # The interpreter flushes stdout and stderr once more while it shuts down and would print about a failure there.
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except BrokenPipeError:
            code = code or CLOSED_PIPE
            _discard(stream.fileno())
        except OSError as error:
            _discard(stream.fileno())
            code = code or complain(f"cannot write: standard output: {error.strerror}")
    return code


def _discard(descriptor: int) -> None:
    # What is still buffered goes to the null device instead.
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)
