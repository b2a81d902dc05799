"""Facts of a contract and of the documents of its versions."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from domain.contract import facts as contract
from domain.contract.facts import ContractFact, Ground
from domain.documents import facts as document
from domain.documents.facts import DocumentFact
from interfaces.web.sayings.voice import Saying, Voice, because, came, did, quoted, when, words


def of_contract(fact: ContractFact, voice: Voice) -> Saying:
    """Say what happened to a contract."""
    del voice
    match fact:
        case contract.ContractConcluded(terms=terms, begins_at=begins, ends_at=ends):
            until = "without an end" if ends is None else f"until {when(ends)}"
            what = f"The contract {quoted(terms.title)} is concluded"
            return came(f"{what}: it binds both from {when(begins)} {until}.")
        case contract.ContractCameIntoForce():
            return came("The contract came into force.")
        case contract.ContractAmended(version=version, effective_from=since):
            return came(f"The contract is amended: version {version} governs from {when(since)}.")
        case contract.RenewalDeclined(because=why):
            return did(f"declined the renewal{because(why)}.")
        case contract.ContractRenewed(renewals=number, ends_at=ends):
            return came(f"The contract renewed itself until {when(ends)} (renewal {number}).")
        case contract.TerminationNoticeGiven(ground=ground, because=why, ends_at=ends):
            return did(
                f"gave notice on the ground of {words(ground)}{because(why)}: {_ends(ends)}."
            )
        case contract.TerminationNoticeWithdrawn():
            return did("took the notice back: the contract goes on.")
        case (
            contract.TerminationRightOpened()
            | contract.TerminationRightLapsed()
            | contract.TerminationAgreed()
            | contract.ContractTerminated()
            | contract.ContractExpired()
        ):
            return _end(fact)
        case _:
            assert_never(fact)


def _end(
    fact: contract.TerminationRightOpened
    | contract.TerminationRightLapsed
    | contract.TerminationAgreed
    | contract.ContractTerminated
    | contract.ContractExpired,
) -> Saying:
    match fact:
        case contract.TerminationRightOpened(objective=objective, because=why, until=until):
            limit = "" if until is None else f", to be used before {when(until)}"
            right = f"gave the client a right to end the contract{limit}: {quoted(why)}"
            return came(f"Missing {words(objective)} again and again {right}")
        case contract.TerminationRightLapsed(objective=objective, until=until):
            right = f"The right to end the contract for missing {words(objective)}"
            return came(f"{right} lapsed: it was to be used before {when(until)}.")
        case contract.TerminationAgreed(ends_at=ends):
            return came(f"Both sides signed that it ends early: {_ends(ends)}.")
        case contract.ContractTerminated(ground=ground, ended_at=at):
            ended = "by agreement" if ground is Ground.BY_AGREEMENT else f"by notice ({ground})"
            return came(f"The contract ended early, {ended}, {when(at)}.")
        case contract.ContractExpired(ended_at=at):
            return came(f"The contract ended with its term, {when(at)}.")
        case _:
            assert_never(fact)


def of_document(fact: DocumentFact, voice: Voice) -> Saying:
    """Say what happened to a version's document."""
    match fact:
        case document.DocumentRendered(version=version, revision=revision):
            return did(f"had the document of version {version} made: {revision}.")
        case document.DocumentSealed(revision=revision):
            return came(f"The service sealed the document: {revision}.")
        case document.DocumentSigned(by=side, signatory=person, revision=revision):
            return came(f"{voice.on(side, person)} signed the document: {revision}.")
        case document.DocumentArchived(stamped_at=at):
            return did(f"had an archive timestamp of {when(at)} put over the document.")
        case _:
            assert_never(fact)


def _ends(at: datetime) -> str:
    return f"it ends {when(at)}"
