"""What a client needs, stated, matched with the catalogue, and found feasible or not."""
