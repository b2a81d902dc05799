"""What can be asked of requirements, private files and negotiations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any, Final

from application.negotiating import Limit
from domain.negotiation.constraints import Weight
from domain.terms.paths import TermPath
from domain.values.ids import OfferId
from domain.values.sides import Side
from isolation.ask import (
    AVAILABILITY,
    BECAUSE,
    REQUIREMENT,
    Ask,
    Asking,
    at_offer,
    digest_in,
    here,
    on_sheet,
    within,
)
from isolation.things import COUNTER, TERMS, Things
from measured import month_of_outages

# Requirements -------------------------------------------------------------------------------------


def _team(things: Things) -> Ask:
    manager = things.stage.person("provider-service-manager")
    engineer = things.stage.person("provider-requirements-engineer")
    members = [{"person": one, "function": "elicits"} for one in (manager, engineer)]
    return within(things.stated().id, {"members": members})


def _engineer(things: Things) -> Ask:
    person = things.stage.person("provider-requirements-engineer")
    return within(things.stated().id, {"person": person})


def _match(things: Things) -> Ask:
    body = {"offering": things.service.id, "level": things.service.level}
    return on_sheet(things.stated(), body)


REQUIREMENTS: Final[dict[str, Asking]] = {
    "openRequirements": lambda t: here(t, {"title": "Another need", "need": "take orders"}),
    "listRequirements": here,
    "getRequirements": lambda t: within(t.sheet.id),
    "formSlaTeam": _team,
    "appointEngineer": _engineer,
    "stateRequirement": lambda t: within(t.stated().id, REQUIREMENT),
    "restateRequirement": lambda t: on_sheet(t.stated(), REQUIREMENT),
    "withdrawRequirement": lambda t: on_sheet(t.stated(), BECAUSE),
    "matchRequirement": _match,
    "findFeasible": lambda t: on_sheet(t.stated(), {"conditions": ["a second line"]}),
    "findInfeasible": lambda t: on_sheet(t.stated(), BECAUSE),
    "assessRequirement": lambda t: on_sheet(t.stated(), {}),
    "baselineRequirements": lambda t: within(t.stated().id),
    "reopenRequirements": lambda t: within(t.baselined().id, BECAUSE),
}


# Private files ------------------------------------------------------------------------------------


def _files(on: str, about: Callable[[Things], str]) -> dict[str, Asking]:
    """Return the requests on the private files about one kind of thing."""

    def put(body: Any) -> Asking:
        return lambda things: within(about(things), body)

    def drafted(**more: Any) -> Asking:
        def asking(things: Things) -> Ask:
            stream = about(things)
            return within(stream, {"terms_digest": things.drafted(stream), **more})

        return asking

    found = {"of": TERMS.digest, "technical": "feasible", "commercial": "feasible"}
    return {
        f"read{on}Position": put(None),
        f"save{on}Draft": put({"document": {"title": "not yet"}, "note": "soon"}),
        f"make{on}Note": put({"text": "they are in a hurry"}),
        f"set{on}Reserve": put({"path": AVAILABILITY, "value": "99.0"}),
        f"record{on}Assessment": put(found),
        f"request{on}Approval": drafted(kind="commercial"),
        f"give{on}TechnicalApproval": drafted(),
        f"give{on}CommercialApproval": drafted(),
        f"give{on}MandateApproval": drafted(),
        f"refuse{on}TechnicalApproval": drafted(**BECAUSE),
        f"refuse{on}CommercialApproval": drafted(**BECAUSE),
        f"refuse{on}MandateApproval": drafted(**BECAUSE),
    }


def _backtest(things: Things) -> Ask:
    stream = things.negotiation()
    past = {"objective": "availability", **month_of_outages("2025-09")}
    return within(stream, {"terms_digest": things.drafted(stream), "data": [past]})


POSITIONS: Final[dict[str, Asking]] = {
    **_files("Negotiation", lambda things: things.negotiation()),
    "recordNegotiationBacktest": _backtest,
    **_files("Requirements", lambda things: things.stated().id),
}


# Negotiations -------------------------------------------------------------------------------------


def _counter(things: Things) -> Ask:
    made = things.proposed()
    until = things.stage.world.clock.now() + timedelta(days=10)
    body = {
        "terms": COUNTER.document(),
        "firmness": "indicative",
        "valid_until": until.isoformat(),
        "answers": made.offer,
    }
    return within(made.id, body)


def _accept(things: Things) -> Ask:
    made = things.proposed()
    return at_offer(made, digest_in(made))


def _sign(things: Things) -> Ask:
    made = things.accepted()
    evidence = asdict(things.signed(made, Side.PROVIDER))
    return at_offer(made, {**digest_in(made), "evidence": evidence})


def _prepare(things: Things) -> Ask:
    return replace(at_offer(things.accepted()), query={"action": "sign"})


def _lock(things: Things) -> Ask:
    made = things.proposed()
    return within(made.id, {"path": AVAILABILITY, "offer": made.offer})


def _unlock(things: Things) -> Ask:
    made = things.proposed()
    for side in Side:
        asked = things.stage.ask(f"{side}-negotiator")
        things.house.negotiating.lock(asked, made.id, TermPath(AVAILABILITY), OfferId(made.offer))
    return within(made.id, {"path": AVAILABILITY})


def _constrain(things: Things) -> Ask:
    body = {"path": AVAILABILITY, "weight": "optional", "at_least": "99.0"}
    return within(things.negotiation(), body)


def _lift(things: Things) -> Ask:
    limit = Limit(TermPath(AVAILABILITY), Weight.OPTIONAL, at_least="99.0")
    asked = things.stage.ask("provider-negotiator")
    limited = things.house.negotiating.constrain(asked, things.negotiation(), limit)
    return within(limited.stream.id, constraint=next(iter(limited.stream.state.constraints)))


NEGOTIATIONS: Final[dict[str, Asking]] = {
    "openNegotiation": lambda t: here(
        t, {"subject": {"kind": "new-agreement"}, "title": "Another one"}
    ),
    "listNegotiations": here,
    "getNegotiation": lambda t: within(t.shown.id),
    "breakOffNegotiation": lambda t: within(t.negotiation(), BECAUSE),
    "makeOffer": _counter,
    "getOffer": lambda t: at_offer(t.shown),
    "compareOffers": lambda t: at_offer(t.shown),
    "redlineOffer": lambda t: at_offer(t.shown),
    "prepareStatement": _prepare,
    "acceptOffer": _accept,
    "rejectOffer": lambda t: at_offer(t.proposed(), {**BECAUSE, "reason": "price"}),
    "withdrawOffer": lambda t: at_offer(t.proposed(), BECAUSE),
    "signAgreement": _sign,
    "declineSignature": lambda t: at_offer(t.accepted(), BECAUSE),
    "lockTerm": _lock,
    "unlockTerm": _unlock,
    "declareConstraint": _constrain,
    "liftConstraint": _lift,
    "comment": lambda t: within(t.negotiation(), {"text": "let us talk"}),
}
