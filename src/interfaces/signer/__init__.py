"""The signer: a process of its own that signs checkpoints, and remembers what it signed.

It reads hashes and nothing else, holds the key that nobody else has, and keeps its memory away
from the database: who can rewrite the one cannot rewrite the other.
"""
