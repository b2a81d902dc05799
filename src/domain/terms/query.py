"""Queries: where Prometheus has the figures of an objective, when it has them.

A method says in words what is measured; a query binds those words to PromQL, so that the monitor
and the agreement cannot mean two things. Every expression is an instant one: what several series
say is added up, and of several series that say up the lowest counts.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from domain.terms.part import Part

PROMQL_PATTERN: Final = (
    r"^[^\s\x00-\x1f\x7f\u2028\u2029]"
    r"([^\x00-\x1f\x7f\u2028\u2029]*[^\s\x00-\x1f\x7f\u2028\u2029])?$"
)

PromQL = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=2000, pattern=PROMQL_PATTERN),
    Field(examples=['up{job="checkout"}']),
]
"""One PromQL expression on one line, with no space at its ends. Whether it is one, Prometheus
says."""


class Query(Part):
    """What all queries share."""


class UpQuery(Query):
    """Whether the service is up."""

    up: PromQL
    """0 while it is down, anything else while it is up; no value is no check."""


class ShareQuery(Query):
    """Good events, or cases, of all there are."""

    good: PromQL
    """Good ones per second."""
    of: PromQL
    """All of them per second."""


class ErrorQuery(Query):
    """Errors of all requests."""

    bad: PromQL
    """Errors per second."""
    of: PromQL
    """All requests per second."""


class HistogramQuery(Query):
    """How values are spread."""

    buckets: PromQL
    """The selector of a histogram's buckets, which have the label ``le``; in seconds when the
    result is a length of time."""


class ReadingQuery(Query):
    """A figure in a unit of the parties' own."""

    value: PromQL
    """The figure itself; for a share, the good units."""
    of: PromQL | None = None
    """For a share, all units."""
