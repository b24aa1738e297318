"""WPBT: a program that the firmware gives to Windows.  Spec: Microsoft WPBT, 2011."""

from typing import Annotated

from acpitools.codec.fields import U8, U16, Address64, Sig4, Size32
from acpitools.codec.labels import Form, Label
from acpitools.codec.record import fixed_size, record
from acpitools.codec.tails import String
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Wpbt"]


@record
class Wpbt(SdtHeader):
    """Windows Platform Binary Table.  52 bytes and the arguments."""

    TITLE = "Windows Platform Binary Table"
    SPEC = "Microsoft WPBT"
    signature: Sig4 = "WPBT"
    handoff_size: Annotated[Size32, "Bytes of the program."]
    handoff_address: Annotated[Address64, "Physical address of the program."]
    layout: Annotated[U8, "1: one PE image."] = 1
    content_type: Annotated[U8, Label("Type"), "1: native user-mode application."] = 1
    arguments_length: Annotated[U16, Label(computed=True), "Bytes of the arguments."] = 0
    arguments: Annotated[
        str,
        String("arguments_length", wide=True),
        Label("Command-line Arguments", form=Form.UNICODE),
        "Command line of the program, UTF-16.",
    ] = ""


def _refused(data: bytes, size: int) -> str | None:
    fixed = fixed_size(Wpbt)
    empty = size == fixed or not any(data[fixed - 2 : fixed])
    return "it wants arguments, if only an empty text." if empty else None


CODEC = TableCodec(records=(Wpbt,), refused=_refused)
