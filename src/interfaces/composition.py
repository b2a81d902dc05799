"""Chooses every adapter: the one file that knows them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from application.agreed import AgreedTerms
from application.backtesting import Backtesting
from application.billing import Billing
from application.bundling import Bundling
from application.claiming import Claiming
from application.closing import Closing
from application.concern import Concern
from application.contracting import Contracting, Promises
from application.countersigned import Countersigning
from application.daily_sheet import DailySheet
from application.desk import Desk
from application.directory import Directory
from application.disclosing import Logbooks
from application.disputing import Disputing
from application.document_ports import Cabinet, Workshop
from application.documenting import Documenting
from application.eliciting import Eliciting
from application.erasing import Erasing
from application.escalating import Escalating
from application.excluding import Excluding
from application.figures import Figures
from application.follower import Follower
from application.gathering import Gathering
from application.history import Shelf
from application.improving import Improving
from application.inbox import Inboxes
from application.ledger import Ledger
from application.looking_back import LookingBack
from application.measurement_store import MeasurementStore
from application.measuring import Measuring
from application.negotiating import Negotiating
from application.offering_services import OfferingServices
from application.packaging import Packaging
from application.papers import DocumentPapers
from application.policies import (
    when_bills_change_restate,
    when_details_erased_destroy_key,
    when_figures_change_work_out_again,
    when_misses_repeat_open_termination_right,
    when_negotiation_concluded_conclude_contract,
    when_period_missed_escalate,
    when_result_established_settle,
    when_something_needs_attention_notify,
)
from application.policies.base import Policy, PolicyRunner
from application.ports import Clock
from application.preparing import Preparing
from application.projections.affairs import Affairs
from application.projections.audit_trail import AuditTrail
from application.projections.base import Projection, Views, ViewStore
from application.projections.contracts import ContractRegister, ContractSpans, ContractVersions
from application.projections.credits import Credits
from application.projections.due_dates import DueDates
from application.projections.findable import Findable
from application.projections.negotiation_board import NegotiationBoard
from application.projections.open_matters import OpenMatters
from application.projections.performance import Performance
from application.projections.relationships import Relationships
from application.projections.remembered_view import RememberedViews
from application.projections.requirements_board import RequirementsBoard
from application.projections.service_catalogue import ServiceCatalogue
from application.published import Publishing
from application.reading import Reading
from application.redlining import Redlining
from application.registering import Registering
from application.relating import Relating
from application.reviewing import Reviewing
from application.settling import Settling
from application.signing import Signing
from application.witnessing import Witnessing
from domain.signatures.passkey import RelyingParty
from interfaces.clock import SystemClock, new_nonce, new_uuid7
from interfaces.documents.on_demand import open_workshop
from interfaces.followers import Followers
from interfaces.measurements.pulling import Pulling, read_bindings
from interfaces.notify.together import Telling, TellingShelves
from interfaces.partitions import shelves as routed
from interfaces.partitions.opening import Partitions, open_partitions
from interfaces.partitions.routes import HOME
from interfaces.partitions.views import RoutedViews, RoutedViewStore, remembered
from interfaces.passkeys import Passkeys
from interfaces.postgres.cabinet import PostgresCabinet
from interfaces.postgres.checkpoints import PostgresShelf
from interfaces.postgres.datastore import RECONNECT
from interfaces.postgres.deliveries import PostgresDeliveries
from interfaces.postgres.feeds import PostgresFeeds
from interfaces.postgres.logbooks import PostgresLogbooks
from interfaces.postgres.measurements import PostgresMeasurements
from interfaces.postgres.notices import PostgresNotices
from interfaces.postgres.persistence import ledger_env
from interfaces.postgres.plans import planned_once
from interfaces.postgres.replica import Replica, ReplicaViews, replica_of
from interfaces.postgres.sessions import PostgresSessions
from interfaces.postgres.views import GuardedPool, Pool, PostgresViewStore
from interfaces.settings import Settings
from interfaces.web.sessions import Sessions, SessionStore


@dataclass(frozen=True)
class Projections:
    """Every view there is; the order is the order in which the worker brings them up to date."""

    audit_trail: AuditTrail
    relationships: Relationships
    service_catalogue: ServiceCatalogue
    requirements_board: RequirementsBoard
    negotiation_board: NegotiationBoard
    contract_register: ContractRegister
    contract_versions: ContractVersions
    contract_spans: ContractSpans
    due_dates: DueDates
    performance: Performance
    credits: Credits
    affairs: Affairs
    open_matters: OpenMatters
    findable: Findable

    def all(self) -> tuple[Projection[Any], ...]:
        """Return them in order."""
        return tuple(vars(self).values())

    def named(self, name: str) -> Projection[Any] | None:
        """Return the view of that name, or None."""
        return next((projection for projection in self.all() if projection.name == name), None)


def projections() -> Projections:
    """Return every view."""
    return Projections(
        AuditTrail(),
        Relationships(),
        ServiceCatalogue(),
        RequirementsBoard(),
        NegotiationBoard(),
        ContractRegister(),
        ContractVersions(),
        ContractSpans(),
        DueDates(),
        Performance(),
        Credits(),
        Affairs(),
        OpenMatters(),
        Findable(),
    )


@dataclass(frozen=True)
class Shelves:
    """Where things lie: the views, how far they and the policies are, the history, the files.

    ``shown`` are the views as readers are shown them, perhaps from ``replica``, a standby;
    ``promised`` are those of what a contract promises, perhaps remembered.
    """

    views: ViewStore
    promised: Views
    shown: Views
    replica: Replica | None
    tracking: Any
    history: Shelf
    logbooks: Logbooks
    measurements: MeasurementStore
    cabinet: Cabinet
    sessions: SessionStore
    telling: TellingShelves


class House:
    """The application with its adapters, as a process uses it."""

    partition: str | None = None
    """Which partition's facts it follows, where there are several."""
    others: tuple[House, ...] = ()
    """The houses that follow the other partitions; each of them reads and writes everywhere."""
    where: Callable[[str], int] = staticmethod(lambda _stream: 0)
    """Tells in which of ``everywhere`` a stream is."""

    def __init__(
        self,
        ledger: Ledger,
        shelves: Shelves,
        workshop: Workshop,
        clock: Clock,
        settings: Settings,
    ) -> None:
        store, shown = shelves.views, shelves.shown
        self.ledger = ledger
        self.store, self.shown, self.replica = store, shown, shelves.replica
        self.shelf = shelves.history
        self.clock = clock
        self.followers = Followers()
        self.projections = projections()
        self.desk = Desk(ledger, new_uuid7)
        self.directory = Directory(ledger)
        self.sessions = Sessions(shelves.sessions)
        self.reading, self.inboxes = Reading(self.desk, shown), Inboxes(self.desk, shown)
        self.registering = Registering(self.desk, store, settings.origin)
        self.erasing = Erasing(self.desk)
        self.relating = Relating(self.desk, store, shown)
        self.signing = Signing(self.desk, settings.origin, new_nonce)
        self.passkeys = Passkeys(RelyingParty(*settings.site), settings.home)
        self.negotiating = Negotiating(self.desk, self.signing)
        self.witnessing = Witnessing(self.desk, self.reading, self.shelf, settings.origin)
        self.looking_back = LookingBack(self.desk, self.reading)
        self.publishing = Publishing(self.shelf)
        self.countersigning = Countersigning(self.desk, self.reading, self.shelf)
        self.bundling = Bundling(
            self.desk, self.reading, self.shelf, shelves.logbooks, settings.origin
        )
        self.preparing = Preparing(self.desk)
        self.offering = OfferingServices(self.desk, store.view(self.projections.relationships))
        self.eliciting = Eliciting(
            self.desk, self.preparing, store.view(self.projections.service_catalogue)
        )
        self.contracting = Contracting(self.desk)
        self.promises = Promises(
            shelves.promised.view(self.projections.contract_versions),
            shelves.promised.view(self.projections.contract_spans),
        )
        self.papers = DocumentPapers(ledger, shelves.cabinet)
        self.documenting = Documenting(
            self.desk,
            self.reading,
            Gathering(self.desk, self.shelf, settings.origin),
            workshop,
            shelves.cabinet,
        )
        self.redlining = Redlining(self.desk, self.reading, self.promises)
        self.packaging = Packaging(self.desk, self.promises, self.shelf, self.bundling, self.papers)
        self.agreed = AgreedTerms(ledger)
        self.figures = Figures(ledger, shelves.measurements)
        self.measurements = shelves.measurements
        self.closing = Closing(ledger, self.agreed, self.figures)
        self.concern = Concern(ledger, self.agreed, self.figures, self.closing)
        self.measuring = Measuring(self.desk, self.agreed, shelves.measurements, self.closing)
        self.pulling = Pulling(
            read_bindings(settings.pulls), self.agreed, self.figures, self.measuring
        )
        self.excluding = Excluding(self.desk, self.agreed)
        self.backtesting = Backtesting(
            self.desk, self.preparing, self.agreed, self.figures, self.closing
        )
        self.billing = Billing(self.desk, self.agreed)
        self.claiming = Claiming(self.desk, self.agreed)
        self.disputing = Disputing(self.desk, self.agreed)
        self.reviewing = Reviewing(self.desk, self.agreed)
        self.improving = Improving(self.desk, self.agreed)
        self.escalating = Escalating(self.desk, self.agreed)
        self.telling = Telling(self.desk, self.directory, shelves.telling, clock, settings)
        self.settling = Settling(ledger, self.agreed, self.figures, self.closing)
        self.follower = Follower(
            ledger,
            store,
            self.projections.all(),
            PolicyRunner(ledger, shelves.tracking, self._policies()),
        )
        self.daily_sheet = DailySheet(
            ledger, store, self.projections.due_dates, self.follower, self.closing
        )

    @property
    def everywhere(self) -> tuple[House, ...]:
        """The houses that follow all partitions, home's first."""
        return (self, *self.others)

    def _policies(self) -> list[Policy]:
        """Return what follows of itself from what is recorded."""
        working_out = when_figures_change_work_out_again.WorkingOutAgain(
            self.ledger, self.agreed, self.measuring, self.closing, self.concern
        )
        return [
            when_negotiation_concluded_conclude_contract.policy(self.desk),
            when_details_erased_destroy_key.policy(self.ledger),
            when_figures_change_work_out_again.policy(working_out),
            when_result_established_settle.policy(self.settling),
            when_bills_change_restate.policy(
                when_bills_change_restate.Restating(self.ledger, self.agreed, self.settling)
            ),
            when_period_missed_escalate.policy(self.agreed),
            when_something_needs_attention_notify.policy(self.telling.notifying),
            when_misses_repeat_open_termination_right.policy(
                when_misses_repeat_open_termination_right.Misses(
                    self.ledger, self.agreed, self.closing
                )
            ),
        ]


