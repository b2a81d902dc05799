"""Our party: register it, who represents it and in which roles, and personal details erased."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from application.access import Action, authorise_party
from application.directory import identity_stream
from application.errors import NotFound
from application.registering import Organisation, Person
from domain.parties.facts import Role
from domain.values.ids import PersonId
from interfaces.http.conventions import PersonPath
from interfaces.identity.callers import Identity
from interfaces.routing import Routes
from interfaces.web import readers
from interfaces.web.forms import Form, fields
from interfaces.web.notices import Notice
from interfaces.web.party.household import FormerShown, household, own_party
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(prefix="/party", include_in_schema=False)

HERE = "/party"
AN_EMAIL = "Give an address for mail, such as ada@example.org."
RolePath = Annotated[Role, Path()]


@router.get("")
def party_page(visit: AVisit) -> Response:
    """Show the visitor's own party, or offer a newcomer to register one."""
    return party_shown(visit)


@router.post("")
def register_party_form(visit: AVisit, form: Submitted) -> Response:
    """Register an organisation; the visitor becomes its first administrator."""

    def act() -> str:
        with fields(form):
            name = form.text("name", most=200, what="the organisation's name")
            registration = form.text("registration", most=200, what="where it is registered")
            you = _person(form)
            country = form.read("country", readers.country, "Give two letters, such as DE.")
            zone = None
            if form.given("zone").strip():
                zone = form.read("zone", readers.zone, "Give an IANA zone, such as Europe/Berlin.")
            email = form.read("email", readers.email, AN_EMAIL)
        organisation = Organisation(name, registration, country, zone)
        person = Person(you[0], email, you[1])
        visit.house.registering.register(visit.command(form), organisation, person)
        return HERE

    return do(form, act, lambda trouble: party_shown(visit, trouble), Notice.PARTY_REGISTERED)


@router.post("/people")
def appoint_form(visit: AVisit, form: Submitted) -> Response:
    """Let a person represent the party, and sign in for it."""
    party, _ = own_party(visit)

    def act() -> str:
        with fields(form):
            name, function = _person(form)
            subject = form.text("subject", most=255, what="the name they sign in under")
            email = form.read("email", readers.email, AN_EMAIL)
        identity: Identity = visit.http.app.state.identity
        found = identity_stream(identity.verifier.issuer, subject)
        person = Person(name, email, function)
        visit.house.registering.appoint(visit.command(form), party, person, found)
        return HERE

    return do(form, act, lambda trouble: party_shown(visit, trouble), Notice.PERSON_APPOINTED)


@router.post("/people/{person}/withdrawal")
def withdraw_person_form(visit: AVisit, form: Submitted, person: PersonPath) -> Response:
    """Let a person no longer represent the party."""
    party, own = own_party(visit)

    def act() -> str:
        visit.house.registering.withdraw(visit.command(form), party, PersonId(person))
        return "/" if person == own else HERE

    return do(form, act, lambda trouble: party_shown(visit, trouble), Notice.PERSON_WITHDRAWN)


@router.post("/people/{person}/roles")
def assign_role_form(visit: AVisit, form: Submitted, person: PersonPath) -> Response:
    """Give a representative a role."""
    party, _ = own_party(visit)

    def act() -> str:
        role = form.one_of("role", Role)
        visit.house.registering.assign(visit.command(form), party, PersonId(person), role)
        return HERE

    return do(form, act, lambda trouble: party_shown(visit, trouble), Notice.SAVED)


@router.post("/people/{person}/roles/{role}/relief")
def relieve_role_form(
    visit: AVisit, form: Submitted, person: PersonPath, role: RolePath
) -> Response:
    """Take a role from a representative."""
    party, _ = own_party(visit)

    def act() -> str:
        visit.house.registering.relieve(visit.command(form), party, PersonId(person), role)
        return HERE

    return do(form, act, lambda trouble: party_shown(visit, trouble), Notice.SAVED)


@router.get("/people/{person}/erasure")
def erasure_page(visit: AVisit, person: PersonPath) -> Response:
    """Say what erasing somebody's details means before it is done."""
    return _erasure(visit, person)


@router.post("/people/{person}/erasure")
def erase_form(visit: AVisit, form: Submitted, person: PersonPath) -> Response:
    """Erase the name and address of somebody who no longer represents the party, for good."""
    party, _ = own_party(visit)

    def act() -> str:
        with fields(form):
            if not form.checked("understood"):
                form.wrong["understood"] = "Tick this: what is erased does not come back."
        visit.house.erasing.erase(visit.command(form), party, PersonId(person))
        return HERE

    return do(form, act, lambda trouble: _erasure(visit, person, trouble), Notice.DETAILS_ERASED)


def party_shown(visit: Visit, trouble: Trouble | None = None) -> Response:
    """Render the party's page: the newcomer's registration, or everything about one's party."""
    if visit.principal.party is None:
        return page(visit, "party_register.html", trouble=trouble)
    administers = visit.may(Action.ADMINISTER)
    return page(
        visit,
        "party.html",
        trouble=trouble,
        ours=household(visit, with_former=administers),
        administers=administers,
        now=visit.asked.at,
    )


def _erasure(visit: Visit, person: str, trouble: Trouble | None = None) -> Response:
    one = _former(visit, person)
    ours = household(visit, with_former=False)
    return page(visit, "party_erasure.html", trouble=trouble, one=one, ours=ours)


def _former(visit: Visit, person: str) -> FormerShown:
    own, _ = own_party(visit)
    authorise_party(visit.principal, Action.ADMINISTER, own)
    known = household(visit, with_former=True).former
    found = next((one for one in known if one.id == person and one.name is not None), None)
    if found is None:
        raise NotFound("such person")
    return found


def _person(form: Form) -> tuple[str, str]:
    """Return somebody's name and function."""
    return (
        form.text("person", most=200, what="the person's name"),
        form.text("function", most=200, what="what they do there"),
    )
