"""Who may do what, when it is recorded, and what others can read."""
