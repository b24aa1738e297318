"""Predictions of recorded boots and of real logs, each made once for all tests."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from acpitools.cli.firmware import firmware_of
from acpitools.dumps.dmesg import dmi_names_virtual_machine, read_boot_log
from acpitools.dumps.load import load_bytes
from acpitools.dumps.text import read_text
from acpitools.kernel.gather import Firmware, Given, gather
from acpitools.kernel.predict import Prediction, boot
from acpitools.tables.table_set import TableSet
from tests.records import record_inputs


@cache
def predict_record(record: Path) -> Prediction:
    """Predict a recorded boot from what it was given."""
    given = record_inputs(record)
    tables = TableSet(tables=tuple(table for name, data in given.tables for table in load_bytes(data, name)))
    inputs, policy = gather(
        firmware_of(tables),
        Given(
            cmdline=given.command_line,
            kernel_range=given.kernel,
            cpus=given.cpus,
            hypervisor=given.hypervisor,
        ),
        read_boot_log(given.log),
    )
    return boot(inputs, policy=policy)


@cache
def predict_log(log: Path) -> Prediction:
    """Predict the boot of a real machine from its log, and from what its header says where lines are missing."""
    text = read_text(log)
    read = read_boot_log(text)
    given = Given(
        dmi_is_virtual=dmi_names_virtual_machine(read.dmi) if read.dmi else None,
        kernel=None if read.release else _from_name(log),
        cmdline=None if read.command_line else " ".join(re.findall(r"`(\w+) \(inferred\)`", _listed(log))),
    )
    inputs, policy = gather(Firmware(), given, read)
    return boot(inputs, policy=policy)


def _from_name(log: Path) -> str:
    match = re.search(r"-(\d+\.\d+[^-]*)", log.name)
    assert match is not None, log
    return match[1]


def _listed(log: Path) -> str:
    # The line of the folder's README that describes this log.
    readme = (log.parent / "README.md").read_text()
    return next(line for line in readme.splitlines() if line.startswith(f"| {log.name} "))
