"""Entry point of ``acpitools`` and ``python -m acpitools``: answers --version at once, else loads the command line."""

import atexit
import gc
import os
import sys

from acpitools.cli.guard import guarded


def program() -> None:
    """Run the program as this process, and end it."""
    code = main()
    if sys.getprofile() is not None or sys.gettrace() is not None:
        sys.exit(code)
    # Everything is written.  Taking a hundred modules and the tables apart takes a fifth of a small command's time.
    atexit._run_exitfuncs()
    os._exit(code)


def main() -> int:
    """Run the program on ``sys.argv`` and return its exit code."""
    # A run is short and makes hardly any cycles: looking for them at every 700th new object costs 5 % of a start,
    # and more where a big table becomes many objects.
    gc.set_threshold(100_000)
    return guarded(_run, verbose=_is_very_verbose)


def _run() -> int:
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        from acpitools import __version__

        print(f"acpitools {__version__}")  # noqa: T201 - click is not loaded yet
        return 0
    from acpitools.cli.main import run

    return run(arguments)


def _is_very_verbose() -> bool:
    # Asked only once something broke inside; the options may not have been parsed by then.
    return "-vv" in sys.argv[1:]


if __name__ == "__main__":
    program()
