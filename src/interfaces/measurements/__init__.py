"""Figures as they come in: JSON, NDJSON, CSV, and what Prometheus answers."""
