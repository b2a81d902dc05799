from dataclasses import replace

import pytest

from agreements import simple_terms
from domain.negotiation.commands import (
    AcceptOffer,
    DeclareConstraint,
    LiftConstraint,
    MakeCounterOffer,
    MakeProposal,
)
from domain.negotiation.constraints import Constraint, Weight, admits
from domain.negotiation.facts import ConstraintDeclared, ConstraintLifted, ProposalMade
from domain.terms.paths import TermPath, flatten
from negotiations import (
    AVAILABILITY,
    CLIENT,
    COUNTER,
    COUNTER_MADE,
    FEE,
    FIRST,
    FIRST_ACCEPTED,
    FIRST_MADE,
    NOW,
    PROVIDER,
    negotiation,
    offered,
    told,
)

PROMISE = Constraint("promise", CLIENT, AVAILABILITY, Weight.REQUIRED, at_least="99.9")
PRICE = Constraint("price", CLIENT, FEE, Weight.REQUIRED, at_most="12000")
ENDS = TermPath("term/ends")
SLICE = TermPath("objectives/availability/measured/slice")
MISSING = TermPath("objectives/availability/measured/missing")


def limit(path: TermPath, **limits: str | tuple[str, ...]) -> Constraint:
    bare = Constraint("limit", CLIENT, path, Weight.REQUIRED)
    return replace(bare, **limits)  # type: ignore[arg-type] # parametrised by name


class TestDeclaring:
    def test_a_side_declares_a_limit_once(self) -> None:
        declare = DeclareConstraint(PROMISE)
        negotiation().when(declare).then(ConstraintDeclared(PROMISE)).when(declare).then()

    def test_one_id_stands_for_one_limit(self) -> None:
        other = DeclareConstraint(replace(PROMISE, at_least="99.95"))
        negotiation(ConstraintDeclared(PROMISE)).when(other).refused("constraint-id-taken")

    def test_a_limit_limits_something(self) -> None:
        negotiation().when(DeclareConstraint(limit(FEE))).refused("empty-constraint")

    def test_a_limit_that_nothing_could_respect_is_none(self) -> None:
        crossed = limit(FEE, at_least="12000.01", at_most="12000")
        negotiation().when(DeclareConstraint(crossed)).refused("empty-constraint")
        unlike = limit(FEE, at_least="1", at_most="2026-01-01")
        negotiation().when(DeclareConstraint(unlike)).refused("empty-constraint")

    @pytest.mark.parametrize("words", ["soon", "NaN", "Infinity", "P1M", ""])
    def test_the_ends_of_a_range_can_be_compared(self, words: str) -> None:
        vague = limit(FEE, at_least=words, at_most="1")
        negotiation().when(DeclareConstraint(vague)).refused("limit-not-comparable")

    def test_only_who_declared_a_limit_lifts_it(self) -> None:
        declared = negotiation(ConstraintDeclared(PROMISE))
        declared.when(LiftConstraint("promise", PROVIDER)).refused("constraint-of-the-other-side")
        lift = LiftConstraint("promise", CLIENT)
        declared.when(lift).then(ConstraintLifted("promise", CLIENT)).when(lift).refused(
            "unknown-constraint"
        )

    def test_a_lifted_limit_can_be_declared_anew(self) -> None:
        lifted = negotiation(ConstraintDeclared(PROMISE), ConstraintLifted("promise", CLIENT))
        tighter = replace(PROMISE, at_least="99.95")
        lifted.when(DeclareConstraint(tighter)).then(ConstraintDeclared(tighter))


