"""Machines that do not exist: a description in TOML, and the consistent ACPI tables that it asks for."""
