"""The documents of a contract's versions: made, signed in two rounds, archived, looked through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Path, Response

from application.access import Action
from application.documenting import document_of
from application.errors import NotFound
from application.ledger import Outcome, Stream
from domain.documents.document import DOCUMENT, Issued
from domain.parties.party import PARTY
from domain.parties.standing import certificates_of
from domain.relationships.access import party_on
from interfaces.http.conventions import ContractPath, RelationshipPath
from interfaces.routing import Routes
from interfaces.web.contract_places import ContractPlace, contract_place
from interfaces.web.notices import Notice
from interfaces.web.people import People
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

if TYPE_CHECKING:
    from interfaces.documents.verdict import Check

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}/documents", include_in_schema=False
)

DIGITS: Final = r"^document-[0-9]{9}$"
DocumentPath = Annotated[str, Path(pattern=DIGITS)]


@dataclass(frozen=True, slots=True)
class Paper:
    """A version's document as the pages show it; ``state`` None: none was made yet."""

    id: str
    version: int
    stream: Stream
    state: Issued | None

    @property
    def status(self) -> str:
        """How far it is: ``not-made``, ``sealed``, ``signed-by-one``, ``signed``, ``archived``."""
        if self.state is None:
            return "not-made"
        if self.state.archived_at is not None:
            return "archived"
        return ("signed", "signed-by-one", "sealed")[len(self.state.missing)]


@router.get("")
def documents_page(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath
) -> Response:
    """Show how the document of each version stands, the latest first."""
    found = contract_place(visit, relationship, contract)
    latest = found.standing.version
    papers = [_paper(visit, found, number) for number in range(latest, 0, -1)]
    return page(
        visit,
        "contract_documents.html",
        relationship=found.relationship,
        contract=found,
        papers=[paper for paper in papers if paper is not None],
        live=found.relationship.live,
    )


@router.get("/{document}")
def document_page(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath, document: DocumentPath
) -> Response:
    """Show one document: its revisions, who signed, who is missing, how to sign, and a verdict."""
    found = contract_place(visit, relationship, contract)
    return _show(visit, found, document)


@router.post("/{document}/issue")
def issue_document(
    visit: AVisit,
    relationship: RelationshipPath,
    contract: ContractPath,
    document: DocumentPath,
    form: Submitted,
) -> Response:
    """Make a version's document and seal it."""
    found = contract_place(visit, relationship, contract)
    issue = visit.house.documenting.issue
    return _done(
        visit,
        found,
        document,
        form,
        lambda: issue(visit.command(form), found.stream.id, _version(document)),
        Notice.DOCUMENT_MADE,
    )


@router.post("/{document}/archive")
def archive_document(
    visit: AVisit,
    relationship: RelationshipPath,
    contract: ContractPath,
    document: DocumentPath,
    form: Submitted,
) -> Response:
    """Put an archive timestamp over a document that both sides have signed."""
    found = contract_place(visit, relationship, contract)
    archive = visit.house.documenting.archive
    return _done(
        visit,
        found,
        document,
        form,
        lambda: archive(visit.command(form), found.stream.id, _version(document)),
        Notice.DOCUMENT_ARCHIVED,
    )


def _done(
    visit: Visit,
    contract: ContractPlace,
    document: str,
    form: Submitted,
    act: Callable[[], Outcome],
    notice: Notice,
) -> Response:
    def acted() -> str:
        act()
        return f"{contract.to}/documents/{document}"

    return do(form, acted, lambda trouble: _show(visit, contract, document, trouble), notice)


def _show(
    visit: Visit, contract: ContractPlace, document: str, trouble: Trouble | None = None
) -> Response:
    version = _version(document)
    paper = _paper(visit, contract, version)
    if paper is None or version > contract.standing.version:
        raise NotFound("such document")
    side = contract.relationship.side
    return page(
        visit,
        "contract_document.html",
        trouble=trouble,
        relationship=contract.relationship,
        contract=contract,
        paper=paper,
        looked_at=_looked_at(visit, contract, paper),
        people=People(visit, contract.relationship),
        may_issue=side is not None and visit.may(Action.ISSUE_DOCUMENTS),
        may_sign=side is not None and visit.may(Action.SIGN),
        live=contract.relationship.live,
    )


def _paper(visit: Visit, contract: ContractPlace, version: int) -> Paper | None:
    """Return a version's document; None to an auditor whose scope does not reach it."""
    stream = document_of(contract.stream.id, version)
    if not contract.relationship.seat.shows(stream):
        return None
    found = visit.house.ledger.load(DOCUMENT, stream)
    state = found.state if isinstance(found.state, Issued) else None
    return Paper(stream.rpartition("/")[2], version, found, state)


def _version(document: str) -> int:
    number = int(document.rpartition("-")[2])
    if number == 0:
        raise NotFound("such document")
    return number


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What was found in a document; a signature that is still awaited is open, not wrong."""

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the document."""
        return all(check.holds is not False for check in self.checks)


def _looked_at(visit: Visit, contract: ContractPlace, paper: Paper) -> LookedAt | None:
    """Look through the latest revision with the certificates that the sides and we pinned."""
    if paper.state is None:
        return None
    from interfaces.documents.kept_verdicts import KEPT  # noqa: PLC0415 - takes a second to load
    from interfaces.documents.verdict import SERVICE  # noqa: PLC0415 - the same

    documenting = visit.house.documenting
    _, pdf = documenting.revision(visit.asked, contract.stream.id, paper.version, None)
    seal = documenting.seal()
    pinned: dict[str, tuple[str, ...]] = {SERVICE: () if seal is None else (seal,)}
    for side, signed in paper.state.signed.items():
        party = party_on(contract.relationship.stream.state, side)
        if party is not None:
            state = visit.house.ledger.load(PARTY, party).state
            pinned[side] = certificates_of(state, signed.signatory)
    found = KEPT.judge(pdf, pinned, paper.state.terms_digest)
    missing = set(paper.state.missing)
    return LookedAt(
        tuple(
            replace(check, holds=None) if check.name in missing else check for check in found.checks
        )
    )
