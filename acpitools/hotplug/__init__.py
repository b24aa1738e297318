"""Memory added and removed at run time, on top of a replayed boot."""
