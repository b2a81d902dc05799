"""What others can read: each view is a fold of the ledger that can be dropped and replayed."""
