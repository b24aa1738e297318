"""Records: one declaration gives codec, frozen object and field list."""
