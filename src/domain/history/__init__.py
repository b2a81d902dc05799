"""The verifiable history: leaves, a Merkle tree over them, and the proofs that others can check.

Everything here is arithmetic over hashes, after RFC 9162; keys and storage are elsewhere.
"""
