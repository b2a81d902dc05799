"""OpenSLO v1: an agreement as its objects, and its objects as the draft of an agreement."""
