"""The party's own tool uses the key only on what the party knows; a lying service gets nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from asn1crypto import cms

from application.document_inputs import DocumentInputs
from documents import Bench, Hand, inputs_of, painted_over, revised
from domain.values.sides import Side
from interfaces.documents.fields import with_fields
from interfaces.documents.holes import Prepared
from interfaces.documents.party_tool import Expected, NotSigned, Sent, sign
from interfaces.documents.rendering import render
from interfaces.documents.sealing import sealed as seal


@pytest.fixture(scope="module")
def hand(bench: Bench) -> Hand:
    return bench.hands[Side.PROVIDER]


@pytest.fixture(scope="module")
def prepared(bench: Bench, sealed: bytes) -> Prepared:
    return bench.begun(Side.PROVIDER, sealed)


@pytest.fixture(scope="module")
def sent(sealed: bytes, prepared: Prepared) -> Sent:
    return Sent(sealed, prepared.pdf, prepared.attributes)


@pytest.fixture(scope="module")
def expected(bench: Bench, inputs: DocumentInputs) -> Expected:
    return bench.expected(inputs)


def refused(sent: Sent, expected: Expected, hand: Hand, words: str) -> None:
    with pytest.raises(NotSigned, match=words):
        sign(sent, expected, hand.key, hand.certificate)


def attribute(der: bytes, name: str, value: object) -> bytes:
    """Return attributes with one value changed."""
    attributes = cms.CMSAttributes.load(der)
    kept = [one for one in attributes if one["type"].native != name]
    changed = cms.CMSAttribute({"type": name, "values": [value]})
    return bytes(cms.CMSAttributes([*kept, changed]).dump())


def test_what_is_as_it_should_be_is_signed(sent: Sent, expected: Expected, hand: Hand) -> None:
    assert sign(sent, expected, hand.key, hand.certificate)


def test_a_digest_of_something_else(sent: Sent, expected: Expected, hand: Hand) -> None:
    lied = attribute(sent.attributes, "message_digest", b"\x00" * 32)
    refused(replace(sent, attributes=lied), expected, hand, "not of this document")


def test_an_attribute_too_many(sent: Sent, expected: Expected, hand: Hand) -> None:
    attributes = cms.CMSAttributes.load(sent.attributes)
    more = cms.CMSAttribute(
        {"type": "signing_time", "values": [cms.Time({"utc_time": "260101000000Z"})]}
    )
    lied = cms.CMSAttributes([*attributes, more]).dump()
    refused(replace(sent, attributes=bytes(lied)), expected, hand, "other attributes")


def test_anothers_certificate(sent: Sent, bench: Bench, expected: Expected, hand: Hand) -> None:
    theirs = bench.hands[Side.CLIENT]
    refused(sent, expected, Hand(hand.key, theirs.certificate), "another certificate")


def test_bytes_after_what_is_signed(sent: Sent, expected: Expected, hand: Hand) -> None:
    refused(replace(sent, pdf=sent.pdf + b"more\n"), expected, hand, "cover the whole")


def test_a_hole_that_is_not_empty(
    sent: Sent, prepared: Prepared, expected: Expected, hand: Hand
) -> None:
    begins = prepared.hole[0] + 10
    filled = sent.pdf[:begins] + b"1" + sent.pdf[begins + 1 :]
    refused(replace(sent, pdf=filled), expected, hand, "not empty")


def test_nothing_to_sign(sent: Sent, sealed: bytes, expected: Expected, hand: Hand) -> None:
    """A document whose last signature is there already has no empty place."""
    refused(replace(sent, pdf=sealed), expected, hand, "cover the whole|not empty")


def test_other_terms_under_the_same_words(sent: Sent, expected: Expected, hand: Hand) -> None:
    other = replace(expected, terms_digest="sha256:" + "0" * 64)
    refused(sent, other, hand, "the attached terms are")


def test_another_version(sent: Sent, expected: Expected, hand: Hand) -> None:
    refused(sent, replace(expected, version=2), hand, "it is version 1 of")


def test_pages_that_say_something_else(
    bench: Bench, inputs: DocumentInputs, expected: Expected, hand: Hand
) -> None:
    """The attachments are those of the terms, and the pages are another agreement's."""
    terms = inputs.terms.model_copy(update={"title": "Something else entirely"})
    lied = render(replace(inputs, terms=terms)).replace(b"Something", b"Somewhere")
    document = seal(lied, bench.seal, bench.notary)
    prepared = bench.begun(Side.PROVIDER, document)
    refused(
        Sent(document, prepared.pdf, prepared.attributes), expected, hand, "attached terms|other"
    )


def test_a_revision_that_paints_over_a_page_before_the_signature(
    bench: Bench, sealed: bytes, expected: Expected, hand: Hand
) -> None:
    painted = painted_over(sealed)
    prepared = bench.begun(Side.PROVIDER, painted)
    sent = Sent(painted, prepared.pdf, prepared.attributes)
    refused(sent, expected, hand, "something else than a signature")


def test_another_revision_than_the_one_looked_at(
    sent: Sent, half: bytes, expected: Expected, hand: Hand
) -> None:
    refused(replace(sent, revision=half), expected, hand, "does not begin with")


def test_anothers_seal(sent: Sent, expected: Expected, hand: Hand) -> None:
    refused(sent, replace(expected, seals=("f" * 64,)), hand, "not the one pinned")


def test_no_seal(bench: Bench, inputs: DocumentInputs, expected: Expected, hand: Hand) -> None:
    unsealed = with_fields(render(inputs))
    prepared = bench.begun(Side.PROVIDER, unsealed)
    refused(Sent(unsealed, prepared.pdf, prepared.attributes), expected, hand, "seal|signature")


def test_pages_that_cannot_be_made_again_here(
    bench: Bench, inputs: DocumentInputs, expected: Expected, hand: Hand
) -> None:
    """Set by a program that is not at hand: then nobody knows what they say."""
    document = bench.sealed(replace(inputs, press="another press"))
    prepared = bench.begun(Side.PROVIDER, document)
    sent = Sent(document, prepared.pdf, prepared.attributes)
    refused(sent, expected, hand, "set by another program")


def test_the_document_of_another_contract(
    bench: Bench, inputs: DocumentInputs, expected: Expected, hand: Hand
) -> None:
    other = replace(inputs_of(inputs.terms), contract=f"{inputs.contract[:-1]}z")
    document = bench.sealed(other)
    prepared = bench.begun(Side.PROVIDER, document)
    sent = Sent(document, prepared.pdf, prepared.attributes)
    refused(sent, expected, hand, "it is version 1 of")


def test_an_empty_revision_more_is_no_signature(
    bench: Bench, sealed: bytes, expected: Expected, hand: Hand
) -> None:
    longer = revised(sealed, lambda writer: writer.update_root())
    prepared = bench.begun(Side.PROVIDER, longer)
    sent = Sent(longer, prepared.pdf, prepared.attributes)
    assert sign(sent, expected, hand.key, hand.certificate), "nothing was changed in it"
