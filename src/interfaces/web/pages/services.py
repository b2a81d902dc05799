"""Services: one's own catalogue, those of the parties one works with, and one service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from fastapi import Response

from application.access import Action, authorise_party
from application.offering_services import DependencyDraft, LevelDraft, owner_of
from application.projections.base import Query
from application.projections.service_catalogue import ServiceRow
from domain.services.facts import DependencyId, LevelId
from domain.services.offering import Offered, best_promise
from domain.values.composition import in_percent
from domain.values.ids import OfferingId
from interfaces.http.conventions import DependencyPath, LevelPath, OfferingStream
from interfaces.routing import Routes
from interfaces.web import readers
from interfaces.web.forms import Form, fields
from interfaces.web.notices import Notice
from interfaces.web.party.household import own_party
from interfaces.web.places import party_name
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(prefix="/services", include_in_schema=False)

MOST = 100
"""How many services of one catalogue a page lists."""
MOST_PARTNERS = 50


@dataclass(frozen=True)
class Catalogue:
    """What a party offers."""

    party: str
    name: str
    own: bool
    rows: tuple[ServiceRow, ...]


@router.get("")
def services_page(visit: AVisit) -> Response:
    """List one's own catalogue, and what the parties offer that one works with."""
    return _list(visit)


@router.post("")
def offer_service_form(visit: AVisit, form: Submitted) -> Response:
    """Put a service into one's own catalogue."""
    party, _ = own_party(visit)

    def act() -> str:
        with fields(form):
            code = form.text("code", most=200, what="what you call it")
            name = form.text("name", most=200, what="its name")
            description = form.text("description", what="what it does")
        offered = visit.house.offering.offer(visit.command(form), party, code, name, description)
        return f"/services/{offered.stream.id}"

    return do(form, act, lambda trouble: _list(visit, trouble), Notice.SERVICE_OFFERED)


@router.get("/{party}/{offering}")
def service_page(visit: AVisit, stream: OfferingStream) -> Response:
    """Show a service with its levels and what it depends on."""
    return _service(visit, stream)


@router.post("/{party}/{offering}/levels")
def offer_level_form(visit: AVisit, form: Submitted, stream: OfferingStream) -> Response:
    """Offer the service at a level."""

    def act() -> None:
        with fields(form):
            name = form.text("name", most=200, what="the level's name")
            indicator = form.text("indicator", most=200, what="what is measured")
            window = form.text("window", most=200, what="when the promise holds")
            promise = readers.figure_of(form)
            charge = readers.charge_of(form) if readers.filled(form, "amount") else None
        draft = LevelDraft(name, indicator, promise, window, charge)
        visit.house.offering.offer_level(visit.command(form), stream, draft)

    return _there(visit, form, stream, act)


@router.post("/{party}/{offering}/levels/{level}/withdrawal")
def withdraw_level_form(
    visit: AVisit, form: Submitted, stream: OfferingStream, level: LevelPath
) -> Response:
    """Offer a level no longer."""

    def act() -> None:
        because = _because(form)
        visit.house.offering.withdraw_level(visit.command(form), stream, LevelId(level), because)

    return _there(visit, form, stream, act)


@router.post("/{party}/{offering}/dependencies")
def declare_dependency_form(visit: AVisit, form: Submitted, stream: OfferingStream) -> Response:
    """Say what the service depends on."""

    def act() -> None:
        visit.house.offering.declare_dependency(visit.command(form), stream, _dependency(form))

    return _there(visit, form, stream, act)


@router.post("/{party}/{offering}/dependencies/{dependency}")
def redeclare_dependency_form(
    visit: AVisit, form: Submitted, stream: OfferingStream, dependency: DependencyPath
) -> Response:
    """Say anew what the service depends on; the later declaration counts."""

    def act() -> None:
        draft, known = _dependency(form), DependencyId(dependency)
        visit.house.offering.declare_dependency(visit.command(form), stream, draft, known)

    return _there(visit, form, stream, act)


