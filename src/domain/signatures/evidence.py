"""What proves a side's yes: the statement and the signature over it, as a fact stores them.

The statement's stored fields give its canonical bytes again, so whoever holds the fact and the
signer's public key can check it without the service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.signatures.passkey import Assertion, RelyingParty
from domain.signatures.statement import Statement


@dataclass(frozen=True, slots=True)
class JwsEvidence:
    """A statement under a detached JWS, by a key that its holder keeps (see ``jws``)."""

    statement: Statement
    jws: str
    kind: Literal["jws"] = "jws"


@dataclass(frozen=True, slots=True)
class PasskeyEvidence:
    """A statement that a passkey's holder said yes to (see ``passkey``); parts in base64url."""

    statement: Statement
    thumbprint: str
    rp_id: str
    origin: str
    authenticator_data: str
    client_data: str
    signature: str
    kind: Literal["passkey"] = "passkey"

    @property
    def assertion(self) -> Assertion:
        """What the authenticator answered."""
        return Assertion(self.authenticator_data, self.client_data, self.signature)

    @property
    def relying_party(self) -> RelyingParty:
        """Where the passkey was asked."""
        return RelyingParty(self.rp_id, self.origin)


Evidence = JwsEvidence | PasskeyEvidence
