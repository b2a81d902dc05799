"""A contract as a TM Forum agreement: who, since when, which version, and every term in words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bridged import EXAMPLES, example
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import flatten
from dropping import assert_nothing_is_dropped
from everything import EVERYTHING
from interfaces.bridges.telling import Origin, Translation
from interfaces.bridges.tmf651 import STATUS, Binding, Concluded, to_tmf651

CONTRACT = "relationship-1/contract-2"
TEXT = {"type": "string", "minLength": 1}
INSTANT = {"type": "string", "pattern": "^[0-9-]{10}T[0-9:.]+Z$"}
PERIOD = {
    "type": "object",
    "required": ["startDateTime"],
    "properties": {"startDateTime": INSTANT, "endDateTime": INSTANT},
    "additionalProperties": False,
}


def some(*required: str, **properties: Any) -> dict[str, Any]:
    shapes: dict[str, Any] = {"@type": TEXT, "@referredType": TEXT}
    shapes.update(dict.fromkeys(required, TEXT), **properties)
    return {
        "type": "object",
        "required": ["@type", *required],
        "properties": shapes,
        "additionalProperties": False,
    }


def many(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": item}


AGREEMENT = Draft202012Validator(
    some(
        *("id", "href", "name", "description", "agreementType", "version", "status"),
        initialDate=INSTANT,
        agreementPeriod=PERIOD,
        agreementSpecification=some("id", "name"),
        engagedParty=many(some("id", "name", "role")),
        agreementAuthorization=many(some("date", "signatureRepresentation", "state")),
        agreementItem=many(
            some(
                productOffering=many(some("id", "name")),
                termOrCondition=many(some("id", "description", validFor=PERIOD)),
            )
        ),
        characteristic=many(some("name", "valueType", "value")),
    )
)
"""The fields of version 4 of the resource that are used here, and their types."""


def concluded(binding: Binding = "in-force") -> Concluded:
    return Concluded(
        origin=Origin(CONTRACT, 2, "sha256:3"),
        href=f"/v1/relationships/{CONTRACT.replace('/', '/contracts/')}",
        provider="party-4",
        client="party-5",
        binding=binding,
        signed_at=datetime(2026, 2, 1, 12, tzinfo=UTC),
        effective_from=datetime(2026, 3, 1, tzinfo=UTC),
        begins_at=datetime(2026, 1, 1, tzinfo=UTC),
        ends_at=None,
    )


def told(terms: AgreementTerms) -> Translation:
    return to_tmf651(terms, concluded())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_makes_an_agreement_resource(path: Path) -> None:
    AGREEMENT.validate(json.loads(told(example(path.stem)).json))


def test_a_contract_says_who_since_when_and_in_which_version() -> None:
    (agreement,) = told(example("aws-ec2-region")).documents
    assert (agreement["id"], agreement["version"], agreement["status"]) == (CONTRACT, "2", "active")
    assert agreement["agreementPeriod"] == {"startDateTime": "2026-01-01T00:00:00Z"}
    assert [(one["id"], one["role"]) for one in agreement["engagedParty"]] == [
        ("party-4", "provider"),
        ("party-5", "client"),
    ]
    first = agreement["agreementItem"][0]["termOrCondition"][0]
    assert first["description"].startswith("Availability: At least 99.99 %")
    assert first["validFor"] == {"startDateTime": "2026-03-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("binding", "status"), [("before", "approved"), ("in-force", "active"), ("after", "terminated")]
)
def test_the_status_says_how_far_it_is(binding: Binding, status: str) -> None:
    assert STATUS[binding] == status
    (agreement,) = to_tmf651(example("aws-ec2-region"), concluded(binding)).documents
    assert agreement["status"] == status


def test_every_figure_is_there_by_its_path_and_listed_as_untyped() -> None:
    terms = AgreementTerms.model_validate(EVERYTHING)
    translation = told(terms)
    (agreement,) = translation.documents
    figures = {one["name"]: one["value"] for one in agreement["characteristic"]}
    assert figures.pop("terms_digest") == "sha256:3"
    assert figures == flatten(terms)
    listed = {item.place for item in translation.unsaid}
    assert {"objectives/by-time/targets", "charges/fee", "credits", "clauses/law"} <= listed


def test_every_term_that_changes_changes_the_resource_or_is_listed() -> None:
    assert assert_nothing_is_dropped(told, EVERYTHING) > 300
