"""The AML machine: loads definition blocks and evaluates objects as ACPICA does; deterministic, without a clock."""
