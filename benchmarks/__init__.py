"""What is measured against what. ``python -m benchmarks [PART ...]``; figures are ratios."""
