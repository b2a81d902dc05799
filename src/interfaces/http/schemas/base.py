"""What request and response types have in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, StringConstraints

from application.projections.base import Projection, Row
from domain.values.described import Described
from domain.values.moments import Moment
from domain.values.words import Name
from interfaces.http.conventions import write_cursor

INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}")
T = TypeVar("T")
R = TypeVar("R", bound=Row)


class Body(Described):
    """A request body: unknown fields are refused, so that a misspelt one is not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(Described):
    """A response body."""

    model_config = ConfigDict(frozen=True)


class Page(Answer, Generic[T]):
    """One page of a listing; ``next`` is None on the last."""

    items: list[T]
    next: str | None


def page(
    projection: Projection[R], rows: list[R], limit: int, item: Callable[[R], T]
) -> dict[str, Any]:
    """Make a page of at most ``limit`` rows; one row more says that there is another page."""
    shown = rows[:limit]
    more = None
    if len(rows) > limit and shown:
        place = projection.place(shown[-1])
        more = write_cursor(place.sort, place.key)
    return {"items": [item(row) for row in shown], "next": more}


def _text_only(value: object) -> object:
    """Refuse what is no date and time: digits alone would pass for seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and INSTANT.match(value)):
        return value
    raise ValueError('an instant is written like "2026-03-31T10:00:00Z"')


def no_null(value: str) -> str:
    """Refuse what no database can keep as text."""
    if "\x00" in value:
        raise ValueError("text cannot hold a null character")
    return value


Instant = Annotated[Moment, BeforeValidator(_text_only)]
"""An instant with its offset from UTC, as text: a bare number is not a time."""

Said = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    AfterValidator(no_null),
]
"""Words of a person, 1 to 4,000 characters."""

Named = Annotated[Name, AfterValidator(no_null)]
"""One line that names something, 1 to 200 characters."""

PathText = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9_:~.%-]+(/[a-z0-9_:~.%-]+)*$", max_length=300)
]
"""The path of a term, such as ``objectives/availability/targets/always/at_least``."""

DigestText = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
"""``sha256:`` and 64 hex digits."""
