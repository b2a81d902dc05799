"""Every event ever stored loads for ever: the approved samples say what was stored."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent

from application.event_catalogue import CATALOGUE, EventType
from application.mapper import fact_document, fact_json
from application.recorded import Recorded
from domain.terms.agreement import AgreementTerms
from domain.values.canonical import digest_of
from key_rings import OneKey, mapper_with

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
MAPPER = mapper_with(OneKey())
STREAM = "relationship-00000000000000000000000001"


def topic_of(sample: Path) -> str:
    """Return the topic of a sample: ``party.PartyRegistered.1.json`` is version 1."""
    name, version = sample.name.removesuffix(".json").removesuffix(".bare").rsplit(".", 1)
    return f"{name}/{version}"


def stored(sample: Path) -> StoredEvent:
    return StoredEvent(STREAM, 1, topic_of(sample), sample.read_bytes().removesuffix(b"\n"))


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every JSON object in a document."""
    inside = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for part in inside:
            yield from objects(part)


@pytest.mark.parametrize("kind", CATALOGUE.types, ids=lambda kind: kind.name)
def test_every_version_of_every_event_has_its_samples(kind: EventType) -> None:
    names = {sample.name for sample in SAMPLES}
    wanted = {
        f"{kind.name}.{version}{form}.json"
        for version in range(1, kind.version + 1)
        for form in ("", ".bare")
    }
    assert wanted - names == set(), "see write_missing.py"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_loads_as_the_fact_of_today(sample: Path) -> None:
    kind, _ = CATALOGUE.of_topic(topic_of(sample))
    event: Recorded = MAPPER.to_domain_event(stored(sample))
    assert type(event.fact) is kind.fact


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_of_the_current_version_is_stored_to_the_byte_as_it_was(sample: Path) -> None:
    before = stored(sample)
    after = MAPPER.to_stored_event(MAPPER.to_domain_event(before))
    kind, version = CATALOGUE.of_topic(before.topic)
    assert after.topic == kind.topic
    if version == kind.version:
        assert unsealed(after) == unsealed(before)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_is_copied_elsewhere_as_the_fact_it_is(sample: Path) -> None:
    event: Recorded = MAPPER.to_domain_event(stored(sample))
    assert json.loads(fact_json(event)) == fact_document(event.fact)


def unsealed(event: StoredEvent) -> bytes:
    """Return what is stored with its seals broken open: sealed twice, nothing looks the same."""
    state = event.state
    for sealed in re.findall(rb'{"nonce":"[^"]+","sealed":"[^"]+"}', state):
        state = state.replace(sealed, b'"sealed"')
    return state


def test_terms_in_samples_have_the_digest_that_was_signed() -> None:
    found = 0
    for sample in SAMPLES:
        for one in objects(json.loads(sample.read_bytes())):
            if "terms" in one and "terms_digest" in one:
                found += 1
                assert digest_of(one["terms"]) == one["terms_digest"], sample.name
                terms = AgreementTerms.model_validate(one["terms"])
                assert terms.digest == one["terms_digest"], sample.name
    assert found >= 5
