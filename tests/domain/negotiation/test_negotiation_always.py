"""What holds in every negotiation, whatever the two sides try, in whatever order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agreements import simple_terms
from domain.decider import Refused
from domain.negotiation.commands import (
    AcceptOffer,
    BreakOff,
    Comment,
    DeclineSignature,
    ExpireOffer,
    ExpireSigningPeriod,
    LockTerm,
    MakeCounterOffer,
    MakeProposal,
    NegotiationCommand,
    OpenNegotiation,
    RejectOffer,
    SignAgreement,
    UnlockTerm,
    WithdrawOffer,
)
from domain.negotiation.constraints import Constraint, Weight
from domain.negotiation.facts import (
    AgreementSigned,
    CounterOfferMade,
    Firmness,
    NegotiationConcluded,
    NegotiationFact,
    NewAgreement,
    Offer,
    OfferAccepted,
    OfferExpired,
    OfferRejected,
    OfferWithdrawn,
    ProposalMade,
    SignatureDeclined,
    SignatureRequested,
    SigningPeriodExpired,
    Subject,
    TermLocked,
    TermUnlocked,
)
from domain.negotiation.negotiation import NEGOTIATION
from domain.negotiation.table import AwaitingSignatures, Negotiating, NegotiationState
from domain.signatures.checking import Submitted
from domain.signatures.evidence import JwsEvidence, PasskeyEvidence
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import TermPath, subtree
from domain.values.canonical import Digest
from domain.values.ids import OfferId
from domain.values.sides import Side
from negotiations import ADA, AVAILABILITY, BO, CLIENT, opened, signing
from properties import (
    MODEST,
    MOMENTS,
    anything,
    assert_each_decided_once,
    assert_evolve_is_total,
    assert_survives_storage,
    facts_in_any_order,
)

SOON, LATE = MOMENTS[1], MOMENTS[3]
TERMS = [simple_terms(), simple_terms(availability="99.9")]
Game = list[tuple[Any, list[Any]]]
CURRENT, FRESH = OfferId("the one that counts now"), OfferId("a new one")
RIGHT = Digest("that of the one that counts now")
OLD = [OfferId("offer-1"), OfferId("offer-2")]
LIMITS = [
    Constraint(f"limit-{n}", CLIENT, AVAILABILITY, weight, at_least="99.9")
    for n, weight in enumerate(Weight)
]

STATEMENTS = [signing(CLIENT, ADA), signing(CLIENT.other, BO)]


def _offer(name: OfferId, by: Side, terms: AgreementTerms, firm: Firmness, at: datetime) -> Offer:
    return Offer(name, by, terms, terms.digest, firm, at)


POOLS: dict[Any, st.SearchStrategy[Any]] = {
    OfferId: st.sampled_from([CURRENT, CURRENT, CURRENT, *OLD]),
    AgreementTerms: st.sampled_from(TERMS),
    Digest: st.sampled_from([RIGHT, RIGHT, RIGHT, *(terms.digest for terms in TERMS)]),
    Offer: st.sampled_from(
        [
            _offer(name, by, terms, firmness, until)
            for name in (FRESH, FRESH, *OLD)
            for by in Side
            for terms in TERMS
            for firmness in (Firmness.FIRM, Firmness.FIRM, Firmness.INDICATIVE)
            for until in (LATE, SOON)
        ]
    ),
    Constraint: st.sampled_from(LIMITS),
    Submitted: st.sampled_from(STATEMENTS),
    JwsEvidence: st.sampled_from([one.evidence for one in STATEMENTS]),
    PasskeyEvidence: st.sampled_from([one.evidence for one in STATEMENTS]),
    Subject: st.just(NewAgreement()),
    TermPath: st.sampled_from([AVAILABILITY, AVAILABILITY, TermPath("objectives")]),
    datetime: st.sampled_from([MOMENTS[0], MOMENTS[0], MOMENTS[0], SOON, LATE]),
    dict[TermPath, str]: st.sampled_from([subtree(terms, AVAILABILITY) for terms in TERMS]),
}


def aimed(move: Any, state: NegotiationState) -> Any:
    """Point a move at the offer that counts now, where it does not name one itself."""
    if not isinstance(state, Negotiating | AwaitingSignatures):
        return move
    table = state if isinstance(state, Negotiating) else state.negotiating
    current = next(reversed([*table.offers.values()]), None)
    changes: dict[str, Any] = {}
    for field in ("offer", "answers"):
        if current is not None and getattr(move, field, None) == CURRENT:
            changes[field] = current.id
    if current is not None and getattr(move, "terms_digest", None) == RIGHT:
        changes["terms_digest"] = current.terms_digest
    if current is not None and isinstance(move, SignAgreement) and move.submitted is not None:
        changes["submitted"] = signing(
            move.by, move.signatory, current, move.now, mandate=move.mandate
        )
    offer = getattr(move, "offer", None)
    if isinstance(offer, Offer) and offer.id == FRESH:
        changes["offer"] = replace(offer, id=OfferId(f"offer-{len(table.offers) + 1}"))
    return replace(move, **changes)


def played(moves: Iterable[Any]) -> Game:
    """Return every move as it was aimed, with the facts it led to, from an open table on."""
    history: Game = [(None, [opened()])]
    state = NEGOTIATION.replay([opened()])
    for move in moves:
        aimed_move = aimed(move, state)
        try:
            facts = NEGOTIATION.decide(aimed_move, state)
        except Refused:
            facts = []
        state = NEGOTIATION.replay(facts, state)
        history.append((aimed_move, facts))
    return history


CLOSE: dict[Any, st.SearchStrategy[Any]] = {
    **POOLS,
    OfferId: st.sampled_from([CURRENT, CURRENT, CURRENT, OLD[0]]),
    Digest: st.sampled_from([RIGHT] * 8 + [terms.digest for terms in TERMS]),
    TermPath: st.just(AVAILABILITY),
    Offer: st.sampled_from(
        [_offer(FRESH, by, terms, Firmness.FIRM, LATE) for by in Side for terms in TERMS]
    ),
    datetime: st.sampled_from([MOMENTS[0]] * 8 + [SOON]),
}
"""Values that hit more often, for what lies at the end of a long way."""


def moves_of(*kinds: Any, pools: Any = None) -> st.SearchStrategy[Any]:
    """Return a strategy for moves of these kinds, each as likely."""
    return st.one_of(*[anything(kind, pools or POOLS) for kind in kinds])


ANY = anything(NegotiationCommand, POOLS)
TALKING = ANY.filter(lambda move: not isinstance(move, BreakOff))
ANSWERING = moves_of(AcceptOffer, AcceptOffer, WithdrawOffer, RejectOffer, ExpireOffer)
SIGNING = moves_of(*[SignAgreement] * 4, DeclineSignature, ExpireSigningPeriod)
LOCKING = moves_of(LockTerm, LockTerm, UnlockTerm)
ROUND = st.tuples(
    moves_of(MakeProposal),
    moves_of(MakeProposal, MakeCounterOffer, MakeCounterOffer),
    LOCKING,
    TALKING,
    moves_of(AcceptOffer),
    ANSWERING,
    SIGNING,
    SIGNING,
    SIGNING,
)
GAMES = st.lists(ROUND, min_size=1, max_size=3).map(
    lambda rounds: played(move for one in rounds for move in one)
)
FIRST = _offer(OLD[0], CLIENT.other, TERMS[0], Firmness.FIRM, LATE)
AFTER_AN_OFFER = [MakeProposal(FIRST, MOMENTS[0])]
AFTER_ACCEPTANCE = [
    *AFTER_AN_OFFER,
    AcceptOffer(FIRST.id, FIRST.terms_digest, CLIENT, MOMENTS[0]),
]
OTHERWISE = _offer(OLD[1], CLIENT, TERMS[1], Firmness.FIRM, LATE)
BOTH_LOCK = [LockTerm(AVAILABILITY, side, FIRST.id) for side in Side]
AROUND_LOCKS: list[list[Any]] = [
    [*AFTER_AN_OFFER, *BOTH_LOCK],
    [*AFTER_AN_OFFER, MakeCounterOffer(OTHERWISE, FIRST.id, MOMENTS[0])],
    [*AFTER_AN_OFFER, MakeCounterOffer(OTHERWISE, FIRST.id, MOMENTS[0]), *BOTH_LOCK],
]
IN_THE_END = [AcceptOffer(CURRENT, RIGHT, side, MOMENTS[0]) for side in Side]
ABOUT_LOCKS = st.tuples(
    st.sampled_from(AROUND_LOCKS),
    st.lists(
        moves_of(LockTerm, LockTerm, UnlockTerm, UnlockTerm, MakeCounterOffer, pools=CLOSE)
        | moves_of(MakeCounterOffer, MakeCounterOffer, MakeCounterOffer, pools=CLOSE),
        min_size=2,
        max_size=12,
    ),
).map(lambda moves: played([*moves[0], *moves[1], *IN_THE_END]))
ABOUT_SIGNATURES = st.lists(
    moves_of(
        *[SignAgreement] * 3, *[DeclineSignature] * 2, ExpireSigningPeriod, Comment, pools=CLOSE
    ),
    min_size=4,
    max_size=10,
).map(lambda moves: played([*AFTER_ACCEPTANCE, *moves]))
FACTS = facts_in_any_order(NegotiationFact, POOLS).map(lambda facts: [opened(), *facts])
LEFT_THE_TABLE = OfferWithdrawn | OfferRejected | OfferExpired | OfferAccepted
REOPENED = OfferWithdrawn | OfferRejected | OfferExpired | SignatureDeclined | SigningPeriodExpired


def facts_of(game: Game) -> list[Any]:
    """Return the facts of a game, in order."""
    return [fact for _, facts in game for fact in facts]


def told_by(game: Game) -> Iterator[tuple[Any, Any]]:
    """Yield every fact of a game with the move that led to it."""
    return ((move, fact) for move, facts in game for fact in facts)


def offers_in(history: Iterable[Any]) -> dict[OfferId, Offer]:
    """Return every offer made in a history."""
    made = (one.offer for one in history if isinstance(one, ProposalMade | CounterOfferMade))
    return {offer.id: offer for offer in made}


@MODEST
@given(facts_in_any_order(NegotiationFact, POOLS) | FACTS)
def test_any_facts_in_any_order_replay(facts: list[NegotiationFact]) -> None:
    assert_evolve_is_total(NEGOTIATION, facts)


@MODEST
@given(FACTS, st.lists(ANY, min_size=4, max_size=10))
def test_every_command_is_answered_whatever_happened_before(
    facts: list[NegotiationFact], commands: list[NegotiationCommand]
) -> None:
    state = NEGOTIATION.replay(facts)
    for command in commands:
        try:
            answer = NEGOTIATION.decide(command, state)
        except Refused as refusal:
            assert refusal.because  # noqa: PT017 - both answers are right, nothing else is
        else:
            assert isinstance(answer, list)


@MODEST
@given(st.lists(ANY, max_size=15), GAMES)
def test_the_same_command_twice_records_nothing_new(
    anything_at_all: list[NegotiationCommand], game: Game
) -> None:
    opening = OpenNegotiation(NewAgreement(), CLIENT, "Order management")
    assert_each_decided_once(NEGOTIATION, anything_at_all)
    assert_each_decided_once(NEGOTIATION, [opening, *(move for move, _ in game[1:])])


@MODEST
@given(GAMES)
def test_turns_alternate(game: Game) -> None:
    waits_for: Side | None = None
    for fact in facts_of(game):
        if isinstance(fact, ProposalMade | CounterOfferMade):
            assert waits_for in (None, fact.offer.by)
            waits_for = fact.offer.by.other
        elif isinstance(fact, REOPENED):
            waits_for = None


@MODEST
@given(GAMES)
def test_at_most_one_offer_is_on_the_table_and_only_that_one_leaves_it(
    game: Game,
) -> None:
    table: OfferId | None = None
    for fact in facts_of(game):
        match fact:
            case ProposalMade(offer=offer):
                assert table is None
                table = offer.id
            case CounterOfferMade(offer=offer):
                table = offer.id
            case OfferWithdrawn() | OfferRejected() | OfferExpired() | OfferAccepted():
                assert table == fact.offer
                table = None
            case _:
                pass


@MODEST
@given(GAMES)
def test_an_offer_comes_to_one_end(game: Game) -> None:
    ends: dict[OfferId, list[Any]] = defaultdict(list)
    for fact in facts_of(game):
        if isinstance(fact, LEFT_THE_TABLE):
            ends[fact.offer].append(fact)
    assert all(len(end) == 1 for end in ends.values())


@MODEST
@given(GAMES)
def test_nothing_is_accepted_but_by_the_other_side_in_time_firm_and_by_digest(
    game: Game,
) -> None:
    history = list(told_by(game))
    offers = offers_in(fact for _, fact in history)
    for move, fact in history:
        if isinstance(fact, OfferAccepted):
            assert isinstance(move, AcceptOffer)
            offer = offers[fact.offer]
            assert move.now < offer.valid_until
            assert fact.by is offer.by.other
            assert offer.firmness is Firmness.FIRM
            assert move.terms_digest == fact.terms_digest == offer.terms.digest


@MODEST
@given(ABOUT_SIGNATURES)
def test_a_side_signs_once_in_time_and_only_both_signatures_conclude(
    game: Game,
) -> None:
    signed: set[Side] = set()
    sign_by = MOMENTS[0]
    history = list(told_by(game))
    for at, (move, fact) in enumerate(history):
        if len(signed) == len(Side):
            assert isinstance(fact, NegotiationConcluded)
        match fact:
            case SignatureRequested():
                signed, sign_by = set(), fact.sign_by
            case AgreementSigned(by=by):
                assert isinstance(move, SignAgreement)
                assert by not in signed
                assert move.now < sign_by
                signed.add(by)
            case NegotiationConcluded():
                assert signed == set(Side)
                assert at == len(history) - 1
                signed = set()
            case SignatureDeclined(by=by):
                assert by not in signed
            case _:
                pass
    assert len(signed) < len(Side)


@MODEST
@given(ABOUT_LOCKS)
def test_what_both_locked_stays_until_both_unlocked_it(game: Game) -> None:
    says: dict[TermPath, dict[Side, dict[TermPath, str]]] = defaultdict(dict)
    binding: dict[TermPath, dict[TermPath, str]] = {}
    history = facts_of(game)
    offers = offers_in(history)
    for fact in history:
        match fact:
            case TermLocked(path=path, by=by, values=values):
                says[path][by] = values
                if says[path].get(by.other) == values:
                    binding[path] = values
            case TermUnlocked(path=path, by=by):
                del says[path][by]
                if not says[path]:
                    binding.pop(path, None)
            case ProposalMade() | CounterOfferMade() | OfferAccepted():
                offer = fact.offer if isinstance(fact.offer, Offer) else offers[fact.offer]
                for path, values in binding.items():
                    assert subtree(offer.terms, path) == values
            case _:
                pass


@MODEST
@given(anything(NegotiationFact, POOLS))
def test_every_fact_survives_storage(fact: NegotiationFact) -> None:
    assert_survives_storage(fact)
