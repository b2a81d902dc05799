"""Sign in and out: at the identity provider, or, in development, with one click."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Query, Response
from fastapi import Request as HttpRequest
from fastapi.responses import RedirectResponse

from application.directory import identity_stream
from application.errors import NotFound
from interfaces.composition import House
from interfaces.identity.callers import Identity
from interfaces.identity.code_flow import Begun, CodeFlow, Returned, SignInFailed
from interfaces.identity.development_issuer import ISSUER, DevelopmentIssuer
from interfaces.routing import Routes
from interfaces.web import example
from interfaces.web.forms import Form, read_form
from interfaces.web.notices import Notice, tell
from interfaces.web.rendering import rendered
from interfaces.web.trouble import SEE_OTHER
from interfaces.web.visits import AVisit, Submitted, cookie_name, session_of

router = Routes(include_in_schema=False)

STATE: Final = "parley-sign-in"
Back = Annotated[str, Query(max_length=2000)]


async def unsigned_form(http: HttpRequest) -> Form:
    """Return a form of somebody who is not signed in yet."""
    return await read_form(http, None)


Unsigned = Annotated[Form, Depends(unsigned_form)]


@router.get("/sign-in")
def sign_in_page(http: HttpRequest, back: Back = "/") -> Response:
    """Offer the ways to sign in."""
    if session_of(http) is not None:
        return RedirectResponse(own(back), SEE_OTHER)
    house = _house(http)
    identity: Identity = http.app.state.identity
    context = {
        "back": own(back),
        "provider": identity.people is not None,
        "development": identity.development is not None,
        "cast": example.people(house) if identity.development is not None else (),
    }
    return rendered(http, "sign_in.html", 200, context)


@router.get("/sign-in/begin")
def begin_sign_in(http: HttpRequest, back: Back = "/") -> Response:
    """Send the visitor to the identity provider."""
    flow, house = _flow(http), _house(http)
    begun = Begun.fresh()
    answer = RedirectResponse(flow.address(begun), SEE_OTHER)
    house.sessions.set_out(begun, own(back), house.clock.now())
    # The browser that comes back has to be the one that set out.
    answer.set_cookie(
        STATE, begun.state, max_age=600, secure=_secure(http), httponly=True, samesite="lax"
    )
    return answer


@router.get("/sign-in/return")
def finish_sign_in(
    http: HttpRequest,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str | None, Query(max_length=2000)] = None,
    error: Annotated[str | None, Query(max_length=200)] = None,
    iss: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """Take the visitor back from the identity provider, signed in."""
    flow, house = _flow(http), _house(http)
    kept = http.cookies.get(STATE, "")
    now = house.clock.now()
    come = house.sessions.come_back(state, now) if state and state == kept else None
    if come is None:
        raise SignInFailed("this sign-in was not begun here, or took too long: sign in again")
    begun, back = come
    subject = flow.finish(begun, Returned(code, error, iss))
    session = house.sessions.begin(identity_stream(subject.issuer, subject.subject), now)
    answer = RedirectResponse(own(back), SEE_OTHER)
    keep_signed_in(http, answer, session.secret)
    answer.delete_cookie(STATE, secure=_secure(http), httponly=True, samesite="lax")
    return answer


@router.post("/sign-in/as")
def sign_in_as(http: HttpRequest, form: Unsigned) -> Response:
    """Sign in under any name; there is such a thing in development alone."""
    _development(http)
    house = _house(http)
    subject = form.text("subject", most=200, what="a name to sign in under")
    form.refuse_if_wrong()
    session = house.sessions.begin(identity_stream(ISSUER, subject), house.clock.now())
    answer = RedirectResponse(own(form.given("back")), SEE_OTHER)
    keep_signed_in(http, answer, session.secret)
    return answer


@router.post("/sign-in/example")
def make_example(http: HttpRequest, form: Unsigned) -> Response:
    """Set up an example provider, client and auditor with people in every role."""
    development = _development(http)
    house = _house(http)
    example.set_up(house, development.home / "example")
    answer = RedirectResponse(f"/sign-in?back={own(form.given('back'))}", SEE_OTHER)
    tell(answer, Notice.EXAMPLE_MADE)
    return answer


@router.post("/sign-out")
def sign_out(visit: AVisit, form: Submitted) -> Response:
    """End the session, or every session of the visitor."""
    everywhere = form.checked("everywhere")
    sessions = visit.house.sessions
    (sessions.end_all if everywhere else sessions.end)(visit.session)
    answer = RedirectResponse("/sign-in", SEE_OTHER)
    answer.delete_cookie(
        cookie_name(visit.http), secure=_secure(visit.http), httponly=True, samesite="lax"
    )
    tell(answer, Notice.SIGNED_OUT_EVERYWHERE if everywhere else Notice.SIGNED_OUT)
    return answer


def keep_signed_in(http: HttpRequest, answer: Response, secret: str) -> None:
    """Give the browser a session's secret, for as long as it is open."""
    answer.set_cookie(
        cookie_name(http), secret, secure=_secure(http), httponly=True, samesite="lax"
    )


def own(back: str) -> str:
    """Return a path of this site to go on at: never another site's address."""
    fits = back.startswith("/") and not back.startswith(("//", "/\\")) and "\n" not in back
    return back if fits else "/"


def _secure(http: HttpRequest) -> bool:
    return http.url.scheme == "https"


def _house(http: HttpRequest) -> House:
    house: House = http.app.state.house
    return house


def _flow(http: HttpRequest) -> CodeFlow:
    """Return how people sign in at the provider; raises NotFound where they do not."""
    identity: Identity = http.app.state.identity
    if identity.people is None:
        raise NotFound("such page")
    return identity.people


def _development(http: HttpRequest) -> DevelopmentIssuer:
    """Return the development issuer; raises NotFound where there is another."""
    identity: Identity = http.app.state.identity
    if identity.development is None:
        raise NotFound("such page")
    return identity.development
