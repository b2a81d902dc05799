"""Who is told of what: a table that names every fact, and never the other side's affairs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from application.access import ROLES, Action
from application.event_catalogue import CATALOGUE
from application.notices.people import called, people_told
from application.notices.rules import QUIET, TABLE, To, Told, sides_told, told
from domain.credits.facts import CreditClaimed
from domain.escalations.facts import EscalationClimbed
from domain.negotiation.position_facts import (
    ApprovalKind,
    ApprovalRequested,
    DraftSaved,
    PositionFact,
)
from domain.notifications.kinds import ASKS_FOR_SOMETHING, NoticeKind
from domain.parties.facts import PersonalDetails, Role
from domain.parties.registered import Registered, Representative, Unregistered
from domain.reviews.facts import ActionAgreed, Planned
from domain.values.canonical import Digest
from domain.values.ids import PersonId, StreamId
from domain.values.sides import Side

PROVIDER, CLIENT = Side.PROVIDER, Side.CLIENT


def person(function: str, *roles: Role) -> Representative:
    details = PersonalDetails("Ada", "ada@northwind.example")
    return Representative(details, function, StreamId("identity-1"), frozenset(roles))


def party(**people: Representative) -> Registered:
    known = {PersonId(name): one for name, one in people.items()}
    return Registered("Northwind", "HRB 1", "DE", None, known)


NORTHWIND = party(
    boss=person("director", Role.ADMINISTRATOR),
    ops=person("Head of Operations", Role.REQUIREMENTS_ENGINEER),
    manager=person("keeps it running", Role.SERVICE_MANAGER),
    money=person("controller", Role.FINANCE),
    auditor=person("auditor", Role.AUDITOR),
    newcomer=person("new"),
)


def test_every_fact_there_is_is_told_or_kept_quiet_on_purpose() -> None:
    facts = {kind.fact for kind in CATALOGUE.types}
    assert TABLE.keys() | QUIET == facts
    assert TABLE.keys() & QUIET == set()


def test_what_the_table_does_not_name_is_told_to_nobody() -> None:
    assert told(object()) is None
    assert told(DraftSaved(PROVIDER, {})) is None


@pytest.mark.parametrize("private_to", Side)
@pytest.mark.parametrize("acting", [PROVIDER, CLIENT, None])
@pytest.mark.parametrize("to", To)
def test_a_private_file_is_told_to_its_own_side_at_most(
    to: To, acting: Side | None, private_to: Side
) -> None:
    assert sides_told(to, acting, private_to) <= {private_to}


def test_what_a_side_does_is_told_to_the_other_and_what_comes_about_to_both() -> None:
    assert sides_told(To.OTHER, PROVIDER, None) == {CLIENT}
    assert sides_told(To.OTHER, None, None) == {PROVIDER, CLIENT}
    assert sides_told(To.OWN, PROVIDER, None) == set()
    assert sides_told(To.CLIENT, CLIENT, None) == {CLIENT}


def test_every_rule_about_a_private_file_is_for_its_own_side() -> None:
    for fact in PositionFact.__args__:
        rule = TABLE.get(fact)
        if rule is not None:
            made = rule(ApprovalRequested(PROVIDER, ApprovalKind.TECHNICAL, Digest("sha256:0")))
            assert made is not None
            assert made.to is To.OWN


@pytest.mark.parametrize(
    ("kind", "told_there"),
    [("technical", {"ops", "manager"}), ("commercial", {"money"}), ("mandate", set())],
)
def test_who_is_asked_to_approve_is_told(kind: str, told_there: set[str]) -> None:
    rule = told(ApprovalRequested(PROVIDER, ApprovalKind(kind), Digest("sha256:0")))
    assert rule is not None
    assert people_told(NORTHWIND, rule, private=True) == told_there


def test_who_may_answer_a_claim_is_told_of_it() -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    rule = told(CreditClaimed("availability/20260301", None, "our log", at))  # type: ignore[arg-type]
    assert rule == Told(NoticeKind.CLAIM_LODGED, To.OTHER, (Action.CLAIM,))
    assert people_told(NORTHWIND, rule) == {"manager", "money"}


def test_who_owes_an_action_is_told_on_its_own_side() -> None:
    plan = Planned("action-1", "more discs", CLIENT, "ops", date(2026, 5, 1))
    rule = told(ActionAgreed(plan))
    assert rule is not None
    assert sides_told(rule.to, PROVIDER, None) == {CLIENT}


def test_a_level_of_the_path_is_whoever_has_that_function_or_that_role() -> None:
    assert called(NORTHWIND, "head of operations") == {"ops"}
    assert called(NORTHWIND, "Service Manager") == {"manager"}
    rule = told(EscalationClimbed(1, 2, "head of operations", PROVIDER))
    assert rule is not None
    assert people_told(NORTHWIND, rule) == {"ops"}


def test_a_level_that_nobody_is_called_like_goes_to_those_who_act_in_its_place() -> None:
    assert called(NORTHWIND, "chief of everything") == {"manager"}
    without = party(boss=person("director", Role.ADMINISTRATOR), money=person("x", Role.FINANCE))
    assert called(without, "chief of everything") == {"boss"}


def test_somebody_without_a_role_and_a_party_that_is_none_are_told_nothing() -> None:
    everybody = Told(NoticeKind.ESCALATION, To.BOTH, tuple(Action), "new")
    assert "newcomer" not in people_told(NORTHWIND, everybody)
    assert people_told(Unregistered(), everybody) == set()


def test_of_a_private_file_only_those_are_told_who_may_read_it() -> None:
    everybody = Told(NoticeKind.APPROVAL_REQUESTED, To.OWN, tuple(Action))
    told_there = people_told(NORTHWIND, everybody, private=True)
    may_read = set(ROLES[Action.READ_PRIVATE])
    assert told_there == {"ops", "manager", "money", "auditor"}
    assert all(NORTHWIND.representatives[PersonId(p)].roles & may_read for p in told_there)


def test_what_goes_out_by_mail_unasked_is_what_somebody_is_told_of() -> None:
    assert set(NoticeKind) > ASKS_FOR_SOMETHING
