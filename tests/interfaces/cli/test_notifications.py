"""Notifications, escalations, webhooks and the calendar on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from charged import charged_terms
from interfaces.cli import notifications, webhooks
from interfaces.cli.answers import Said
from interfaces.cli.main import app
from measured import Measured, measured, month_of_outages, outage

PATH: Final = [{"level": 1, "role": "service manager", "after": "PT0S"}]
ADMINISTRATOR: Final = ("--as", "client-administrator")


class Direct:
    """The client of the command line, on a service in this process."""

    def __init__(self, service: Measured, subject: str) -> None:
        self._world, self._subject = service.world, subject

    def get(self, path: str, **query: Any) -> Any:
        given = {name: value for name, value in query.items() if value is not None}
        return self._heard("GET", path, params=given).json()

    def text(self, path: str) -> str:
        return str(self._heard("GET", path).text)

    def send(self, path: str, body: Any, *, method: str = "POST", **_: Any) -> Any:
        headers = {"Idempotency-Key": self._world.fresh_key(), "If-Match": "*"}
        return self._heard(method, path, json=body, headers=headers).json()

    def _heard(self, method: str, path: str, **sent: Any) -> Any:
        answer = self._world.send(method, path, self._subject, **sent)
        if not answer.is_success:
            raise Said(answer.json()["rule"])
        return answer


@pytest.fixture
def service(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Measured]:
    """Lend a contract of which January was missed, and commands that speak to it."""
    with measured(database, tmp_path, charged_terms(escalation=PATH)) as lent:
        lent.at("2026-02-01T08:00")
        lent.hand_in(month_of_outages("2026-01", outage("2026-01-10T00:00", "2026-01-10T10:00")))
        lent.at("2026-02-01T08:01")
        for module in (notifications, webhooks):
            monkeypatch.setattr(
                module, "connect", lambda _, who: Direct(lent, who or "provider-service-manager")
            )
        yield lent


def told(*arguments: str) -> str:
    """Return what a command says that does what it is asked."""
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.stdout


def test_what_somebody_was_told_is_listed_and_read(service: Measured) -> None:
    assert service.deal.contract in told("notification", "list", "--unread")
    first = told("notification", "list").splitlines()[0]
    assert first.startswith("* ")
    told("notification", "read", first.split()[2])
    assert told("notification", "list").splitlines()[0].startswith("  ")
    assert "0 unread" in told("notification", "read", "--all")
    wrong = CliRunner().invoke(app, ["notification", "read"])
    assert isinstance(wrong.exception, Said)


def test_wishes_are_shown_and_changed_one_at_a_time(service: Measured) -> None:
    assert service
    assert "mail  period.missed" in told("notification", "wishes")
    changed = told("notification", "wish", "period.missed", "--no-mail")
    assert "-     period.missed" in changed
    assert "mail  claim.lodged" in changed


def test_a_miss_is_listed_with_its_path_and_acknowledged(service: Measured) -> None:
    contract = service.deal.contract
    shown = told("escalation", "list", contract)
    assert "1  climbing  availability 2026-01-01: missed" in shown
    assert "service manager (both sides), told" in shown
    says = ("--says", "operations are at it")
    assert "1  acknowledged" in told("escalation", "acknowledge", contract, "1", *says)


def test_a_webhook_is_added_tested_rotated_looked_after_and_removed(service: Measured) -> None:
    to = "https://hooks.northwind.example/parley"
    added = told("webhook", "add", to, "--kind", "period.missed", *ADMINISTRATOR)
    webhook, url, kind, key = added.split()
    assert (url, kind, key[:5]) == (to, "period.missed", "whpk_")
    assert told("webhook", "list", *ADMINISTRATOR) == added
    assert told("webhook", "test", webhook, *ADMINISTRATOR) == "on its way\n"
    assert "waiting" in told("webhook", "deliveries", webhook, *ADMINISTRATOR)
    dead = told("webhook", "deliveries", webhook, "--state", "dead", *ADMINISTRATOR)
    assert dead == "nothing was sent there\n"
    assert "0 on their way" in told("webhook", "redeliver", webhook, *ADMINISTRATOR)
    assert key not in told("webhook", "rotate", webhook, *ADMINISTRATOR)
    assert "everything" in told("webhook", "subscribe", webhook, *ADMINISTRATOR)
    assert to in told("webhook", "enable", webhook, *ADMINISTRATOR)
    assert told("webhook", "remove", webhook, *ADMINISTRATOR) == "no webhook\n"
    assert service


def test_a_calendar_is_shown_given_an_address_and_closed(service: Measured) -> None:
    assert service
    assert told("calendar", "show").startswith("BEGIN:VCALENDAR")
    assert told("calendar", "address").startswith("http://localhost:8000/v1/calendars/")
    assert told("calendar", "close") == "closed\n"
    assert told("calendar", "close") == "there was none\n"
