"""What was billed, contested and corrected, and what that does to credits, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from charged import CLAIM, charged_terms
from http_answers import done, problem
from measured import Measured, measured, month_of_outages, outage

TEN_HOURS: Final = outage("2026-01-10T00:00", "2026-01-10T10:00")
JANUARY: Final = {
    "charge": "monthly-fee",
    "first": "2026-01-01",
    "last": "2026-01-31",
    "amount": "11500.00",
    "currency": "EUR",
    "invoice": "R-2026-01",
}
CORRECTION: Final = {"amount": "11000.00", "invoice": "R-2026-01a", "because": "billed twice"}


@pytest.fixture
def service(database: str, tmp_path: Path) -> Iterator[Measured]:
    """Lend a contract whose January was missed, at 10 % of 12,000 by its terms."""
    with measured(database, tmp_path, charged_terms(claim=CLAIM)) as lent:
        lent.at("2026-02-01T08:00")
        lent.hand_in(month_of_outages("2026-01", TEN_HOURS))
        yield lent


def bills(service: Measured, side: str, what: str = "", body: Any = None) -> Any:
    """Post something about the bills as a side's service manager; let the worker catch up."""
    path = f"{service.deal.contract_path}/bills{what}"
    answer = getattr(service, side).post(path, body, if_match="*")
    service.world.settle()
    return answer


def recorded(service: Measured) -> str:
    """Let the provider record the bill of January; return its id."""
    (one,) = done(bills(service, "provider", body=JANUARY), 201)["bills"]
    found: str = one["bill"]
    return found


def credit(service: Measured) -> Any:
    """Return how the credit of January stands."""
    (found,) = done(service.client.get(f"{service.deal.contract_path}/credits"))["credits"]
    return found


def test_a_bill_restates_the_credit_and_says_so_to_both_sides(service: Measured) -> None:
    assert (credit(service)["amount"], credit(service)["statement"]) == ("1200.00", 1)
    bill = recorded(service)
    found = done(service.client.get(f"{service.deal.contract_path}/bills"))
    (one,) = found["bills"]
    assert one == {
        "bill": bill,
        "by": "provider",
        **{name: JANUARY[name] for name in ("charge", "first", "last", "currency", "invoice")},
        "recorded": "11500.00",
        "amount": "11500.00",
        "standing": "recorded",
        "because": None,
    }
    assert (credit(service)["amount"], credit(service)["statement"]) == ("1150.00", 2)
    statement = done(service.client.get(f"{service.deal.contract_path}/statements/2"))
    assert statement["because"] == (
        "monthly-fee from 2026-01-01 to 2026-01-31 was billed on invoice R-2026-01"
    )
    assert statement["lines"][0]["amount"] == "11500"


def test_a_contested_bill_counts_until_it_is_corrected(service: Measured) -> None:
    bill = recorded(service)
    because = {"because": "storage is on it twice"}
    (one,) = done(bills(service, "client", f"/{bill}/contest", because), 201)["bills"]
    assert (one["standing"], one["because"]) == ("contested", because["because"])
    assert credit(service)["amount"] == "1150.00"
    (one,) = done(bills(service, "provider", f"/{bill}/corrections", CORRECTION), 201)["bills"]
    assert (one["standing"], one["recorded"], one["amount"], one["invoice"]) == (
        "corrected",
        "11500.00",
        "11000.00",
        "R-2026-01a",
    )
    assert credit(service)["amount"] == "1100.00"


def test_a_contested_bill_is_in_the_inbox_until_it_is_answered(service: Measured) -> None:
    bill = recorded(service)
    assert waiting(service, "provider", "risk") == waiting(service, "client", "theirs") == []
    done(bills(service, "client", f"/{bill}/contest", {"because": "storage is on it twice"}), 201)
    (one,) = waiting(service, "provider", "risk")
    assert waiting(service, "client", "theirs") == [one]
    assert (one["about"], one["awaits"], one["due"]) == (
        *("storage is on it twice", "provider", None),
    )
    assert one["stream"] == f"{service.deal.contract}/bills"
    done(bills(service, "provider", f"/{bill}/corrections", CORRECTION), 201)
    assert waiting(service, "provider", "risk") == waiting(service, "client", "theirs") == []


def waiting(service: Measured, side: str, part: str) -> list[Any]:
    """Return the contested bills in a part of a side's inbox."""
    items = done(getattr(service, side).get(f"/inbox/{part}"))["items"]
    return [one for one in items if one["kind"] == "contested-bill"]


def test_a_contest_is_taken_back_by_whoever_made_it(service: Measured) -> None:
    bill = recorded(service)
    done(bills(service, "client", f"/{bill}/contest", {"because": "too much"}), 201)
    path = f"{service.deal.contract_path}/bills/{bill}/contest"
    problem(service.provider.delete(path, if_match="*"), 409, "own-bill")
    (one,) = done(service.client.delete(path, if_match="*"))["bills"]
    assert (one["standing"], one["because"]) == ("recorded", None)


def test_a_cancelled_bill_leaves_its_days_to_the_terms(service: Measured) -> None:
    bill = recorded(service)
    done(bills(service, "provider", f"/{bill}/cancellation", {"because": "never sent"}))
    assert credit(service)["amount"] == "1200.00"


def test_what_does_not_fit_the_contract_is_refused_with_its_place(service: Measured) -> None:
    refused = bills(service, "provider", body={**JANUARY, "charge": "set-up"}).json()
    assert (refused["rule"], refused["place"]) == ("unknown-charge", "charge")
    problem(bills(service, "provider", body={**JANUARY, "currency": "USD"}), 409, "other-currency")
    before = {**JANUARY, "first": "2025-12-01"}
    problem(bills(service, "provider", body=before), 409, "bill-outside-contract")
    assert bills(service, "provider", body={**JANUARY, "amount": 11500.5}).status_code == 422
    recorded(service)
    problem(bills(service, "client", body=JANUARY), 409, "bill-twice")


def test_the_same_request_again_records_one_bill(service: Measured) -> None:
    path = f"{service.deal.contract_path}/bills"
    first = service.provider.post(path, JANUARY, key="once", if_match="*")
    again = service.provider.post(path, JANUARY, key="once", if_match="*")
    assert done(first, 201) == done(again, 201)


def test_every_bill_fact_is_in_the_record(service: Measured) -> None:
    bill = recorded(service)
    done(bills(service, "client", f"/{bill}/contest", {"because": "too much"}), 201)
    done(bills(service, "provider", f"/{bill}/corrections", CORRECTION), 201)
    trail = done(service.client.get(f"{service.cast.path}/audit-trail", limit=200))["items"]
    about = [one["name"] for one in trail if one["stream"].endswith("/bills")]
    assert sorted(about) == ["BillContested", "BillCorrected", "BillRecorded"]
