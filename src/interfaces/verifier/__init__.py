"""The offline verifier: is what a bundle says so, by keys that the reader pinned?

These modules import the standard library, ``cryptography`` and the pure modules of the domain, and
nothing else: ``parley verifier`` prints them as one file that runs on its own.
"""
