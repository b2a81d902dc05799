"""For every operation, a request that has the right shape and meets something that exists.

What is changed is made afresh for the request, so that whoever may make it can be answered yes.
"""

from __future__ import annotations

from typing import Final

from isolation.ask import BECAUSE, Ask, Asking, here, within
from isolation.asking_affairs import AFFAIRS
from isolation.asking_deals import NEGOTIATIONS, POSITIONS, REQUIREMENTS
from isolation.asking_documents import DOCUMENTS
from isolation.asking_history import HISTORY
from isolation.asking_notices import NOTICES
from isolation.asking_parties import PARTIES, RELATIONSHIPS, SERVICES
from isolation.asking_performance import PERFORMANCE
from isolation.things import COUNTER, TERMS, Things

# Contracts and records ----------------------------------------------------------------------------


def _package(things: Things) -> Ask:
    things.stage.world.sign()  # a package is made of what is under a checkpoint
    return within(things.contract, version="1")


def _withdraw_notice(things: Things) -> Ask:
    contract, notice = things.noticed()
    return within(contract, notice=notice)


CONTRACTS: Final[dict[str, Asking]] = {
    "listContracts": here,
    "getContract": lambda t: within(t.contract),
    "getTerms": lambda t: within(t.contract),
    "listVersions": lambda t: within(t.contract),
    "getVersion": lambda t: within(t.contract, version="1"),
    "exportAgreement": lambda t: within(t.contract, query={"to": "tmf651"}),
    "compareVersions": lambda t: within(t.contract, query={"since": 1}, version="1"),
    "redlineVersion": lambda t: within(t.contract, query={"since": 1}, version="1"),
    "summariseVersion": lambda t: within(t.contract, version="1"),
    "packageVersion": _package,
    "giveNotice": lambda t: within(t.concluded(), {**BECAUSE, "ground": "convenience"}),
    "withdrawNotice": _withdraw_notice,
    "declineRenewal": lambda t: within(t.concluded(), BECAUSE),
}

RECORDS: Final[dict[str, Asking]] = {
    "readAuditTrail": here,
    "listDueDates": here,
    "streamEvents": here,
}

LOOKED_AT: Final[dict[str, Asking]] = {
    "checkTerms": lambda _: Ask({}, TERMS.document()),
    "compareTerms": lambda _: Ask({}, {"before": TERMS.document(), "after": COUNTER.document()}),
    "getTermsSchema": lambda _: Ask({}),
    "importTerms": lambda _: Ask({}, {"language": "table", "text": "service: One"}),
}

HEALTH: Final[dict[str, Asking]] = {"live": lambda _: Ask({}), "ready": lambda _: Ask({})}

REQUESTS: Final[dict[str, Asking]] = {
    **PARTIES,
    **RELATIONSHIPS,
    **SERVICES,
    **REQUIREMENTS,
    **POSITIONS,
    **NEGOTIATIONS,
    **CONTRACTS,
    **PERFORMANCE,
    **AFFAIRS,
    **DOCUMENTS,
    **RECORDS,
    **NOTICES,
    **HISTORY,
    **LOOKED_AT,
    **HEALTH,
}
