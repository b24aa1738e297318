"""AML: opcodes, terms, and both directions between terms and bytes.  Spec: ACPI 6.5, chapter 20."""
