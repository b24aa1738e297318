"""The buses that acpiexec simulates: they hand back bytes that count up.  ACPICA: ae_region_handler."""

from __future__ import annotations

from acpitools.interp.buses import BUS_SPACES, HEADER, PROTOCOL_BYTES
from acpitools.interp.objects import Transfer
from acpitools.interp.regions import BusHandler, space_name
from acpitools.interp.spaces import Memory

__all__ = ["acpiexec_buses"]

_FIRST = 0xA0
_LONGEST_OF_SMBUS = 32
_MOST = 255
_SAID_OF_MOST = 32
_IPMI_HEADER = bytes((0, 64, 0, 0))
_RUNTIME_MECHANISM = 0x0B


class _Bus:
    def transfer(self, transfer: Transfer) -> bytes:
        """Give counted bytes; those behind them stay."""
        if transfer.space == "IPMI":
            return _IPMI_HEADER + bytes(range(len(_IPMI_HEADER), len(transfer.data)))
        if transfer.space == "PCC":
            return bytes(index & 0xFF for index in range(len(transfer.data)))
        count = length = PROTOCOL_BYTES[transfer.attribute]
        if transfer.space == "SMBus":
            count = length = min(length, _LONGEST_OF_SMBUS)
        if length == _MOST:
            length = _SAID_OF_MOST
        counted = bytes(_FIRST + index & 0xFF for index in range(count))
        return bytes((0, length)) + counted + transfer.data[HEADER + count :]


class _Pins:
    def __init__(self) -> None:
        self._memory = Memory()

    def transfer(self, transfer: Transfer) -> bytes:
        """Take the number of a pin as an address."""
        if transfer.writes:
            self._memory.put(transfer.pin, transfer.data)
        return self._memory.get(transfer.pin, len(transfer.data))


def acpiexec_buses() -> dict[str, BusHandler]:
    """Give what answers in each space whose fields are handed over whole."""
    names = {number: space_name(number) for number in BUS_SPACES if number != _RUNTIME_MECHANISM}
    return {name: _Pins() if name == "GeneralPurposeIo" else _Bus() for name in names.values()}
