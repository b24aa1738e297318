"""The Linux x86-64 boot replay: pure functions on immutable state."""
