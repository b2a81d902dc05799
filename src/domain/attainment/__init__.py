"""Attainment: what was reached in a period, from the agreed terms and what was recorded.

Pure arithmetic on whole microseconds and exact fractions. Arrays of numpy hold what there is much
of; no binary float decides anything.
"""
