"""What a page asks a passkey to sign, and what comes back in its form."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from application.signing import Prepared
from domain.parties.keys import thumbprint_of
from domain.signatures.evidence import Evidence, PasskeyEvidence
from domain.signatures.passkey import challenge_of
from domain.signatures.statement import Statement
from interfaces.files.once import read_once
from interfaces.http.schemas.signatures import PasskeyEvidenceBody
from interfaces.web.forms import Form, WrongFields
from interfaces.web.visits import Visit

PARTS: Final = ("thumbprint", "authenticator_data", "client_data", "signature")
NOT_ANSWERED: Final = (
    "No passkey has answered. This takes a browser with JavaScript and a passkey of yours; "
    "a key file signs without either."
)


@dataclass(frozen=True)
class Asked:
    """A statement to sign, and the visitor's passkeys that this site can ask.

    ``options`` is what the page hands to the browser, as JSON.
    """

    statement: Statement
    digest: str
    keys: int
    options: str
    expires: datetime

    @property
    def document(self) -> str:
        """The statement as the form sends it back."""
        return json.dumps(self.statement.document(), ensure_ascii=False)


def asked_of(prepared: Prepared, visit: Visit) -> Asked:
    """Return what a page asks the visitor's passkeys with."""
    site = visit.house.passkeys.site
    allowed = [
        {"id": key.passkey.credential, "thumbprint": thumbprint_of(key.key)}
        for key in prepared.passkeys
        if key.passkey is not None and key.passkey.rp_id == site.id
    ]
    options = {
        "challenge": challenge_of(prepared.statement.canonical()),
        "rpId": site.id,
        "allow": allowed,
    }
    expires = datetime.fromisoformat(prepared.statement.expires)
    return Asked(prepared.statement, prepared.digest, len(allowed), json.dumps(options), expires)


def evidence_given(form: Form, visit: Visit) -> Evidence:
    """Return the signed statement that a form holds; raises WrongFields for none.

    Nothing in it is believed: the use case holds every part of it against what it knows.
    """
    site = visit.house.passkeys.site
    try:
        given: dict[str, Any] = {
            "kind": "passkey",
            "statement": read_once(form.given("statement").encode()),
            "rp_id": site.id,
            "origin": site.origin,
            **{part: form.given(part) for part in PARTS},
        }
        evidence = PasskeyEvidenceBody.model_validate_json(json.dumps(given)).evidence()
    except (ValidationError, ValueError):
        raise WrongFields({"passkey": NOT_ANSWERED}) from None
    if not isinstance(evidence, PasskeyEvidence):
        raise TypeError("a passkey's form holds a passkey's evidence")
    return evidence
