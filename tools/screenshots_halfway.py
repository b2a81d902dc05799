"""Carries the demo's installation on to where things are half done, so that their pages are there.

After the demo everything is agreed. Here an offer lies on the table, another one waits for its
signatures, a dispute and an improvement plan are open, an exclusion is asked for, one invitation is
not answered, an auditor was let in, and somebody has left.
"""

from __future__ import annotations

import time
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from domain.terms.agreement import AgreementTerms
from interfaces.cli.client import Client, path_of
from interfaces.identity.development_issuer import DevelopmentIssuer

APPROVALS: Final = {
    "provider": (
        ("technical", "engineer"),
        ("commercial", "finance"),
        ("mandate", "signatory"),
    ),
    "client": (("commercial", "finance"), ("mandate", "signatory")),
}
"""What each side's firm offers need, and by whom."""
TARGET: Final = "objectives/availability/targets/always/at_least"
VALID: Final = timedelta(days=9, hours=5)


def carry_on(origin: str, home: Path) -> None:
    """Do all of it, through the API, as the demo's people."""
    House(origin, DevelopmentIssuer(home, "parley")).carry_on()


class House:
    """The installation, and the API as anybody uses it."""

    def __init__(self, origin: str, issuer: DevelopmentIssuer) -> None:
        self.origin = origin
        self.issuer = issuer
        reader = self.as_("client-legal")
        self.relationship = f"/relationships/{reader.get('/relationships')['items'][0]['id']}"
        contract = reader.get(f"{self.relationship}/contracts")["items"][0]
        self.contract = str(contract["contract"])
        version = reader.get(f"{path_of(self.contract)}/versions/1")
        self.terms: dict[str, Any] = version["terms"]

    def as_(self, subject: str) -> Client:
        """Return the API as somebody uses it."""
        return Client(self.origin, self.issuer.token(subject, datetime.now(UTC)))

    def carry_on(self) -> None:
        """Leave everything half done."""
        self._let_an_auditor_in()
        self._part_with_somebody()
        self._negotiate()
        self._accept()
        self._disagree()
        self._improve()
        self._ask_for_an_exclusion()
        time.sleep(3)  # the worker brings lists up to date

    def _let_an_auditor_in(self) -> None:
        admin = self.as_("auditor-admin")
        you = _person("Administrator", "admin")
        registered = {"registration": "Harbour Audit, register of companies", "country": "DE"}
        party = admin.send("/parties", {"name": "Harbour Audit", "you": you, **registered})["id"]
        appointed = {**_person("Auditor", "auditor"), "identity": {"subject": "auditor-auditor"}}
        admin.send(f"/parties/{party}/representatives", appointed)
        person = self.as_("auditor-auditor").get("/me")["person"]
        roles = f"/parties/{party}/representatives/{person}/roles"
        admin.send(f"{roles}/auditor", {}, method="PUT")
        admin.send(f"{roles}/negotiator", {}, method="PUT")
        legal = self.as_("client-legal")
        legal.send(f"{self.relationship}/auditors", {"auditor": party})
        invited = {"other": party, "our_side": "client", "purpose": "A yearly audit of security"}
        self.as_("client-negotiator").send("/relationships", invited)

    def _part_with_somebody(self) -> None:
        """Leave one whose personal details can be erased."""
        admin = self.as_("provider-admin")
        party = f"/parties/{admin.get('/me')['party']}"
        temporary = {"name": "Robin Vale", "email": "robin@provider.example", "function": "trainee"}
        appointed = {**temporary, "identity": {"subject": "provider-trainee"}}
        admin.send(f"{party}/representatives", appointed)
        person = self.as_("provider-trainee").get("/me")["person"]
        admin.send(f"{party}/representatives/{person}", {}, method="DELETE")

    def _negotiate(self) -> None:
        """Leave a counter-offer on the table, with locks, a limit, and a comment."""
        new = {"subject": {"kind": "new-agreement"}, "title": "A second region"}
        provider, client = self.as_("provider-negotiator"), self.as_("client-negotiator")
        stream = str(provider.send(f"{self.relationship}/negotiations", new)["id"])
        path = path_of(stream)
        first = self._offer("provider", stream, self._wanting("99.95"), "For the failover site.")
        for side in (provider, client):
            held = {"path": "objectives/availability/remedy/minimum", "offer": first}
            side.send(f"{path}/locks", held)
        limit = {"path": TARGET, "weight": "required", "at_least": "99.9", "at_most": "99.99"}
        provider.send(f"{path}/constraints", limit)
        wanted = self._wanting("99.99")
        position = f"{path}/position"
        asked = {"text": "Finance would go to 99.97 % at this price.", "path": TARGET}
        provider.send(f"{position}/notes", asked)
        said = "The second region has to hold what the first one does."
        self._offer("client", stream, wanted, said, answers=first)
        comment = {"text": "Which zones would it be in?", "path": TARGET}
        provider.send(f"{path}/comments", comment)
        client.send(f"{path}/comments", {"text": "Two zones, not those of the first region."})

    def _accept(self) -> None:
        """Leave an amendment that both agreed to and nobody has signed."""
        subject = {"kind": "amendment", "contract": self.contract}
        new = {"subject": subject, "title": "A longer time to report"}
        client, provider = self.as_("client-negotiator"), self.as_("provider-negotiator")
        stream = str(client.send(f"{self.relationship}/negotiations", new)["id"])
        terms = self._wanting("99.99")
        terms["reporting"]["within"] = "P30D"
        begins = (datetime.now(UTC) + timedelta(days=70)).replace(microsecond=0)
        offer = self._offer("client", stream, terms, "", effective_from=begins.isoformat())
        digest = client.get(f"{path_of(stream)}/offers/{offer}")["terms_digest"]
        provider.send(f"{path_of(stream)}/offers/{offer}/acceptance", {"terms_digest": digest})

    def _offer(
        self, side: str, negotiation: str, terms: dict[str, Any], message: str, **more: Any
    ) -> str:
        """Make a firm offer with a side's own approvals; return its id."""
        path, negotiator = path_of(negotiation), self.as_(f"{side}-negotiator")
        draft = {"document": terms, "note": "for approval"}
        negotiator.send(f"{path}/position/draft", draft, method="PUT")
        digest = AgreementTerms.model_validate(terms).digest
        for kind, who in APPROVALS[side]:
            approved = {"terms_digest": digest}
            self.as_(f"{side}-{who}").send(f"{path}/position/approvals/{kind}", approved)
        until = (datetime.now(UTC) + VALID).replace(microsecond=0).isoformat()
        offer = {"terms": terms, "firmness": "firm", "valid_until": until, "message": message}
        return str(negotiator.send(f"{path}/offers", {**offer, **more})["tabled"])

    def _wanting(self, target: str) -> dict[str, Any]:
        """Return the contract's first terms with another target."""
        terms = deepcopy(self.terms)
        objective = terms["objectives"][0]
        objective["targets"][0]["at_least"] = target
        objective["remedy"]["tiers"][0]["below"] = target
        return terms

    def _disagree(self) -> None:
        """Leave a dispute over the month's result, answered, with a settlement proposed."""
        about = f"{self.contract}/objective-availability/results"
        opened = {
            "about": about,
            "about_version": 1,
            "because": "Our probes saw the outage begin eleven minutes earlier.",
            "evidence": "probes-of-the-shop.csv",
        }
        disputes = f"{path_of(self.contract)}/disputes"
        dispute = self.as_("client-legal").send(disputes, opened)["id"]
        path = f"{disputes}/{dispute.rpartition('/')[2]}"
        provider = self.as_("provider-legal")
        provider.send(f"{path}/answers", {"says": "Those minutes were one zone only."})
        settled = {"terms": "Five of the eleven minutes count as unavailable."}
        provider.send(f"{path}/proposals", settled)

    def _improve(self) -> None:
        """Leave an improvement plan that is proposed and not agreed yet."""
        need = {"objective": "availability", "because": "The failover took half an hour."}
        plans = f"{path_of(self.contract)}/plans"
        plan = self.as_("client-manager").send(plans, need)["id"]
        today = datetime.now(UTC).date()
        proposal = {
            "cause": "Both zones shared one resolver, and nobody was called for nine minutes.",
            "target": "99.99 % in each of three months running",
            "reach_by": str(today + timedelta(days=120)),
            "measures": [
                _measure("A resolver of its own in each zone", "head of network", today, 30),
                _measure("Call the engineer on duty after one minute", "duty manager", today, 14),
            ],
        }
        path = f"{plans}/{plan.rpartition('/')[2]}/proposal"
        self.as_("provider-manager").send(path, proposal, method="PUT")

    def _ask_for_an_exclusion(self) -> None:
        exclusions = self.terms.get("exclusions") or []
        if not exclusions:
            return
        begins = (datetime.now(UTC) + timedelta(days=6)).replace(minute=0, second=0, microsecond=0)
        wanted = {
            "exclusion": exclusions[0]["id"],
            "starts": begins.isoformat(),
            "ends": (begins + timedelta(hours=2)).isoformat(),
            "because": "The routers of both zones get new software.",
        }
        self.as_("provider-manager").send(f"{path_of(self.contract)}/exclusions", wanted)


def _person(function: str, name: str) -> dict[str, str]:
    email = f"{name}@auditor.example"
    return {"name": f"{function} of the auditor", "email": email, "function": function}


def _measure(what: str, owner: str, today: date, days: int) -> dict[str, str]:
    due = str(today + timedelta(days=days))
    return {"what": what, "side": "provider", "owner": owner, "due": due}
