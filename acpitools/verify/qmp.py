"""QEMU's monitor: messages as JSON lines, answers in the order of the commands, events in between.

QEMU: docs/interop/qmp-spec.txt
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from acpitools.core.errors import InputError

__all__ = ["LineBuffer", "Message", "command_line", "event_name"]

Message = Mapping[str, Any]
_LONGEST: Final = 16 << 20


def command_line(name: str, arguments: Mapping[str, Any]) -> bytes:
    """Give a command as the monitor reads it."""
    return json.dumps({"execute": name, "arguments": arguments}).encode() + b"\n"


def event_name(message: Message) -> str | None:
    """Give the name of an event, or None for a greeting or an answer."""
    name = message.get("event")
    return name if isinstance(name, str) else None


class LineBuffer:
    """Bytes as they come in, cut into messages."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def add(self, data: bytes) -> list[Message]:
        """Take bytes and give the messages that they complete.  Raises InputError for what is no message."""
        self._bytes += data
        *lines, rest = bytes(self._bytes).split(b"\n")
        self._bytes = bytearray(rest)
        if len(rest) > _LONGEST:
            raise InputError("damaged message", "QEMU's monitor", f"a line of more than {_LONGEST >> 20} MiB")
        return [_message(line) for line in lines if line.strip()]


def _message(line: bytes) -> Message:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError("damaged message", "QEMU's monitor", str(error)) from error
    if not isinstance(message, dict):
        raise InputError("damaged message", "QEMU's monitor", "no JSON object")
    return message
