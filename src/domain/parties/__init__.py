"""Who takes part: organisations, the people who represent them, and what each of them may sign."""
