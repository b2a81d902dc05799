"""Files what people are told of: whom a fact or a due date concerns, on the web, by mail, by hook.

Filing is not sending. What is filed has an id made of what it is about, so the same event seen
again, by whatever replay, files nothing and sends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from application.ledger import Ledger
from application.notices.people import people_told
from application.notices.rules import Told, sides_told, told
from application.notices.store import Filing, Notice, NoticeStore
from application.ports import Clock
from application.recorded import Recorded
from domain.notifications.kinds import ASKS_FOR_SOMETHING, NoticeKind
from domain.notifications.webhooks import WEBHOOKS, Webhooks
from domain.parties.facts import PersonalDetailsErased
from domain.parties.party import PARTY
from domain.relationships.access import party_on, side_of
from domain.relationships.relationship import RELATIONSHIP
from domain.values.ids import PartyId, private_side, typed_id, within
from domain.values.sides import Side

STALE: Final = timedelta(days=14)
"""What happened longer ago is filed for reading and no longer sent."""


def webhooks_of(party: str) -> str:
    """Name the stream of a party's webhooks."""
    return within(party, "webhooks")


def notice_id(*about: object) -> str:
    """Name a notice by what it is about."""
    digest = sha256("\n".join(map(str, about)).encode()).digest()
    return typed_id("notice", UUID(bytes=digest[:16]))


@dataclass(frozen=True, slots=True)
class Concern:
    """What somebody is told: who is to be told in a party, and of what.

    ``by`` is who did it, who need not be told.
    """

    party: PartyId
    told: Told
    notice: Notice
    by: str = ""
    private: bool = False


class Notifying:
    """Finds out whom something concerns, and files it."""

    def __init__(self, ledger: Ledger, store: NoticeStore, clock: Clock, *, by_mail: bool) -> None:
        self._ledger = ledger
        self._store = store
        self._clock = clock
        self._by_mail = by_mail

    def file(self, event: Recorded) -> int:
        """File what a fact is told of; return to how many parties that was news.

        What was kept for somebody whose details are erased goes.
        """
        if isinstance(event.fact, PersonalDetailsErased):
            self._store.forget(event.fact.person)
        rule = told(event.fact)
        return 0 if rule is None else self.file_all(self._concerns(event, rule))

    def file_all(self, concerns: Iterable[Concern]) -> int:
        """File what concerns several parties, all or nothing."""
        filings = [filing for one in concerns if (filing := self._filing(one)) is not None]
        return self._store.file(filings) if filings else 0

    def party_on(self, relationship: str, side: Side) -> PartyId | None:
        """Return the party on a side of a relationship."""
        return party_on(self._ledger.load(RELATIONSHIP, relationship).state, side)

    def _concerns(self, event: Recorded, rule: Told) -> Iterator[Concern]:
        relationship = event.relationship
        if relationship is None:
            party = PartyId(event.stream.split("/", 1)[0])
            yield Concern(party, rule, _notice(event, rule.kind, party), event.by)
            return
        own = private_side(event.stream)
        private_to = None if own is None else Side(own)
        state = self._ledger.load(RELATIONSHIP, relationship).state
        acting = None if event.party is None else side_of(state, PartyId(event.party))
        for side in sorted(sides_told(rule.to, acting, private_to)):
            party_there = party_on(state, side)
            if party_there is not None:
                notice = _notice(event, rule.kind, party_there)
                yield Concern(party_there, rule, notice, event.by, private_to is not None)

    def _filing(self, one: Concern) -> Filing | None:
        party = self._ledger.load(PARTY, one.party).state
        people = people_told(party, one.told, private=one.private) - {one.by}
        webhooks: frozenset[str] = frozenset()
        if not one.private:
            state: Webhooks = self._ledger.load(WEBHOOKS, webhooks_of(one.party)).state
            webhooks = frozenset(
                name for name, hook in state.known.items() if hook.wants(one.notice.kind)
            )
        if not people and not webhooks:
            return None
        if one.notice.at < self._clock.now() - STALE:
            return Filing(one.notice, frozenset(people), frozenset(), frozenset())
        return Filing(
            one.notice, frozenset(people), self._mailed(one.notice.kind, people), webhooks
        )

    def _mailed(self, kind: str, people: frozenset[str]) -> frozenset[str]:
        if not self._by_mail:
            return frozenset()
        wishes, usual = self._store.wishes(people), kind in ASKS_FOR_SOMETHING
        return frozenset(p for p in people if wishes.get(p, {}).get(kind, usual))


def _notice(event: Recorded, kind: NoticeKind, party: str) -> Notice:
    return Notice(
        notice_id(party, kind, event.stream, event.version),
        kind,
        party,
        event.relationship,
        event.stream,
        event.version,
        event.at,
    )
