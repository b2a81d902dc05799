"""What there is on the stage to ask for: made through the use cases, afresh where it is used up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from anyio.from_thread import start_blocking_portal

from agreements import simple_terms
from application.eliciting import RequirementDraft
from application.negotiating import OfferDraft
from application.offering_services import DependencyDraft, LevelDraft
from application.projections.base import Query
from application.signing import About
from domain.contract.facts import Ground
from domain.negotiation.facts import Firmness, NewAgreement
from domain.negotiation.position_facts import ApprovalKind
from domain.requirements.facts import Priority, TeamMember
from domain.signatures.evidence import JwsEvidence
from domain.terms.agreement import AgreementTerms
from domain.values.canonical import Digest
from domain.values.figures import Bound, Figure
from domain.values.ids import OfferId
from domain.values.sides import Side
from http_world import Caller, World, open_world
from isolation.stage import Stage
from isolation.tokens import Tokens
from signing import own_key

PROVIDER, CLIENT = Side.PROVIDER, Side.CLIENT

TERMS: Final = simple_terms(
    term={
        "starts": "2026-01-01",
        "ends": "2026-12-31",
        "renewal": {"kind": "automatic", "for": "P1Y", "decline_by": "P30D"},
        "notice": {"by_provider": "P30D", "by_client": "P30D"},
    }
)
COUNTER: Final = simple_terms(availability="99.9")


class Negotiated(NamedTuple):
    """A negotiation (its stream) and the offer on its table."""

    id: str
    offer: str
    digest: str


class Service(NamedTuple):
    """An offering of the provider's (its stream), with a level and a dependency."""

    id: str
    level: str
    dependency: str


class Sheet(NamedTuple):
    """A sheet of requirements (its stream) and the one requirement on it."""

    id: str
    requirement: str


def secret_of(side: Side) -> str:
    """Return words that stand in every private file of a side and nowhere else."""
    return f"for-the-eyes-of-the-{side}-only"


