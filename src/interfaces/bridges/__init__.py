"""Bridges: the agreement in other tools' languages, and theirs in ours. Translators only, no I/O.

Each says what the other language cannot: see ``telling``.
"""
