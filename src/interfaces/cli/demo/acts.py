"""The acts: from requirements to an amended contract, each step said in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from domain.terms.agreement import AgreementTerms
from domain.values.durations import add_months
from interfaces.cli.answers import Said
from interfaces.cli.client import path_of
from interfaces.cli.demo import cast
from interfaces.cli.demo.cast import Organisation
from interfaces.cli.demo.eliciting import requirements
from interfaces.cli.demo.monitor import QUERY
from interfaces.cli.demo.playing import Play
from interfaces.cli.demo.proof import prove
from interfaces.cli.demo.running import run
from interfaces.cli.demo.stage import Stage, now
from interfaces.cli.negotiations import differences_in_words
from interfaces.files.terms import check_file

PROPOSED: Final = "aws-ec2-region.yaml"
COUNTERED: Final = "aws-ec2-region-amended.yaml"
CEILING: Final = "1000000.00"
AVAILABILITY: Final = "objectives/availability/targets/always/at_least"
MINIMUM: Final = "objectives/availability/remedy/minimum"
VALID: Final = timedelta(days=14)


def play(stage: Stage, examples: Path) -> str:
    """Play every act; returns the contract that came of it."""
    this, contract = agree(stage, examples)
    sides = (this.provider, this.client)
    run(sides, contract)
    stage.act("An amendment, effective from the first of next month")
    effective = _amendment(this, contract)
    stage.act("What was promised when, as known when")
    _as_of(this, contract, effective)
    stage.act("The audit trail")
    _audit_trail(this, contract)
    prove(sides, contract)
    return contract


def agree(stage: Stage, examples: Path) -> tuple[Play, str]:
    """Play the acts up to a contract in force; returns it, and who plays."""
    stage.act("The terms on the table: a published promise for a cloud region")
    stage.run("terms", "check", str(examples / PROPOSED))
    first, countered, amended = _rounds(examples)
    stage.tell(
        f"For this demo the term begins on {first.starts} and ends on {first.ends}; "
        "reports are due within 45 days, the availability is bound to a query, and every other "
        "figure is the file's."
    )
    stage.keep("terms.json", first.document())

    stage.act("Two organisations meet")
    provider, client, relationship = _meet(stage, first)
    this = Play(stage, provider, client, relationship, first, countered, amended)

    stage.act("Requirements and feasibility")
    requirements(this)
    stage.act("A proposal, and what stands behind it")
    negotiation, proposal = _proposal(this)
    stage.act("A counter-offer, and what it means")
    counter = _counter_offer(this, negotiation, proposal)
    stage.act("Acceptance and signatures")
    _acceptance(this, negotiation, counter)
    stage.act("A contract in force")
    return this, _contract(this)


def _rounds(examples: Path) -> tuple[AgreementTerms, AgreementTerms, AgreementTerms]:
    """Return the terms as proposed, as countered, and as amended later, from last month on."""
    first, second = (_terms(examples / name) for name in (PROPOSED, COUNTERED))
    begins = add_months(now().date().replace(day=1), -1)
    ends = add_months(begins, 12) - timedelta(days=1)
    term = first.term.model_copy(update={"starts": begins, "ends": ends})
    first, countered = (
        _for_this_demo(one).model_copy(update={"term": term}) for one in (first, second)
    )
    return first, countered, _stricter(countered)


def _for_this_demo(terms: AgreementTerms) -> AgreementTerms:
    """Return the terms with time enough to report last month, and a query to measure it by."""
    document = terms.document()
    document["reporting"]["within"] = "P45D"
    document["objectives"][0]["measured"]["query"] = {"up": QUERY}
    return AgreementTerms.model_validate(document)


def _stricter(terms: AgreementTerms) -> AgreementTerms:
    """Return the terms with a quicker report and a target of 99.999 %."""
    document = terms.document()
    objective = document["objectives"][0]
    objective["targets"][0]["at_least"] = "99.999"
    objective["remedy"]["tiers"][0]["below"] = "99.999"
    document["reporting"]["within"] = "P5D"
    return AgreementTerms.model_validate(document)


def _terms(path: Path) -> AgreementTerms:
    checked = check_file(path)
    if checked.terms is None or checked.errors:
        raise Said(f"{path} does not hold terms that could be offered")
    return checked.terms


def _meet(stage: Stage, terms: AgreementTerms) -> tuple[Organisation, Organisation, str]:
    provider = cast.found(stage, "provider", terms.provider, "US")
    client = cast.found(stage, "client", terms.client, "CH")
    for organisation in (provider, client):
        cast.staff(organisation, CEILING, terms.currency)
    relationship = cast.meet(provider, client, terms.service)
    roles = ", ".join(cast.PEOPLE)
    stage.tell(
        f"{terms.provider} (provider) and {terms.client} (client) registered, each with {roles}.\n"
        f"Each signatory may bind up to {CEILING} {terms.currency} and keeps a signing key.\n"
        "The provider invited, the client joined: the handshake pinned both sides' keys."
    )
    return provider, client, relationship


def _approved(organisation: Organisation, negotiation: str, terms: AgreementTerms) -> None:
    """Get a side's own approvals for terms, as a firm offer needs them."""
    path = f"{path_of(negotiation)}/position"
    organisation.as_("negotiator").send(
        f"{path}/draft", {"document": terms.document(), "note": "for approval"}, method="PUT"
    )
    needed = [("commercial", "finance"), ("mandate", "signatory")]
    if organisation.word == "provider":
        needed = [("technical", "engineer"), *needed]
    for kind, who in needed:
        body = {"terms_digest": terms.digest}
        organisation.as_(who).send(f"{path}/approvals/{kind}", body)
    said = ", ".join(f"{kind} by the {who}" for kind, who in needed)
    organisation.stage.tell(f"The {organisation.word}'s own approvals: {said}.")