class Things:
    """What the stage holds; those with a name of their own are for reading only."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.house = stage.house
        self.shown = self.countered()
        self.service = self.offered()
        self.sheet = self.stated()
        self.contract = self.concluded()
        self.measured: str | None = None
        self.charged: str | None = None
        self.cases = 0

    def negotiation(self) -> str:
        """Open a negotiation in which nothing was offered."""
        opened = self.house.negotiating.open(
            self.stage.ask("client-negotiator"),
            self.stage.relationship,
            NewAgreement(),
            "Order management",
            14,
        )
        self.mark(opened.stream.id)
        return opened.stream.id

    def mark(self, about: str) -> None:
        """Leave unmistakable words in both sides' private files on something."""
        for side in Side:
            asked = self.stage.ask(f"{side}-negotiator")
            self.house.preparing.note(asked, about, secret_of(side), None)

    def proposed(self, terms: AgreementTerms = TERMS) -> Negotiated:
        """Return a negotiation in which the provider's firm offer is on the table."""
        stream = self.negotiation()
        self._approve(stream, PROVIDER, terms)
        return self._offer(stream, PROVIDER, terms, Firmness.FIRM)

    def countered(self) -> Negotiated:
        """Return a negotiation in which the client answered with another indicative offer."""
        made = self.proposed()
        return self._offer(made.id, CLIENT, COUNTER, Firmness.INDICATIVE, OfferId(made.offer))

    def accepted(self, terms: AgreementTerms = TERMS) -> Negotiated:
        """Return a negotiation whose offer waits for both signatures."""
        made = self.proposed(terms)
        self.house.negotiating.accept(
            self.stage.ask("client-negotiator"), made.id, OfferId(made.offer), Digest(made.digest)
        )
        return made

    def signed(self, made: Negotiated, side: Side) -> JwsEvidence:
        """Return what a side's signatory signs for an accepted offer."""
        name = f"{side}-signatory"
        about = About(made.id, OfferId(made.offer), "sign")
        statement = self.house.signing.prepare(self.stage.ask(name), about).statement
        return JwsEvidence(statement, own_key(name).jws(statement.canonical()))

    def concluded(self, terms: AgreementTerms = TERMS) -> str:
        """Return a contract, signed by both sides, as its stream."""
        made = self.accepted(terms)
        for side in Side:
            self.house.negotiating.sign(
                self.stage.ask(f"{side}-signatory"),
                made.id,
                OfferId(made.offer),
                Digest(made.digest),
                self.signed(made, side),
            )
        self.stage.world.settle()
        register = self.house.store.view(self.house.projections.contract_register)
        rows = register.find(Query(relationship=self.stage.relationship, limit=200))
        return rows[-1].contract

    def noticed(self) -> tuple[str, str]:
        """Return a contract that the provider gave notice of, and the notice."""
        contract = self.concluded()
        given = self.house.contracting.give_notice(
            self.stage.ask("provider-negotiator"),
            contract,
            Ground.CONVENIENCE,
            "we leave the market",
            None,
        )
        return contract, str(given.stream.state.standing.ending.notice)

    def drafted(self, about: str, terms: AgreementTerms = TERMS) -> str:
        """Save the terms as both sides' private draft on something; return their digest."""
        for side in Side:
            self.house.preparing.save_draft(
                self.stage.ask(f"{side}-negotiator"), about, terms.document(), ""
            )
        return terms.digest

    def offered(self) -> Service:
        """Put a service into the provider's catalogue."""
        use, ask = self.house.offering, self.stage.ask
        party = self.stage.parties[PROVIDER].id
        code = self.house.desk.new("code")
        made = use.offer(ask("provider-negotiator"), party, code, "Hosting", "Hosting it")
        promise = Figure(Bound.AT_LEAST, Decimal("99.9"), "%")
        level = LevelDraft("Gold", "availability", promise, "24 x 7", None)
        use.offer_level(ask("provider-negotiator"), made.stream.id, level)
        needs = DependencyDraft("power", None, Decimal("99.99"), None)
        state = use.declare_dependency(ask("provider-negotiator"), made.stream.id, needs)
        offered = state.stream.state
        return Service(made.stream.id, next(iter(offered.levels)), next(iter(offered.dependencies)))

    def stated(self) -> Sheet:
        """Open a sheet with a team, an engineer and one requirement."""
        use, ask = self.house.eliciting, self.stage.ask
        opened = use.open(
            ask("client-negotiator"), self.stage.relationship, "Order management", "take orders"
        )
        sheet = opened.stream.id
        self.mark(sheet)
        engineer = self.stage.person("provider-requirements-engineer")
        manager = self.stage.person("provider-service-manager")
        team = (TeamMember(engineer, "engineer"), TeamMember(manager, "manager"))
        use.form_team(ask("provider-service-manager"), sheet, team)
        use.appoint(ask("provider-service-manager"), sheet, engineer)
        wanted = RequirementDraft(
            "the shop",
            "availability",
            "open all day",
            Figure(Bound.AT_LEAST, Decimal("99.5"), "%"),
            "24 x 7",
            Priority.SHOULD,
            "orders come at night",
        )
        done = use.state(ask("client-negotiator"), sheet, wanted)
        return Sheet(sheet, next(iter(done.stream.state.requirements)))

    def baselined(self) -> Sheet:
        """Return a sheet with a baseline."""
        sheet = self.stated()
        self.house.eliciting.baseline(self.stage.ask("client-negotiator"), sheet.id)
        return sheet

    def _offer(
        self,
        negotiation: str,
        side: Side,
        terms: AgreementTerms,
        firmness: Firmness,
        answers: OfferId | None = None,
    ) -> Negotiated:
        until = self.stage.world.clock.now() + timedelta(days=30)
        draft = OfferDraft(terms, firmness, until)
        asked = self.stage.ask(f"{side}-negotiator")
        made = self.house.negotiating.offer(asked, negotiation, draft, answers)
        return Negotiated(negotiation, made.stream.state.tabled, terms.digest)

    def _approve(self, negotiation: str, side: Side, terms: AgreementTerms) -> None:
        """Give all of a side's own approvals of the terms."""
        digest = Digest(self.drafted(negotiation, terms))
        kinds = {ApprovalKind.COMMERCIAL: "finance", ApprovalKind.MANDATE: "signatory"}
        if side is PROVIDER:
            kinds[ApprovalKind.TECHNICAL] = "service-manager"
        for kind, role in kinds.items():
            asked = self.stage.ask(f"{side}-{role}")
            self.house.preparing.approve(asked, negotiation, kind, digest)


@contextmanager
def open_things(database: str, home: Path) -> Iterator[Things]:
    """Lend a furnished stage on an empty database."""
    with open_world(database, home) as world, start_blocking_portal() as portal:
        things = _furnished(Stage(world, Tokens(world, home), portal))
        world.sign()
        yield things


@contextmanager
def open_two(database: str, home: Path) -> Iterator[tuple[Things, Things]]:
    """Lend two furnished stages in one service, whose people know nothing of each other."""
    with open_world(database, home) as world, start_blocking_portal() as portal:
        tokens = Tokens(world, home)
        ours = _furnished(Stage(world, tokens, portal))
        elsewhere = cast("World", Elsewhere(world, ELSEWHERE))
        theirs = _furnished(Stage(elsewhere, tokens, portal, ELSEWHERE))
        world.sign()
        yield ours, theirs


ELSEWHERE: Final = "elsewhere-"


class Elsewhere:
    """A world as the people of another stage find it: under names of their own."""

    def __init__(self, world: World, prefix: str) -> None:
        self._world = world
        self._prefix = prefix

    def as_(self, subject: str) -> Caller:
        return self._world.as_(f"{self._prefix}{subject}")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world, name)


def _furnished(stage: Stage) -> Things:
    things = Things(stage)
    stage.admit(things.shown.id)
    stage.pin_witnesses()
    stage.world.settle()
    return things