@contextmanager
def open_house(
    conninfo: str, clock: Clock | None = None, settings: Settings | None = None
) -> Iterator[House]:
    """Lend the application on a migrated PostgreSQL database; closes its connections after."""
    settings, clock = settings or Settings(), clock or SystemClock()
    if settings.partition_conninfos:
        with _open_partitioned(conninfo, clock, settings) as house:
            yield house
        return
    conninfo = planned_once(conninfo)
    pool = GuardedPool(
        conninfo,
        min_size=1,
        max_size=20,
        timeout=5,
        reconnect_timeout=RECONNECT,
        open=True,
        name="views",
    )
    try:
        store = PostgresViewStore(pool)
        with (
            Ledger(ledger_env(conninfo, subject_keys=settings.subject_keys)) as ledger,
            open_workshop(settings) as workshop,
            replica_of(pool, settings.replica) as replica,
        ):
            shelves = Shelves(
                store,
                RememberedViews(store, ledger.news, monotonic),
                store if replica is None else ReplicaViews(store, replica),
                replica,
                store,
                PostgresShelf(pool),
                PostgresLogbooks(pool),
                PostgresMeasurements(pool),
                PostgresCabinet(pool),
                PostgresSessions(pool),
                _telling(store, pool),
            )
            yield House(ledger, shelves, workshop, clock, settings)
    finally:
        pool.close()


