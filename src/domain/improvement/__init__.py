"""Improvement plans: what is done so that a target is reached again, and whether it helped."""
