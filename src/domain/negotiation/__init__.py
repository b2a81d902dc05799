"""From a first proposal to signatures: what each side may do, and when."""
