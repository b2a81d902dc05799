"""What is kept of notifications: what was told to whom, and what is still to be sent.

Nothing here is a fact, and nothing personal: people are ids, and where mail goes is looked up when
it goes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

Channel = Literal["mail", "webhook"]
State = Literal["waiting", "sent", "dead", "dropped"]
"""A delivery waits, was taken, was given up (it can be sent again), or is nobody's any more."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a party is told: ids and times, and nothing of what it says.

    ``id`` is made of what it is about, so that the same is told once; ``due`` is when something
    falls due, where it is about that, and ``what`` is the kind of due date.
    """

    id: str
    kind: str
    party: str
    relationship: str | None
    stream: str
    version: int | None
    at: datetime
    due: datetime | None = None
    what: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as somebody has it; ``number`` counts up in the order in which they were filed."""

    number: int
    notice: Notice
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice on its way out; ``target`` is a person (mail) or a webhook of the party.

    ``attempts`` counts those made, this one included once it is claimed.
    """

    number: int
    channel: Channel
    target: str
    notice: Notice
    state: State
    attempts: int
    next_at: datetime
    error: str | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """A notice with everybody whom it goes to: people, mail to some of them, webhooks."""

    notice: Notice
    people: frozenset[str]
    mails: frozenset[str]
    webhooks: frozenset[str]


class NoticeStore(Protocol):
    """Keeps what people were told, and whether they have read it."""

    def file(self, filings: Sequence[Filing]) -> int:
        """Keep them all, in one transaction, and return how many of them were new to somebody.

        What was filed before stays as it is: it is not sent again.
        """
        ...

    def told(
        self,
        person: str,
        party: str,
        *,
        unread: bool = False,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Told]:
        """Return what somebody was told on behalf of a party, the latest first."""
        ...

    def unread(self, person: str, party: str) -> int:
        """Return how much of it is not read."""
        ...

    def read(self, person: str, party: str, notices: Collection[str] | None, at: datetime) -> int:
        """Take note that somebody has read these, or all; return how many were not."""
        ...

    def wishes(self, people: Collection[str]) -> Mapping[str, Mapping[str, bool]]:
        """Return by person which kinds they want by mail, or not, where they have said so."""
        ...

    def wish(self, person: str, kinds: Mapping[str, bool]) -> None:
        """Keep which kinds somebody wants by mail, in the place of what they said before."""
        ...

    def forget(self, person: str) -> None:
        """Drop everything that is kept of a person."""
        ...


class DeliveryStore(Protocol):
    """Keeps what is to be sent until it was, or was given up."""

    def claim(self, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
        """Return what is to be sent now, and keep everybody else from it until the lease is over.

        What is neither marked sent nor failed by then is claimed again.
        """
        ...

    def sent(self, delivery: Delivery, now: datetime) -> None:
        """Take note that it was taken."""
        ...

    def failed(
        self, delivery: Delivery, because: str, next_at: datetime | None, now: datetime
    ) -> None:
        """Take note that it was not, and when to try again; None: it is given up."""
        ...

    def dropped(self, delivery: Delivery, because: str, now: datetime) -> None:
        """Take note that there is nobody to send it to any more."""
        ...

    def put(self, notice: Notice, webhook: str) -> None:
        """Put a notice on its way to one webhook, and to nobody else."""
        ...

    def deliveries(
        self, webhook: str, *, state: State | None = None, before: int | None = None, limit: int
    ) -> list[Delivery]:
        """Return what was, or is to be, sent to a webhook, the latest first."""
        ...

    def send_again(self, webhook: str, number: int | None, now: datetime) -> int:
        """Put back what was given up for a webhook, all or one; return how many."""
        ...

    def taken_since(self, webhook: str, since: datetime) -> bool:
        """Tell whether a webhook took anything since an instant."""
        ...

    def waiting(self) -> Mapping[str, int]:
        """Return how many deliveries there are by state, but for those that were sent."""
        ...

    def sweep(self, before: datetime) -> int:
        """Drop deliveries that were done, or given up, before an instant; return how many."""
        ...
