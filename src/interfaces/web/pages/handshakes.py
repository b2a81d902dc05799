"""An invitation answered, auditors let in and out, and the end of working together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fastapi import Response

from application.access import Action
from application.errors import NotFound
from application.projections.base import Query
from application.relating import Admission
from domain.parties.keys import Thumbprint
from domain.relationships.facts import AdmissionId
from domain.relationships.relationship import Invited
from domain.values.ids import PartyId, StreamId
from interfaces.http.conventions import AdmissionPath, RelationshipPath
from interfaces.routing import Routes
from interfaces.web import readers
from interfaces.web.forms import Form, WrongFields, fields
from interfaces.web.notices import Notice
from interfaces.web.pages.relationships import overview
from interfaces.web.partners.handshake import admissions, handshake
from interfaces.web.places import RelationshipPlace, place
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(prefix="/relationships/{relationship}", include_in_schema=False)

MOST = 50
"""How many of a kind there are to choose from, the latest; a command names any."""
UNKNOWN = "No party has this id. Ask the auditor to read it off their page Our party."


@router.get("/joining")
def joining_page(visit: AVisit, relationship: RelationshipPath) -> Response:
    """Show the keys that one was invited with, to compare before joining."""
    return _joining(visit, relationship)


@router.post("/joining")
def join_form(visit: AVisit, form: Submitted, relationship: RelationshipPath) -> Response:
    """Agree to an invitation, pinning one's keys and naming those that the page showed."""

    def act() -> str:
        with fields(form):
            if not form.checked("compared"):
                form.wrong["compared"] = "Compare the keys first, over another channel."
        keys = tuple(Thumbprint(readers.thumbprint(key)) for key in form.all("their_keys"))
        visit.house.relating.join(visit.command(form), relationship, keys)
        return f"/relationships/{relationship}"

    def show(trouble: Trouble) -> Response:
        return _joining(visit, relationship, trouble)

    return do(form, act, show, Notice.RELATIONSHIP_JOINED)


@router.post("/declining")
def decline_invitation_form(
    visit: AVisit, form: Submitted, relationship: RelationshipPath
) -> Response:
    """Say no to an invitation."""
    act = visit.house.relating.decline
    done = Notice.INVITATION_DECLINED
    return _with_reason(
        visit,
        form,
        relationship,
        done,
        lambda because: act(visit.command(form), relationship, because),
    )


@router.post("/withdrawal")
def withdraw_invitation_form(
    visit: AVisit, form: Submitted, relationship: RelationshipPath
) -> Response:
    """Take one's own invitation back."""
    act = visit.house.relating.withdraw
    done = Notice.INVITATION_WITHDRAWN
    return _with_reason(
        visit,
        form,
        relationship,
        done,
        lambda because: act(visit.command(form), relationship, because),
    )


@router.post("/end")
def end_relationship_form(
    visit: AVisit, form: Submitted, relationship: RelationshipPath
) -> Response:
    """Stop working together; what was shared stays readable."""
    act = visit.house.relating.end
    done = Notice.RELATIONSHIP_ENDED
    return _with_reason(
        visit,
        form,
        relationship,
        done,
        lambda because: act(visit.command(form), relationship, because),
    )


@router.get("/auditors")
def auditors_page(visit: AVisit, relationship: RelationshipPath) -> Response:
    """List who was let in, to what and until when."""
    return _auditors(visit, relationship)


@router.post("/auditors")
def admit_auditor_form(visit: AVisit, form: Submitted, relationship: RelationshipPath) -> Response:
    """Let an auditor see what the two sides share, or parts of it, for a time."""

    def act() -> str:
        with fields(form):
            until = form.instant("until") if readers.filled(form, "until") else None
            auditor = form.read("auditor", readers.party, "A party id looks like party-01kb2q….")
            streams = _streams(form)
        private = form.checked("own_private_side")
        admission = Admission(PartyId(auditor), streams, private, until)
        try:
            visit.house.relating.admit(visit.command(form), relationship, admission)
        except NotFound as error:
            raise WrongFields({"auditor": UNKNOWN}) from error
        return f"/relationships/{relationship}/auditors"

    def show(trouble: Trouble) -> Response:
        return _auditors(visit, relationship, trouble)

    return do(form, act, show, Notice.AUDITOR_ADMITTED)


@router.post("/auditors/{admission}/dismissal")
def dismiss_auditor_form(
    visit: AVisit, form: Submitted, relationship: RelationshipPath, admission: AdmissionPath
) -> Response:
    """End an admission that one's own side gave."""

    def act() -> str:
        with fields(form):
            because = form.text("because", what="the reason")
        relating, command = visit.house.relating, visit.command(form)
        relating.dismiss(command, relationship, AdmissionId(admission), because)
        return f"/relationships/{relationship}/auditors"

    def show(trouble: Trouble) -> Response:
        return _auditors(visit, relationship, trouble)

    return do(form, act, show, Notice.AUDITOR_DISMISSED)


def _with_reason(
    visit: Visit,
    form: Form,
    relationship: str,
    done: Notice,
    act: Callable[[str], object],
) -> Response:
    """Do what takes a reason and stands on the relationship's own page."""

    def there() -> str:
        with fields(form):
            because = form.text("because", what="the reason")
        act(because)
        return f"/relationships/{relationship}"

    return do(form, there, lambda trouble: overview(visit, relationship, trouble), done)


def _joining(visit: Visit, relationship: str, trouble: Trouble | None = None) -> Response:
    found = place(visit, relationship, relationship)
    state = found.stream.state
    invited = isinstance(state, Invited) and found.side is state.invitation.invited_by.other
    if not invited and trouble is None:
        raise NotFound("such invitation")
    return page(
        visit,
        "joining.html",
        trouble=trouble,
        relationship=found,
        handshake=handshake(visit, found),
        has_keys=visit.party is not None and bool(visit.party.keys),
        now=visit.asked.at,
        live=found.live,
    )


def _auditors(visit: Visit, relationship: str, trouble: Trouble | None = None) -> Response:
    found = place(visit, relationship, relationship)
    admits = found.side is not None and visit.may(Action.ADMIT_AUDITORS)
    named = dict(_shared(visit, found))
    return page(
        visit,
        "auditors.html",
        trouble=trouble,
        relationship=found,
        handshake=handshake(visit, found),
        admissions=admissions(visit, found),
        admits=admits,
        named=named,
        chosen=trouble.form.all("streams") if trouble else [],
        now=visit.asked.at,
        live=found.live,
    )


def _shared(visit: Visit, found: RelationshipPlace) -> Iterator[tuple[str, str]]:
    """Yield what an admission can be limited to, by id, with what it is called."""
    boards, reading = visit.house.projections, visit.house.reading
    query = Query(relationship=found.id, limit=MOST, descending=True)
    for contract in reading.page(boards.contract_register, found.seat, query):
        yield contract.contract, f"Contract: {contract.title}"
    for negotiation in reading.page(boards.negotiation_board, found.seat, query):
        yield negotiation.negotiation, f"Negotiation: {negotiation.title}"
    for sheet in reading.page(boards.requirements_board, found.seat, query):
        yield sheet.requirements, f"Requirements: {sheet.title}"


def _streams(form: Form) -> tuple[StreamId, ...] | None:
    if form.given("scope") != "parts":
        return None
    named = form.all("streams")
    if not named:
        raise WrongFields({"streams": "Choose at least one, or let them see everything shared."})
    return tuple(StreamId(readers.shared_stream(one)) for one in named)
