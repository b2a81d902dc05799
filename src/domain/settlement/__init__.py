"""Settlement: from what was reached in a period to what it costs, exactly, every line citing why.

Pure. The same inputs give the same statement, byte for byte.
"""
