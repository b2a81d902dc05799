"""Disputes: what two sides disagree about, the ladder it climbs, and how it ends."""
