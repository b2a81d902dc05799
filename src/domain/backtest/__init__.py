"""Back-test: what proposed terms would have come to over a past that is on record.

Pure and exact: it measures, prices and counts by the very functions that judge a running contract.
"""
