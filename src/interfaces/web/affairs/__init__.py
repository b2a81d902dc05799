"""Disputes and reviews as their pages show them: who said what, and what is to be done next."""
