"""A provider and a client that work together, and the auditors they let in."""
