"""A party with two representatives: its people, their keys, its beginnings."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.parties.commands import (
    AppointRepresentative,
    GrantSigningMandate,
    RegisterParty,
    RotateSigningKey,
)
from domain.parties.facts import (
    MandateId,
    PartyFact,
    PartyRegistered,
    PersonalDetails,
    RepresentativeAppointed,
    Role,
    RoleAssigned,
    SigningMandateGranted,
)
from domain.parties.keys import PublicKey, thumbprint_of
from domain.parties.party import PARTY
from domain.values.ids import PartyId, PersonId, StreamId
from domain.values.sums import Sum
from scenario import Scenario
from signing import SERVICE, own_key, rotation_from

ADA, BO, CY = PersonId("PersonId-1"), PersonId("PersonId-2"), PersonId("PersonId-3")
ADAS = PersonalDetails("Ada Northwind", "ada@northwind.example")
BOS = PersonalDetails("Bo Lind", "bo@northwind.example")
KEY, OTHER_KEY = (PublicKey(own_key(owner).jwk["x"]) for owner in ("ada", "bo"))
PRINT, OTHER_PRINT = thumbprint_of(KEY), thumbprint_of(OTHER_KEY)
ADA_SIGNS_IN, BO_SIGNS_IN = StreamId("StreamId-1"), StreamId("StreamId-2")
MANDATE = MandateId("MandateId-1")
JANUARY, FEBRUARY = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
LIMIT = Sum(Decimal("50000.00"), "EUR")

REGISTER = RegisterParty(
    "Northwind Hosting",
    "HRB 12345",
    "DE",
    "Europe/Berlin",
    ADA,
    ADAS.name,
    ADAS.email,
    "managing director",
    ADA_SIGNS_IN,
)
APPOINT_BO = AppointRepresentative(ADA, BO, BOS.name, BOS.email, "head of sales", BO_SIGNS_IN)
BO_APPOINTED = RepresentativeAppointed(BO, BOS, "head of sales", BO_SIGNS_IN)
BO_SIGNATORY = RoleAssigned(BO, Role.SIGNATORY)
BO_MANDATED = SigningMandateGranted(BO, MANDATE, LIMIT, JANUARY, MARCH)
GRANT = GrantSigningMandate(ADA, BO, MANDATE, LIMIT, JANUARY, MARCH)
REGISTERED = (
    PartyRegistered("Northwind Hosting", "HRB 12345", "DE", "Europe/Berlin"),
    RepresentativeAppointed(ADA, ADAS, "managing director", ADA_SIGNS_IN),
    RoleAssigned(ADA, Role.ADMINISTRATOR),
)


def northwind(*facts: PartyFact) -> Scenario:
    """Return the registered party in which these facts happened."""
    return Scenario(PARTY).given(*REGISTERED, *facts)


def state_after(*facts: PartyFact) -> Any:
    """Return the state that these facts lead to."""
    return PARTY.replay([*REGISTERED, *facts])


NORTHWIND = PartyId("party-northwind")


def rotation(
    by: PersonId, retired: str, key: str, now: datetime = JANUARY, /, **changes: Any
) -> RotateSigningKey:
    """Return a command by which one name's key takes the place of another's, which signs it."""
    old, new = own_key(retired), own_key(key)
    statement = rotation_from(NORTHWIND, by, old, new, now, **changes)
    return RotateSigningKey(
        by,
        thumbprint_of(PublicKey(old.jwk["x"])),
        PublicKey(new.jwk["x"]),
        statement,
        old.jws(statement.canonical()),
        SERVICE,
        NORTHWIND,
        now,
    )
