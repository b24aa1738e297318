"""What the operators do, one module per topic.  Spec: ACPI 6.5, 19.6."""
