"""Agreement terms: one typed document, and what can be said of it without an opinion.

Read ``agreement.py`` first: it names every part, and each part lives in the file of its name.
"""
