"""Ranges asked of Prometheus, or of anything that speaks its HTTP API, and checked.

An answer is believed only where it is about what was asked: the same instants, one series, nothing
partial. What does not answer, or answers something else, is named; nothing is filled in.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from domain.attainment.spans import micros

MOST_POINTS: Final = 11_000
"""How many points of a series Prometheus answers with at most."""
LARGEST: Final = 32 * 1_048_576
TIMEOUT: Final = 30.0
TRIES: Final = 4
FIRST_PAUSE: Final = 0.5
SECOND: Final = 1_000_000
_LATER: Final = frozenset({429, 502, 503, 504})

Sleep = Callable[[float], None]
Sample = tuple[int, Decimal]
"""An instant in microseconds since 1970, and what a series was then."""


class PrometheusSilent(Exception):  # noqa: N818 - it is an answer: nothing is known of that range
    """No answer that could be believed; the message says about which range, and why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A range: instants from ``first`` to ``last``, both included, one every ``step`` (µs)."""

    first: int
    last: int
    step: int

    @classmethod
    def over(cls, starts: datetime, ends: datetime, step: int) -> Asked:
        """Return the instants from a start until before an end, on the grid of the step."""
        first = -(-micros(starts) // step) * step
        return cls(first, (micros(ends) - 1) // step * step, step)

    @property
    def count(self) -> int:
        """How many instants there are."""
        return max((self.last - self.first) // self.step + 1, 0)

    def pages(self) -> Iterator[Asked]:
        """Yield it in ranges that Prometheus answers."""
        begin = self.first
        while begin <= self.last:
            end = min(begin + (MOST_POINTS - 1) * self.step, self.last)
            yield Asked(begin, end, self.step)
            begin = end + self.step

    def __str__(self) -> str:
        return f"{_seconds(self.first)} to {_seconds(self.last)}"


class Prometheus:
    """A server that answers PromQL."""

    def __init__(self, server: str, client: httpx.Client, sleep: Sleep = time.sleep) -> None:
        self._server = server.rstrip("/")
        self._client = client
        self._sleep = sleep

    @property
    def label(self) -> str:
        """The server as batches name it: never with a password."""
        parts = urlsplit(self._server)
        port = "" if parts.port is None else f":{parts.port}"
        return f"{parts.hostname}{port}{parts.path}"

    def range(self, query: str, asked: Asked) -> list[Sample]:
        """Return what one expression was at each instant of a range, where it was anything.

        What is not a number, and what is endless, is no record. Raises PrometheusSilent.
        """
        found: list[Sample] = []
        for page in asked.pages():
            found += _samples(self._answer(query, page), page)
        return found

    def _answer(self, query: str, page: Asked) -> dict[str, Any]:
        form = {
            "query": query,
            "start": _seconds(page.first),
            "end": _seconds(page.last),
            "step": _seconds(page.step),
            "timeout": f"{TIMEOUT:g}s",
        }
        because = ""
        for attempt in range(TRIES):
            if attempt:
                self._sleep(FIRST_PAUSE * 2 ** (attempt - 1))
            try:
                status, raw = self._post(form)
            except httpx.TransportError as error:
                because = f"{type(error).__name__}: {error}"
                continue
            if status in _LATER or status >= 500:  # noqa: PLR2004 - the server's own fault
                because = f"it answered {status}"
                continue
            return _document(status, raw, page)
        raise PrometheusSilent(f"{self.label} does not answer for {page}: {because}")

    def _post(self, form: dict[str, str]) -> tuple[int, bytes]:
        """Return the status and the body, read no further than it may be large and long."""
        url, until = f"{self._server}/api/v1/query_range", time.monotonic() + TIMEOUT
        with self._client.stream("POST", url, data=form) as answer:
            raw = bytearray()
            for chunk in answer.iter_bytes():
                raw += chunk
                if len(raw) > LARGEST:
                    raise PrometheusSilent(f"{self.label} answers with more than {LARGEST} bytes")
                if time.monotonic() > until:
                    raise httpx.ReadTimeout(f"not done after {TIMEOUT:g} s")
            return answer.status_code, bytes(raw)


@contextmanager
def connected(server: str) -> Iterator[Prometheus]:
    """Lend a server; lets go of its connections after."""
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
        yield Prometheus(server, client)


def _document(status: int, raw: bytes, page: Asked) -> dict[str, Any]:
    try:
        document = json.loads(raw, parse_float=Decimal)
        if document["status"] != "success":
            raise PrometheusSilent(f"{page}: {document.get('error') or status}")
        if document.get("warnings"):
            raise PrometheusSilent(f"{page}: a partial answer: {document['warnings']}")
        data: dict[str, Any] = document["data"]
        if data["resultType"] != "matrix" or not isinstance(data["result"], list):
            raise PrometheusSilent(f"{page}: the answer is no range of values")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PrometheusSilent(f"{page}: the answer ({status}) is not that of Prometheus") from None
    return data


def _samples(data: dict[str, Any], page: Asked) -> list[Sample]:
    if len(data["result"]) > 1:
        raise PrometheusSilent(f"{page}: {len(data['result'])} series, where one was asked for")
    found: list[Sample] = []
    latest = page.first - page.step
    try:
        for second, text in data["result"][0]["values"] if data["result"] else ():
            exact = Decimal(second) * SECOND
            at, value = int(exact), Decimal(text)
            on_grid = at == exact and (at - page.first) % page.step == 0
            if not on_grid or not latest < at <= page.last:
                raise PrometheusSilent(f"{page}: the answer has {second}, which was not asked for")
            latest = at
            if value.is_finite():
                found.append((at, value))
    except (KeyError, TypeError, ValueError, InvalidOperation):
        raise PrometheusSilent(f"{page}: the answer cannot be read") from None
    return found


def _seconds(at: int) -> str:
    return f"{Decimal(at) / SECOND:f}"
