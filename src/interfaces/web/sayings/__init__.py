"""Facts in words, an area of the domain a module: every fact of the catalogue has a sentence.

A sentence says what was done and to what; who did it stands before it (``Saying.by``). The type
checker sees to it that no fact of an area is left out.
"""
