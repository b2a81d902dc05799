"""The negotiation room as its pages show it: what lies on the table, and what was said about it."""
