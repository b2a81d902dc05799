"""The document of a signed version: set, sealed, signed by both sides, archived, and judged."""
