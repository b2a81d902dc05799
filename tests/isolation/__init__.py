"""Who may do what: a cast of everybody, every request they could make, and the rules."""
