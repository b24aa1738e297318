"""Machine checks as error sources of the HEST.  Spec: ACPI 6.5, 18.3.2.1, 18.3.2.2 and 18.3.2.10."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, Hex32, Hex64, flags8
from acpitools.codec.labels import Form, Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import Structure
from acpitools.tables import field_types
from acpitools.tables.field_types import Reserved24, Reserved56, Type16
from acpitools.tables.hest_common import Enabled, MaxSections, Notify, Preallocate, SourceId

__all__ = [
    "CorrectedMachineCheck",
    "DeferredMachineCheck",
    "MachineCheckBank",
    "MachineCheckException",
    "MachineCheckFlags",
]


class MachineCheckFlags(IntFlag):
    """Who sees an error first."""

    FIRMWARE_FIRST = 1
    GHES_ASSIST = 4


Flags = Annotated[
    MachineCheckFlags, flags8(MachineCheckFlags), Label(bits=("Firmware First", 1, "GHES Assist")), "Who sees it first."
]
Reserved16 = Annotated[field_types.Reserved16, Label("Reserved1")]
BankCount = Annotated[U8, Label("Num Hardware Banks"), "Banks of registers."]


@record
class MachineCheckBank(Record):
    """Registers of one bank.  28 bytes.  Spec: ACPI 6.5, 18.3.2.1.1."""

    bank_number: Annotated[U8, "Number of the bank."]
    clear_status_on_init: Annotated[U8, "0: clear the status at the start, 1: do not."]
    status_format: Annotated[U8, "0: IA-32, 1: Intel 64, 2: AMD64."]
    reserved: field_types.Reserved8 = 0
    control_register: Annotated[Hex32, "MSR; 0: none."]
    control_data: Annotated[Hex64, "Value for the control register."]
    status_register: Annotated[Hex32, "MSR; 0: none."]
    address_register: Annotated[Hex32, "MSR; 0: none."]
    misc_register: Annotated[Hex32, "MSR; 0: none."]


Banks = Annotated[
    tuple[MachineCheckBank, ...], Repeated(MachineCheckBank, "hardware_bank_count"), "Banks of registers."
]


@record
class MachineCheckException(Structure):
    """Machine check exceptions.  40 bytes and 28 per bank."""

    type: Type16 = 0
    source_id: SourceId
    reserved1: Reserved16 = 0
    flags: Flags
    enabled: Enabled
    records_to_preallocate: Preallocate
    max_sections_per_record: MaxSections
    global_capability_data: Annotated[Hex64, "Value for IA32_MCG_CAP."]
    global_control_data: Annotated[Hex64, "Value for IA32_MCG_CTL."]
    hardware_bank_count: BankCount
    reserved2: Annotated[Reserved56, Label("Reserved2", form=Form.INTEGER)] = bytes(7)
    banks: Banks = ()


@record
class CorrectedMachineCheck(Structure):
    """Corrected machine checks.  48 bytes and 28 per bank."""

    type: Type16 = 1
    source_id: SourceId
    reserved1: Reserved16 = 0
    flags: Flags
    enabled: Enabled
    records_to_preallocate: Preallocate
    max_sections_per_record: MaxSections
    notify: Notify
    hardware_bank_count: BankCount
    reserved2: Annotated[Reserved24, Label("Reserved2")] = 0
    banks: Banks = ()


@record
class DeferredMachineCheck(CorrectedMachineCheck):
    """Deferred machine checks.  48 bytes and 28 per bank."""

    type: Type16 = 11