class TestOfferingWithinLimits:
    def test_an_offer_outside_a_required_limit_is_refused_and_the_limit_named(self) -> None:
        outside = negotiation(ConstraintDeclared(PROMISE)).when(MakeProposal(FIRST, NOW))
        outside.refused("outside-constraint")
        assert f"{AVAILABILITY} must be at least 99.9 (required by the client)" in told(outside)

    def test_every_limit_it_breaks_is_named(self) -> None:
        strict = (ConstraintDeclared(PROMISE), ConstraintDeclared(replace(PRICE, at_most="1")))
        because = told(negotiation(*strict).when(MakeProposal(FIRST, NOW)))
        assert AVAILABILITY in because
        assert FEE in because

    def test_an_offer_outside_an_optional_limit_is_made(self) -> None:
        optional = ConstraintDeclared(replace(PROMISE, weight=Weight.OPTIONAL))
        negotiation(optional).when(MakeProposal(FIRST, NOW)).then(FIRST_MADE)

    def test_an_offer_within_the_limit_is_made(self) -> None:
        within = offered("offer-1", terms=simple_terms(availability="99.9"))
        negotiation(ConstraintDeclared(PROMISE), ConstraintDeclared(PRICE)).when(
            MakeProposal(within, NOW)
        ).then(ProposalMade(within))

    def test_whoever_sets_a_limit_keeps_to_it_too(self) -> None:
        own = MakeCounterOffer(COUNTER, FIRST.id, NOW)
        strict = ConstraintDeclared(replace(PROMISE, at_least="99.99"))
        negotiation(FIRST_MADE, strict).when(own).refused("outside-constraint")

    def test_a_lifted_limit_limits_nothing(self) -> None:
        lifted = (ConstraintDeclared(PROMISE), ConstraintLifted("promise", CLIENT))
        negotiation(*lifted).when(MakeProposal(FIRST, NOW)).then(FIRST_MADE)

    def test_a_limit_looks_forward_and_leaves_the_offer_on_the_table_alone(self) -> None:
        accept = AcceptOffer(FIRST.id, FIRST.terms_digest, CLIENT, NOW)
        table = negotiation(FIRST_MADE, ConstraintDeclared(PROMISE))
        table.when(accept).then(*FIRST_ACCEPTED)
        table.when(MakeCounterOffer(COUNTER, FIRST.id, NOW)).then(COUNTER_MADE)


@pytest.mark.parametrize(
    ("constraint", "respected"),
    [
        (limit(AVAILABILITY, at_least="99.5"), True),
        (limit(AVAILABILITY, at_least="99.500"), True),
        (limit(AVAILABILITY, at_least="99.500000001"), False),
        (limit(AVAILABILITY, at_most="99.5"), True),
        (limit(AVAILABILITY, at_most="99.499999999"), False),
        (limit(FEE, at_least="9000"), True),
        (limit(FEE, at_least="9000", at_most="11999.99"), False),
        (limit(ENDS, at_least="2026-12-31"), True),
        (limit(ENDS, at_least="2027-01-01"), False),
        (limit(ENDS, at_most="2026-12-31"), True),
        (limit(ENDS, at_most="2026-12-30"), False),
        (limit(SLICE, at_most="PT60S"), True),
        (limit(SLICE, at_most="PT59S"), False),
        (limit(SLICE, at_least="P1D"), False),
        (limit(MISSING, one_of=("counts as down", "left out")), True),
        (limit(MISSING, one_of=("counts as up",)), False),
        (limit(FEE, one_of=("12000",)), False),
        (limit(ENDS, at_least="5"), False),
        (limit(FEE, at_most="2026-12-31"), False),
        (limit(SLICE, at_most="5"), False),
        (limit(MISSING, at_most="5"), False),
        (limit(TermPath("budget/ceiling"), at_least="0"), False),
        (limit(TermPath("budget/ceiling"), one_of=("1",)), False),
    ],
    ids=lambda value: value.says() if isinstance(value, Constraint) else str(value),
)
def test_a_range_includes_its_ends_unlike_kinds_never_do_and_a_missing_term_breaks_any_limit(
    constraint: Constraint, *, respected: bool
) -> None:
    assert admits(constraint, flatten(simple_terms())) is respected
