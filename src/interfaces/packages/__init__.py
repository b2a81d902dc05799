"""What a law firm files for a signed version: one archive, and a page in plain language."""
