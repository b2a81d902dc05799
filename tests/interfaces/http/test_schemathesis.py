"""Machine-made requests, good and bad, to every operation: no surprise and no crash.

Schemathesis makes them from the description, always the same ones. Ids that would fit are replaced
by those of things that exist, so that the requests get past the door; whoever asks holds every
role of the provider.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.python import asgi

from domain.parties.facts import Role
from domain.values.sides import Side
from isolation.requests import REQUESTS
from isolation.things import Things, open_things
from served import application

DESCRIPTION: Final = schemathesis.openapi.from_asgi("/v1/openapi.json", application())
OPERATIONS: Final = {
    operation.definition.raw["operationId"]: operation
    for result in DESCRIPTION.get_all_operations()
    for operation in [result.ok()]  # type: ignore[union-attr] # what is invalid raises here
}
LIVE: Final = "streamEvents"
"""It never ends by itself; who hears what of it is tested with the private sides."""

WHOLE_TERMS: Final = frozenset({"checkTerms", "compareTerms", "makeOffer"})
"""Random whole agreements take minutes to make: for these, boundaries and examples alone."""

ANYTHING_WILL_DO: Final = frozenset({"live", "ready"})
"""They take nothing, so there is nothing to get wrong."""

BOUNDARIES: Final = 16
"""How many of the systematic cases to try of each operation, of a few dozen to some thousands."""

RANDOM: Final = settings(
    max_examples=2,
    database=None,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),  # what is slow or filtered here is the generator
)
CHECKED: Final = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
        "missing_required_header",
        "unsupported_method",
        "allow_header_conformance",
    ]
)


class Caller:
    """Sends what Schemathesis makes, as somebody who may do anything a provider can."""

    def __init__(self, things: Things, client: Any) -> None:
        stage = things.stage
        person = stage.newcomer(Side.PROVIDER, *Role)
        people = stage.parties[Side.PROVIDER].people
        name = next(name for name, one in people.items() if one == person)
        self.things = things
        self._token = stage.world.token(name)
        self._client = client
        self._real: dict[str, dict[str, str]] = {}

    def real(self, name: str) -> dict[str, str]:
        """Return the ids of things that exist, made once for each operation."""
        if name not in self._real:
            path = REQUESTS[name](self.things).path
            self._real[name] = {part: str(value) for part, value in path.items()}
        return self._real[name]

    def send(self, case: Case[Any], real: dict[str, str]) -> None:
        """Send a request and hold the answer against the description."""
        for name, value in real.items():
            made = case.path_parameters.get(name)
            if isinstance(made, str) and made.startswith(f"{value.split('-')[0]}-"):
                case.path_parameters[name] = value
        case.headers["Authorization"] = f"Bearer {self._token}"
        answer = case.call(session=self._client)
        case.validate_response(answer, checks=CHECKED)  # type: ignore[arg-type] # as the library hands them out


@pytest.fixture(scope="module")
def caller(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """Lend one service to all requests."""
    with (
        open_things(module_database, tmp_path_factory.mktemp("home")) as things,
        asgi.get_client(things.stage.world.app) as client,  # type: ignore[arg-type] # it is one
    ):
        yield Caller(things, client)


def test_every_operation_is_tried() -> None:
    assert OPERATIONS.keys() == REQUESTS.keys()


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - {LIVE}))
def test_the_boundaries_of_what_is_described_hold(caller: Caller, name: str) -> None:
    operation = OPERATIONS[name]
    real = caller.real(name)
    cases = DESCRIPTION.iter_coverage_cases(
        operation,
        generation_modes=list(GenerationMode),
        generation_config=DESCRIPTION.config.generation_for(operation=operation),
    )
    for case in islice(cases, BOUNDARIES):
        caller.send(case, real)


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        (name, mode)
        for name in sorted(OPERATIONS.keys() - {LIVE} - WHOLE_TERMS)
        for mode in GenerationMode
        if name not in ANYTHING_WILL_DO or mode is GenerationMode.POSITIVE
    ],
)
def test_what_is_made_at_random_is_answered_as_described(
    caller: Caller, name: str, mode: GenerationMode
) -> None:
    real = caller.real(name)

    @RANDOM
    @given(case=OPERATIONS[name].as_strategy(mode))
    def try_it(case: Case[Any]) -> None:
        caller.send(case, real)

    try_it()
