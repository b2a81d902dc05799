"""A service that lies gets no signature, and is told where it lied."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from agreements import simple_terms
from domain.history.leaf import leaf_of
from domain.signatures.statement import Statement, written
from interfaces.signing_tool.asking import Trust, ask, rotate
from interfaces.signing_tool.known_keys import read_known, recognise, write_known
from interfaces.signing_tool.statements import Lie, handed_over, signed, statement_of
from signing import SERVICE, fresh_nonce, own_key, rotation_from

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TERMS, OTHER = simple_terms(), simple_terms(availability="99.9")
RELATIONSHIP, PROVIDER, CLIENT = "relationship-1", "party-provider", "party-client"
NEGOTIATION, OFFER = f"{RELATIONSHIP}/negotiation-1", "offer-1"
PATH = f"/relationships/{RELATIONSHIP}/negotiations/negotiation-1/offers/{OFFER}"
MINE, THEIRS = own_key("client-signatory"), own_key("provider-signatory")
INTENDED = {"action": "sign", "negotiation": NEGOTIATION, "offer": OFFER, "key": MINE.thumbprint}
NOBODY = Trust(frozenset())


def card(party: str, *owners: str) -> dict[str, Any]:
    keys = [own_key(owner) for owner in owners]
    shown = [{"thumbprint": key.thumbprint, "y": None, **key.jwk} for key in keys]
    return {"id": party, "keys": shown, "rotations": []}


class Service:
    """What an honest service answers, unless an answer is changed."""

    def __init__(self) -> None:
        fact = {"offer": OFFER, "terms_digest": TERMS.digest, "sign_by": "2026-03-15T00:00:00Z"}
        state = json.dumps({"fact": fact})
        topic = "negotiation.SignatureRequested/1"
        statement = Statement(
            action="sign",
            service=SERVICE,
            negotiation=NEGOTIATION,
            offer=OFFER,
            terms_digest=TERMS.digest,
            previous=leaf_of(NEGOTIATION, 8, topic, state.encode()).hex(),
            side="client",
            party=CLIENT,
            signer="person-1",
            mandate="mandate-1",
            keys={"provider": (THEIRS.thumbprint,), "client": (MINE.thumbprint,)},
            nonce=fresh_nonce(),
            issued=written(NOW),
            expires=written(NOW),
        )
        kept = {"stream": NEGOTIATION, "version": 8, "topic": topic, "state": state}
        self.answers: dict[str, Any] = {
            "/me": {"service": SERVICE, "party": CLIENT, "person": "person-1"},
            f"/relationships/{RELATIONSHIP}": {
                "seat": "client",
                "provider": PROVIDER,
                "client": CLIENT,
            },
            f"/parties/{PROVIDER}": card(PROVIDER, "provider-signatory"),
            f"/parties/{CLIENT}": card(CLIENT, "client-signatory"),
            PATH: {"terms": TERMS.document(), "terms_digest": TERMS.digest},
            f"{PATH}/statement": {"statement": statement.document(), "answered": kept},
        }

    def read(self, path: str, **_: str) -> Any:
        return deepcopy(self.answers[path])

    @property
    def said(self) -> dict[str, Any]:
        """The statement it prepared, to be changed."""
        said: dict[str, Any] = self.answers[f"{PATH}/statement"]["statement"]
        return said

    @property
    def shown(self) -> dict[str, Any]:
        """The fact it says is answered, to be changed."""
        shown: dict[str, Any] = self.answers[f"{PATH}/statement"]["answered"]
        return shown

    def answer_with(self, state: dict[str, Any], topic: str | None = None) -> None:
        """Show another fact, with a leaf that fits it."""
        shown = self.shown
        shown["state"], shown["topic"] = json.dumps({"fact": state}), topic or shown["topic"]
        entry = (shown["stream"], shown["version"], shown["topic"], shown["state"].encode())
        self.said["previous"] = leaf_of(*entry).hex()


class TestAnHonestService:
    def test_is_asked_and_what_it_says_is_signed_with_times_and_a_nonce_of_ones_own(self) -> None:
        service = Service()
        question = ask(service.read, PATH, INTENDED, NOBODY)
        nonce = fresh_nonce()
        body = question.answered(MINE, nonce, NOW)
        said = statement_of(body["evidence"]["statement"])
        assert (said.nonce, said.issued) == (nonce, "2026-03-01T12:00:00Z")
        assert said.expires == "2026-03-01T12:30:00Z"
        assert body["evidence"] == signed(said, MINE)
        assert body["terms_digest"] == TERMS.digest

    def test_is_shown_in_words_with_what_the_terms_are_worth(self) -> None:
        words = "\n".join(ask(Service().read, PATH, INTENDED, NOBODY).lines())
        assert "Total value: 144000.00 EUR" in words
        assert "99.5 %" in words
        assert f"Digest: {TERMS.digest}" in words
        assert "as the client under mandate mandate-1" in words
        assert f"first use: {PROVIDER} signs with {THEIRS.thumbprint}" in words


def other_terms_under_the_same_digest(service: Service) -> None:
    service.answers[PATH]["terms"] = OTHER.document()


def another_digest(service: Service) -> None:
    service.answers[PATH] = {"terms": OTHER.document(), "terms_digest": OTHER.digest}


def another_leaf(service: Service) -> None:
    service.said["previous"] = "0" * 64


def a_fact_of_another_version(service: Service) -> None:
    service.shown["version"] = 7


def a_fact_about_other_terms(service: Service) -> None:
    service.answer_with({"offer": OFFER, "terms_digest": OTHER.digest, "sign_by": ""})


def a_fact_about_another_offer(service: Service) -> None:
    service.answer_with({"offer": "offer-2", "terms_digest": TERMS.digest, "sign_by": ""})


def a_fact_of_another_kind(service: Service) -> None:
    fact = {"offer": OFFER, "terms_digest": TERMS.digest}
    service.answer_with(fact, "negotiation.OfferAccepted/2")


def a_fact_that_says_two_things(service: Service) -> None:
    fact = {"offer": OFFER, "terms_digest": TERMS.digest, "sign_by": ""}
    service.answer_with(fact)
    twice = service.shown["state"].replace("{", '{"fact": {"offer": "offer-2"}, ', 1)
    service.shown["state"] = twice
    service.said["previous"] = leaf_of(
        service.shown["stream"], service.shown["version"], service.shown["topic"], twice.encode()
    ).hex()


def a_fact_of_another_negotiation(service: Service) -> None:
    service.shown["stream"] = f"{RELATIONSHIP}/negotiation-2"
    service.answer_with(json.loads(service.shown["state"])["fact"])


def a_statement_naming_other_keys(service: Service) -> None:
    service.said["keys"]["provider"] = (own_key("mallory").thumbprint,)


def a_key_under_the_name_of_another(service: Service) -> None:
    service.answers[f"/parties/{PROVIDER}"]["keys"][0]["x"] = own_key("mallory").jwk["x"]


def not_ones_own_key(service: Service) -> None:
    service.answers[f"/parties/{CLIENT}"] = card(CLIENT, "mallory")


def another_party(service: Service) -> None:
    service.answers[f"/parties/{PROVIDER}"] = card("party-3", "provider-signatory")


def an_answer_of_another_shape(service: Service) -> None:
    service.answers[PATH] = {"terms": "none"}


def neither_side(service: Service) -> None:
    service.answers["/me"]["party"] = "party-3"


def says(field: str, value: str) -> Callable[[Service], None]:
    def lie(service: Service) -> None:
        service.said[field] = value

    return lie


@pytest.mark.parametrize(
    ("place", "lie"),
    [
        ("terms_digest", other_terms_under_the_same_digest),
        ("terms_digest", another_digest),
        ("previous", another_leaf),
        ("previous", a_fact_of_another_version),
        ("previous", a_fact_about_other_terms),
        ("previous", a_fact_about_another_offer),
        ("previous", a_fact_of_another_kind),
        ("previous", a_fact_of_another_negotiation),
        ("previous", a_fact_that_says_two_things),
        ("keys", a_statement_naming_other_keys),
        ("keys", a_key_under_the_name_of_another),
        ("keys", not_ones_own_key),
        ("party", another_party),
        ("party", neither_side),
        ("answer", an_answer_of_another_shape),
        ("action", says("action", "accept")),
        ("service", says("service", "elsewhere.example")),
        ("negotiation", says("negotiation", f"{RELATIONSHIP}/negotiation-2")),
        ("offer", says("offer", "offer-2")),
        ("side", says("side", "provider")),
        ("party", says("party", PROVIDER)),
        ("signer", says("signer", "person-2")),
        ("statement", says("extra", "something nobody asked for")),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_lying_service_is_told_where(place: str, lie: Callable[[Service], None]) -> None:
    service = Service()
    lie(service)
    with pytest.raises(Lie) as told:
        ask(service.read, PATH, INTENDED, NOBODY)
    assert told.value.place == place


class TestTheKeysOneKnows:
    KNOWN = frozenset({(SERVICE, PROVIDER, THEIRS.thumbprint)})

    def test_are_taken_at_first_use_and_kept(self, tmp_path: Any) -> None:
        found = recognise(frozenset(), SERVICE, card(PROVIDER, "provider-signatory"))
        assert found.known == self.KNOWN
        write_known(tmp_path / "known", found.known)
        assert read_known(tmp_path / "known") == self.KNOWN
        assert (tmp_path / "known").stat().st_mode & 0o777 == 0o600
        assert recognise(self.KNOWN, SERVICE, card(PROVIDER, "provider-signatory")).news == ()

    def test_a_stranger_among_them_is_refused_until_it_was_compared(self) -> None:
        both = card(PROVIDER, "provider-signatory", "mallory")
        with pytest.raises(Lie, match="--trust"):
            recognise(self.KNOWN, SERVICE, both)
        stranger = own_key("mallory").thumbprint
        found = recognise(self.KNOWN, SERVICE, both, [stranger])
        assert (SERVICE, PROVIDER, stranger) in found.known

    def handed(self, to: str, by: str = "provider-signatory", **changes: Any) -> dict[str, Any]:
        statement = rotation_from(PROVIDER, "person-2", THEIRS, own_key(to), NOW, **changes)
        body = handed_over(statement, own_key(by), own_key(to))
        return {**body, "retired_key": THEIRS.jwk}

    def test_a_key_that_a_known_one_handed_over_to_is_known(self) -> None:
        shown = {**card(PROVIDER, "next"), "rotations": [self.handed("next")]}
        found = recognise(self.KNOWN, SERVICE, shown)
        assert found.known == {(SERVICE, PROVIDER, own_key("next").thumbprint)}
        assert found.news == (f"{PROVIDER} now signs with {own_key('next').thumbprint}",)

    def test_one_that_another_key_signed_for_is_not(self) -> None:
        shown = {**card(PROVIDER, "next"), "rotations": [self.handed("next", by="mallory")]}
        with pytest.raises(Lie, match="does not hold"):
            recognise(self.KNOWN, SERVICE, shown)

    def test_a_rotation_of_another_party_leads_nowhere(self) -> None:
        rotation = self.handed("next", party="party-3")
        with pytest.raises(Lie, match="no key you know"):
            recognise(self.KNOWN, SERVICE, {**card(PROVIDER, "next"), "rotations": [rotation]})

    def test_a_retired_key_does_not_come_back(self) -> None:
        moved_on = frozenset({(SERVICE, PROVIDER, own_key("next").thumbprint)})
        with pytest.raises(Lie, match="no key you know"):
            recognise(moved_on, SERVICE, card(PROVIDER, "provider-signatory"))

    def test_whoever_shows_no_key_stays_known(self) -> None:
        assert recognise(self.KNOWN, SERVICE, card(PROVIDER)).known == self.KNOWN

    def test_a_service_that_changed_its_name_is_refused(self) -> None:
        known = Trust(frozenset({("parley.example", CLIENT, MINE.thumbprint)}))
        with pytest.raises(Lie) as told:
            ask(Service().read, PATH, INTENDED, known)
        assert told.value.place == "service"


def test_a_key_hands_over_to_the_next_at_the_service_one_signs_in_to() -> None:
    nonce = fresh_nonce()
    body = rotate(Service().read, MINE, own_key("next"), nonce, NOW)
    changes = {"nonce": nonce, "expires": "2026-03-01T12:30:00Z"}
    statement = rotation_from(CLIENT, "person-1", MINE, own_key("next"), NOW, **changes)
    assert body == handed_over(statement, MINE, own_key("next"))
