"""What a signed statement has to be about when an offer is accepted or signed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from domain.decider import Refused
from domain.negotiation.commands import AcceptOffer, SignAgreement
from domain.negotiation.table import AwaitingSignatures, Negotiating
from domain.signatures.checking import Subject, Submitted, check_statement
from domain.signatures.evidence import Evidence


def evidence_of_acceptance(command: AcceptOffer, table: Negotiating) -> Evidence | None:
    """Return the statement that came with an acceptance, if one did and it counts."""
    if command.submitted is None:
        return None
    subject = Subject("accept", command.offer, command.terms_digest, command.by)
    return _checked(command.submitted, subject, table.nonces, command.now)


def evidence_of_signature(command: SignAgreement, accepted: AwaitingSignatures) -> Evidence:
    """Return the statement that came with a signature, if it counts; there has to be one."""
    if command.submitted is None:
        raise Refused(
            "signature-required",
            "signing takes a statement signed with a key of the signatory's own (evidence)",
            place="evidence",
        )
    subject = Subject("sign", command.offer, command.terms_digest, command.by)
    # Under whose mandate is the command's to say: it is what is recorded.
    known = replace(
        command.submitted.circumstances, signer=command.signatory, mandate=command.mandate
    )
    used = accepted.negotiating.nonces
    submitted = Submitted(command.submitted.evidence, known)
    return _checked(submitted, subject, used, command.now)


def _checked(
    submitted: Submitted, subject: Subject, used: Collection[str], now: datetime
) -> Evidence:
    check_statement(submitted, subject, used, now)
    return submitted.evidence
