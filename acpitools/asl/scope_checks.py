"""What a scope holds, taken together: devices without identity, methods that need each other.  ACPI 6.5, 6.1, 7.3."""

from __future__ import annotations

from acpitools.asl.lower.state import State
from acpitools.asl.nodes import Call, Name, Node
from acpitools.asl.reserved import is_event

__all__ = ["check_scope", "last_segment"]

_DECLARERS = frozenset({"Name", "Method", "Function"})
_REGIONS = frozenset({"OperationRegion", "DataTableRegion"})
_CONDITIONS = frozenset({"If", "Else", "ElseIf", "While", "For", "Switch", "Case", "Default"})
_IDENTITY = frozenset({"_HID", "_ADR"})
_LOWER_STATES = ("_PS1", "_PS2", "_PS3")


def last_segment(node: Node | None) -> str:
    """Return the last segment of a name, padded; nothing where there is no name."""
    if not isinstance(node, Name):
        return ""
    return node.text.rpartition(".")[2].lstrip("\\^").upper().ljust(4, "_")


def check_scope(context: State, items: list[Node | None], device: Call | None) -> None:
    """Warn about the names in one list of terms; ``device`` is the Device whose list it is."""
    names: dict[str, Call] = {}
    regions = False
    for item in items:
        if not isinstance(item, Call):
            continue
        word = context.words[item.name]
        if word in _REGIONS:
            regions = True
        elif word in _DECLARERS and item.arguments:
            name = last_segment(item.arguments[0])
            if name[:1] == "_":
                _event(context, names, name, item)
                names.setdefault(name, item)
    if device is not None:
        _device(context, device, items)
    if "_REG" in names and not regions:
        context.warning(
            names["_REG"].start, "_REG is run for operation regions, and there is none beside it", "reg-without-region"
        )
    lower = [state for state in _LOWER_STATES if state in names]
    if "_PS0" in names and not lower:
        message = "a device that can be turned on can be turned off: _PS0 needs _PS1, _PS2 or _PS3 beside it"
        context.warning(names["_PS0"].start, message, "power-states")
    elif "_PS0" not in names:
        for state in lower:
            context.warning(names[state].start, f"{state} needs _PS0 beside it, to come back", "power-states")


def _event(context: State, names: dict[str, Call], name: str, item: Call) -> None:
    # ACPI 6.5, 5.6.4.1: an event is level or edge triggered, and has one method.
    other = {"_L": "_E", "_E": "_L"}.get(name[:2])
    if other is not None and is_event(name) and other + name[2:] in names:
        context.misuse(
            item.start, f"event 0x{name[2:]} has a method already, {other}{name[2:]}: it is level or edge triggered"
        )


def _device(context: State, device: Call, items: list[Node | None]) -> None:
    found = _identity(context, items)
    if found >= _IDENTITY:
        context.warning(device.start, "a device has a _HID or an _ADR; this one has both", "device-id")
    elif not found:
        context.warning(device.start, "a device has a _HID or an _ADR; this one has neither here", "device-id")


def _identity(context: State, items: list[Node | None]) -> set[str]:
    # Which of _HID and _ADR there are, in branches of an If and as aliases too.
    found: set[str] = set()
    for item in items:
        if not isinstance(item, Call):
            continue
        word = context.words[item.name]
        if word == "Alias" or word in _DECLARERS:
            given = item.arguments or []
            made = given[1:] if word == "Alias" else given[:1]
            found |= {last_segment(name) for name in made}
        elif word in _CONDITIONS:
            found |= _identity(context, item.body or [])
    return found & _IDENTITY
