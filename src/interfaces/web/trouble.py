"""Trouble: why a form was not done, in words, beside the field that caused it, input kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from fastapi import Response
from fastapi.responses import RedirectResponse

from application.errors import (
    AuthorityUnavailable,
    Contended,
    KeyReused,
    NotAllowed,
    OutcomeUnknown,
    OutOfDate,
    Unavailable,
)
from domain.decider import Refused
from interfaces.web.forms import Form, WrongFields
from interfaces.web.notices import Notice, tell
from interfaces.web.saying import deed

SEE_OTHER: Final = 303


@dataclass(frozen=True)
class Trouble:
    """What went wrong with a form, for the page to show it on.

    ``meanwhile`` names the facts that somebody recorded after the version the form was made on.
    """

    form: Form
    status: int
    title: str
    said: str
    rule: str | None = None
    wrong: dict[str, str] = field(default_factory=dict)
    findings: tuple[dict[str, str], ...] = ()
    meanwhile: tuple[str, ...] = ()
    again: bool = False
    """Whether the very same form has to be sent again, under the same key."""

    def at(self, form: str, name: str) -> str | None:
        """Return what is wrong with a field of a form, if anything."""
        return self.wrong.get(name) if self.form.name == form else None

    def kept(self, form: str, name: str, otherwise: str = "") -> str:
        """Return what the visitor had filled in, or what the page would show."""
        if self.form.name != form or name not in self.form.values:
            return otherwise
        return self.form.given(name)


def do(
    form: Form,
    act: Callable[[], str],
    show: Callable[[Trouble], Response],
    done: Notice | None = None,
) -> Response:
    """Do what a form asks for and go to the page that ``act`` names; or show the trouble.

    ``show`` renders the page the form stands on. NotFound is left to be answered as such.
    """
    try:
        to = act()
    except (*_KINDS, WrongFields) as error:
        trouble = trouble_of(form, error)
        response = show(trouble)
        response.status_code = trouble.status
        return response
    answer = RedirectResponse(to, SEE_OTHER)
    if done is not None:
        tell(answer, done)
    return answer


_KINDS: Final = (
    Refused,
    OutOfDate,
    NotAllowed,
    KeyReused,
    OutcomeUnknown,
    Contended,
    Unavailable,
    AuthorityUnavailable,
)


def trouble_of(form: Form, error: Exception) -> Trouble:
    """Say what an error means to whoever sent a form."""
    match error:
        case WrongFields(wrong=wrong):
            return Trouble(form, 422, "Something does not fit yet", _count(wrong), wrong=wrong)
        case Refused():
            return _refused(form, error)
        case OutOfDate():
            return _moved(form, error)
        case NotAllowed():
            return Trouble(form, 403, "Your role does not cover this", f"{error}.", "role-missing")
        case _:
            return _not_now(form, error)


def _refused(form: Form, refusal: Refused) -> Trouble:
    wrong = {} if refusal.place is None else {refusal.place: refusal.because}
    return Trouble(
        form,
        409,
        "This was not done",
        refusal.because,
        refusal.rule,
        wrong,
        tuple(refusal.findings),
    )


def _moved(form: Form, error: OutOfDate) -> Trouble:
    return Trouble(
        form,
        412,
        "Somebody moved before you",
        "What you wrote is kept below. Look at what is new, then send it again.",
        "stale-version",
        meanwhile=tuple(deed(type(event.fact).__name__) for event in error.meanwhile),
    )


def _not_now(form: Form, error: Exception) -> Trouble:
    match error:
        case KeyReused():
            return Trouble(form, 422, "This was sent before", "Load the page and send it again.")
        case OutcomeUnknown():
            return Trouble(
                form,
                503,
                "It is not known whether this was recorded",
                "Send it again as it stands: it is recorded once at most.",
                again=True,
            )
        case _:
            return Trouble(form, 503, "Not now", f"{error}. Nothing was recorded: send it again.")


def _count(wrong: dict[str, str]) -> str:
    number = len(wrong)
    return f"{number} field{'' if number == 1 else 's'} to look at; what you wrote is kept."
