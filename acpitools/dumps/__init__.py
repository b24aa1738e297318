"""Readers and writers of what people have: dumps, maps, logs, archives."""
