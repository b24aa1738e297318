"""Tables that are wrong on purpose: named faults for negative tests, listed in `registry`."""
