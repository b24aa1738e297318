"""Memory devices in ``layout``: whatever the tables hold, there are findings or none, and never an error."""

from __future__ import annotations

from hypothesis import given, settings

from acpitools.asl.compile import compile_source
from acpitools.cli.memory_devices import memory_device_findings
from acpitools.core.findings import Finding, Severity
from acpitools.dumps.load import load_bytes
from acpitools.hotplug.memory_rules import MEMORY_RULES
from acpitools.tables.table_set import TableSet
from tests.kernel.boots import predict_record
from tests.kernel.machines import predict
from tests.strategies import mutated
from tests.support import FIXTURES

CASE = FIXTURES / "firmware" / "resources"
SSDT = (CASE / "tables" / "SSDT").read_bytes()


def findings(*tables: bytes) -> tuple[Finding, ...]:
    """Give what layout adds to its findings for these tables."""
    prediction = predict_record(CASE)
    loaded = TableSet(tables=tuple(one for data in tables for one in load_bytes(data, "table")))
    return memory_device_findings(loaded, prediction, prediction.layout, None)


def test_tables_without_a_memory_device_are_not_read() -> None:
    assert findings(b"DSDT" + (36).to_bytes(4, "little") + bytes(28)) == ()
    assert memory_device_findings(None, predict_record(CASE), predict_record(CASE).layout, None) == ()


def test_tables_that_cannot_be_loaded_are_a_finding() -> None:
    body = b"\x5b\x82\x0b" + b"MEM0" + b"PNP0C80"  # bytes that look like one, and are none
    [finding] = findings(b"SSDT" + (36 + len(body)).to_bytes(4, "little") + b"\2" + bytes(27) + body)
    assert (finding.code, finding.severity) == ("MEM020", Severity.INFO)
    assert "cannot be evaluated" in finding.message


def test_code_runs_as_the_command_line_lets_it() -> None:
    ranges = "QWordMemory (ResourceProducer,,,,, ReadWrite, 0, 0x700000000, 0x73FFFFFFF, 0, 0x40000000)"
    body = (
        'Device (\\_SB.MEM0) {Name (_HID, EisaId ("PNP0C80")) Name (_PXM, 0) Name (_STA, 15) Method (_EJ0, 1) {}'
        f" Method (_CRS) {{Local0 = ResourceTemplate () {{{ranges}}}}}}}"
    )
    table = compile_source(f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{{body}}}', "a.asl").tables[0].data
    tables = TableSet(tables=tuple(load_bytes(table, "table")))
    codes = {}
    for options in ("", "acpi=strict"):
        prediction = predict(options)
        found = memory_device_findings(tables, prediction, prediction.layout, None)
        codes[options] = {finding.code for finding in found}
    assert codes["acpi=strict"] - codes[""] == {"MEM001"}


@given(mutated(SSDT))
@settings(deadline=None, max_examples=60)
def test_any_bytes_give_findings_that_are_known(data: bytes) -> None:
    body = data[36:]
    table = SSDT[:4] + (36 + len(body)).to_bytes(4, "little") + SSDT[8:36] + body
    assert {finding.code for finding in findings(table)} <= MEMORY_RULES.keys()
