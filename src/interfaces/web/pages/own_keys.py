"""One's own keys: register a passkey, list what one signs with, revoke."""

from __future__ import annotations

import json

from fastapi import Response

from application.errors import NotFound
from application.registering import NewPasskey
from domain.parties.keys import Thumbprint
from interfaces.files.once import read_once
from interfaces.routing import Routes
from interfaces.web.forms import WrongFields, fields
from interfaces.web.notices import Notice
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(prefix="/party/keys", include_in_schema=False)

HERE = "/party/keys"
NOT_MADE = "No passkey was made. This takes a browser with JavaScript and a device that keeps one."


@router.get("")
def own_keys_page(visit: AVisit) -> Response:
    """List the visitor's own keys, and offer to register a passkey."""
    return _keys(visit)


@router.post("/passkeys")
def register_passkey_form(visit: AVisit, form: Submitted) -> Response:
    """Declare a passkey one's own that the visitor's device has just made."""
    party, person = _whose(visit)

    def act() -> str:
        house = visit.house
        if not form.given("credential"):
            raise WrongFields({"passkey": NOT_MADE})
        answer = form.read("credential", _answer, NOT_MADE)
        made = house.passkeys.register(person, form.given("ticket"), answer, visit.asked.at)
        passkey = NewPasskey(made.key, made.credential, house.passkeys.site)
        house.registering.pin_passkey(visit.command(form), party, passkey)
        return HERE

    return do(form, act, lambda trouble: _keys(visit, trouble), Notice.PASSKEY_REGISTERED)


@router.post("/revocation")
def revoke_key_form(visit: AVisit, form: Submitted) -> Response:
    """End one of the visitor's keys."""
    party, _ = _whose(visit)

    def act() -> str:
        with fields(form):
            because = form.text("because", what="the reason")
        thumbprint = Thumbprint(form.given("thumbprint"))
        visit.house.registering.revoke_key(visit.command(form), party, thumbprint, because)
        return HERE

    return do(form, act, lambda trouble: _keys(visit, trouble), Notice.KEY_REVOKED)


def _keys(visit: Visit, trouble: Trouble | None = None) -> Response:
    party, person = _whose(visit)
    house = visit.house
    seen = house.registering.read(visit.asked, party)
    known = house.registering.passkeys_of(visit.asked, party)
    invitation = house.passkeys.invite(person, known, visit.asked.at)
    keys = [(print_, key) for print_, key in seen.stream.state.keys.items() if key.person == person]
    return page(
        visit,
        "own_keys.html",
        trouble=trouble,
        keys=keys,
        options=json.dumps(_named(invitation.options, visit.name)),
        ticket=invitation.ticket,
        site=house.passkeys.site,
    )


def _whose(visit: Visit) -> tuple[str, str]:
    """Return the visitor's party and person; raises NotFound for a newcomer."""
    if visit.principal.party is None or visit.principal.person is None:
        raise NotFound("such party")
    return visit.principal.party, visit.principal.person


def _answer(text: str) -> dict[str, object]:
    """Read what an authenticator answered; raises ValueError for what is no object."""
    found = read_once(text.encode())
    if not isinstance(found, dict):
        raise ValueError("an authenticator answers with an object")
    return found


def _named(options: dict[str, object], name: str) -> dict[str, object]:
    """Have the device show the passkey under its holder's name; the id stays the person's."""
    user = options["user"]
    if not isinstance(user, dict):
        raise TypeError("an invitation names whom it is for")
    return {**options, "user": {**user, "name": name, "displayName": name}}
