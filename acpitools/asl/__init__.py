"""ASL, the source language of AML: text to syntax tree, to terms, to table.  ACPI 6.5, section 19."""
