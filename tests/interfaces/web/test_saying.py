"""Every fact has a sentence, and what sentences say is for the reader's eyes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent

from application.event_catalogue import CATALOGUE, EventType
from application.mapper import fact_document
from domain.negotiation.facts import AgreementSigned, CommentMade, OfferExpired
from domain.values.canonical import Digest
from domain.values.ids import OfferId, PersonId
from domain.values.sides import Side
from interfaces.web.saying import read, said
from interfaces.web.sayings.voice import when
from key_rings import OneKey, mapper_with

SAMPLES = Path(__file__).parents[2] / "stored_events" / "samples"
MAPPER = mapper_with(OneKey())
DIGEST = Digest("sha256:" + "0" * 64)


class Names:
    """A reader who belongs to the client."""

    def person(self, person: str, party: str | None) -> str:
        return self.known(person) or party or "Parley"

    def known(self, person: str) -> str | None:
        return {"person-own": "Ada Lind"}.get(person)

    def on(self, side: Side | str, person: str) -> str:
        return self.known(person) or self.side(side)

    def party(self, party: str) -> str:
        return f"<{party}>"

    def side(self, side: Side | str) -> str:
        return {"provider": "Northwind", "client": "Alpine"}[side]


def stored(kind: EventType, form: str) -> Any:
    sample = SAMPLES / f"{kind.name}.{kind.version}{form}.json"
    state = sample.read_bytes().removesuffix(b"\n")
    return MAPPER.to_domain_event(
        StoredEvent("relationship-00000000000000000000000001", 1, kind.topic, state)
    ).fact


@pytest.mark.parametrize("form", ["", ".bare"])
@pytest.mark.parametrize("kind", CATALOGUE.types, ids=lambda kind: kind.name)
def test_every_fact_there_is_has_a_sentence(kind: EventType, form: str) -> None:
    saying = said(stored(kind, form), Names())
    sentence = saying.by("Somebody")
    assert sentence[0].isupper() or sentence[0] in "“<"
    assert sentence[-1] in ".”"
    assert len(sentence.split()) >= 3
    assert "None" not in sentence
    assert "Side." not in sentence
    assert "()" not in sentence


@pytest.mark.parametrize("kind", CATALOGUE.types, ids=lambda kind: kind.name)
def test_a_fact_is_read_back_from_how_views_keep_it(kind: EventType) -> None:
    fact = stored(kind, "")
    if type(fact).__name__ == "RepresentativeAppointed":
        return  # a party's; its personal details are in no view
    assert read(type(fact).__name__, fact_document(fact)) == fact


def test_ones_own_people_are_named_and_others_by_their_party() -> None:
    ours = AgreementSigned(OfferId("o"), DIGEST, Side.CLIENT, PersonId("person-own"), "m", None)
    theirs = AgreementSigned(OfferId("o"), DIGEST, Side.PROVIDER, PersonId("person-x"), "m", None)
    assert said(ours, Names()).by("x") == f"Ada Lind signed the terms {DIGEST}."
    assert said(theirs, Names()).by("x") == f"Northwind signed the terms {DIGEST}."


def test_what_comes_about_by_itself_is_nobodys_doing() -> None:
    lapsed = said(OfferExpired(OfferId("o")), Names())
    assert lapsed.by("Somebody") == "The offer lapsed: nobody accepted it while it was valid."


def test_somebodys_words_are_quoted_cut_short_and_never_hide_anything() -> None:
    long = CommentMade("c", Side.CLIENT, "word " * 200 + "end")
    sentence = said(long, Names()).by("Ada Lind")
    assert sentence.startswith("Ada Lind commented: “word word")
    assert sentence.endswith("…”")
    assert len(sentence) < 300
    tricky = said(CommentMade("c", Side.CLIENT, "yes \u202eon"), Names())
    assert "\u202e" not in tricky.text


def test_times_carry_their_zone() -> None:

    assert when(datetime(2026, 11, 2, 9, 5, tzinfo=UTC)) == "2 Nov 2026, 09:05 UTC"
