"""The description of the API: whole, valid, illustrated, and the approved one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Final, NamedTuple

import jsonschema
import pytest
from jsonschema_specifications import REGISTRY
from typer.testing import CliRunner

from interfaces.cli.main import app as command_line
from interfaces.http.problem_documents import MEDIA_TYPE
from served import description

APPROVED: Final = Path(__file__).parents[3] / "docs" / "openapi.json"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
DOCUMENT: Final = description()
CHANGES: Final = frozenset({"post", "put", "delete", "patch"})
ONLY_LOOKED_AT: Final = frozenset({"checkTerms", "compareTerms", "importTerms", "invitePasskey"})
"""Posts that record nothing: their bodies are too large for a query, or each answer is fresh."""

NO_FACT: Final = frozenset(
    {
        "cosignCheckpoint",
        "readNotifications",
        "setNotificationWishes",
        "redeliverWebhook",
        "openCalendarAddress",
        "closeCalendarAddress",
    }
)
"""No facts, and the same said twice is the same: a witness's line, what somebody has read."""

BEGINS_SOMETHING: Final = frozenset(
    {
        "registerParty",
        "inviteToRelationship",
        "offerService",
        "openRequirements",
        "openNegotiation",
        "assessRequirement",
        "comment",
        *("issueDocument", "beginSigningDocument", "signDocument", "archiveDocument"),
        *("addWebhook", "testWebhook"),
        *("handInMeasurements", "openDispute", "callReview", "beginPlan"),
    }
)
"""Commands for which no version matters: there is none yet, or what they say holds anyway."""


class Operation(NamedTuple):
    """One operation: where it stands, and what is said of it."""

    method: str
    path: str
    said: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.said.get("operationId"))

    def headers(self) -> set[str]:
        return {one["name"] for one in self.said.get("parameters", []) if one["in"] == "header"}


OPERATIONS: Final = [
    Operation(method, path, said)
    for path, methods in DOCUMENT["paths"].items()
    for method, said in methods.items()
]
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)


def test_it_is_openapi_3_1() -> None:
    assert re.fullmatch(r"3\.1\.\d+", DOCUMENT["openapi"])
    assert DOCUMENT["info"].keys() >= {"title", "version", "summary", "description", "license"}


def test_every_reference_leads_somewhere() -> None:
    for pointer in references(DOCUMENT):
        found: Any = DOCUMENT
        for part in pointer.removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        assert found


def test_every_schema_is_one() -> None:
    validator = jsonschema.Draft202012Validator(REGISTRY.contents(DIALECT), registry=REGISTRY)
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert [error.message for error in validator.iter_errors(schema)] == [], name


def test_every_schema_is_used() -> None:
    used = {pointer.rsplit("/", 1)[-1] for pointer in references(DOCUMENT)}
    assert DOCUMENT["components"]["schemas"].keys() == used


def test_operation_ids_are_words_and_given_once() -> None:
    ids = [operation.id for operation in OPERATIONS]
    assert len(ids) == len(set(ids))
    assert [one for one in ids if not re.fullmatch(r"[a-z][A-Za-z]+", one)] == []


@every_operation
def test_an_operation_says_what_it_does(operation: Operation) -> None:
    assert operation.said["summary"]
    assert operation.said["description"]
    assert operation.said["tags"]


@every_operation
def test_an_operation_describes_every_part_of_its_path(operation: Operation) -> None:
    named = set(re.findall(r"{(\w+)}", operation.path))
    described_parts = {
        one["name"] for one in operation.said.get("parameters", []) if one["in"] == "path"
    }
    assert described_parts == named


@every_operation
def test_an_operation_declares_its_answers(operation: Operation) -> None:
    answers = operation.said["responses"]
    assert any(status.startswith("2") for status in answers)
    if operation.path.startswith("/health") or operation.id == "getCalendarByAddress":
        return  # the address itself is the secret: a calendar program has no token to send
    assert operation.said["security"] == [{"HTTPBearer": []}]
    assert answers.keys() >= {"401", "403", "404", "422", "503"}
    if operation.method in CHANGES:
        assert answers.keys() >= {"409", "412", "428"}
    for status, answer in answers.items():
        if status[0] in "45":
            assert answer["content"].keys() == {MEDIA_TYPE}


@every_operation
def test_a_command_takes_a_key_and_a_version(operation: Operation) -> None:
    commands = operation.method in CHANGES and operation.id not in ONLY_LOOKED_AT | NO_FACT
    assert ("Idempotency-Key" in operation.headers()) == commands
    assert ("If-Match" in operation.headers()) == (
        commands and operation.id not in BEGINS_SOMETHING
    )


def bodies() -> dict[str, dict[str, Any]]:
    """Return the schema of every request body by name."""
    found: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        body = operation.said.get("requestBody")
        if body is not None:
            reference = body["content"]["application/json"]["schema"]["$ref"]
            name = reference.rsplit("/", 1)[-1]
            found[name] = DOCUMENT["components"]["schemas"][name]
    return found


@pytest.mark.parametrize("name", sorted(bodies()))
def test_a_body_has_an_example_that_fits_it(name: str) -> None:
    schema = bodies()[name]
    validator = jsonschema.Draft202012Validator(
        {**schema, "components": deepcopy(DOCUMENT["components"])}
    )
    assert schema["examples"]
    for example in schema["examples"]:
        assert [error.message for error in validator.iter_errors(example)] == []


def test_the_approved_description_is_the_one_that_is_served() -> None:
    printed = CliRunner().invoke(command_line, ["openapi"])
    assert printed.exit_code == 0
    assert APPROVED.read_text() == printed.stdout, (
        "the API's description changed: look at the difference, and if nobody's client breaks, "
        "approve it with `parley openapi > docs/openapi.json`"
    )
    assert json.loads(printed.stdout) == DOCUMENT


def references(document: Any) -> Iterator[str]:
    """Yield every reference in a document."""
    match document:
        case {"$ref": str(pointer)}:
            yield pointer
        case dict():
            for part in document.values():
                yield from references(part)
        case list():
            for part in document:
                yield from references(part)
        case _:
            return
