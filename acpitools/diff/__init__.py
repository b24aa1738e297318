"""Two machines' tables compared by what they say: processors by id, memory by range, localities by domain."""
