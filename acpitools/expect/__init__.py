"""Expectations over a predicted layout: their language, evaluation with evidence, and what would make them hold."""
