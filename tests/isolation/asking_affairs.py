"""What can be asked of statements, credits, disputes and reviews."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from application.billing import BillDraft
from application.improving import Idea, Need, Todo
from application.reviewing import Plan
from charged import charged_terms
from domain.improvement.plan import PLAN as PLAN_DECIDER
from domain.terms.agreement import AgreementTerms
from domain.values.ids import relationship_of
from domain.values.sides import Side
from http_answers import done
from http_cast import path_of
from isolation.ask import BECAUSE, Ask, Asking, within
from isolation.things import Things
from measured import month_of_outages, outage

CREDIT: Final = "availability/20250801"
PLAN: Final = {"what": "more discs", "side": "provider", "owner": "ops", "due": "2027-04-30"}
AUGUST: Final = date(2025, 8, 1)
DUE: Final = {"at": "2027-01-07T09:00:00Z"}


def terms(**changes: Any) -> AgreementTerms:
    """Return terms that began before anything on the stage did, and whose credits are claimed."""
    term = {"starts": "2025-08-01", "ends": "2026-07-31"}
    return charged_terms(claim={"within": "P3Y"}, term=term, **changes)


def _charged(things: Things) -> str:
    """Conclude a contract with a miss that was settled."""
    contract, world = things.concluded(terms()), things.stage.world
    down = month_of_outages("2025-08", outage("2025-08-10T00:00", "2025-08-10T10:00"))
    path = f"{path_of(contract)}/objectives/availability/measurements"
    done(world.as_("provider-service-manager").post(path, down), 201)
    world.settle()
    return contract


def _contract(things: Things) -> str:
    """Return the one such contract on a stage for whatever leaves its credits alone."""
    if things.charged is None:
        things.charged = _charged(things)
    return things.charged


def _about_credit(body: object = None, *so_far: str) -> Asking:
    """Ask about a credit that nobody else asks about, of which so much happened."""

    def asking(things: Things) -> Ask:
        contract, use = _charged(things), things.house.claiming
        if "claimed" in so_far:
            use.claim(things.stage.ask("client-finance"), contract, CREDIT, "our log")
        if "admitted" in so_far:
            use.admit(things.stage.ask("provider-finance"), contract, CREDIT)
        if "rejected" in so_far:
            use.reject(things.stage.ask("provider-finance"), contract, CREDIT, "it was announced")
        return within(contract, body, credit=CREDIT)

    return asking


def _bill(things: Things, *so_far: str) -> tuple[str, str]:
    """Let the provider record a bill, contested or not yet; return its contract and its id."""
    contract, use = _contract(things), things.house.billing
    things.cases += 1
    invoice = f"R-{things.cases}"
    draft = BillDraft("monthly-fee", AUGUST, AUGUST, Decimal("300.00"), "EUR", invoice)
    recorded = use.record(things.stage.ask("provider-finance"), contract, draft)
    bill = list(recorded.stream.state.bills)[-1]
    if "contested" in so_far:
        use.contest(things.stage.ask("client-finance"), contract, bill, "too much")
    return contract, bill


def _about_bill(body: object = None, *so_far: str) -> Asking:
    def asking(things: Things) -> Ask:
        contract, bill = _bill(things, *so_far)
        return within(contract, body, bill=bill)

    return asking


def _subject(things: Things) -> dict[str, object]:
    return {"about": _contract(things), "about_version": 1, **BECAUSE}


def _dispute(things: Things) -> str:
    """Let the client open a dispute; return its stream."""
    contract = _contract(things)
    asked = things.stage.ask("client-legal")
    opened = things.house.disputing.open(asked, contract, contract, 1, "we do not agree", "")
    return opened.stream.id


def _about_dispute(body: object = None) -> Asking:
    return lambda things: _inner(_dispute(things), "dispute", body)


def _proposed(body: object = None) -> Asking:
    """Ask about the provider's proposal in a dispute."""

    def asking(things: Things) -> Ask:
        dispute = _dispute(things)
        asked = things.stage.ask("provider-legal")
        state = things.house.disputing.propose(asked, dispute, "half of it").stream.state
        return _inner(dispute, "dispute", body, proposal=next(iter(state.proposals)))

    return asking


def _inner(stream: str, kind: str, body: object = None, **path: str) -> Ask:
    """Ask for something inside a contract."""
    contract, name = stream.rsplit("/", 1)
    assert relationship_of(contract)
    return within(contract, body, **{kind: name}, **path)


def _review(things: Things, *, held: bool = False) -> str:
    """Let the client call a review, held an hour ago or to be held; return its stream."""
    asked = things.stage.ask("client-negotiator")
    at = asked.at + timedelta(hours=-1 if held else 100)
    return things.house.reviewing.call(asked, _contract(things), at, "agenda", ()).stream.id


def _about_review(body: object = None, *, held: bool = False) -> Asking:
    return lambda things: _inner(_review(things, held=held), "review", body)


def _minuted(things: Things) -> str:
    """Let the client write the minutes of a review."""
    review, asked = _review(things, held=True), things.stage.ask("client-negotiator")
    plan = Plan("more discs", Side.PROVIDER, "ops", (asked.at + timedelta(days=30)).date())
    things.house.reviewing.write(asked, review, "what was said", [plan])
    return review


