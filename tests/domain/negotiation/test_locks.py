from agreements import simple_terms
from domain.negotiation.commands import AcceptOffer, LockTerm, MakeCounterOffer, UnlockTerm
from domain.negotiation.facts import CounterOfferMade, TermLocked, TermUnlocked
from domain.terms.paths import TermPath, flatten, subtree
from domain.values.ids import OfferId
from domain.values.sides import Side
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
from scenario import Scenario

OBJECTIVE = TermPath("objectives/availability")


def locked(by: Side, path: TermPath = AVAILABILITY) -> TermLocked:
    return TermLocked(path, by, subtree(FIRST.terms, path))


def unlocked(by: Side, path: TermPath = AVAILABILITY) -> TermUnlocked:
    return TermUnlocked(path, by)


def table(*facts: TermLocked | TermUnlocked) -> Scenario:
    """Return a table with the first offer, at 99.5 %, on it."""
    return negotiation(FIRST_MADE, *facts)


CHANGE = MakeCounterOffer(COUNTER, FIRST.id, NOW)
BOTH = (locked(PROVIDER), locked(CLIENT))


class TestLocking:
    def test_a_side_locks_a_term_as_it_stands_in_an_offer_once(self) -> None:
        lock = LockTerm(AVAILABILITY, CLIENT, FIRST.id)
        table().when(lock).then(locked(CLIENT)).when(lock).then()

    def test_the_other_side_joins_in_at_the_same_value(self) -> None:
        lock = LockTerm(AVAILABILITY, PROVIDER, FIRST.id)
        table(locked(CLIENT)).when(lock).then(locked(PROVIDER))

    def test_it_does_not_lock_the_term_at_another_value(self) -> None:
        lock = LockTerm(AVAILABILITY, PROVIDER, COUNTER.id)
        differing = negotiation(FIRST_MADE, COUNTER_MADE, locked(CLIENT)).when(lock)
        differing.refused("lock-differs")
        assert "locked by the client at 99.5" in told(differing)

    def test_nor_something_inside_a_locked_part_or_around_a_locked_term(self) -> None:
        both_made = (FIRST_MADE, COUNTER_MADE)
        inside = LockTerm(AVAILABILITY, PROVIDER, COUNTER.id)
        negotiation(*both_made, locked(CLIENT, OBJECTIVE)).when(inside).refused("lock-differs")
        around = LockTerm(OBJECTIVE, PROVIDER, COUNTER.id)
        negotiation(*both_made, locked(CLIENT)).when(around).refused("lock-differs")

    def test_a_term_inside_a_locked_part_can_be_locked_at_the_same_value(self) -> None:
        inside = LockTerm(AVAILABILITY, PROVIDER, FIRST.id)
        table(locked(CLIENT, OBJECTIVE)).when(inside).then(locked(PROVIDER))

    def test_a_term_of_an_answered_offer_can_be_locked(self) -> None:
        lock = LockTerm(AVAILABILITY, PROVIDER, FIRST.id)
        negotiation(FIRST_MADE, COUNTER_MADE).when(lock).then(locked(PROVIDER))

    def test_what_no_offer_holds_cannot_be_locked(self) -> None:
        table().when(LockTerm(TermPath("budget"), CLIENT, FIRST.id)).refused("unknown-term")
        beginning_of_a_word = TermPath("objectives/avail")
        table().when(LockTerm(beginning_of_a_word, CLIENT, FIRST.id)).refused("unknown-term")
        nobodys = LockTerm(AVAILABILITY, CLIENT, OfferId("offer-nobody-made"))
        table().when(nobodys).refused("unknown-offer")

    def test_only_who_locked_a_term_unlocks_it(self) -> None:
        unlock = UnlockTerm(AVAILABILITY, CLIENT)
        table(locked(PROVIDER)).when(unlock).refused("not-locked")
        table().when(unlock).refused("not-locked")
        table(locked(CLIENT)).when(unlock).then(unlocked(CLIENT)).when(unlock).refused("not-locked")


class TestATermBothLocked:
    def test_cannot_change(self) -> None:
        changing = table(*BOTH).when(CHANGE)
        changing.refused("offer-changed-locked-term")
        assert "both sides locked" in told(changing)
        assert "at 99.5" in told(changing)

    def test_can_change_while_only_one_side_locked_it(self) -> None:
        table(locked(PROVIDER)).when(CHANGE).then(COUNTER_MADE)
        table(locked(CLIENT)).when(CHANGE).then(COUNTER_MADE)

    def test_does_not_become_free_when_one_side_alone_unlocks_it(self) -> None:
        for one in Side:
            half_open = table(*BOTH, unlocked(one))
            half_open.when(CHANGE).refused("offer-changed-locked-term")

    def test_becomes_free_when_both_unlocked_it(self) -> None:
        table(*BOTH, unlocked(PROVIDER), unlocked(CLIENT)).when(CHANGE).then(COUNTER_MADE)

    def test_and_was_freed_by_both_binds_again_only_when_both_lock_it_again(self) -> None:
        freed = (*BOTH, unlocked(PROVIDER), unlocked(CLIENT))
        table(*freed, locked(PROVIDER)).when(CHANGE).then(COUNTER_MADE)
        table(*freed, *BOTH).when(CHANGE).refused("offer-changed-locked-term")

    def test_and_was_unlocked_by_one_can_be_locked_by_it_again_and_needs_both_again(self) -> None:
        again = table(*BOTH, unlocked(CLIENT), locked(CLIENT))
        again.when(UnlockTerm(AVAILABILITY, PROVIDER)).then(unlocked(PROVIDER)).when(
            CHANGE
        ).refused("offer-changed-locked-term")

    def test_leaves_every_other_term_open(self) -> None:
        dearer = offered("offer-dearer", CLIENT, simple_terms(fee="11000.00"))
        answer = MakeCounterOffer(dearer, FIRST.id, NOW)
        table(*BOTH).when(answer).then(CounterOfferMade(dearer, FIRST.id))

    def test_cannot_be_left_out_or_added_to_when_it_is_a_whole_part(self) -> None:
        charges = TermPath("charges")
        held = table(locked(PROVIDER, charges), locked(CLIENT, charges))
        two = [{"id": fee, "amount": "1.00", "every": "month"} for fee in ("monthly-fee", "other")]
        more = offered("offer-more", CLIENT, simple_terms(charges=two))
        held.when(MakeCounterOffer(more, FIRST.id, NOW)).refused("offer-changed-locked-term")
        fee_kept = [{"id": "monthly-fee", "amount": "12000.00", "every": "month"}]
        added = simple_terms(charges=[*fee_kept, two[1]])
        assert flatten(added)[FEE] == flatten(FIRST.terms)[FEE]
        answer = MakeCounterOffer(offered("offer-added", CLIENT, added), FIRST.id, NOW)
        held.when(answer).refused("offer-changed-locked-term")

    def test_and_stands_otherwise_in_the_offer_on_the_table_keeps_it_from_being_accepted(
        self,
    ) -> None:
        overtaken = negotiation(FIRST_MADE, COUNTER_MADE, *BOTH)
        accept = AcceptOffer(COUNTER.id, COUNTER.terms_digest, PROVIDER, NOW)
        overtaken.when(accept).refused("offer-changed-locked-term")

    def test_and_stands_the_same_in_it_does_not(self) -> None:
        accept = AcceptOffer(FIRST.id, FIRST.terms_digest, CLIENT, NOW)
        table(*BOTH).when(accept).then(*FIRST_ACCEPTED)
