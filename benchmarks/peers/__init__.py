"""What the ledger is measured against. None of it is part of the service."""