def _offer(organisation: Organisation, negotiation: str, terms: AgreementTerms, **more: Any) -> str:
    """Make a firm offer and return its id."""
    body = {
        "terms": terms.document(),
        "firmness": "firm",
        "valid_until": (now() + VALID).isoformat(),
        **more,
    }
    answer = organisation.as_("negotiator").send(f"{path_of(negotiation)}/offers", body)
    return str(answer["tabled"])


def _proposal(this: Play) -> tuple[str, str]:
    opened = this.provider.as_("negotiator").send(
        f"{this.relationship}/negotiations",
        {"subject": {"kind": "new-agreement"}, "title": this.first.title},
    )
    negotiation = str(opened["id"])
    body = {
        "terms": this.first.document(),
        "firmness": "firm",
        "valid_until": (now() + VALID).isoformat(),
    }
    try:
        this.provider.as_("negotiator").send(f"{path_of(negotiation)}/offers", body)
    except Said as refused:
        this.stage.tell(f"Too early, and refused: {refused}")
    else:
        raise Said("a firm offer went out without approvals")
    _approved(this.provider, negotiation, this.first)
    proposal = _offer(this.provider, negotiation, this.first)
    this.stage.tell(f"The provider proposed, firm for 14 days: {this.first.digest}")
    return negotiation, proposal


def _counter_offer(this: Play, negotiation: str, proposal: str) -> str:
    path = path_of(negotiation)
    lock = {"path": MINIMUM, "offer": proposal}
    for organisation in (this.provider, this.client):
        organisation.as_("negotiator").send(f"{path}/locks", lock)
    this.stage.tell("Both sides locked the minimum credit: it is settled.")
    limit = {"path": AVAILABILITY, "weight": "required", "at_least": "99.99", "at_most": "99.999"}
    this.provider.as_("negotiator").send(f"{path}/constraints", limit)
    this.stage.tell("The provider declared its range for the target: 99.99 to 99.999 %.")
    _approved(this.client, negotiation, this.countered)
    counter = _offer(this.client, negotiation, this.countered, answers=proposal)
    rows = this.client.as_("negotiator").get(f"{path}/offers/{counter}/differences")
    words = differences_in_words(rows)
    this.stage.keep("differences.txt", words)
    this.stage.tell(f"The client countered, firm for 14 days. What it changes:\n{words}")
    return counter


