"""What follows by itself: one rule per file, each named as a sentence."""