@contextmanager
def _open_partitioned(conninfo: str, clock: Clock, settings: Settings) -> Iterator[House]:
    """Lend home's house; it knows the houses that follow the other partitions."""
    told = {HOME: conninfo, **settings.partition_conninfos}
    conninfos = {name: planned_once(one) for name, one in told.items()}
    keys = {HOME: settings.subject_keys}  # of the others they are at home, or where it says
    envs = {
        name: ledger_env(one, subject_keys=keys.get(name, settings.subject_keys or conninfo))
        for name, one in conninfos.items()
    }
    with (
        open_partitions(conninfos, envs) as partitions,
        open_workshop(settings) as workshop,
        replica_of(partitions.pools[HOME], settings.replica) as replica,
    ):
        houses = tuple(
            House(
                partitions.ledger.fed_by(name),
                _routed(partitions, name, replica),
                workshop,
                clock,
                settings,
            )
            for name in partitions.names
        )
        for name, house in zip(partitions.names, houses, strict=True):
            house.partition = name
        houses[0].others, houses[0].where = houses[1:], partitions.where
        yield houses[0]


def _routed(partitions: Partitions, name: str, replica: Replica | None) -> Shelves:
    """Return the shelves of every partition as the process that follows one of them uses them."""
    routes, pools = partitions.routes, partitions.pools
    stores = {one: PostgresViewStore(pool) for one, pool in pools.items()}
    store = RoutedViewStore(routes, stores, name)
    home = stores[HOME] if replica is None else ReplicaViews(stores[HOME], replica)
    figures = {one: PostgresMeasurements(pool) for one, pool in pools.items()}
    return Shelves(
        store,
        remembered(routes, stores, partitions.ledger.watch.news, monotonic),
        RoutedViews(routes, {**stores, HOME: home}),
        replica,
        stores[name],
        routed.RoutedShelf(routes, pools),
        routed.RoutedLogbooks(routes, pools),
        routed.RoutedMeasurements(routes, figures, name),
        routed.RoutedCabinet(routes, pools),
        PostgresSessions(pools[HOME]),
        _telling(store, pools[HOME]),
    )


def _telling(store: ViewStore, pool: Pool) -> TellingShelves:
    return TellingShelves(
        store, PostgresNotices(pool), PostgresDeliveries(pool), PostgresFeeds(pool)
    )
