"""A real kernel booted in QEMU, to hold a prediction against what it did; the only folder that starts programs."""
