"""Values to text: no printing, no files."""