def _about_minutes(body: object) -> Asking:
    return lambda things: _inner(_minuted(things), "review", body)


def _acted(body: object = None, *, finished: bool = True) -> Asking:
    """Ask about an action of the provider's, done or not yet."""

    def asking(things: Things) -> Ask:
        use, provider = things.house.reviewing, things.stage.ask("provider-negotiator")
        review = _minuted(things)
        state = use.approve(provider, review, 1).stream.state
        action = next(iter(state.actions))
        if finished:
            use.complete(things.stage.ask("provider-negotiator"), review, action, "")
        return _inner(review, "review", body, action=action)

    return asking


def _plan(things: Things, *so_far: str) -> str:
    """Let the provider propose an improvement plan, agreed or not yet; return its stream."""
    asked, use = things.stage.ask("provider-negotiator"), things.house.improving
    due = (asked.at + timedelta(days=30)).date()
    idea = Idea("full", "99.5 % again", due, [Todo("more discs", Side.PROVIDER, "ops", due)])
    need = Need("availability", "missed")
    plan = use.begin(asked, _contract(things), need, idea).stream.id
    if "agreed" in so_far:
        use.agree(things.stage.ask("client-negotiator"), plan, 1)
    return plan


def _about_plan(body: object = None, *so_far: str) -> Asking:
    return lambda things: _inner(_plan(things, *so_far), "plan", body)


def _measured(body: object) -> Asking:
    """Ask about the measure of an agreed plan."""

    def asking(things: Things) -> Ask:
        plan = _plan(things, "agreed")
        (measure,) = things.house.ledger.load(PLAN_DECIDER, plan).state.items
        return _inner(plan, "plan", body, measure=measure)

    return asking


IMPROVEMENT: Final = {
    "cause": "full",
    "target": "99.5 % again",
    "reach_by": "2027-06-30",
    "measures": [PLAN],
}
VERDICT: Final = {"effective": False, "periods": ["2025-08-01"], **BECAUSE}

BILL: Final = {
    "charge": "monthly-fee",
    "first": "2025-09-01",
    "last": "2025-09-30",
    "amount": "11500.00",
    "currency": "EUR",
    "invoice": "R-2025-09",
}

AFFAIRS: Final[dict[str, Asking]] = {
    "listBills": lambda t: within(_contract(t)),
    "recordBill": lambda t: within(_contract(t), BILL),
    "contestBill": _about_bill(BECAUSE),
    "withdrawContest": _about_bill(None, "contested"),
    "correctBill": _about_bill({"amount": "290.00", "invoice": "R-0", **BECAUSE}),
    "cancelBill": _about_bill(BECAUSE),
    "listStatements": lambda t: within(_contract(t)),
    "getStatement": lambda t: within(_contract(t), statement="1"),
    "listCredits": lambda t: within(_contract(t)),
    "claimCredit": _about_credit({"evidence": "our log"}),
    "withdrawClaim": _about_credit(None, "claimed"),
    "admitClaim": _about_credit(None, "claimed"),
    "rejectClaim": _about_credit(BECAUSE, "claimed"),
    "grantCredit": _about_credit({"amount": "10.00", **BECAUSE}, "claimed", "rejected"),
    "applyCredit": _about_credit(
        {"amount": "10.00", "how": "paid", "reference": "bank 1"}, "claimed", "admitted"
    ),
    "listDisputes": lambda t: within(_contract(t)),
    "openDispute": lambda t: within(_contract(t), _subject(t)),
    "getDispute": _about_dispute(),
    "answerDispute": _about_dispute({"says": "we do not think so"}),
    "callMediator": _about_dispute({"mediator": "the chamber"}),
    "proposeSettlement": _about_dispute({"terms": "half of it"}),
    "acceptSettlement": _proposed(),
    "declineSettlement": _proposed(BECAUSE),
    "withdrawDispute": _about_dispute(BECAUSE),
    "listReviews": lambda t: within(_contract(t)),
    "callReview": lambda t: within(_contract(t), {**DUE, "agenda": "the outage"}),
    "getReview": _about_review(),
    "moveReview": _about_review(DUE),
    "cancelReview": _about_review(BECAUSE),
    "writeMinutes": _about_review({"text": "what was said", "actions": [PLAN]}, held=True),
    "approveMinutes": _about_minutes({"edition": 1}),
    "objectToMinutes": _about_minutes({"edition": 1, **BECAUSE}),
    "completeAction": _acted({"note": ""}, finished=False),
    "acceptAction": _acted(),
    "reopenAction": _acted(BECAUSE),
    "listPlans": lambda t: within(_contract(t)),
    "beginPlan": lambda t: within(_contract(t), {"objective": "availability", **BECAUSE}),
    "getPlan": _about_plan(),
    "proposePlan": _about_plan(IMPROVEMENT),
    "askForPlanChanges": _about_plan({"edition": 1, **BECAUSE}),
    "agreePlan": _about_plan({"edition": 1}),
    "progressMeasure": _measured({"note": "ordered"}),
    "closePlan": _about_plan(VERDICT, "agreed"),
    "withdrawPlan": _about_plan(BECAUSE),
}
