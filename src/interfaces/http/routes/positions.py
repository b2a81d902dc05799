"""The private file of one's own side, on a negotiation and on requirements alike.

Giving and refusing an approval is one operation for each kind, since each takes another role.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Depends, Response

from application.ledger import Outcome
from application.preparing import Assessment
from domain.negotiation.position_facts import ApprovalKind
from domain.terms.paths import TermPath
from domain.values.canonical import Digest
from domain.values.ids import private_side
from domain.values.sides import Side
from interfaces.http.conventions import (
    Reading,
    TheHouse,
    Versioned,
    negotiation_stream,
    requirements_stream,
    tag,
)
from interfaces.http.schemas.positions import (
    ApprovalBody,
    ApprovalRefusalBody,
    ApprovalRequestBody,
    DraftBody,
    FoundBody,
    NoteBody,
    PositionAnswer,
    ReserveBody,
    position_answer,
    term_path,
)
from interfaces.routing import Routes


def _files(on: str, prefix: str, stream_of: Callable[..., Awaitable[str]]) -> Routes:
    """Return the operations on the private files about one kind of thing."""
    router = Routes(prefix=prefix, tags=["positions"])
    named: Any = Depends(stream_of)

    @router.get("", operation_id=f"read{on}Position")
    def read(
        house: TheHouse, asked: Reading, response: Response, about: str = named
    ) -> PositionAnswer:
        """Show your own side's private file; nobody else's is ever shown."""
        file = house.preparing.read(asked, about)
        tag(response, file.stream.version)
        return position_answer(file.stream, file.side)

    @router.put("/draft", operation_id=f"save{on}Draft")
    def save_draft(
        house: TheHouse, asked: Versioned, body: DraftBody, response: Response, about: str = named
    ) -> PositionAnswer:
        """Keep terms you are still working on."""
        outcome = house.preparing.save_draft(asked, about, body.document, body.note)
        return _answer(outcome, response)

    @router.post("/notes", operation_id=f"make{on}Note", status_code=201)
    def make_note(
        house: TheHouse, asked: Versioned, body: NoteBody, response: Response, about: str = named
    ) -> PositionAnswer:
        """Write an internal note."""
        outcome = house.preparing.note(asked, about, body.text, term_path(body.path))
        return _answer(outcome, response)

    @router.put("/reserve", operation_id=f"set{on}Reserve")
    def set_reserve(
        house: TheHouse, asked: Versioned, body: ReserveBody, response: Response, about: str = named
    ) -> PositionAnswer:
        """Fix the value of a term beyond which you would rather walk away."""
        outcome = house.preparing.set_reserve(
            asked, about, TermPath(body.path), body.value, body.because
        )
        return _answer(outcome, response)

    @router.post("/assessments", operation_id=f"record{on}Assessment", status_code=201)
    def record_assessment(
        house: TheHouse, asked: Versioned, body: FoundBody, response: Response, about: str = named
    ) -> PositionAnswer:
        """Record whether something can be provided, as you found out yourself."""
        found = Assessment(body.of, body.technical, body.commercial, body.findings)
        return _answer(house.preparing.assess(asked, about, found), response)

    @router.post("/approvals", operation_id=f"request{on}Approval", status_code=201)
    def request_approval(
        house: TheHouse,
        asked: Versioned,
        body: ApprovalRequestBody,
        response: Response,
        about: str = named,
    ) -> PositionAnswer:
        """Ask your own people to approve terms before they go out as a firm offer."""
        digest = Digest(body.terms_digest)
        return _answer(house.preparing.request_approval(asked, about, body.kind, digest), response)

    for kind in ApprovalKind:
        _approvals(router, on, kind, named)
    return router


def _approvals(router: Routes, on: str, kind: ApprovalKind, named: Any) -> None:
    word = f"{on}{kind.capitalize()}"

    @router.post(f"/approvals/{kind}", operation_id=f"give{word}Approval")
    def give(
        house: TheHouse,
        asked: Versioned,
        body: ApprovalBody,
        response: Response,
        about: str = named,
    ) -> PositionAnswer:
        """Approve terms in the respect that your role covers."""
        outcome = house.preparing.approve(asked, about, kind, Digest(body.terms_digest))
        return _answer(outcome, response)

    @router.post(f"/approvals/{kind}/refusal", operation_id=f"refuse{word}Approval")
    def refuse(
        house: TheHouse,
        asked: Versioned,
        body: ApprovalRefusalBody,
        response: Response,
        about: str = named,
    ) -> PositionAnswer:
        """Say no to terms in the respect that your role covers."""
        digest = Digest(body.terms_digest)
        outcome = house.preparing.refuse_approval(asked, about, kind, digest, body.because)
        return _answer(outcome, response)


def _answer(outcome: Outcome, response: Response) -> PositionAnswer:
    tag(response, outcome.stream.version)
    return position_answer(outcome.stream, Side(str(private_side(outcome.stream.id))))


router = Routes()
router.include(
    _files(
        "Negotiation",
        "/relationships/{relationship}/negotiations/{negotiation}/position",
        negotiation_stream,
    )
)
router.include(
    _files(
        "Requirements",
        "/relationships/{relationship}/requirements/{requirements}/position",
        requirements_stream,
    )
)
