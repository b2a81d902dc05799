"""The document of a signed version, and who signed it; digests only, the pages lie elsewhere."""
