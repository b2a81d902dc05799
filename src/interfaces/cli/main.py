"""The ``parley`` command. Exit codes: 0 yes, 1 a real *no*, 2 usage or set-up."""
# ruff: noqa: PLC0415 - what a command needs is loaded when it is called, see lazily.py

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import ClassVar

import typer
from psycopg import OperationalError

from application.errors import Unavailable
from interfaces.cli.answers import Said
from interfaces.cli.lazily import Entry, LazyGroup, single
from interfaces.collecting import collect_seldom
from interfaces.postgres.embedded import EmbeddedPostgresError
from interfaces.postgres.migrate import MigrationError
from interfaces.settings import SettingsError


@cache
def _terms() -> typer.Typer:
    from interfaces.cli import bridges, exports, terms

    exports.install(typer.Typer(), typer.Typer(), terms.app)
    bridges.install(typer.Typer(), terms.app)
    return terms.app


@cache
def _negotiation() -> typer.Typer:
    from interfaces.cli import exports, negotiations

    exports.install(typer.Typer(), negotiations.app, typer.Typer())
    return negotiations.app


@cache
def _contract() -> typer.Typer:
    from interfaces.cli import bridges, bundles, contracts, exports, performance

    bundles.install(contracts.app)
    performance.install(contracts.app)
    exports.install(contracts.app, typer.Typer(), typer.Typer())
    bridges.install(contracts.app, typer.Typer())
    return contracts.app


def _group(module: str) -> Callable[[], typer.Typer]:
    def load() -> typer.Typer:
        found: typer.Typer = import_module(f"interfaces.cli.{module}").app
        return found

    return load


def _named(module: str, name: str) -> Callable[[], typer.Typer]:
    def load() -> typer.Typer:
        found: typer.Typer = getattr(import_module(f"interfaces.cli.{module}"), name)
        return found

    return load


def _one(module: str, name: str) -> Callable[[], typer.Typer]:
    return lambda: single(getattr(import_module(f"interfaces.cli.{module}"), name))


class Parley(LazyGroup):
    """All commands, those of the parties first, then those of whoever runs the service."""

    entries: ClassVar[dict[str, Entry]] = {
        "terms": Entry("Agreement files: check, compare, redline, translate.", _terms),
        "negotiation": Entry("Negotiate: offers, answers, locks, acceptance.", _negotiation),
        "contract": Entry("Contracts: terms, versions, history, exports, notice.", _contract),
        "measurements": Entry(
            "Hand figures in, or pull them from Prometheus.", _group("measurements")
        ),
        "backtest": Entry(
            "Hold terms against a past: misses, credits, best target.", _one("backtest", "replay")
        ),
        "exclusion": Entry("Ask for time to be left out, and answer.", _group("performance")),
        "bill": Entry("Record what was billed, contest it, correct it.", _group("bills")),
        "credit": Entry("See what a miss costs, claim it, answer, pay.", _group("claims")),
        "dispute": Entry("Disagree with what is on record, and settle it.", _group("disputes")),
        "review": Entry("Service reviews: minutes and actions.", _group("reviews")),
        "plan": Entry("Improvement plans: agree, carry out, judge.", _group("plans")),
        "notification": Entry(
            "What you were told, and which of it by mail.", _named("notifications", "notifications")
        ),
        "escalation": Entry(
            "What was missed, who is told, who is at it.", _named("notifications", "escalations")
        ),
        "webhook": Entry("Have your party told at addresses of yours.", _group("webhooks")),
        "calendar": Entry("Your due dates in your calendar.", _named("notifications", "calendars")),
        "document": Entry("Documents: the PDF of a signed version.", _group("documents")),
        "key": Entry("Your own keys: made here, kept here, never sent.", _group("keys")),
        "sign": Entry("Sign accepted terms on this machine.", _one("signing", "sign")),
        "verify": Entry("Check an audit bundle offline.", _one("bundles", "verify")),
        "verifier": Entry("Print the verifier as one Python file.", _one("bundles", "verifier")),
        "pins": Entry(
            "Draft a relationship's pins, to compare elsewhere.", _one("bundles", "pins")
        ),
        "witness": Entry(
            "Check that history only grows, and cosign it.", _one("witness", "witness")
        ),
        "erase": Entry(
            "Erase what is personal about a former representative.", _one("erasure", "erase")
        ),
        "demo": Entry(
            "Take a real agreement through its life, in words.", _one("demo.command", "demo")
        ),
        "serve": Entry("Serve the API, with worker and signer.", _one("service", "serve")),
        "stop": Entry("Stop the embedded database.", _one("service", "stop")),
        "worker": Entry("Bring views up to date, let policies act.", _one("upkeep", "worker")),
        "signer": Entry("Sign every log as it grows.", _one("signer", "signer")),
        "migrate": Entry(
            "Bring the database to this version of the code.", _one("upkeep", "migrate")
        ),
        "partition": Entry(
            "Partitions of the ledger, and moving between them.", _group("partitions")
        ),
        "rebuild": Entry("Replace a view from the first event.", _one("upkeep", "rebuild")),
        "fsck": Entry("Derive every leaf, root and view anew.", _one("upkeep", "fsck")),
        "token": Entry("Make a bearer token of the development issuer.", _one("upkeep", "token")),
        "openapi": Entry("Print the OpenAPI document.", _one("upkeep", "openapi")),
        "events": Entry("List the event catalogue.", _one("upkeep", "events")),
    }


app = typer.Typer(
    name="parley",
    cls=Parley,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def parley() -> None:
    """Negotiate a service level agreement, sign it, and live by it."""


def run(words: Sequence[str] | None = None) -> None:
    """Run the command line, or some words as if they were; a failure is one line of error."""
    collect_seldom()  # what the command needs is about to be loaded, and none of it is garbage
    try:
        app(words)
    except Said as said:
        sys.stderr.write(f"parley: {said}\n")
        sys.exit(said.code)
    except (SettingsError, MigrationError, EmbeddedPostgresError, OSError) as error:
        sys.stderr.write(f"parley: {error}\n")
        sys.exit(2)
    except (OperationalError, Unavailable) as silent:
        first_line = str(silent).partition("\n")[0]
        sys.stderr.write(f"parley: a database does not answer: {first_line}\n")
        sys.exit(2)


if __name__ == "__main__":
    run()
