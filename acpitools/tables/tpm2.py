"""TPM2: how to talk to a trusted platform module 2.0.  Spec: TCG ACPI Specification 1.4, 8."""

from enum import IntEnum
from typing import Annotated

from acpitools.codec.fields import U8, U16, Address64, Sig4, Size32, enum32, raw_bytes
from acpitools.codec.labels import Label
from acpitools.codec.record import fixed_size, record
from acpitools.tables.field_types import Reserved16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "StartMethod", "Tpm2", "Tpm2Log", "Tpm2Log5", "Tpm2Parameters", "Tpm2Parameters5", "Tpm2Revision3"]


class StartMethod(IntEnum):
    """How a command is started."""

    NOT_ALLOWED = 0
    VENDOR_1 = 1
    ACPI_START_METHOD = 2
    VENDOR_3 = 3
    VENDOR_4 = 4
    VENDOR_5 = 5
    MEMORY_MAPPED_IO = 6
    COMMAND_RESPONSE_BUFFER = 7
    COMMAND_RESPONSE_BUFFER_WITH_ACPI = 8
    VENDOR_9 = 9
    VENDOR_10 = 10
    COMMAND_RESPONSE_BUFFER_WITH_SMC = 11
    FIFO_OVER_I2C = 12
    COMMAND_RESPONSE_BUFFER_WITH_MAILBOX = 13
    COMMAND_RESPONSE_BUFFER_WITH_FFA = 15


@record
class Tpm2(SdtHeader):
    """Trusted Platform Module 2 Table.  52 bytes."""

    TITLE = "Trusted Platform Module 2 Table"
    SPEC = "TCG ACPI Specification 1.4, 8"
    signature: Sig4 = "TPM2"
    revision: U8 = 3
    platform_class: Annotated[U16, "0: client, 1: server."] = 0
    reserved: Reserved16 = 0
    control_address: Annotated[Address64, "Physical address of the control area; 0: none."]
    start_method: Annotated[int, enum32(StartMethod), "How a command is started."]


@record
class Tpm2Parameters(Tpm2):
    """Adds what the start method needs.  64 bytes."""

    method_parameters: Annotated[bytes, raw_bytes(12), "Depends on the start method."] = bytes(12)


@record
class Tpm2Log(Tpm2Parameters):
    """Adds the event log.  76 bytes."""

    revision: U8 = 4
    minimum_log_length: Annotated[Size32, "Bytes of the log."]
    log_address: Annotated[Address64, "Physical address of the log."]


@record
class Tpm2Parameters5(Tpm2):
    """As of revision 5 the start method's parameters are longer.  68 bytes."""

    revision: U8 = 5
    method_parameters: Annotated[bytes, raw_bytes(16), "Depends on the start method."] = bytes(16)


@record
class Tpm2Log5(Tpm2Parameters5):
    """Adds the event log.  80 bytes."""

    minimum_log_length: Annotated[Size32, "Bytes of the log."]
    log_address: Annotated[Address64, "Physical address of the log."]


@record
class Tpm2Revision3(SdtHeader):
    """The shortest table, as of revisions before 4, for iasl's sake: it has one reserved field there.  52 bytes."""

    TITLE = "Trusted Platform Module 2 Table"
    SPEC = "TCG ACPI Specification 1.0, 8"
    signature: Sig4 = "TPM2"
    revision: U8 = 3
    platform_class: Annotated[U16, Label("Reserved", join=1), "0: client, 1: server; was reserved."] = 0
    reserved: Reserved16 = 0
    control_address: Annotated[Address64, "Physical address of the control area; 0: none."]
    start_method: Annotated[int, enum32(StartMethod), "How a command is started."]


_LONGER = 5
"""Revision as of which the parameters have 16 bytes.  TCG ACPI Specification 1.4."""
_PARAMETERS = 64
"""Bytes of a table with method parameters."""
_LOG = 76
"""Bytes of a table with an event log."""


def _choose(data: bytes, size: int) -> type[Tpm2 | Tpm2Revision3] | None:
    if data[8:9] >= bytes((_LONGER,)):
        # A length of before is a table of before, whatever its revision says.
        longer = {fixed_size(cls): cls for cls in (Tpm2Parameters5, Tpm2Log5)}
        if (chosen := longer.get(size)) is not None or size > fixed_size(Tpm2Log5):
            return chosen or Tpm2Log5
    records = (Tpm2Log, Tpm2Parameters, Tpm2Revision3 if data[8:9] < b"\4" and size < _PARAMETERS else Tpm2)
    return next((cls for cls in records if fixed_size(cls) <= size), None)


_START_METHODS_WITH_MORE = (StartMethod.ACPI_START_METHOD,)


def _refused(data: bytes, size: int) -> str | None:
    revision, method = data[8], data[48]
    if revision == 3:
        if size >= _PARAMETERS or method in _START_METHODS_WITH_MORE:
            return f"it has other fields in revision {revision}."
        return None
    if size in (fixed_size(Tpm2Parameters5), fixed_size(Tpm2Log5)) and revision >= _LONGER:
        return f"it has no such parameters in revision {revision}."
    if method in (StartMethod.COMMAND_RESPONSE_BUFFER_WITH_SMC, StartMethod.FIFO_OVER_I2C):
        return f"it has other fields behind start method {method}."
    return f"in revision {revision} it wants {_LOG} bytes, and {size} are here." if size < _LOG else None


CODEC = TableCodec(
    records=(Tpm2Revision3, Tpm2, Tpm2Parameters, Tpm2Parameters5, Tpm2Log, Tpm2Log5),
    choose=_choose,
    refused=_refused,
)