def _acceptance(this: Play, negotiation: str, counter: str) -> None:
    stage, digest = this.stage, this.countered.digest
    try:
        this.client.as_("negotiator").send(
            f"{path_of(negotiation)}/offers/{counter}/acceptance", {"terms_digest": digest}
        )
    except Said as refused:
        stage.tell(f"The client accepting its own offer is refused: {refused}")
    else:
        raise Said("a side accepted its own offer")
    negotiator = this.provider.subject("negotiator")
    stage.run("negotiation", "accept", negotiation, counter, "--digest", digest, subject=negotiator)
    for organisation in (this.provider, this.client):
        key = ("--key", str(organisation.key_file), "--known-keys", str(organisation.known_keys))
        signatory = organisation.subject("signatory")
        stage.run("sign", negotiation, counter, *key, "--yes", subject=signatory)
    stage.tell(
        "Each signatory signed with a key that only they hold, under a mandate that covers it:\n"
        "their own machine derived every digest anew before it signed."
    )


def _contract(this: Play) -> str:
    def in_force() -> dict[str, Any] | None:
        rows = this.client.as_("legal").get(f"{this.relationship}/contracts")["items"]
        return next((row for row in rows if row["status"] == "in-force"), None)

    row = this.stage.wait_for("the contract in force", in_force)
    this.stage.tell(
        f"{row['contract']}\nin force since {row['begins_at']}, until before {row['ends_at']}, "
        f"version {row['version']}, {row['terms_digest']}"
    )
    return str(row["contract"])


def _amendment(this: Play, contract: str) -> datetime:
    first_of_next = add_months(now().date().replace(day=1), 1)
    effective = datetime(first_of_next.year, first_of_next.month, 1, tzinfo=UTC)
    opened = this.client.as_("negotiator").send(
        f"{this.relationship}/negotiations",
        {"subject": {"kind": "amendment", "contract": contract}, "title": "Five nines"},
    )
    negotiation = str(opened["id"])
    _approved(this.client, negotiation, this.amended)
    offer = _offer(this.client, negotiation, this.amended, effective_from=effective.isoformat())
    path, digest = f"{path_of(negotiation)}/offers/{offer}", {"terms_digest": this.amended.digest}
    this.provider.as_("negotiator").send(f"{path}/acceptance", digest)
    for organisation in (this.provider, this.client):
        organisation.sign(negotiation, offer)
    this.stage.tell("The client proposed, the provider accepted, both signed. What it changes:")

    def amended() -> bool | None:
        rows = this.client.as_("legal").get(f"{path_of(contract)}/versions")["items"]
        return True if len(rows) == 2 else None  # noqa: PLR2004 - the second version

    this.stage.wait_for("the amended contract", amended)
    legal = this.client.subject("legal")
    this.stage.run("contract", "differences", contract, "2", subject=legal)
    this.stage.keep("terms-amended.json", this.amended.document())
    return effective


def _as_of(this: Play, contract: str, effective: datetime) -> None:
    legal, path = this.client.as_("legal"), f"{path_of(contract)}/terms"
    second = legal.get(f"{path_of(contract)}/versions/2")
    before, after = effective - timedelta(days=1), effective + timedelta(days=1)
    unaware = datetime.fromisoformat(second["recorded_at"]) - timedelta(microseconds=1)
    questions = (
        ("as-of-before.json", "the day before", before, None, 1),
        ("as-of-after.json", "the day after", after, None, 2),
        (
            "as-of-after-unaware.json",
            "the day after, as known before the amendment",
            after,
            unaware,
            1,
        ),
    )
    for name, words, at, known, expected in questions:
        answer = legal.get(
            path, as_of=at.isoformat(), known_at=None if known is None else known.isoformat()
        )
        if answer["version"] != expected:
            raise Said(f"{words}: version {answer['version']}, not {expected}")
        this.stage.keep(name, answer)
        target = answer["terms"]["objectives"][0]["targets"][0]["at_least"]
        this.stage.tell(f"{words} ({at:%Y-%m-%d}): version {answer['version']}, target {target} %")


def _audit_trail(this: Play, contract: str) -> None:
    stage = this.stage
    stage.run("contract", "history", contract, subject=this.client.subject("legal"))
    rows: list[Any] = []
    after: str | None = None
    while True:
        page = this.client.as_("legal").get(
            f"{this.relationship}/audit-trail", limit=200, after=after
        )
        rows += page["items"]
        after = page["next"]
        if after is None:
            break
    path = stage.keep("audit-trail.json", rows)
    private = [row for row in rows if row["audience"] == "provider"]
    if private:
        raise Said("the client can read the provider's private facts")
    stage.tell(
        f"{len(rows)} facts that the client may read, in {path.name}; none is the provider's own."
    )
