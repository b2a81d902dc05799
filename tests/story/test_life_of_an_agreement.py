"""The life of an agreement: the test to read first.

A client needs its order system to be there. Requirements lead to a proposal, a counter-offer to a
yes, signatures to a contract. The contract comes into force, is amended, renews itself, and ends
by notice; at every step the record says what was promised, and when that was known.
"""

from __future__ import annotations

from agreements import simple_terms
from domain.parties.facts import Role
from domain.values.sides import Side
from http_answers import done
from http_cast import Cast, agree, offer, open_negotiation, path_of
from http_world import World

TERM = {
    "starts": "2026-01-01",
    "ends": "2026-12-31",
    "renewal": {"kind": "automatic", "for": "P1Y", "decline_by": "P60D"},
    "notice": {"by_client": "P90D"},
}
STORY = [
    "RelationshipJoined",
    "RequirementStated",
    "RequirementsBaselined",
    "CounterOfferMade",
    "ContractConcluded",
    "ContractCameIntoForce",
    "ContractAmended",
    "ContractRenewed",
    "TerminationNoticeGiven",
    "ContractTerminated",
]
JULY = "2026-07-01T00:00:00Z"


def test_the_life_of_an_agreement(world: World, cast: Cast) -> None:
    the_client_says_what_it_needs(cast)
    contract = the_two_sides_agree(world, cast)
    the_contract_comes_into_force_on_its_first_day(world, cast, contract)
    both_amend_it_from_july_on(world, cast, contract)
    anybody_can_ask_what_was_promised_when_as_known_when(cast, contract)
    nobody_declines_so_it_goes_on_for_a_year(world, cast, contract)
    the_client_gives_notice_and_it_ends_as_its_last_day_does(world, cast, contract)
    the_auditor_reads_the_story_and_that_is_on_record_too(world, cast)


def the_client_says_what_it_needs(cast: Cast) -> None:
    client, provider = cast.client, cast.provider
    need = {"title": "Order system", "need": "Orders come in around the clock."}
    path = path_of(done(client[Role.NEGOTIATOR].post(f"{cast.path}/requirements", need), 201)["id"])

    engineer = provider.persons[Role.REQUIREMENTS_ENGINEER]
    team = {"members": [{"person": engineer, "function": "service levels"}]}
    manager = provider[Role.SERVICE_MANAGER]
    done(manager.put(f"{path}/team", team, if_match="*"))
    done(manager.put(f"{path}/engineer", {"person": engineer}, if_match="*"))

    wanted = {
        "subject": "Order system",
        "indicator": "availability",
        "wanted": "available at least 99.5 % of every month",
        "figure": {"bound": "at least", "value": "99.5", "unit": "%"},
        "window": "always",
        "priority": "must",
        "rationale": "An order that waits is an order lost.",
    }
    stated = done(client[Role.NEGOTIATOR].post(f"{path}/items", wanted, if_match="*"), 201)
    item = f"{path}/items/{stated['requirements'][0]['id']}"
    done(provider[Role.REQUIREMENTS_ENGINEER].post(f"{item}/feasibility", {}, if_match="*"))
    settled = done(client[Role.NEGOTIATOR].post(f"{path}/baseline", {}, if_match="*"))
    assert settled["baseline"] is not None


def the_two_sides_agree(world: World, cast: Cast) -> str:
    """The provider proposes, the client counters, the provider accepts, both sign."""
    proposed = simple_terms(availability="99.5", term=TERM)
    countered = simple_terms(availability="99.9", term=TERM)
    negotiation = open_negotiation(cast)["id"]
    first = offer(cast, Side.PROVIDER, negotiation, proposed)
    second = offer(cast, Side.CLIENT, negotiation, countered, answers=first)

    changes = f"{path_of(negotiation)}/offers/{second}/differences"
    target, *_ = done(cast.provider[Role.NEGOTIATOR].get(changes))
    assert (target["before"], target["after"]) == ("99.5 %", "99.9 %")
    assert "3 h 36 min 0 s → 43 min 12 s per 30-day month" in target["meaning"]

    agree(cast, negotiation, second, countered, by=Side.PROVIDER)
    world.settle()
    return negotiation.replace("negotiation-", "contract-")


