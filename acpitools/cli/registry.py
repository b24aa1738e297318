"""The commands: name -> (module, one-line help), in the order of ``--help``.

The help stands here, not in the modules, so that ``acpitools --help`` imports none of them.
A module defines ``command``, a click command.
"""

COMMANDS: dict[str, tuple[str, str]] = {
    "layout": (
        "acpitools.cli.commands.layout",
        "Predict nodes, zones and which memory is movable or removable.",
    ),
    "explain": (
        "acpitools.cli.commands.explain",
        "Say why one address is, or is not, movable and removable.",
    ),
    "replay": (
        "acpitools.cli.commands.replay",
        "Show the same boot stage by stage.",
    ),
    "kernels": (
        "acpitools.cli.commands.kernels",
        "List the kernels that can be replayed, and what sets them apart.",
    ),
    "check": (
        "acpitools.cli.commands.check",
        "Check the predicted layout against expectations.",
    ),
    "hotplug": (
        "acpitools.cli.commands.hotplug",
        "Show what adding and removing memory at run time does.",
    ),
    "decode": (
        "acpitools.cli.commands.decode",
        "Show ACPI tables as text, JSON, data-table language or hex.",
    ),
    "diff": (
        "acpitools.cli.commands.diff",
        "Compare two machines' tables by what they say.",
    ),
    "synth": (
        "acpitools.cli.commands.synth",
        "Make the tables of a machine that is described in TOML.",
    ),
    "encode": (
        "acpitools.cli.commands.encode",
        "Turn decoded tables back into binary ones.",
    ),
    "initrd": (
        "acpitools.cli.commands.initrd",
        "Make or check the archive from which a kernel takes tables.",
    ),
    "asl": (
        "acpitools.cli.commands.asl",
        "Compile ASL to AML, or say what is wrong with it.",
    ),
    "verify": (
        "acpitools.cli.commands.verify",
        "Boot a kernel in QEMU and hold the prediction against it.",
    ),
    "aml": (
        "acpitools.cli.commands.aml",
        "Look into AML, the code in DSDT and SSDT tables.",
    ),
}

AML_COMMANDS: dict[str, tuple[str, str]] = {
    "disassemble": (
        "acpitools.cli.aml.disassemble",
        "Show AML as ASL that compiles back to the same bytes.",
    ),
    "namespace": (
        "acpitools.cli.aml.namespace",
        "Show the names that the tables declare, as a tree.",
    ),
    "devices": (
        "acpitools.cli.aml.devices",
        "Show devices with their IDs, status and resources.",
    ),
    "run": (
        "acpitools.cli.aml.run",
        "Evaluate an object, running the code that it has.",
    ),
    "hardware": (
        "acpitools.cli.aml.hardware",
        "Show or check a description of what operation regions reach.",
    ),
}
"""The commands below ``aml``, alike."""
