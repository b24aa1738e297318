"""The error tree.

    AcpiToolsError
      DecodeError          fewer bytes than a header, or a container that cannot be read
      EncodeError          a value does not fit its field, or a document does not describe a table
      InputError           a source, file or option that cannot be used
        LimitError         a source larger than the tool is willing to expand
      SourceError          a text that is not in its language, with line and column
      BootInputError       a memory map, command line or log that a boot cannot start from
      TopologyError        a description of a machine that contradicts itself
      UnknownKernelError   no model for that release
      AmlError             firmware code that cannot be run on
        AmlRuntimeError    it does what the specification does not allow
          AmlNotFound      it names an object that is not there
          AmlTypeError     an operand of a kind that the operator does not take
        AmlCallError       a caller outside gives a method more or fewer arguments than it takes
        AmlLimitError      it takes more steps, turns, depth or memory than it is given
        AmlUnsupported     it uses what the interpreter does not know
      MachineError         a virtual machine that cannot be started, or stopped answering

Bad firmware is a finding, not an error: these are raised only where work cannot go on.
"""

from __future__ import annotations

from acpitools.core.exceptions import NAMES

__all__ = [
    "AcpiToolsError",
    "AmlCallError",
    "AmlError",
    "AmlLimitError",
    "AmlNotFound",
    "AmlRuntimeError",
    "AmlTypeError",
    "AmlUnsupported",
    "BootInputError",
    "DecodeError",
    "EncodeError",
    "InputError",
    "LimitError",
    "MachineError",
    "SourceError",
    "TopologyError",
    "UnknownKernelError",
]


class AcpiToolsError(Exception):
    """Say what failed, where, and why; renders as ``WHAT: WHERE: WHY``."""

    def __init__(self, what: str, where: str = "", why: str = "") -> None:
        super().__init__(what, where, why)
        self.what = what
        self.where = where
        self.why = why

    def __str__(self) -> str:
        return ": ".join(part for part in (self.what, self.where, self.why) if part)


class DecodeError(AcpiToolsError):
    """These bytes hold no table: too few for a header, or a container that cannot be read."""


class EncodeError(AcpiToolsError):
    """A value does not fit its field, or a document does not describe a table."""


class InputError(AcpiToolsError):
    """A source, file or option cannot be used."""


class LimitError(InputError):
    """A source expands past the bounds that keep memory and time small."""


class SourceError(AcpiToolsError):
    """A text is not in its language; renders as compilers do: ``FILE:LINE:COLUMN: error: MESSAGE``, and the line."""

    def __init__(self, source: str, line: int, column: int, message: str, text: str = "") -> None:
        super().__init__("error", f"{source}:{line}:{column}", message)
        self.source = source
        self.line = line
        """Counted from 1."""
        self.column = column
        """Counted from 1, in characters."""
        self.message = message
        self.text = text
        """The line itself."""

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}: error: {self.message}"


class BootInputError(AcpiToolsError):
    """A memory map, command line or log from which no boot can be replayed."""


class TopologyError(AcpiToolsError):
    """A description of a machine that cannot be read, or that contradicts itself."""


class UnknownKernelError(AcpiToolsError):
    """No kernel model answers to that release."""


class MachineError(AcpiToolsError):
    """A virtual machine cannot be started, or stopped answering."""


class AmlError(AcpiToolsError):
    """Firmware code cannot be run on; ``where`` is the method, where one runs."""

    exception: int = 0x0001
    """ACPICA's exception code for it; AE_ERROR where it is not told apart."""

    def __init__(self, what: str, where: str = "", why: str = "", *, exception: int | None = None) -> None:
        """Take another exception code than that of the class, where one is given."""
        super().__init__(what, where, why)
        if exception is not None:
            self.exception = exception
        self.calls: list[tuple[str, int]] = []
        """What ran, innermost first: path of the method, and offset in its table of the statement (-1: not known)."""

    @property
    def status(self) -> str:
        """Give ACPICA's name of the exception; nothing where it is not told apart."""
        return NAMES.get(self.exception, "")

    def __str__(self) -> str:
        text = super().__str__()
        return f"{text} ({self.status})" if self.status else text


class AmlRuntimeError(AmlError):
    """The code does what the specification does not allow."""


class AmlNotFound(AmlRuntimeError):  # noqa: N818 - the tree's names are given
    """The code, or a caller, names an object that is not there."""

    exception = 0x0005  # AE_NOT_FOUND


class AmlUnresolved(AmlNotFound):
    """An operand names an object that is not there, which is found out before the operator runs."""


class AmlTypeError(AmlRuntimeError):
    """An operand is of a kind that the operator does not take."""

    exception = 0x3003  # AE_AML_OPERAND_TYPE


class AmlCallError(AmlError):
    """A caller outside gives a method more or fewer arguments than it takes."""


class AmlLimitError(AmlError):
    """The code takes more steps, turns, depth or memory than it is given."""

    exception = 0x3021  # AE_AML_LOOP_TIMEOUT


class AmlUnsupported(AmlError):  # noqa: N818 - as above
    """The code uses what the interpreter does not know; no value stands for it."""
