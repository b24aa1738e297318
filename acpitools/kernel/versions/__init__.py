"""Kernel models: an ordered list of stages and a policy for each release."""