def the_contract_comes_into_force_on_its_first_day(world: World, cast: Cast, contract: str) -> None:
    assert standing(cast, contract)["status"] == "pending"
    world.tick_until("2025-12-31T23:59:59Z")
    assert standing(cast, contract)["status"] == "pending"
    world.tick_until("2026-01-01T00:00:00Z")
    assert standing(cast, contract)["status"] == "in-force"


def both_amend_it_from_july_on(world: World, cast: Cast, contract: str) -> None:
    world.tick_until("2026-03-10T09:00:00Z")
    amended = simple_terms(availability="99.95", term=TERM)
    talks = open_negotiation(cast, kind="amendment", contract=contract)["id"]
    put = offer(cast, Side.CLIENT, talks, amended, effective_from=JULY)
    agree(cast, talks, put, amended, by=Side.PROVIDER)
    world.settle()
    assert standing(cast, contract)["version"] == 2


def anybody_can_ask_what_was_promised_when_as_known_when(cast: Cast, contract: str) -> None:
    def promised(as_of: str, known_at: str) -> tuple[str, str]:
        terms = f"{path_of(contract)}/terms"
        found = done(cast.client[Role.LEGAL].get(terms, as_of=as_of, known_at=known_at))
        return found["binding"], found["terms"]["objectives"][0]["targets"][0]["at_least"]

    before_the_amendment, after_it = "2026-02-01T00:00:00Z", "2026-04-01T00:00:00Z"
    assert promised("2026-06-30T23:59:59Z", after_it) == ("in-force", "99.9")
    assert promised(JULY, after_it) == ("in-force", "99.95")
    assert promised(JULY, before_the_amendment) == ("in-force", "99.9")
    assert promised("2025-12-31T23:59:59Z", after_it) == ("before", "99.9")
    assert promised("2027-01-01T00:00:00Z", after_it) == ("after", "99.95")


def nobody_declines_so_it_goes_on_for_a_year(world: World, cast: Cast, contract: str) -> None:
    """Sixty days before the end of the year are the second of November."""
    world.tick_until("2026-11-01T23:59:59Z")
    assert standing(cast, contract)["ends_at"] == "2027-01-01T00:00:00Z"
    world.tick_until("2026-11-02T00:00:00Z")
    assert standing(cast, contract)["ends_at"] == "2028-01-01T00:00:00Z"


def the_client_gives_notice_and_it_ends_as_its_last_day_does(
    world: World, cast: Cast, contract: str
) -> None:
    """Ninety days after the fifteenth of February are over with the sixteenth of May."""
    world.tick_until("2027-02-15T10:00:00Z")
    notice = {"ground": "convenience", "because": "the shop moves house"}
    path, negotiator = f"{path_of(contract)}/notices", cast.client[Role.NEGOTIATOR]
    given = done(negotiator.post(path, notice, if_match="*"), 201)
    assert given["ending"]["ends_at"] == "2027-05-17T00:00:00Z"

    world.tick_until("2027-05-16T23:59:59Z")
    assert standing(cast, contract)["status"] == "in-force"
    world.tick_until("2027-05-17T00:00:00Z")
    assert standing(cast, contract)["status"] == "ended"
    assert negotiator.post(path, notice, if_match="*").json()["rule"] == "contract-ended"


def the_auditor_reads_the_story_and_that_is_on_record_too(world: World, cast: Cast) -> None:
    trail = f"{cast.path}/audit-trail"
    names = [row["name"] for row in done(cast.auditor[Role.AUDITOR].get(trail, limit=200))["items"]]
    assert [name for name in names if name in STORY] == STORY
    assert "DraftSaved" not in names, "an independent auditor sees no side's private file"

    world.settle()
    read = done(cast.client[Role.LEGAL].get(trail, name="RecordsInspected"))["items"]
    assert read[-1]["fact"]["what"] == "audit-trail"


def standing(cast: Cast, contract: str) -> dict[str, object]:
    """Show the contract to the client's lawyer."""
    return done(cast.client[Role.LEGAL].get(path_of(contract)))
