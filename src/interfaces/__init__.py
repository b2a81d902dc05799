"""Everything that touches the outside; ``composition`` is the one file that chooses adapters."""
