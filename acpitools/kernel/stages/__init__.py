"""Boot stages: each a function from state to state."""
