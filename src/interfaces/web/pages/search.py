"""Search: everything that the visitor may see, by its words."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Final

from fastapi import Query, Response

from interfaces.routing import Routes
from interfaces.web.agenda.finding import found
from interfaces.web.rendering import page
from interfaces.web.visits import AVisit

router = Routes(include_in_schema=False)

MOST: Final = 25
LAST: Final = 40
Words = Annotated[str, Query(max_length=200)]
Sheet = Annotated[int, Query(ge=1, le=LAST)]


@router.get("/search")
def search_page(visit: AVisit, q: Words = "", sheet: Sheet = 1) -> Response:
    """List what has all of the words that are asked for, a page at a time."""
    first = (sheet - 1) * MOST
    rows = list(islice(found(visit, q), first, first + MOST + 1)) if visit.works else []
    return page(
        visit,
        "search.html",
        q=q,
        found=rows[:MOST],
        sheet=sheet,
        more=len(rows) > MOST and sheet < LAST,
    )
