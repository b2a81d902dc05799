"""The credits of a contract: stated, claimed, granted or rejected, applied, restated."""
