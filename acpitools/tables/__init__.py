"""One module per ACPI table: records only, no analysis."""
