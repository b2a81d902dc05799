"""What the service does while an agreement runs: figures received, periods reported, results."""
