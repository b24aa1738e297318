"""Which function runs which operator.  A test holds :data:`~acpitools.aml.opcodes.OPS` against these tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from acpitools.interp.frames import Frame
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Object
from acpitools.interp.ops import data, integer, logic, objects, tables

__all__ = ["DISPATCH", "Operation"]

Operation = Callable[[Machine, Frame, Sequence[Any]], Object | None]

DISPATCH: dict[str, Operation] = {
    **integer.MATH,
    **objects.CREATES,
    "Acquire": objects.acquire,
    "Alias": objects.alias,
    "BreakPoint": objects.noop,
    "Concatenate": data.concatenate,
    "ConcatenateResTemplate": data.concatenate_resources,
    "CondRefOf": objects.cond_ref_of,
    "CopyObject": objects.copy_object,
    "CreateField": objects.create_field,
    "Debug": objects.debug,
    "Decrement": integer.decrement,
    "DerefOf": objects.deref_of,
    "Divide": integer.divide,
    "Event": objects.event,
    "External": objects.external,
    "Fatal": objects.fatal,
    "FindSetLeftBit": integer.find_left,
    "FindSetRightBit": integer.find_right,
    "FromBCD": integer.from_bcd,
    "Increment": integer.increment,
    "Index": data.index,
    "LAnd": logic.land,
    "LEqual": logic.equal,
    "LGreater": logic.greater,
    "LLess": logic.less,
    "LNot": logic.lnot,
    "LOr": logic.lor,
    "Load": tables.load,
    "LoadTable": tables.load_table,
    "Match": logic.match,
    "Mid": data.mid,
    "Mod": integer.mod,
    "Mutex": objects.mutex,
    "Name": objects.name,
    "Noop": objects.noop,
    "Not": integer.not_,
    "Notify": objects.notify,
    "ObjectType": objects.object_type,
    "RefOf": objects.ref_of,
    "Release": objects.release,
    "Reset": objects.reset,
    "Revision": objects.revision,
    "Signal": objects.signal,
    "SizeOf": data.size_of,
    "Sleep": objects.sleep,
    "Stall": objects.stall,
    "Store": objects.store,
    "String": objects.literal,
    "Timer": objects.timer,
    "ToBCD": integer.to_bcd,
    "ToBuffer": data.to_buffer,
    "ToDecimalString": data.to_decimal,
    "ToHexString": data.to_hex,
    "ToInteger": data.to_integer,
    "ToString": data.to_string,
    "Unload": tables.unload,
    "Wait": objects.wait,
}
"""Op name -> function; forms.STRUCTURE has the ops that decide what runs next or declare a scope."""
