"""The schema, step by step: numbered SQL files, applied in order, never edited once released."""
