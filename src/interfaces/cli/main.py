"""The ``parley`` command. Exit codes: 0 yes, 1 a real *no*, 2 usage or set-up."""

from __future__ import annotations

import sys

import typer

from interfaces.cli import (
    bridges,
    bundles,
    contracts,
    documents,
    exports,
    keys,
    negotiations,
    service,
    terms,
)
from interfaces.cli.answers import Said
from interfaces.cli.demo.command import demo
from interfaces.cli.erasure import erase
from interfaces.cli.signer import signer
from interfaces.cli.signing import sign
from interfaces.cli.witness import witness
from interfaces.postgres.embedded import EmbeddedPostgresError
from interfaces.postgres.migrate import MigrationError
from interfaces.settings import SettingsError

app = typer.Typer(
    name="parley",
    help="Negotiate a service level agreement, sign it, and live by it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(terms.app, name="terms")
app.add_typer(negotiations.app, name="negotiation")
app.add_typer(contracts.app, name="contract")
app.add_typer(documents.app, name="document")
app.add_typer(keys.app, name="key")
service.install(app)
bundles.install(app, contracts.app)
exports.install(contracts.app, negotiations.app, terms.app)
bridges.install(contracts.app, terms.app)
app.command()(demo)
app.command()(erase)
app.command()(sign)
app.command()(signer)
app.command()(witness)


def run() -> None:
    """Run the command line; a failure is one line on standard error."""
    try:
        app()
    except Said as said:
        sys.stderr.write(f"parley: {said}\n")
        sys.exit(said.code)
    except (SettingsError, MigrationError, EmbeddedPostgresError, OSError) as error:
        sys.stderr.write(f"parley: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    run()
