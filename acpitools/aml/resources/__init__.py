"""Resource descriptors of ``_CRS`` and its kin, to records and back.  Spec: ACPI 6.5, 6.4."""
