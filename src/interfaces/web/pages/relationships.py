"""Relationships: the list, an invitation to another party, and the overview of one."""

from __future__ import annotations

from fastapi import Response

from application.access import Action
from application.errors import NotFound
from application.projections.base import Projection, Query, R
from application.relating import Invitation
from domain.relationships.relationship import Joined
from domain.values.ids import PartyId
from domain.values.sides import Side
from interfaces.http.conventions import Cursor, RelationshipPath, read_cursor
from interfaces.http.schemas.base import page as listed
from interfaces.routing import Routes
from interfaces.web import readers
from interfaces.web.forms import WrongFields, fields
from interfaces.web.navigation import address
from interfaces.web.notices import Notice
from interfaces.web.partners.handshake import admissions, handshake
from interfaces.web.party.household import own_party
from interfaces.web.places import RelationshipPlace, party_name, place
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(prefix="/relationships", include_in_schema=False)

MOST = 50
LATEST = 10
"""How many of a kind an overview shows, the latest; the rest is on its own page."""
UNKNOWN = "No party has this id. Ask them to read it off their page Our party."


@router.get("")
def relationships_page(visit: AVisit, after: Cursor = None) -> Response:
    """List the relationships of the visitor's party, and those it audits."""
    return _list(visit, after)


@router.post("")
def invite_form(visit: AVisit, form: Submitted) -> Response:
    """Propose to another party to work together, pinning one's own signing keys."""
    own_party(visit)

    def act() -> str:
        with fields(form):
            purpose = form.text("purpose", what="what you would do together")
            side = form.one_of("our_side", Side)
            answer_by = form.instant("answer_by") if readers.filled(form, "answer_by") else None
            other = form.read("other", readers.party, "A party id looks like party-01kb2q8v3t….")
        invitation = Invitation(PartyId(other), side, purpose, answer_by)
        try:
            invited = visit.house.relating.invite(visit.command(form), invitation)
        except NotFound as error:
            raise WrongFields({"other": UNKNOWN}) from error
        return address(invited.stream.id)

    return do(form, act, lambda trouble: _list(visit, None, trouble), Notice.INVITATION_SENT)


@router.get("/{relationship}")
def relationship_page(visit: AVisit, relationship: RelationshipPath) -> Response:
    """Show what there is in a relationship, or the invitation that it still is."""
    return overview(visit, relationship)


def overview(visit: Visit, relationship: str, trouble: Trouble | None = None) -> Response:
    """Render a relationship's own page."""
    found = place(visit, relationship, relationship)
    boards = visit.house.projections
    return page(
        visit,
        "relationship_overview.html",
        trouble=trouble,
        relationship=found,
        handshake=handshake(visit, found),
        joined=isinstance(found.stream.state, Joined),
        negotiations=_latest(visit, found, boards.negotiation_board),
        contracts=_latest(visit, found, boards.contract_register),
        requirements=_latest(visit, found, boards.requirements_board),
        latest=LATEST,
        admissions=admissions(visit, found),
        leads=found.side is not None and visit.may(Action.LEAD),
        admits=found.side is not None and visit.may(Action.ADMIT_AUDITORS),
        address=address,
        now=visit.asked.at,
        live=found.live,
    )


def _latest(visit: Visit, found: RelationshipPlace, board: Projection[R]) -> list[R]:
    """Return the latest rows of a board, one more than are shown if there are more."""
    query = Query(relationship=found.id, limit=LATEST + 1, descending=True)
    return visit.house.reading.page(board, found.seat, query)


def _list(visit: Visit, after: str | None, trouble: Trouble | None = None) -> Response:
    if visit.waits:
        return page(visit, "no_role.html", trouble=trouble)
    house = visit.house
    rows = house.relating.mine(visit.asked, read_cursor(after), MOST + 1)
    shown = listed(house.projections.relationships, rows, MOST, lambda row: row)
    names = {
        party: party_name(visit, party)
        for row in shown["items"]
        for party in (row.provider, row.client)
    }
    return page(
        visit,
        "relationships.html",
        trouble=trouble,
        names=names,
        sides=[(Side.PROVIDER.value, "we provide"), (Side.CLIENT.value, "we are the client")],
        leads=visit.works and visit.may(Action.LEAD),
        has_keys=visit.party is not None and bool(visit.party.keys),
        live="/follow",
        **shown,
    )