@router.post("/{party}/{offering}/dependencies/{dependency}/withdrawal")
def withdraw_dependency_form(
    visit: AVisit, form: Submitted, stream: OfferingStream, dependency: DependencyPath
) -> Response:
    """Say that the service no longer depends on something."""

    def act() -> None:
        offering, command = visit.house.offering, visit.command(form)
        offering.withdraw_dependency(command, stream, DependencyId(dependency))

    return _there(visit, form, stream, act)


@router.post("/{party}/{offering}/retirement")
def retire_service_form(visit: AVisit, form: Submitted, stream: OfferingStream) -> Response:
    """Take the service out of the catalogue; agreements on it are not touched."""

    def act() -> None:
        because = _because(form)
        visit.house.offering.retire(visit.command(form), stream, because)

    return _there(visit, form, stream, act)


def _there(visit: Visit, form: Form, stream: str, act: Callable[[], None]) -> Response:
    """Do something about a service of one's own and come back to its page."""
    authorise_party(visit.principal, Action.OFFER_SERVICES, owner_of(stream))

    def there() -> str:
        act()
        return f"/services/{stream}"

    return do(form, there, lambda trouble: _service(visit, stream, trouble), Notice.SAVED)


def _list(visit: Visit, trouble: Trouble | None = None) -> Response:
    works = visit.principal.party is not None and visit.may(Action.READ)
    return page(
        visit,
        "services.html",
        trouble=trouble,
        catalogues=list(_catalogues(visit)) if works else [],
        offers=works and visit.may(Action.OFFER_SERVICES),
    )


def _catalogues(visit: Visit) -> Iterator[Catalogue]:
    """Yield one's own catalogue and those of the parties one is in an open relationship with."""
    own, _ = own_party(visit)
    rows = visit.house.relating.mine(visit.asked, None, MOST_PARTNERS)
    others = (
        row.client if row.seat == "provider" else row.provider
        for row in rows
        if row.seat != "auditor" and row.status == "joined"
    )
    for party in dict.fromkeys((own, *others)):
        visit.house.offering.admit(visit.asked, party)
        view = visit.house.shown.view(visit.house.projections.service_catalogue)
        found = tuple(view.find(Query(stream=party, limit=MOST)))
        yield Catalogue(party, party_name(visit, party), party == own, found)


def _service(visit: Visit, stream: str, trouble: Trouble | None = None) -> Response:
    found = visit.house.offering.read(visit.asked, stream)
    state: Offered = found.state
    owner = owner_of(stream)
    reachable: Decimal = in_percent(best_promise(state))
    own = owner == visit.principal.party
    return page(
        visit,
        "service.html",
        trouble=trouble,
        here=f"/services/{stream}",
        state=state,
        version=found.version,
        owner=party_name(visit, owner),
        own=own,
        changes=own and visit.may(Action.OFFER_SERVICES) and not state.retired,
        reachable=f"{reachable:f}",
        bounds=readers.BOUNDS,
        every=readers.EVERY,
        known=_known(visit, stream) if own else [("", "not one of the services here")],
    )


def _known(visit: Visit, but: str) -> list[tuple[str, str]]:
    """Return the services that a dependency can be, to choose from."""
    found = [("", "not one of the services here")]
    for catalogue in _catalogues(visit):
        found += [
            (row.offering, f"{catalogue.name}: {row.name}")
            for row in catalogue.rows
            if row.offering != but and row.status == "offered"
        ]
    return found


def _dependency(form: Form) -> DependencyDraft:
    with fields(form):
        on = form.text("on", most=200, what="what it depends on")
        group = form.optional("group", most=200)
        offering = None
        if readers.filled(form, "offering"):
            offering = OfferingId(form.one_of("offering", readers.offering))
        availability = form.read(
            "availability", readers.percentage, "Give a percentage from 0 to 100, such as 99.9."
        )
    return DependencyDraft(on, offering, availability, group)


def _because(form: Form) -> str:
    with fields(form):
        return form.text("because", what="the reason")
