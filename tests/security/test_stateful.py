"""Requests in sequences, made from the description: what one answer names, the next one asks for.

Schemathesis infers which operation makes what another takes. Whoever asks holds every role of a
party, and is in a relationship with things in it. A quick look in every run of the tests; `make
fuzz` looks for longer, and elsewhere each time.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import CHECKS
from schemathesis.python import asgi

from domain.parties.facts import Role
from domain.values.ids import SUFFIX_PATTERN
from domain.values.sides import Side
from isolation.requests import REQUESTS
from isolation.things import Things, open_things
from served import application

SECONDS: Final = float(os.environ.get("FUZZ_SECONDS", "0"))
STEPS: Final = 5
ROUNDS: Final = 2
LEFT_OUT: Final = ["streamEvents", "makeOffer", "checkTerms", "compareTerms"]
"""One never ends; random whole agreements take minutes to make."""
SCHEMA: Final = schemathesis.openapi.from_asgi("/v1/openapi.json", application()).exclude(
    operation_id=LEFT_OUT
)
ID: Final = re.compile(rf"\b[a-z]+-{SUFFIX_PATTERN}")
CHECKED: Final = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    ]
)


class Service:
    """The service under fire, who asks it, and every id that it has told so far."""

    def __init__(self, things: Things, client: Any) -> None:
        stage = things.stage
        person = stage.newcomer(Side.PROVIDER, *Role)
        people = stage.parties[Side.PROVIDER].people
        self._token = stage.world.token(next(n for n, one in people.items() if one == person))
        self._things = things
        self._client = client
        self._real: dict[str, dict[str, str]] = {}
        self.told: set[str] = set()
        self.answered: dict[int, int] = {}

    def send(self, case: Case[Any]) -> Any:
        """Send a request; ids that nobody was ever told are replaced by those of real things."""
        real = self._ids(case.operation.definition.raw["operationId"])
        for name, value in real.items():
            made = case.path_parameters.get(name)
            if isinstance(made, str) and made not in self.told and ID.fullmatch(made):
                case.path_parameters[name] = value
        case.headers["Authorization"] = f"Bearer {self._token}"
        answer = case.call(session=self._client)
        self.told |= set(ID.findall(answer.text))
        self.answered[answer.status_code] = self.answered.get(answer.status_code, 0) + 1
        return answer

    def _ids(self, operation: str) -> dict[str, str]:
        if operation not in self._real:
            path = REQUESTS[operation](self._things).path
            self._real[operation] = {name: str(value) for name, value in path.items()}
        return self._real[operation]


@pytest.fixture(scope="module")
def service(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Lend one service to all sequences."""
    with (
        open_things(module_database, tmp_path_factory.mktemp("home")) as things,
        asgi.get_client(things.stage.world.app) as client,  # type: ignore[arg-type] # it is one
    ):
        yield Service(things, client)


def test_no_sequence_of_requests_breaks_the_service(service: Service) -> None:
    class Sequences(SCHEMA.as_state_machine()):  # type: ignore[misc] # made when it runs
        def call(self, case: Case[Any], **_: Any) -> Any:
            return service.send(case)

        def validate_response(self, response: Any, case: Case[Any], **_: Any) -> None:
            case.validate_response(response, checks=CHECKED)  # type: ignore[arg-type] # as it is

    end = time.monotonic() + SECONDS
    while True:
        Sequences.run(
            settings=settings(
                max_examples=ROUNDS,
                stateful_step_count=STEPS,
                database=None,
                derandomize=not SECONDS,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
        )
        if time.monotonic() >= end:
            break
    assert sum(service.answered.values()) >= ROUNDS
    assert any(status < 300 for status in service.answered), json.dumps(service.answered)
