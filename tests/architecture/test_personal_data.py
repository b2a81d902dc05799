"""0026: what is personal in a stored fact is marked, and so it is sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest

from application.event_catalogue import CATALOGUE, EventType
from application.sealing import personal_fields
from domain.parties.facts import PersonalDetails, RepresentativeAppointed

SUSPECT = {"email", "person_name", "first_name", "last_name", "phone", "address"}
"""Names of fields that would hold something personal."""


def parts(hint: Any) -> Iterator[type]:
    """Yield every composite type in a type, itself and what it holds."""
    for inner in get_args(hint):
        yield from parts(inner)
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
        for inner in get_type_hints(hint).values():
            yield from parts(inner)


def holds_something_personal(hint: Any) -> bool:
    return any(
        part is PersonalDetails or SUSPECT & {field.name for field in fields(part)}
        for part in parts(hint)
    )


@pytest.mark.parametrize("kind", CATALOGUE.types, ids=lambda kind: kind.name)
def test_whatever_is_personal_in_a_fact_is_marked(kind: EventType) -> None:
    marked = {field.name for field in personal_fields(kind.fact)}
    found = {
        name for name, hint in get_type_hints(kind.fact).items() if holds_something_personal(hint)
    }
    assert found | SUSPECT & get_type_hints(kind.fact).keys() == marked


@pytest.mark.parametrize("kind", CATALOGUE.types, ids=lambda kind: kind.name)
def test_a_mark_names_fields_and_a_fact_that_are_there(kind: EventType) -> None:
    for field in personal_fields(kind.fact):
        assert field.mark.of in get_type_hints(kind.fact)
        assert field.mark.of in get_type_hints(field.mark.erased_by)
        assert personal_fields(field.mark.erased_by) == ()
        assert CATALOGUE.topics(field.mark.erased_by)
        assert field.adapter.validate_python(field.mark.erased) == field.mark.erased


def test_the_check_sees_what_it_is_for() -> None:
    assert [field.name for field in personal_fields(RepresentativeAppointed)] == ["details"]
    assert holds_something_personal(tuple[PersonalDetails, ...])
    assert not holds_something_personal(EventType)
