"""Small exact values that every part of the domain speaks in."""
