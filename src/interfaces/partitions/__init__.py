"""Partitions of the ledger behind one router: where a relationship lives, and how it moves."""
