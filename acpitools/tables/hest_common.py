"""What error sources of the HEST share.  Spec: ACPI 6.5, 18.3.2.9."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, U16, U32, enum8, flags16, nested
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record

__all__ = ["Enabled", "HardwareErrorNotification", "MaxSections", "Notify", "Preallocate", "SourceId"]

SourceId = Annotated[U16, "Number of the error source."]
Enabled = Annotated[U8, "1: in use from the start."]
Preallocate = Annotated[U32, Label("Records To Preallocate"), "Error records to set aside."]
MaxSections = Annotated[U32, Label("Max Sections Per Record"), "Most sections of an error record."]


class NotificationType(IntEnum):
    """How the system learns of an error."""

    POLLED = 0
    EXTERNAL_INTERRUPT = 1
    LOCAL_INTERRUPT = 2
    SCI = 3
    NMI = 4
    CMCI = 5
    MCE = 6
    GPIO_SIGNAL = 7
    ARMV8_SEA = 8
    ARMV8_SEI = 9
    EXTERNAL_GSIV = 10
    SOFTWARE_DELEGATED_EXCEPTION = 11


class NotificationWriteEnable(IntFlag):
    """What the system may change."""

    TYPE = 1
    POLL_INTERVAL = 2
    POLLING_THRESHOLD_VALUE = 4
    POLLING_THRESHOLD_WINDOW = 8
    ERROR_THRESHOLD_VALUE = 16
    ERROR_THRESHOLD_WINDOW = 32


@record
class HardwareErrorNotification(Record):
    """How errors of a source are told.  28 bytes."""

    type: Annotated[int, enum8(NotificationType), Label("Notify Type"), "How the system learns of an error."] = (
        NotificationType.POLLED
    )
    length: Annotated[U8, Label("Notify Length", must=28), "Bytes of this part."] = 28
    configuration_write_enable: Annotated[
        NotificationWriteEnable, flags16(NotificationWriteEnable), Label(bits=()), "What the system may change."
    ] = NotificationWriteEnable(0)
    poll_interval: Annotated[U32, Label("PollInterval"), "Milliseconds."] = 0
    vector: Annotated[U32, "Interrupt."] = 0
    polling_threshold_value: Annotated[U32, "Interrupts within the window that make the system poll; 0: any."] = 0
    polling_threshold_window: Annotated[U32, "Milliseconds."] = 0
    error_threshold_value: Annotated[U32, "Errors within the window that make one an event; 0: any."] = 0
    error_threshold_window: Annotated[U32, "Milliseconds."] = 0


Notify = Annotated[HardwareErrorNotification, nested(HardwareErrorNotification), "How errors are told."]
