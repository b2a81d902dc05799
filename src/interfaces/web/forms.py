"""Forms: what was filled in, checked against what the form was made on, and said back if wrong.

Every form carries the session's token, a key of its own (so that sending it twice does it once)
and, on a versioned thing, the version it was made on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Final, TypeVar
from urllib.parse import urlsplit

from fastapi import Request as HttpRequest
from starlette.datastructures import FormData, UploadFile

from interfaces.web.sessions import Session

TOKEN: Final = "form_token"  # noqa: S105 - the name of a field
KEY: Final = "form_key"
VERSION: Final = "form_version"
NAME: Final = "form"
MOST_FIELDS: Final = 2000
_OURS: Final = frozenset({TOKEN, KEY, VERSION, NAME})
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")

T = TypeVar("T")


class ForgedForm(Exception):  # noqa: N818 - it is an answer to the visitor
    """A form that no page of this session made."""


class WrongFields(Exception):  # noqa: N818 - it is an answer to the visitor
    """What was filled in does not fit; ``wrong`` says by field what would."""

    def __init__(self, wrong: dict[str, str]) -> None:
        super().__init__("; ".join(wrong.values()))
        self.wrong = wrong


@dataclass
class Form:
    """One form as it was sent; reading a field that does not fit notes it in ``wrong``."""

    name: str
    key: str
    version: int | None
    values: dict[str, list[str]]
    files: dict[str, bytes] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def canonical(self) -> str:
        """What was filled in, as one text: the same for the same form."""
        files = {name: sha256(content).hexdigest() for name, content in self.files.items()}
        return json.dumps([self.name, self.values, files], sort_keys=True)

    def given(self, name: str) -> str:
        """Return what is in a field, as it was written; nothing if the field is not there."""
        return self.values.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        """Return every value that was given under one name."""
        return self.values.get(name, [])

    def text(self, name: str, *, most: int = 4000, what: str = "this") -> str:
        """Return a field that has to be filled in."""
        found = self.given(name).strip()
        if not found:
            self.wrong.setdefault(name, f"Fill in {what}.")
        elif "\x00" in found:
            self.wrong.setdefault(name, "Text cannot hold a null character.")
        elif len(found) > most:
            self.wrong.setdefault(name, f"At most {most} characters; these are {len(found)}.")
        return found

    def optional(self, name: str, *, most: int = 4000) -> str | None:
        """Return a field that may stay empty, None if it is."""
        return self.text(name, most=most) if self.given(name).strip() else None

    def one_of(self, name: str, kind: Callable[[str], T]) -> T:
        """Return a choice; ``kind`` reads it and raises ValueError for what is none."""
        return self.read(name, kind, "Choose one of what is offered.")

    def read(self, name: str, reader: Callable[[str], T], otherwise: str) -> T:
        """Return a field as ``reader`` reads it; notes ``otherwise`` where it raises ValueError.

        Raises WrongFields at once: there is no value to go on with.
        """
        try:
            return reader(self.given(name).strip())
        except ValueError:
            self.wrong.setdefault(name, otherwise)
            raise WrongFields(self.wrong) from None

    def instant(self, name: str, *, what: str = "a day and a time, UTC") -> datetime:
        """Return an instant: a ``datetime-local`` field, read as UTC."""
        return self.read(name, _instant, f"Give {what}, such as 2026-03-31T17:00.")

    def day(self, name: str) -> date:
        """Return a day."""
        return self.read(name, date.fromisoformat, "Give a day, such as 2026-03-31.")

    def checked(self, name: str) -> bool:
        """Tell whether a box is ticked."""
        return self.given(name) != ""

    def refuse_if_wrong(self) -> None:
        """Raise WrongFields if anything read so far did not fit."""
        if self.wrong:
            raise WrongFields(self.wrong)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None and "T" not in text and " " not in text:
        return datetime.combine(found.date(), time(), UTC)
    return (found.replace(tzinfo=UTC) if found.tzinfo is None else found).astimezone(UTC)


async def read_form(http: HttpRequest, session: Session | None) -> Form:
    """Read a form; raises ForgedForm unless a page of this site, in this session, made it."""
    refuse_foreign(http)
    async with http.form(max_fields=MOST_FIELDS, max_files=10) as sent:
        form = await _form(sent)
    token = form.values.pop(TOKEN, [""])[0]
    if session is not None and not session.issued(token):
        raise ForgedForm("this form was made before you signed in, or elsewhere: load it again")
    for ours in _OURS:
        form.values.pop(ours, None)
    return form


async def _form(sent: FormData) -> Form:
    values: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files[name] = await value.read()
        else:
            values.setdefault(name, []).append(value.replace("\r\n", "\n"))
    key, version = values.get(KEY, [""])[0], values.get(VERSION, [""])[0]
    if not _KEY.fullmatch(key) or (version and not re.fullmatch(r"[0-9]{1,18}", version)):
        raise ForgedForm("this form is not as the page made it: load it again")
    name = values.get(NAME, [""])[0]
    return Form(name, key, int(version) if version else None, values, files)


def refuse_foreign(http: HttpRequest) -> None:
    """Raise ForgedForm for what another site's page sent, as the browser itself tells."""
    site = http.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        raise ForgedForm("another site sent this form")
    origin = http.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != http.headers.get("host"):
        raise ForgedForm("another site sent this form")


@contextmanager
def fields(form: Form) -> Iterator[Form]:
    """Read fields; whatever did not fit is raised together at the end, as WrongFields."""
    yield form
    form.refuse_if_wrong()
