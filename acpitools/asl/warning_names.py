"""The names of warnings and remarks, by which they can be turned off, and what each is about.

They are stable: a name is never given to something else.
"""

from __future__ import annotations

__all__ = ["NAMES", "REMARKS"]

NAMES: dict[str, str] = {
    "argument": "an argument that is empty, or left out",
    "as-iasl": "what iasl makes something else of than it says, and so this compiler does",
    "buffer-field": "a field that goes past the end of its buffer, or is of another size than the resource it names",
    "buffer-size": "a buffer whose size is cut, or that begins otherwise than it says",
    "device-id": "a device with both of _HID and _ADR, or with neither",
    "double-case": "a second Case for a value",
    "empty": "an empty template, format or field",
    "escape": "an escape in a string that stands for something else",
    "external-type": "an object of another type than External says",
    "field-region": "a Field over something that is no operation region",
    "format": "an argument that the format of Printf does not ask for",
    "isa-address": "a FixedIO address that ISA does not reach",
    "literal": "a number that is cut, or has no digits",
    "lost-result": "a statement without effect",
    "maybe-no-value": "the value of a method that does not always return one",
    "misuse": "what goes wrong when it runs; an error without --force",
    "missing-return": "a method that returns a value on some of its paths",
    "operand-type": "an operand of a type that the operator does not take",
    "power-states": "_PS0 without a method for a lower state, or the other way round",
    "processor": "Processor, which ACPI 6.4 took out of the language",
    "reg-without-region": "_REG where no operation region is declared",
    "reserved-arguments": "a reserved method with another number of arguments",
    "reserved-return": "a reserved method that returns nothing, or should not return anything",
    "scope-type": "a Scope of something that holds no names",
    "self-store": "an object that is stored to itself",
    "static-region": "an operation region of constants that is made each time a method runs",
    "switch-type": "a Switch on a value whose type is not known",
    "timeout": "an Acquire or Wait whose timeout would not be noticed",
    "types": "a method that lists another number of types than it has arguments",
    "unknown-name": "a reserved name that the specification does not know",
    "unload": "Unload, which few operating systems support",
    "unreachable": "statements that are never reached",
    "unused-local": "a Local that is set and never used",
    "unused-name": "a name that a method makes and nothing uses",
}
REMARKS: dict[str, str] = {
    "case": "names in lower case letters, which are turned into capitals",
    "empty-package": "a package without elements",
    "long-sleep": "a Sleep of more than a second",
    "recursion": "a method that calls itself",
    "redundant-offset": "an Offset to where the field begins anyway",
    "serialize": "a method that makes names and is not serialized: two calls at a time clash",
    "unused-argument": "an argument that a method never uses",
}
"""What is told with --remarks only."""
