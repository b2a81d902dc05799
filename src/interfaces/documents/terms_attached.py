"""The digest of the terms that are attached to a document."""

from __future__ import annotations

from hashlib import sha256

from domain.values.canonical import Digest


def digest_of_terms(attached: bytes) -> Digest:
    """Return the digest under which the terms were signed in the log.

    The attachment is the canonical form itself, so its bytes are what is digested.
    """
    return Digest("sha256:" + sha256(attached).hexdigest())
