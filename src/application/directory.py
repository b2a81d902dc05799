"""Who an identity is: read from the ledger itself, so that a relieved role is relieved at once."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from uuid import UUID

from application.access import Principal
from application.ledger import Ledger
from domain.parties.identity import IDENTITY, Bound
from domain.parties.party import PARTY
from domain.parties.standing import represents, roles_of
from domain.values.ids import StreamId, typed_id


@lru_cache(maxsize=4096)
def identity_stream(issuer: str, subject: str) -> StreamId:
    """Name the stream of an OIDC subject: a digest, for the subject itself may be personal."""
    digest = sha256(f"{issuer}\n{subject}".encode()).digest()
    return StreamId(typed_id("identity", UUID(bytes=digest[:16])))


class Directory:
    """Resolves identities to representatives."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def resolve(self, issuer: str, subject: str) -> Principal:
        """Return who is asking; somebody unknown gets a principal without party and roles."""
        return self.known_as(identity_stream(issuer, subject))

    def known_as(self, identity: str) -> Principal:
        """Return who an identity is now."""
        bound = self._ledger.load(IDENTITY, identity).state
        if not isinstance(bound, Bound):
            return Principal(identity)
        party = self._ledger.load(PARTY, bound.party).state
        if not represents(party, bound.person):
            return Principal(identity)
        return Principal(identity, bound.person, bound.party, roles_of(party, bound.person))
