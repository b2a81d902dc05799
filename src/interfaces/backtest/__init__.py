"""Back-tests at the edge: files in, tables and pictures out."""
