"""A batch of figures in JSON, as the API describes it.

It is read by ``interfaces.measurements``, which names the row and the column of what is wrong;
these types say the same to whoever writes a client.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from domain.values.exact import DECIMAL_PATTERN
from interfaces.http.schemas.base import Body

At = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T.*(Z|[+-][0-9]{2}:[0-9]{2})$")
]
"""An instant with its offset from UTC."""
Count = Annotated[int, Field(ge=0, lt=10**15)]
Number = Annotated[str, StringConstraints(pattern=DECIMAL_PATTERN)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class OutageRow(Body):
    """A stretch in which the service was down."""

    starts: At
    ends: At
    reason: Word | None = None


class CheckRow(Body):
    """Probes made at an instant, one unless more are said, and how many failed."""

    at: At
    made: Count = 1
    failed: Count = 0


class CountRow(Body):
    """Events of an interval that began at an instant: all, good ones, those with no outcome."""

    at: At
    events: Count
    good: Count
    unknown: Count = 0


class CaseRow(Body):
    """A case, such as a ticket: when it began and ended, and when the other side was awaited."""

    id: Word
    began: At
    ended: At | None = None
    by_person: bool = True
    severity: Word | None = None
    value: Annotated[
        str | None, Field(description="A number, or a duration where targets are lengths of time")
    ] = None
    stopped: list[Annotated[list[At], Field(min_length=2, max_length=2)]] | None = None


class ReadingRow(Body):
    """A figure in the unit of the terms; without a value it says that there is none."""

    at: At
    value: Number | None = None
    of: Number | None = None
    unit: Word | None = None


class BatchBody(Body):
    """A batch of figures of one shape; it speaks for all time from ``from`` until before ``until``.

    What an earlier batch of the same source said about that time no longer counts.
    """

    source: Word
    """Which monitor or system the figures come from."""
    batch: Word
    """The batch's name, unlike that of any other batch of the source."""
    starts: Annotated[At, Field(alias="from")]
    until: At
    outages: list[OutageRow] | None = None
    recorded: list[Annotated[list[At], Field(min_length=2, max_length=2)]] | None = None
    """For outages: the stretches for which there is a record at all; all of it when left out."""
    checks: list[CheckRow] | None = None
    counts: list[CountRow] | None = None
    cases: list[CaseRow] | None = None
    readings: list[ReadingRow] | None = None


REFERENCE = "#/components/schemas/BatchBody"


def describe(document: dict[str, Any]) -> dict[str, Any]:
    """Add the batch's schema to an OpenAPI document; safe to do again."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schema = BatchBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas["BatchBody"] = schema
    return document
