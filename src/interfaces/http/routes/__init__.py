"""The operations, one file per area; every endpoint is a plain function, run in a thread."""
