"""What was billed for which days, contested and corrected: what credits are a percentage of."""
